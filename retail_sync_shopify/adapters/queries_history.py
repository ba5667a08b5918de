"""The GraphQL documents about past orders; see ``queries``."""

from __future__ import annotations

from .queries import Document

# By the day they were placed, oldest first: what is placed meanwhile comes at the end.
ORDERS_PLACED = Document(
    "OrdersPlaced",
    """
query OrdersPlaced($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id name createdAt updatedAt }
  }
}
""",
    cost=52,
)

ORDERS_COUNT = Document(
    "OrdersCount",
    """
query OrdersCount($query: String!) {
  ordersCount(query: $query, limit: null) { count precision }
  currentAppInstallation { accessScopes { handle } }
}
""",
    cost=2,
)

READS = (
    ORDERS_PLACED,
    ORDERS_COUNT,
)

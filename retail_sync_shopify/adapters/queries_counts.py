"""The GraphQL documents for stock that the shop, or a service in it, counts.

``available`` is what is free to sell: the shop takes a sale off when it is made, so our
own deliveries of it change nothing. ``updatedAt`` is of the quantity, not of the level.
"""

from __future__ import annotations

from .queries import Document

# Cost 5 a level (level, item, quantity); at most 100 are 503 points.
COUNTS_PAGE = Document(
    "LocationCountsPage",
    """
query LocationCountsPage($locationId: ID!, $first: Int!, $after: String) {
  location(id: $locationId) {
    inventoryLevels(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        isActive
        item { id sku tracked }
        quantities(names: ["available"]) { name quantity updatedAt }
      }
    }
  }
}
""",
    cost=503,
)

COUNTS_AT_LOCATION = Document(
    "CountsAtLocation",
    """
query CountsAtLocation($ids: [ID!]!, $locationId: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id sku tracked
      inventoryLevel(locationId: $locationId, includeInactive: true) {
        isActive
        quantities(names: ["available"]) { name quantity updatedAt }
      }
    }
  }
}
""",
    cost=750,
)

READS = (COUNTS_PAGE, COUNTS_AT_LOCATION)

"""The GraphQL documents of what customer service asks for; see ``queries``."""

from __future__ import annotations

from .queries import Document

ORDER_HOLDS = Document(
    "OrderHolds",
    """
query OrderHolds($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    id
    fulfillmentOrders(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id status
        supportedActions { action }
        fulfillmentHolds { id handle heldByRequestingApp }
      }
    }
  }
}
""",
    cost=52,
)

# A handle that is there already is refused: asked again, nothing is held twice.
FULFILLMENT_ORDER_HOLD = Document(
    "FulfillmentOrderHold",
    """
mutation FulfillmentOrderHold($id: ID!, $fulfillmentHold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $fulfillmentHold) {
    fulfillmentHold { id handle }
    fulfillmentOrder { id status }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

# Without holdIds all holds go, also those of other apps.
FULFILLMENT_ORDER_RELEASE = Document(
    "FulfillmentOrderReleaseHold",
    """
mutation FulfillmentOrderReleaseHold($id: ID!, $holdIds: [ID!]!) {
  fulfillmentOrderReleaseHold(id: $id, holdIds: $holdIds) {
    fulfillmentOrder { id status }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

ORDER_ADDRESS = Document(
    "OrderAddress",
    """
query OrderAddress($id: ID!) {
  order(id: $id) {
    id
    shippingAddress {
      firstName lastName name company address1 address2 zip city
      province provinceCode countryCodeV2 phone
    }
  }
}
""",
    cost=2,
)

# Its errors have no code. Taxes and shipping are not reckoned anew.
ORDER_ADDRESS_UPDATE = Document(
    "OrderAddressUpdate",
    """
mutation OrderAddressUpdate($input: OrderInput!) {
  orderUpdate(input: $input) {
    order { id updatedAt }
    userErrors { field message }
  }
}
""",
    cost=10,
    mutates=True,
)

READS = (ORDER_HOLDS, ORDER_ADDRESS)
MUTATIONS = (FULFILLMENT_ORDER_HOLD, FULFILLMENT_ORDER_RELEASE, ORDER_ADDRESS_UPDATE)

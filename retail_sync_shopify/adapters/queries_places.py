"""Documents about places: who may ship what another was asked for."""

from __future__ import annotations

from .queries import Document

LOCATIONS_FOR_MOVE = Document(
    "FulfillmentOrderLocationsForMove",
    """
query FulfillmentOrderLocationsForMove($id: ID!, $first: Int!, $after: String) {
  fulfillmentOrder(id: $id) {
    id
    locationsForMove(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { movable message location { id name } }
    }
  }
}
""",
    cost=53,
)

# Ids may change; which lines are where is read again after each move.
MOVE = Document(
    "FulfillmentOrderMove",
    """
mutation FulfillmentOrderMove(
  $id: ID!, $newLocationId: ID!, $lines: [FulfillmentOrderLineItemInput!]
) {
  fulfillmentOrderMove(
    id: $id, newLocationId: $newLocationId, fulfillmentOrderLineItems: $lines
  ) {
    movedFulfillmentOrder { id status assignedLocation { location { id } } }
    originalFulfillmentOrder { id status }
    remainingFulfillmentOrder { id status }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

PREPARED_FOR_PICKUP = Document(
    "FulfillmentOrderPreparedForPickup",
    """
mutation FulfillmentOrderPreparedForPickup(
  $input: FulfillmentOrderLineItemsPreparedForPickupInput!
) {
  fulfillmentOrderLineItemsPreparedForPickup(input: $input) {
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

READS = (LOCATIONS_FOR_MOVE,)
MUTATIONS = (MOVE, PREPARED_FOR_PICKUP)

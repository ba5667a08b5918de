"""The GraphQL mutations, Shopify Admin API 2026-10; 10 points each plus what they give.

``@idempotent`` is required at run time on stock mutations since 2026-04 and exists on
no other mutation used here: what has no key is read back before it is sent again.
"""

from __future__ import annotations

from .queries import Document

# changeFromQuantity must be present in every line, a number or an explicit null.
SET_QUANTITIES = Document(
    "InventorySetQuantities",
    """
mutation InventorySetQuantities(
  $input: InventorySetQuantitiesInput!, $idempotencyKey: String!
) {
  inventorySetQuantities(input: $input) @idempotent(key: $idempotencyKey) {
    inventoryAdjustmentGroup {
      id
      changes { name quantityAfterChange item { id } location { id } }
    }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
    idempotent=True,
)


def activation(count: int) -> Document:
    """Return a document that activates ``count`` levels, each under its own key.

    ``inventoryActivate`` takes one level; its ``userErrors`` have no code.
    """
    declared = ", ".join(
        f"$item{n}: ID!, $location{n}: ID!, $available{n}: Int, $key{n}: String!"
        for n in range(count)
    )
    fields = "\n".join(_activate_field(n) for n in range(count))
    return Document(
        "InventoryActivate",
        f"mutation InventoryActivate({declared}) {{\n{fields}\n}}\n",
        cost=10.0 * count,
        mutates=True,
        idempotent=True,
    )


def _activate_field(n: int) -> str:
    return (
        f"  a{n}: inventoryActivate(inventoryItemId: $item{n}, "
        f"locationId: $location{n}, available: $available{n}) "
        f"@idempotent(key: $key{n}) {{\n"
        '    inventoryLevel { isActive quantities(names: ["available"]) '
        "{ name quantity } }\n"
        "    userErrors { field message }\n"
        "  }"
    )


def deactivation(count: int) -> Document:
    """Return a document that takes ``count`` levels off their locations.

    Its ``userErrors`` have no code; a level that is off already stays so.
    """
    declared = ", ".join(f"$level{n}: ID!" for n in range(count))
    fields = "\n".join(
        f"  a{n}: inventoryDeactivate(inventoryLevelId: $level{n}) "
        "{ userErrors { field message } }"
        for n in range(count)
    )
    return Document(
        "InventoryDeactivate",
        f"mutation InventoryDeactivate({declared}) {{\n{fields}\n}}\n",
        cost=10.0 * count,
        mutates=True,
        idempotent=True,
    )


# Not idempotent, and its errors have no code.
FULFILLMENT_CREATE = Document(
    "FulfillmentCreate",
    """
mutation FulfillmentCreate($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status }
    userErrors { field message }
  }
}
""",
    cost=10,
    mutates=True,
)

# Replaces all parcels: what is left out is emptied. Its errors have no code.
TRACKING_UPDATE = Document(
    "FulfillmentTrackingInfoUpdate",
    """
mutation FulfillmentTrackingInfoUpdate(
  $fulfillmentId: ID!, $trackingInfoInput: FulfillmentTrackingInput!,
  $notifyCustomer: Boolean
) {
  fulfillmentTrackingInfoUpdate(
    fulfillmentId: $fulfillmentId, trackingInfoInput: $trackingInfoInput,
    notifyCustomer: $notifyCustomer
  ) {
    fulfillment { id trackingInfo(first: 100) { company number url } }
    userErrors { field message }
  }
}
""",
    cost=10,
    mutates=True,
)

# Answers with a job; the errors have a name of their own.
ORDER_CANCEL = Document(
    "OrderCancel",
    """
mutation OrderCancel(
  $orderId: ID!, $reason: OrderCancelReason!, $restock: Boolean!,
  $refundMethod: OrderCancelRefundMethodInput, $notifyCustomer: Boolean,
  $staffNote: String
) {
  orderCancel(
    orderId: $orderId, reason: $reason, restock: $restock, refundMethod: $refundMethod,
    notifyCustomer: $notifyCustomer, staffNote: $staffNote
  ) {
    job { id done }
    orderCancelUserErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

SUBSCRIPTION_CREATE = Document(
    "WebhookSubscriptionCreate",
    """
mutation WebhookSubscriptionCreate(
  $topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!
) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}
""",
    cost=10,
    mutates=True,
)

SUBSCRIPTION_DELETE = Document(
    "WebhookSubscriptionDelete",
    """
mutation WebhookSubscriptionDelete($id: ID!) {
  webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId
    userErrors { field message }
  }
}
""",
    cost=10,
    mutates=True,
)

MUTATIONS = (
    SET_QUANTITIES,
    activation(1),
    activation(3),
    FULFILLMENT_CREATE,
    TRACKING_UPDATE,
    ORDER_CANCEL,
    SUBSCRIPTION_CREATE,
    SUBSCRIPTION_DELETE,
)

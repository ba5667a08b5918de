"""Documents to variables: what Shopify's mutations want to hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import quote

from odoo.addons.retail_sync_core.domain import documents as doc

from . import words

NOTE_LIMIT = 255


def set_quantities(push: doc.StockPush, key: str) -> dict[str, object]:
    """Return the input of ``inventorySetQuantities``.

    ``changeFromQuantity`` stands in every line: Shopify refuses a line without it, and
    an explicit null switches the comparison off.
    """
    return {
        "name": "available",
        "reason": "correction",
        "referenceDocumentUri": f"gid://retail-sync/StockPush/{quote(key, safe='')}",
        "quantities": [
            {
                "inventoryItemId": level.ref.item_id,
                "locationId": level.ref.location_id,
                "quantity": level.quantity,
                "changeFromQuantity": level.expected,
            }
            for level in push.levels
        ],
    }


def activate(push: doc.StockPush, key: str) -> dict[str, object]:
    """Return the variables of :func:`mutations.activation`, one set a level."""
    variables: dict[str, object] = {}
    for n, level in enumerate(push.levels):
        variables[f"item{n}"] = level.ref.item_id
        variables[f"location{n}"] = level.ref.location_id
        variables[f"available{n}"] = level.quantity
        variables[f"key{n}"] = f"{key}-{n}"
    return variables


def fulfillment(
    shipment: doc.Shipment, parts: Mapping[str, Sequence[tuple[str, Decimal]]]
) -> dict[str, object]:
    """Return a ``FulfillmentInput``.

    :param parts: fulfillment order id -> (fulfillment order line id, units)
    """
    found: dict[str, object] = {
        "notifyCustomer": shipment.notify_customer,
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": order_id,
                "fulfillmentOrderLineItems": [
                    {"id": line_id, "quantity": int(units)} for line_id, units in lines
                ],
            }
            for order_id, lines in parts.items()
        ],
    }
    tracking = tracking_info(shipment.tracking)
    if tracking:
        found["trackingInfo"] = tracking
    return found


def tracking_info(tracking: Sequence[doc.Tracking]) -> dict[str, object]:
    """Return a ``FulfillmentTrackingInput``; one company for all parcels."""
    found: dict[str, object] = {}
    carrier = next((parcel.carrier for parcel in tracking if parcel.carrier), "")
    numbers = [parcel.number for parcel in tracking if parcel.number]
    urls = [parcel.url for parcel in tracking if parcel.url]
    if carrier:
        found["company"] = carrier
    if len(numbers) == 1:
        found["number"] = numbers[0]
    elif numbers:
        found["numbers"] = numbers
    if len(urls) == 1:
        found["url"] = urls[0]
    elif urls:
        found["urls"] = urls
    return found


def cancellation(body: doc.Cancellation) -> dict[str, object]:
    """Return the variables of ``orderCancel``; without a refund the money stays."""
    return {
        "orderId": body.order_id,
        "reason": words.cancel_reason(body.reason),
        "restock": body.restock,
        "refundMethod": {"originalPaymentMethodsRefund": True} if body.refund else None,
        "notifyCustomer": body.notify_customer,
        "staffNote": body.note[:NOTE_LIMIT] or None,
    }

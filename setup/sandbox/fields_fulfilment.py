"""Fields of fulfilment orders, shipments and refunds' lines."""

from . import fulfilment
from .fields_catalog import COMMON, listed
from .fields_orders import order_of
from .graph import Context, Rows, plays


@plays("QueryRoot", "fulfillmentOrders")
def fulfillment_orders(context: Context, _source: dict | None, arguments: dict) -> Rows:
    rows = [
        document
        for order in context.store.table("Order").values()
        for document in order["fulfillmentOrders"]
        if document["status"] != "CLOSED" or arguments.get("includeClosed")
    ]
    filters = {
        **COMMON,
        "status": lambda row: row["status"],
        "assigned_location_id": lambda row: row["_location"],
    }
    return listed(context, rows, arguments, filters)


@plays("FulfillmentOrder", "assignedLocation")
def assigned_location(context: Context, document: dict, _arguments: dict) -> dict:
    place = context.store.find(document["_location"])
    address = place["address"]
    return {
        "name": place["name"],
        "address1": address.get("address1"),
        "city": address.get("city"),
        "zip": address.get("zip"),
        "countryCode": address.get("countryCode") or "DE",
        "location": place,
    }


@plays("FulfillmentOrder", "destination")
def destination(context: Context, document: dict, _arguments: dict) -> dict | None:
    order = order_of(context, document)
    address = order["shippingAddress"]
    if order["_delivery"] == "PICK_UP":
        return _picked_up_at(context, document, order)
    if not address:
        return None
    return {
        **address,
        "location": None,
        "id": address["id"].replace("MailingAddress", "FulfillmentOrderDestination"),
        "countryCode": address["countryCodeV2"],
        "email": order["email"],
    }


def _picked_up_at(context: Context, document: dict, order: dict) -> dict:
    """Give the place where the customer fetches the goods."""
    place = context.store.find(document["_location"])
    return {
        "id": document["id"].replace("FulfillmentOrder", "FulfillmentOrderDestination"),
        "location": place,
        "countryCode": place["address"].get("countryCode") or "DE",
        "email": order["email"],
    }


@plays("FulfillmentOrder", "supportedActions")
def supported_actions(
    _context: Context, document: dict, _arguments: dict
) -> list[dict]:
    return fulfilment.supported_actions(document)


@plays("FulfillmentOrder", "fulfillments")
def fulfillments_of(context: Context, document: dict, _arguments: dict) -> list[dict]:
    return [
        one
        for one in order_of(context, document)["fulfillments"]
        if document["id"] in one["_fulfillment_orders"]
    ]


@plays("FulfillmentOrder", "order")
@plays("Fulfillment", "order")
@plays("Refund", "order")
def parent_order(context: Context, document: dict, _arguments: dict) -> dict:
    return order_of(context, document)


@plays("FulfillmentOrderLineItem", "lineItem")
@plays("FulfillmentLineItem", "lineItem")
@plays("RefundLineItem", "lineItem")
def line_item(context: Context, part: dict, _arguments: dict | None = None) -> dict:
    return fulfilment.line_of(order_of(context, part), part["_line"])


@plays("FulfillmentOrderLineItem", "variant")
def variant(context: Context, part: dict, _arguments: dict) -> dict | None:
    gid = line_item(context, part)["_variant"]
    return context.store.find(gid) if gid else None


@plays("FulfillmentOrderLineItem", "inventoryItemId")
def inventory_item_id(context: Context, part: dict, _arguments: dict) -> str | None:
    return line_item(context, part)["_item"]


def _copied(name: str, key: str) -> None:
    plays("FulfillmentOrderLineItem", name)(
        lambda context, part, _arguments: line_item(context, part)[key]
    )


for _name in ("sku", "variantTitle", "requiresShipping"):
    _copied(_name, _name)
_copied("productTitle", "title")


@plays("Fulfillment", "displayStatus")
def display_status(_context: Context, document: dict, _arguments: dict) -> str:
    return "CANCELED" if document["status"] == "CANCELLED" else "FULFILLED"


@plays("Fulfillment", "totalQuantity")
def total_quantity(_context: Context, document: dict, _arguments: dict) -> int:
    return sum(part["quantity"] for part in document["fulfillmentLineItems"])


@plays("Fulfillment", "requiresShipping")
def requires_shipping(context: Context, document: dict, _arguments: dict) -> bool:
    parts = document["fulfillmentLineItems"]
    return any(line_item(context, part)["requiresShipping"] for part in parts)


@plays("Fulfillment", "location")
@plays("RefundLineItem", "location")
def location(context: Context, document: dict, _arguments: dict) -> dict | None:
    place = document["_location"]
    return context.store.find(place) if place else None


@plays("Fulfillment", "service")
def service(_context: Context, _document: dict, _arguments: dict) -> dict:
    return {
        "id": "gid://shopify/FulfillmentService/manual",
        "handle": "manual",
        "serviceName": "Manual",
        "type": "MANUAL",
    }


@plays("RefundShippingLine", "shippingLine")
def shipping_line(context: Context, document: dict, _arguments: dict) -> dict:
    lines = order_of(context, document)["shippingLines"]
    return next(line for line in lines if line["id"] == document["_shipping"])

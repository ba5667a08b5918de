"""Webhook bodies: REST-shaped, snake_case, numeric ids, lower-case states."""

from datetime import datetime
from zoneinfo import ZoneInfo

from . import amounts, drafts, payments
from .fields_orders import all_discounts, fulfilment_status
from .inventory import quantity
from .money import money_text, side_amount
from .search import moment
from .store import Store, number_of

REST_SIDES = (("shop_money", "shopMoney"), ("presentment_money", "presentmentMoney"))

FULFILMENT_WORDS = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}


def body_of(store: Store, topic: str, document: dict) -> dict:
    """Give the body of a topic, the document's id when nothing more is played."""
    by_topic = {
        "orders/edited": edit_body,
        "orders/risk_assessment_changed": risk_body,
        "fulfillment_orders/moved": moved_body,
    }
    by_kind = {
        "orders": order_body,
        "draft_orders": lambda _store, draft: drafts.body(draft),
        "inventory_levels": level_body,
        "fulfillments": fulfillment_body,
        "fulfillment_orders": fulfillment_order_body,
        "refunds": refund_body,
        "returns": return_body,
        "order_transactions": transaction_body,
    }
    function = by_topic.get(topic) or by_kind.get(topic.split("/")[0])
    return function(store, document) if function else _ids(document)


def _ids(document: dict) -> dict:
    return {"id": number_of(document["id"]), "admin_graphql_api_id": document["id"]}


def local(store: Store, stamp: str | None) -> str | None:
    """Write a time the way REST does, in the shop's zone."""
    if not stamp:
        return None
    zone = ZoneInfo(store.data["shop"]["ianaTimezone"])
    return moment(stamp).astimezone(zone).isoformat(timespec="seconds")


def _price(value: dict, side: str = "shopMoney") -> str:
    currency = value[side]["currencyCode"]
    return money_text(side_amount(value, side), currency)


def _set(value: dict) -> dict:
    return {
        key: {
            "amount": _price(value, side),
            "currency_code": value[side]["currencyCode"],
        }
        for key, side in REST_SIDES
    }


def order_body(store: Store, order: dict) -> dict:
    return {
        **_ids(order),
        "name": order["name"],
        "order_number": order["number"],
        "number": order["number"] - 1000,
        "confirmation_number": order["confirmationNumber"],
        "test": order["test"],
        **{
            f"{name}_at": local(store, order[f"{name}At"])
            for name in ("created", "processed", "updated", "closed", "cancelled")
        },
        "cancel_reason": (order["cancelReason"] or "").lower() or None,
        "currency": order["currencyCode"],
        "presentment_currency": order["presentmentCurrencyCode"],
        "taxes_included": order["taxesIncluded"],
        "financial_status": payments.financial_status(order).lower(),
        "fulfillment_status": FULFILMENT_WORDS.get(fulfilment_status(None, order)),
        **_totals(order),
        "email": order["email"] or "",
        "contact_email": order["email"],
        "phone": order["phone"],
        "note": order["note"],
        "tags": ", ".join(order["tags"]),
        "po_number": order["poNumber"],
        "source_name": order["sourceName"],
        "location_id": number_of(order["_retail"]) if order["_retail"] else None,
        "payment_gateway_names": [one["gateway"] for one in order["transactions"]],
        "customer": _customer(order),
        "billing_address": _address(order["billingAddress"]),
        "shipping_address": _address(order["shippingAddress"]),
        "line_items": [_line(store, order, line) for line in order["lineItems"]],
        "shipping_lines": [_shipping(order, line) for line in order["shippingLines"]],
        "tax_lines": [_tax(tax) for tax in amounts.merged_taxes(order)],
        "discount_codes": [{"code": code} for code in order["discountCodes"]],
        "fulfillments": [fulfillment_body(store, one) for one in order["fulfillments"]],
        "refunds": [refund_body(store, one) for one in order["refunds"]],
    }


def _totals(order: dict) -> dict:
    total = amounts.total(order)
    return {
        "total_price": _price(total),
        "total_price_set": _set(total),
        "current_total_price": _price(amounts.current_total(order)),
        "subtotal_price": _price(amounts.subtotal(order)),
        "total_tax": _price(amounts.total_tax(order)),
        "total_discounts": _price(all_discounts(order)),
    }


def _customer(order: dict) -> dict | None:
    customer = order["customer"]
    if not customer:
        return None
    return {
        **_ids(customer),
        "first_name": customer["firstName"],
        "last_name": customer["lastName"],
        "email": (customer["defaultEmailAddress"] or {}).get("emailAddress"),
    }


def _address(address: dict | None) -> dict | None:
    if not address:
        return None
    names = {
        "first_name": "firstName",
        "last_name": "lastName",
        "company": "company",
        "address1": "address1",
        "address2": "address2",
        "zip": "zip",
        "city": "city",
        "province": "province",
        "province_code": "provinceCode",
        "country": "country",
        "country_code": "countryCodeV2",
        "phone": "phone",
        "name": "name",
    }
    return {ours: address.get(theirs) for ours, theirs in names.items()}


def _tax(tax: dict) -> dict:
    return {
        "title": tax["title"],
        "rate": tax["rate"],
        "price": _price(tax["priceSet"]),
        "price_set": _set(tax["priceSet"]),
        "channel_liable": tax["channelLiable"],
    }


def _line(store: Store, order: dict, line: dict) -> dict:
    variant = store.find(line["_variant"]) if line["_variant"] else None
    waiting = sum(
        part["remainingQuantity"]
        for document in order["fulfillmentOrders"]
        for part in document["lineItems"]
        if part["_line"] == line["id"]
    )
    return {
        **_ids(line),
        "variant_id": variant and number_of(variant["id"]),
        "product_id": variant and number_of(variant["_product"]),
        "sku": line["sku"],
        "title": line["title"],
        "variant_title": line["variantTitle"],
        "name": line["name"],
        "quantity": line["quantity"],
        "current_quantity": line["currentQuantity"],
        "fulfillable_quantity": waiting,
        "price": _price(line["originalUnitPriceSet"]),
        "price_set": _set(line["originalUnitPriceSet"]),
        "gift_card": line["isGiftCard"],
        "requires_shipping": line["requiresShipping"],
        "taxable": line["taxable"],
        "tax_lines": [_tax(tax) for tax in line["taxLines"]],
        "discount_allocations": _allocations(line),
    }


def _allocations(line: dict) -> list[dict]:
    return [
        {
            "amount": _price(one["allocatedAmountSet"]),
            "discount_application_index": one["_index"],
        }
        for one in line["discountAllocations"]
    ]


def _shipping(order: dict, line: dict) -> dict:
    return {
        "id": number_of(line["id"]),
        "title": line["title"],
        "code": line["code"],
        "price": _price(line["originalPriceSet"]),
        "discounted_price": _price(amounts.shipping_net(order, line)),
        "discount_allocations": _allocations(line),
        "tax_lines": [_tax(tax) for tax in line["taxLines"]],
    }


def edit_body(store: Store, order: dict) -> dict:
    """Tell an edit: not the order, only what was added and removed."""

    def deltas(sign: int) -> list[dict]:
        return [
            {"id": number_of(line_id), "delta": abs(delta)}
            for line_id, delta in order["_last_edit"]
            if delta * sign > 0
        ]

    edit = {
        "id": store.number(),
        "app_id": None,
        "created_at": local(store, order["updatedAt"]),
        "committed_at": local(store, order["updatedAt"]),
        "notify_customer": False,
        "order_id": number_of(order["id"]),
        "staff_note": "",
        "user_id": None,
        "line_items": {"additions": deltas(1), "removals": deltas(-1)},
        "discounts": {"line_item": {"additions": [], "removals": []}},
        "shipping_lines": {"additions": [], "removals": []},
    }
    return {"order_edit": edit}


def risk_body(store: Store, order: dict) -> dict:
    return {
        "provider_id": None,
        "provider_title": None,
        "risk_level": order["_risk"].lower(),
        "created_at": local(store, order["updatedAt"]),
        "order_id": number_of(order["id"]),
        "admin_graphql_api_order_id": order["id"],
    }


def fulfillment_order_body(_store: Store, document: dict) -> dict:
    body = {"id": document["id"], "status": document["status"].lower()}
    if document["fulfillmentHolds"]:
        body["fulfillment_holds"] = [
            {
                "id": one["id"],
                "reason": one["reason"].lower(),
                "reason_notes": one["reasonNotes"],
                "held_by_requesting_app": one["heldByRequestingApp"],
                "handle": one["handle"],
            }
            for one in document["fulfillmentHolds"]
        ]
    return {"fulfillment_order": body}


def moved_body(store: Store, document: dict) -> dict:
    source = store.find(document["_moved_from"])
    return {
        "original_fulfillment_order": {
            "id": source["id"],
            "status": source["status"].lower(),
        },
        "moved_fulfillment_order": {
            "id": document["id"],
            "status": document["status"].lower(),
        },
        "source_location": {"id": source["_location"]},
        "destination_location_id": document["_location"],
    }


def level_body(store: Store, level: dict) -> dict:
    return {
        "inventory_item_id": number_of(level["_item"]),
        "location_id": number_of(level["_location"]),
        "available": quantity(level, "available"),
        "updated_at": local(store, level["updatedAt"]),
        "admin_graphql_api_id": level["id"],
    }


def fulfillment_body(store: Store, document: dict) -> dict:
    numbers = [entry["number"] for entry in document["trackingInfo"]]
    return {
        **_ids(document),
        "order_id": number_of(document["_order"]),
        "name": document["name"],
        "status": document["status"].lower(),
        "created_at": local(store, document["createdAt"]),
        "updated_at": local(store, document["updatedAt"]),
        "location_id": number_of(document["_location"]),
        "tracking_numbers": numbers,
        "tracking_number": numbers[0] if numbers else None,
        "line_items": [
            {"id": number_of(part["_line"]), "quantity": part["quantity"]}
            for part in document["fulfillmentLineItems"]
        ],
    }


def refund_body(store: Store, document: dict) -> dict:
    return {
        **_ids(document),
        "order_id": number_of(document["_order"]),
        "created_at": local(store, document["createdAt"]),
        "note": document["note"],
        "refund_line_items": [
            {
                "id": number_of(part["id"]),
                "line_item_id": number_of(part["_line"]),
                "quantity": part["quantity"],
                "restock_type": part["restockType"].lower(),
            }
            for part in document["refundLineItems"]
        ],
        "transactions": [_ids(one) for one in document["transactions"]],
    }


def return_body(store: Store, document: dict) -> dict:
    """Give the return and whose it is; with it Shopify sends its lines."""
    return {
        **_ids(document),
        "name": document["name"],
        "status": document["status"].lower(),
        "order": _ids({"id": document["_order"]}),
    }


def transaction_body(store: Store, document: dict) -> dict:
    return {
        **_ids(document),
        "order_id": number_of(document["_order"]),
        "kind": document["kind"].lower(),
        "status": document["status"].lower(),
        "gateway": document["gateway"],
        "amount": _price(document["amountSet"]),
        "currency": document["amountSet"]["shopMoney"]["currencyCode"],
        "created_at": local(store, document["createdAt"]),
    }


def utc_text(moment_: datetime) -> str:
    """Write the time of an event as the webhook headers do."""
    return moment_.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"

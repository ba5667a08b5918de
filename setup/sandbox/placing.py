"""A new order from a short description: what a checkout would have made of it."""

from decimal import Decimal

from . import amounts, fulfilment, payments, people, tills
from .money import add, bag
from .store import Refused, Store, number_of

ADDRESS = {
    "firstName": "Erika",
    "lastName": "Mustermann",
    "company": None,
    "address1": "Lange Strasse 12",
    "address2": None,
    "zip": "20095",
    "city": "Hamburg",
    "province": None,
    "provinceCode": None,
    "country": "Germany",
    "countryCodeV2": "DE",
    "phone": None,
}
DEFAULT_TAXES = [{"title": "DE VAT", "rate": "0.19"}]


KEYS = frozenset(
    (
        *("lines", "shipping", "discounts", "fees", "taxes", "taxes_included"),
        *("currency", "presentment_currency", "rate", "wrong_total"),
        *("customer", "email", "phone", "locale", "shipping_address"),
        *("billing_address", "note", "tags", "attributes", "po_number"),
        *("financial", "payment", "payments", "gateway"),
        *("id", "name", "created_at"),
        *("updated_at", "test", "source", "source_identifier", "risk"),
        *("delivery", "ship_by", "retail_location", "webhooks", "kind"),
        *("company", "terms", "cash_rounding", "handed_over"),
    )
)


LINE_KEYS = frozenset(
    (
        *("sku", "variant", "custom", "quantity", "price", "title", "taxes"),
        *("tip", "gift_card", "requires_shipping", "taxable", "attributes"),
        *("location", "duty", "selling_plan", "delivery"),
    )
)


def place(store: Store, given: dict) -> dict:
    """Place an order as described in ``README.md`` and give its document.

    :raises Refused: when the description names what the shop does not have, or a
        key that means nothing here
    """
    given, order = _draw_up(store, given)
    payments.start(store, order, given)
    fulfilment.route(store, order)
    store.table("Order")[order["id"]] = order
    if given.get("handed_over", True):
        tills.hand_over(store, order)
    return order


def draw_up(store: Store, given: dict) -> dict:
    """Give the document of an order that is not placed: no number, money or goods."""
    number = store.data["order_number"]
    _given, order = _draw_up(store, given)
    store.data["order_number"] = number
    return order


def _draw_up(store: Store, given: dict) -> tuple[dict, dict]:
    _check_keys("an order", given, KEYS)
    for line in given.get("lines", ()):
        _check_keys("a line", line, LINE_KEYS)
    given = tills.prepare(store, given)
    order = _header(store, given)
    for line in given.get("lines") or [{}]:
        order["lineItems"].append(make_line(store, order, line, given))
    order["shippingLines"] = _shipping_lines(store, order, given)
    order["additionalFees"] = _fees(store, order, given)
    for discount in given.get("discounts", ()):
        application = make_application(order, discount)
        order["discountApplications"].append(application)
        amounts.allocate(order, application)
    for line in [*order["lineItems"], *order["shippingLines"]]:
        amounts.apply_taxes(order, line)
    if given.get("wrong_total"):
        order["_wrong"] = bag(order, given["wrong_total"])
    order["_original_total"] = amounts.total(order)
    order["_ship_by"] = given.get("ship_by")
    order["_cash_rounding"] = bag(order, given.get("cash_rounding", "0"))
    return given, order


def _check_keys(what: str, given: dict, known: frozenset[str]) -> None:
    unknown = set(given) - known
    if unknown:
        raise Refused(f"Unknown keys of {what}: {', '.join(sorted(unknown))}.")


def _header(store: Store, given: dict) -> dict:
    store.data["order_number"] += 1
    number, gid_number = store.data["order_number"], store.number()
    stamp = given.get("created_at") or store.stamp()
    currency = given.get("currency") or store.currency
    address = given.get("shipping_address", {})
    order = {
        "id": given.get("id") or store.gid("Order", gid_number),
        "name": given.get("name") or f"#{number}",
        "number": number,
        "confirmationNumber": f"SBX{number:06d}",
        "createdAt": stamp,
        "processedAt": stamp,
        "updatedAt": given.get("updated_at") or store.stamp(),
        "closedAt": None,
        "cancelledAt": None,
        "cancelReason": None,
        "currencyCode": currency,
        "presentmentCurrencyCode": given.get("presentment_currency") or currency,
        "_rate": str(given.get("rate", "1")),
        "taxesIncluded": given.get(
            "taxes_included", store.data["shop"]["taxesIncluded"]
        ),
        **people.buyer(store, given, stamp),
        "shippingAddress": _address(store, given, address),
        **_texts(given),
        **{key: [] for key in ("lineItems", "shippingLines", "discountApplications")},
        **{key: [] for key in ("transactions", "refunds", "additionalFees")},
        **{key: [] for key in ("fulfillmentOrders", "fulfillments")},
        "_edited": False,
        "_shipping_cancelled": False,
        "_delivery": given.get("delivery", "SHIPPING"),
        "_risk": given.get("risk", "LOW"),
        "_retail": given.get("retail_location"),
    }
    billing = given.get("billing_address", address)
    order["billingAddress"] = _address(store, given, billing)
    order["_same_address"] = billing == address
    order["legacyResourceId"] = str(number_of(order["id"]))
    return order


def _texts(given: dict) -> dict:
    customer = given.get("customer") or {}
    return {
        "email": given.get("email", customer.get("email")),
        "phone": given.get("phone"),
        "note": given.get("note"),
        "poNumber": given.get("po_number"),
        "tags": list(given.get("tags", ())),
        "customAttributes": attributes(given.get("attributes")),
        "test": given.get("test", False),
        "sourceName": given.get("source", "web"),
        "sourceIdentifier": given.get("source_identifier"),
        "customerLocale": given.get("locale", "de"),
        "discountCodes": [
            one["code"] for one in given.get("discounts", ()) if one.get("code")
        ],
    }


def attributes(given: dict | None) -> list[dict]:
    return [{"key": key, "value": value} for key, value in (given or {}).items()]


def _address(store: Store, given: dict, address: dict | None) -> dict | None:
    """Complete an address; an explicit null leaves the order without one."""
    if address is None:
        return None
    customer = given.get("customer") or {}
    names = {
        "firstName": customer.get("first_name", ADDRESS["firstName"]),
        "lastName": customer.get("last_name", ADDRESS["lastName"]),
    }
    made = {**ADDRESS, **names, **address}
    made["id"] = store.gid("MailingAddress")
    made["name"] = " ".join(filter(None, (made["firstName"], made["lastName"])))
    return made


def make_line(store: Store, order: dict, line: dict, given: dict) -> dict:
    """Make a line of a variant (by ``sku`` or ``variant``) or of free text."""
    variant = find_variant(store, line)
    product = variant and store.find(variant["_product"])
    units = int(line.get("quantity", 1))
    title = line.get("title") or (product["title"] if product else "Custom item")
    variant_title = variant["title"] if variant else None
    if variant_title == "Default Title":
        variant_title = None
    shipped = not (line.get("gift_card") or line.get("tip"))
    document = {
        "id": store.gid("LineItem"),
        "_order": order["id"],
        "_variant": variant and variant["id"],
        "_item": variant and variant["_item"],
        "_location": find_location(store, line.get("location")),
        "_delivery": line.get("delivery"),
        "_tip": bool(line.get("tip")),
        "name": " - ".join(filter(None, (title, variant_title))),
        "title": title,
        "variantTitle": variant_title,
        "sku": line.get("sku") or (variant or {}).get("sku"),
        "vendor": product and product["vendor"],
        "quantity": units,
        "currentQuantity": units,
        "isGiftCard": bool(line.get("gift_card")),
        "requiresShipping": line.get("requires_shipping", shipped),
        "taxable": shipped and line.get("taxable", True),
        "customAttributes": attributes(line.get("attributes")),
        "originalUnitPriceSet": bag(order, line.get("price") or _price(variant)),
        "discountAllocations": [],
        "duties": [],
    }
    if line.get("duty"):
        document["duties"].append(_duty(store, order, line["duty"]))
    plan = line.get("selling_plan")
    document["sellingPlan"] = _plan(store, plan) if plan else None
    document["taxLines"] = make_taxes(line, given) if document["taxable"] else []
    return store.own(order, document)


def _plan(store: Store, given: str | dict) -> dict:
    """Make a selling plan: a name, or ``name`` and ``category`` ("" = none told)."""
    given = {"name": given} if isinstance(given, str) else given
    category = given.get("category", "SUBSCRIPTION")
    recurs = category in ("", "SUBSCRIPTION")
    kind = "Recurring" if recurs else "Fixed"
    plan = {
        "id": store.gid("SellingPlan"),
        "name": given["name"],
        "category": category or None,
        "billingPolicy": {"__typename": f"SellingPlan{kind}BillingPolicy"},
    }
    store.data.setdefault("SellingPlan", {})[plan["id"]] = plan
    return {"name": plan["name"], "sellingPlanId": plan["id"]}


def find_variant(store: Store, line: dict) -> dict | None:
    """Find the variant a line names; free text and unknown SKUs give None."""
    if line.get("variant"):
        variant = store.find(line["variant"])
        if not variant:
            raise Refused(f"Unknown variant {line['variant']}.", ["lines"])
        return variant
    if line.get("custom") or line.get("tip"):
        return None
    variants = store.table("ProductVariant").values()
    if not line.get("sku"):
        return next(iter(variants), None)
    return next((one for one in variants if one["sku"] == line["sku"]), None)


def find_location(store: Store, name: str | None) -> str | None:
    """Find a location by its id or name."""
    if not name:
        return None
    for location in store.table("Location").values():
        if name in (location["id"], location["name"]):
            return location["id"]
    raise Refused(f"Unknown location {name!r}.", ["location"])


def _price(variant: dict | None) -> str:
    return variant["price"] if variant else "10.00"


def _duty(store: Store, order: dict, amount: str) -> dict:
    return {
        "id": store.gid("Duty"),
        "harmonizedSystemCode": "610910",
        "countryCodeOfOrigin": "CN",
        "price": bag(order, amount),
        "taxLines": [],
    }


def make_taxes(line: dict, given: dict) -> list[dict]:
    """Make tax lines without amounts from the line's, else the order's taxes."""
    taxes = line.get("taxes")
    if taxes is None:
        taxes = given.get("taxes", DEFAULT_TAXES)
    return [
        {
            "title": tax["title"],
            "rate": float(tax["rate"]),
            "ratePercentage": float(Decimal(str(tax["rate"])) * 100),
            "source": "Shopify",
            "channelLiable": tax.get("channel_liable", False),
        }
        for tax in taxes
    ]


def _shipping_lines(store: Store, order: dict, given: dict) -> list[dict]:
    asked = given.get("shipping")
    lines = asked if isinstance(asked, list) else [asked] if asked else []
    return [
        store.own(
            order,
            {
                "id": store.gid("ShippingLine"),
                "title": line.get("title", "Standard"),
                "code": line.get("code", line.get("title", "Standard")),
                "source": "shopify",
                "carrierIdentifier": line.get("carrier"),
                "custom": False,
                "isRemoved": False,
                "originalPriceSet": bag(order, line.get("price", "4.90")),
                "discountAllocations": [],
                "taxLines": make_taxes(line, given),
                "_order": order["id"],
            },
        )
        for line in lines
    ]


def _fees(store: Store, order: dict, given: dict) -> list[dict]:
    return [
        {
            "id": store.gid("AdditionalFee"),
            "name": fee.get("name", "Fee"),
            "price": bag(order, fee["price"]),
            "taxLines": [],
        }
        for fee in given.get("fees", ())
    ]


def make_application(order: dict, discount: dict) -> dict:
    """Make a discount: by ``code``, else by hand, in percent or as an amount."""
    target = discount.get("target", "order")
    percentage, amount = discount.get("percentage"), discount.get("amount")
    if (percentage is None) == (amount is None):
        raise Refused("A discount has a percentage or an amount.", ["discounts"])
    if percentage is not None:
        value = {
            "__typename": "PricingPercentageValue",
            "percentage": float(percentage),
        }
    else:
        value = {
            "__typename": "MoneyV2",
            **bag(order, amount)["presentmentMoney"],
        }
    code = discount.get("code")
    name = discount.get("title", "Manual discount")
    kind = "DiscountCodeApplication" if code else "ManualDiscountApplication"
    return {
        "__typename": discount.get("kind") or kind,
        "index": len(order["discountApplications"]),
        "allocationMethod": "EACH" if target == "line" else "ACROSS",
        "targetSelection": "ALL" if target == "order" else "ENTITLED",
        "targetType": "SHIPPING_LINE" if target == "shipping" else "LINE_ITEM",
        "value": value,
        "code": code,
        "title": name,
        "description": name,
        "_percentage": percentage,
        "_amount": amount,
        "_lines": discount.get("lines", [0]) if target == "line" else None,
    }


def tips(order: dict) -> dict:
    """Add up the tip lines."""
    return add(
        order, [amounts.line_net(order, t) for t in order["lineItems"] if t["_tip"]]
    )

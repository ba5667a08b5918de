"""Fields of orders: amounts, states, and the lists inside an order."""

from datetime import timedelta

from . import amounts, payments, tills
from .fields_catalog import COMMON, listed
from .graph import Context, Rows, plays
from .money import add, at_least_zero, by_side, minus, shop_amount, side_amount, times
from .placing import tips
from .search import moment

ORDER_AMOUNTS = {
    "originalTotalPriceSet": lambda order: order["_original_total"],
    "totalPriceSet": amounts.total,
    "currentTotalPriceSet": amounts.current_total,
    "subtotalPriceSet": amounts.subtotal,
    "currentSubtotalPriceSet": amounts.current_subtotal,
    "totalTaxSet": amounts.total_tax,
    "currentTotalTaxSet": amounts.current_tax,
    "totalShippingPriceSet": amounts.shipping,
    "currentShippingPriceSet": amounts.current_shipping,
    "totalRefundedShippingSet": amounts.refunded_shipping,
    "totalTipReceivedSet": tips,
    "totalReceivedSet": payments.received,
    "totalRefundedSet": payments.refunded,
    "netPaymentSet": payments.net_payment,
    "totalOutstandingSet": payments.outstanding,
    "totalCapturableSet": payments.capturable,
    "refundDiscrepancySet": lambda order: add(order, []),
    "displayFinancialStatus": payments.financial_status,
}
for _name, _function in ORDER_AMOUNTS.items():
    plays("Order", _name)(lambda _c, order, _a, f=_function: f(order))


def all_discounts(order: dict, current: bool = False) -> dict:
    parts = []
    for line in [*order["lineItems"], *order["shippingLines"]]:
        value = amounts.allocated(order, line)
        if current and "quantity" in line:
            value = amounts.current_part(order, line, value)
        parts.append(value)
    return add(order, parts)


@plays("Order", "totalDiscountsSet", "cartDiscountAmountSet")
def total_discounts(_context: Context, order: dict, _arguments: dict) -> dict:
    return all_discounts(order)


@plays("Order", "currentTotalDiscountsSet", "currentCartDiscountAmountSet")
def current_discounts(_context: Context, order: dict, _arguments: dict) -> dict:
    return all_discounts(order, current=True)


@plays("Order", "originalTotalDutiesSet")
def total_duties(_context: Context, order: dict, _arguments: dict) -> dict | None:
    value = amounts.duties(order)
    return value if shop_amount(value) else None


@plays("Order", "currentTotalDutiesSet")
def current_duties(_context: Context, order: dict, _arguments: dict) -> dict | None:
    if not shop_amount(amounts.duties(order)):
        return None
    return minus(order, amounts.duties(order), amounts.refunded_duties(order))


@plays("Order", "originalTotalAdditionalFeesSet", "currentTotalAdditionalFeesSet")
def total_fees(_context: Context, order: dict, _arguments: dict) -> dict | None:
    return amounts.fees(order) if order["additionalFees"] else None


@plays("Order", "totalCashRoundingAdjustment")
def cash_rounding(_context: Context, order: dict, _arguments: dict) -> dict:
    return {
        "paymentSet": order.get("_cash_rounding") or add(order, []),
        "refundSet": tills.refund_rounding(order),
    }


@plays("Order", "taxLines")
def tax_lines(_context: Context, order: dict, _arguments: dict) -> list[dict]:
    return amounts.merged_taxes(order)


@plays("Order", "currentTaxLines")
def current_tax_lines(_context: Context, order: dict, _arguments: dict) -> list[dict]:
    return amounts.merged_taxes(order, current=True)


@plays("Order", "displayFulfillmentStatus")
def fulfilment_status(
    _context: Context, order: dict, _arguments: dict | None = None
) -> str:
    """Tell how far the goods are; what needs no shipping is not required."""
    if order["cancelledAt"] and not order["fulfillments"]:
        return "UNFULFILLED"
    documents = order["fulfillmentOrders"]
    if not documents:
        return "FULFILLMENT_NOT_REQUIRED"
    shipped = any(one["status"] == "SUCCESS" for one in order["fulfillments"])
    left = any(p["remainingQuantity"] for d in documents for p in d["lineItems"])
    if not left:
        return "FULFILLED" if shipped else "UNFULFILLED"
    if shipped:
        return "PARTIALLY_FULFILLED"
    held = any(document["status"] == "ON_HOLD" for document in documents)
    return "ON_HOLD" if held else "UNFULFILLED"


def _flags(order: dict) -> dict:
    status = payments.financial_status(order)
    due = shop_amount(payments.outstanding(order))
    cancelled = bool(order["cancelledAt"])
    return {
        "confirmed": True,
        "closed": bool(order["closedAt"]),
        "fullyPaid": not due and not cancelled,
        "unpaid": not shop_amount(payments.received(order)) and bool(due),
        "capturable": bool(shop_amount(payments.capturable(order))),
        "canMarkAsPaid": bool(due) and not cancelled,
        "refundable": shop_amount(payments.net_payment(order)) > 0,
        "restockable": any(line["currentQuantity"] for line in order["lineItems"]),
        "edited": order["_edited"],
        "merchantEditable": not cancelled,
        "requiresShipping": any(one["requiresShipping"] for one in order["lineItems"]),
        "fulfillable": not cancelled and _has_work(order),
        "taxExempt": False,
        "estimatedTaxes": False,
        "dutiesIncluded": False,
        "productNetwork": False,
        "billingAddressMatchesShippingAddress": order["_same_address"],
        "_status": status,
    }


def _has_work(order: dict) -> bool:
    return any(
        part["remainingQuantity"]
        for document in order["fulfillmentOrders"]
        for part in document["lineItems"]
    )


for _name in (
    *("confirmed", "closed", "fullyPaid", "unpaid", "capturable", "canMarkAsPaid"),
    *("refundable", "restockable", "edited", "merchantEditable", "requiresShipping"),
    *("fulfillable", "taxExempt", "estimatedTaxes", "dutiesIncluded"),
    *("productNetwork", "billingAddressMatchesShippingAddress"),
):
    plays("Order", _name)(lambda _c, order, _a, n=_name: _flags(order)[n])


@plays("Order", "paymentGatewayNames")
def gateways(
    _context: Context, order: dict, _arguments: dict | None = None
) -> list[str]:
    return list(dict.fromkeys(one["gateway"] for one in order["transactions"]))


@plays("Order", "app")
def app(_context: Context, order: dict, _arguments: dict) -> dict:
    title = "Point of Sale" if order["sourceName"] == "pos" else "Online Store"
    return {"id": "gid://shopify/App/580111", "name": title}


@plays("Order", "merchantBusinessEntity")
def business_entity(_context: Context, _order: dict, _arguments: dict) -> dict:
    return {"id": "gid://shopify/BusinessEntity/90000000001"}


@plays("Order", "retailLocation")
def retail_location(context: Context, order: dict, _arguments: dict) -> dict | None:
    return context.store.find(order["_retail"]) if order["_retail"] else None


@plays("Order", "cancellation")
def cancellation(_context: Context, order: dict, _arguments: dict) -> dict | None:
    return {"staffNote": order.get("_note")} if order["cancelledAt"] else None


@plays("Order", "risk")
def risk(_context: Context, order: dict, _arguments: dict) -> dict:
    advice = {"HIGH": "CANCEL", "MEDIUM": "INVESTIGATE", "LOW": "ACCEPT"}
    return {
        "recommendation": advice.get(order["_risk"], "NONE"),
        "assessments": [{"riskLevel": order["_risk"], "provider": None, "facts": []}],
    }


@plays("Order", "fulfillmentOrders")
def fulfillment_orders(_context: Context, order: dict, arguments: dict) -> list[dict]:
    rows = order["fulfillmentOrders"]
    if arguments.get("displayable"):
        rows = [row for row in rows if row["status"] != "CLOSED"]
    return list(rows)


@plays("Order", "currentSubtotalLineItemsQuantity")
def current_units(_context: Context, order: dict, _arguments: dict) -> int:
    return sum(line["currentQuantity"] for line in order["lineItems"])


@plays("Order", "subtotalLineItemsQuantity")
def units(_context: Context, order: dict, _arguments: dict) -> int:
    return sum(line["quantity"] for line in order["lineItems"])


ORDER_FILTERS = {
    **COMMON,
    "name": lambda row: [row["name"], row["name"].lstrip("#")],
    "default": lambda row: [row["name"], row["name"].lstrip("#"), row["email"]],
    "processed_at": lambda row: row["processedAt"],
    "email": lambda row: row["email"],
    "tag": lambda row: row["tags"],
    "test": lambda row: row["test"],
    "status": lambda row: _open_state(row),
    "financial_status": lambda row: payments.financial_status(row),
    "fulfillment_status": lambda row: fulfilment_status(None, row),
    "sku": lambda row: [line["sku"] for line in row["lineItems"]],
    "source_name": lambda row: row["sourceName"],
    "po_number": lambda row: row["poNumber"],
}


def _open_state(order: dict) -> list[str]:
    if order["cancelledAt"]:
        return ["cancelled", "any"]
    return ["closed" if order["closedAt"] else "open", "any"]


def searchable(context: Context) -> list[dict]:
    """Give the orders the search index knows: it may lag behind."""
    lag = timedelta(seconds=context.store.settings["index_lag"])
    until = context.store.now() - lag
    rows = context.store.table("Order").values()
    return [row for row in rows if not lag or moment(row["updatedAt"]) <= until]


@plays("QueryRoot", "orders")
def orders(context: Context, _source: dict | None, arguments: dict) -> Rows:
    return listed(context, searchable(context), arguments, ORDER_FILTERS)


@plays("QueryRoot", "ordersCount")
def orders_count(context: Context, _source: dict | None, arguments: dict) -> dict:
    count = len(listed(context, searchable(context), arguments, ORDER_FILTERS))
    limit = arguments.get("limit")
    if limit and count > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": count, "precision": "EXACT"}


@plays("LineItem", "variant")
def variant_of_line(context: Context, line: dict, _arguments: dict) -> dict | None:
    return context.store.find(line["_variant"]) if line["_variant"] else None


@plays("LineItem", "product")
def product_of_line(context: Context, line: dict, _arguments: dict) -> dict | None:
    variant = variant_of_line(context, line, {})
    return context.store.find(variant["_product"]) if variant else None


def order_of(context: Context, document: dict) -> dict:
    return context.store.find(document["_order"])


LINE_AMOUNTS = {
    "originalTotalSet": amounts.gross,
    "totalDiscountSet": amounts.allocated,
    "discountedUnitPriceAfterAllDiscountsSet": lambda order, line: unit(
        order, line, amounts.line_net(order, line)
    ),
    "priceAfterAllDiscountsBeforeTaxesSet": amounts.line_net,
    "discountedUnitPriceSet": lambda order, line: unit(
        order, line, line_level_net(order, line)
    ),
}
for _name, _function in LINE_AMOUNTS.items():
    plays("LineItem", _name)(
        lambda context, line, _a, f=_function: f(order_of(context, line), line)
    )


@plays("LineItem", "discountedTotalSet")
def discounted_total(context: Context, line: dict, arguments: dict) -> dict:
    codes = bool(arguments.get("withCodeDiscounts"))
    return line_level_net(order_of(context, line), line, codes)


def line_level_net(order: dict, line: dict, codes: bool = True) -> dict:
    """Take off the discounts of the line alone: those of the order are left out."""
    parts = []
    for allocation in line["discountAllocations"]:
        application = order["discountApplications"][allocation["_index"]]
        counted = codes or not application["code"]
        if application["targetSelection"] != "ALL" and counted:
            parts.append(allocation["allocatedAmountSet"])
    return minus(order, amounts.gross(order, line), add(order, parts))


def unit(order: dict, line: dict, value: dict) -> dict:
    return by_side(order, lambda side: side_amount(value, side) / line["quantity"])


def _open_units(context: Context, line: dict) -> int:
    return sum(
        part["remainingQuantity"]
        for document in order_of(context, line)["fulfillmentOrders"]
        for part in document["lineItems"]
        if part["_line"] == line["id"]
    )


@plays("LineItem", "unfulfilledQuantity")
def unfulfilled(context: Context, line: dict, _arguments: dict) -> int:
    return _open_units(context, line)


@plays("LineItem", "nonFulfillableQuantity")
def not_fulfillable(context: Context, line: dict, _arguments: dict) -> int:
    return line["quantity"] - _open_units(context, line)


@plays("LineItem", "refundableQuantity")
def refundable_units(_context: Context, line: dict, _arguments: dict) -> int:
    return line["currentQuantity"]


@plays("LineItem", "restockable", "merchantEditable")
def restockable(_context: Context, line: dict, _arguments: dict) -> bool:
    return bool(line["currentQuantity"]) and not line["_tip"]


@plays("DiscountAllocation", "discountApplication")
def application_of(context: Context, allocation: dict, _arguments: dict) -> dict:
    return allocation["_application"]


@plays("LineItem", "discountAllocations")
@plays("ShippingLine", "discountAllocations")
def allocations(context: Context, line: dict, _arguments: dict) -> list[dict]:
    applications = order_of(context, line)["discountApplications"]
    return [
        {**allocation, "_application": applications[allocation["_index"]]}
        for allocation in line["discountAllocations"]
    ]


@plays("ShippingLine", "discountedPriceSet")
def shipping_discounted(context: Context, line: dict, _arguments: dict) -> dict:
    if "_net" in line:  # of a draft
        return line["_net"]
    return amounts.shipping_net(order_of(context, line), line)


@plays("ShippingLine", "currentDiscountedPriceSet")
def shipping_current(context: Context, line: dict, _arguments: dict) -> dict:
    order = order_of(context, line)
    value = amounts.shipping_net(order, line)
    if order["_shipping_cancelled"]:
        return times(order, value, 0)
    if line is not order["shippingLines"][0]:
        return value
    return at_least_zero(order, minus(order, value, amounts.refunded_shipping(order)))


@plays("OrderTransaction", "maximumRefundableV2")
def maximum_refundable(
    context: Context, transaction: dict, _arguments: dict
) -> dict | None:
    order = context.store.order_of(transaction["id"])
    return payments.maximum_refundable(order, transaction)


@plays("Refund", "totalRefundedSet")
def refund_total(context: Context, refund: dict, _arguments: dict) -> dict:
    order = order_of(context, refund)
    return add(order, [one["amountSet"] for one in refund["transactions"]])

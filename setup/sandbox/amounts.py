"""What an order costs: discounts to the cent, taxes, totals.

The rule, as it holds on real orders: total = lines and shipping net of their
allocations, plus the taxes when prices do not include them, plus duties and fees.
"""

from decimal import Decimal

from .money import (
    ZERO,
    add,
    by_side,
    currency_of,
    minus,
    rounded,
    side_amount,
    spread,
    times,
)


def gross(order: dict, line: dict) -> dict:
    return times(order, line["originalUnitPriceSet"], line["quantity"])


def allocated(order: dict, line: dict) -> dict:
    """Sum the discounts of a line or of a shipping line."""
    parts = [part["allocatedAmountSet"] for part in line["discountAllocations"]]
    return add(order, parts)


def line_net(order: dict, line: dict) -> dict:
    return minus(order, gross(order, line), allocated(order, line))


def shipping_net(order: dict, line: dict) -> dict:
    return minus(order, line["originalPriceSet"], allocated(order, line))


def taxes(order: dict, lines: list[dict]) -> dict:
    return add(order, [tax["priceSet"] for line in lines for tax in line["taxLines"]])


def duties(order: dict) -> dict:
    return add(
        order, [duty["price"] for line in order["lineItems"] for duty in line["duties"]]
    )


def fees(order: dict) -> dict:
    return add(order, [fee["price"] for fee in order["additionalFees"]])


def allocate(order: dict, application: dict) -> None:
    """Spread one discount over what it is for, on each side to the cent."""
    targets = _targets(order, application)
    if not targets:
        return
    spreads = {}
    for side in ("shopMoney", "presentmentMoney"):
        currency = currency_of(order, side)
        left = [side_amount(_left(order, target), side) for target in targets]
        amount = _discount(application, left, side, order)
        spreads[side] = spread(amount, left, currency)
    for index, target in enumerate(targets):
        share = by_side(order, lambda side, i=index: spreads[side][i])
        if any(side_amount(share, side) for side in spreads):
            target["discountAllocations"].append(
                {"allocatedAmountSet": share, "_index": application["index"]}
            )


def _targets(order: dict, application: dict) -> list[dict]:
    if application["targetType"] == "SHIPPING_LINE":
        return order["shippingLines"]
    goods = [
        line
        for line in order["lineItems"]
        if not line["isGiftCard"] and not line["_tip"]
    ]
    chosen = application["_lines"]
    if chosen is None:
        return goods
    return [line for line in goods if order["lineItems"].index(line) in chosen]


def _left(order: dict, target: dict) -> dict:
    if "originalPriceSet" in target:
        return shipping_net(order, target)
    return line_net(order, target)


def _discount(application: dict, left: list, side: str, order: dict) -> Decimal:
    whole = sum(left, ZERO)
    if application["_percentage"] is not None:
        amount = whole * Decimal(application["_percentage"]) / 100
    else:
        amount = Decimal(application["_amount"])
        if side == "presentmentMoney":
            amount *= Decimal(order["_rate"])
    return min(rounded(amount, currency_of(order, side)), whole)


def apply_taxes(order: dict, line: dict) -> None:
    """Compute the tax lines of a line or shipping line from their rates."""
    net = _left(order, line)
    rates = sum((Decimal(str(tax["rate"])) for tax in line["taxLines"]), ZERO)
    base = 1 + rates if order["taxesIncluded"] else Decimal(1)
    for tax in line["taxLines"]:
        rate = Decimal(str(tax["rate"]))
        tax["priceSet"] = by_side(
            order, lambda side, r=rate: side_amount(net, side) * r / base
        )


def current_part(order: dict, line: dict, value: dict) -> dict:
    """Give the part of a line's amount that belongs to the units still on it."""
    if not line["quantity"]:
        return times(order, value, 0)
    return times(order, value, Decimal(line["currentQuantity"]) / line["quantity"])


def subtotal(order: dict) -> dict:
    return add(order, [line_net(order, line) for line in order["lineItems"]])


def current_subtotal(order: dict) -> dict:
    parts = [
        current_part(order, line, line_net(order, line)) for line in order["lineItems"]
    ]
    return add(order, parts)


def shipping(order: dict) -> dict:
    return add(order, [shipping_net(order, line) for line in order["shippingLines"]])


def current_shipping(order: dict) -> dict:
    if order["_shipping_cancelled"]:
        return add(order, [])
    return minus(order, shipping(order), refunded_shipping(order))


def refunded_shipping(order: dict) -> dict:
    return add(
        order,
        [
            part["subtotalAmountSet"]
            for refund in order["refunds"]
            for part in refund["refundShippingLines"]
        ],
    )


def shipping_tax_of(order: dict, value: dict) -> dict:
    """Give the taxes that belong to a part of the shipping."""
    whole = shipping(order)
    of_all = taxes(order, order["shippingLines"])

    def part(side: str) -> Decimal:
        all_of_it = side_amount(whole, side)
        if not all_of_it:
            return ZERO
        return side_amount(of_all, side) * side_amount(value, side) / all_of_it

    return by_side(order, part)


def refunded_duties(order: dict, duty: dict | None = None) -> dict:
    """Add up what was given back of all duties, or of one."""
    return add(
        order,
        [
            part["amountSet"]
            for refund in order["refunds"]
            for part in refund["duties"]
            if duty is None or part["originalDuty"]["id"] == duty["id"]
        ],
    )


def duty_left(order: dict, duty: dict) -> dict:
    return minus(order, duty["price"], refunded_duties(order, duty))


def total_tax(order: dict) -> dict:
    return taxes(order, [*order["lineItems"], *order["shippingLines"]])


def current_tax(order: dict) -> dict:
    of_lines = [
        current_part(order, line, tax["priceSet"])
        for line in order["lineItems"]
        for tax in line["taxLines"]
    ]
    return add(order, [*of_lines, *_current_shipping_taxes(order)])


def _current_shipping_taxes(order: dict) -> list[dict]:
    whole, left = shipping(order), current_shipping(order)

    def part(value: dict) -> dict:
        def of_side(side: str) -> Decimal:
            all_of_it = side_amount(whole, side)
            if not all_of_it:
                return ZERO
            return side_amount(value, side) * side_amount(left, side) / all_of_it

        return by_side(order, of_side)

    return [
        part(tax["priceSet"])
        for line in order["shippingLines"]
        for tax in line["taxLines"]
    ]


def total(order: dict) -> dict:
    """Give the total before returns, with a planted error if one was asked for."""
    parts = [subtotal(order), shipping(order), duties(order), fees(order)]
    if not order["taxesIncluded"]:
        parts.append(total_tax(order))
    return add(order, [*parts, order.get("_wrong")])


def current_total(order: dict) -> dict:
    parts = [current_subtotal(order), current_shipping(order)]
    if not order["taxesIncluded"]:
        parts.append(current_tax(order))
    if not order["cancelledAt"]:
        left = minus(order, duties(order), refunded_duties(order))
        parts += [left, fees(order), order.get("_wrong")]
    return add(order, parts)


def merged_taxes(order: dict, current: bool = False) -> list[dict]:
    """Add the tax lines of the whole order up by title and rate."""
    found: dict[tuple, list] = {}
    lines = [*order["lineItems"], *order["shippingLines"]]
    for line in lines:
        goods = "quantity" in line
        for tax in line["taxLines"]:
            price = tax["priceSet"]
            if current and goods:
                price = current_part(order, line, price)
            found.setdefault((tax["title"], tax["rate"]), []).append((tax, price))
    return [
        {**pairs[0][0], "priceSet": add(order, [price for _tax, price in pairs])}
        for pairs in found.values()
    ]

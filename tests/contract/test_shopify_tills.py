"""Sales over the counter, as the shop tells them and as we read them."""

from decimal import Decimal

import pytest


def till_sale(bench, *lines, **given):
    """Place a sale of the store's till and read it."""
    lines = lines or ({"sku": "MUG", "quantity": 2},)
    given = {"source": "pos", "retail_location": "Store", **given}
    return bench.order(*lines, **given)


def units(rows):
    """Return {line id: units} of what was taken along."""
    return {
        line_id: int(quantity)
        for row in rows
        if row.taken_along
        for line_id, quantity in row.lines
    }


def test_a_tills_sale_names_its_store_and_what_was_taken_along(bench):
    order = bench.fetch(till_sale(bench))

    assert order.till_id == bench.places["Store"]
    assert order.delivery.kind == "retail"
    assert order.shipping_address is None
    assert units(order.shipments) == {order.lines[0].external_id: 2}
    assert order.shipments[0].location_id == bench.places["Store"]
    assert [asked.taken_along for asked in order.shipment_orders] == [True]


def test_what_ships_from_elsewhere_is_not_taken_along(bench):
    order = bench.fetch(
        till_sale(
            bench,
            {"sku": "MUG"},
            {"sku": "CUP", "delivery": "SHIPPING", "location": "Main"},
            shipping_address={"city": "Bremen"},
        )
    )

    mug, cup = order.lines
    asked = {
        one.lines[0].line_id: (one.taken_along, one.location_id, one.state)
        for one in order.shipment_orders
    }
    assert asked == {
        mug.external_id: (True, bench.places["Store"], "closed"),
        cup.external_id: (False, bench.places["Main"], "open"),
    }
    assert units(order.shipments) == {mug.external_id: 1}
    assert order.delivery.kind == "shipping"


def test_a_sale_that_is_read_before_it_is_handed_over_was_taken_along_too(bench):
    order = bench.fetch(till_sale(bench, handed_over=False))

    assert order.shipments == ()
    assert [one.taken_along for one in order.shipment_orders] == [True]


def test_an_order_of_the_web_shop_has_no_till(bench):
    order = bench.fetch(bench.order())

    assert order.till_id == ""
    assert not any(one.taken_along for one in order.shipment_orders)


def test_cash_is_what_the_customer_paid_rounding_and_all(bench):
    order = bench.fetch(till_sale(bench, gateway="cash", cash_rounding="-0.02"))

    assert order.total == Decimal("20.00")
    assert order.cash_rounding == Decimal("-0.02")
    assert [one.amount for one in order.payments] == [Decimal("19.98")]


def test_split_tenders_are_each_their_own_amount(bench):
    order = bench.fetch(
        till_sale(
            bench,
            cash_rounding="0.03",
            payments=[
                {"gateway": "shopify_payments", "amount": "12.00"},
                {"gateway": "cash", "amount": "8.00", "rounding": "0.03"},
            ],
        )
    )

    amounts = {one.gateway: one.amount for one in order.payments}
    assert amounts == {
        "shopify_payments": Decimal("12.00"),
        "cash": Decimal("8.03"),
    }


def test_payments_that_come_to_the_rounded_total_are_left_alone(shopify):
    bag = {"paymentSet": shopify.money("0.02")}
    paid = {
        "id": "gid://shopify/OrderTransaction/1",
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": "cash",
        "amountSet": shopify.money("10.02"),
        "amountRoundingSet": shopify.money("0.02"),
    }
    node = shopify.order(totalCashRoundingAdjustment=bag, transactions=[paid])

    order = shopify.adapter({"order": node}).fetch("order", shopify.order_id)

    assert [one.amount for one in order.payments] == [Decimal("10.02")]


def test_rounding_that_no_payment_names_is_the_last_cash_payments(shopify):
    bag = {"paymentSet": shopify.money("0.02")}
    rows = [
        {
            "id": f"gid://shopify/OrderTransaction/{number}",
            "kind": "SALE",
            "status": "SUCCESS",
            "gateway": gateway,
            "amountSet": shopify.money("5.00"),
        }
        for number, gateway in enumerate(("cash", "cash", "shopify_payments"))
    ]
    node = shopify.order(
        total="15.00", totalCashRoundingAdjustment=bag, transactions=rows
    )

    order = shopify.adapter({"order": node}).fetch("order", shopify.order_id)

    assert [str(one.amount) for one in order.payments] == ["5.00", "5.02", "5.00"]


def test_what_comes_back_to_a_till_is_read_with_its_place_and_money(bench):
    placed = till_sale(bench, gateway="cash")
    bench.shop.refund(
        placed["name"],
        lines=[{"line": "MUG", "quantity": 1}],
        till="Store",
        rounding="0.02",
    )

    order = bench.fetch(placed)

    (back,) = order.returns
    assert (back.line_id, int(back.units)) == (order.lines[0].external_id, 1)
    assert back.location_id == bench.places["Store"]
    assert (back.restocked, back.at_till) == (True, True)
    assert back.returned_at
    refund = order.payments[-1]
    assert (refund.kind, refund.gateway) == ("refund", "cash")
    assert (refund.amount, refund.rounding) == (Decimal("10.02"), Decimal("0.02"))


@pytest.mark.parametrize(("till", "expected"), [("Store", True), (None, False)])
def test_a_till_may_take_back_what_the_web_shop_sold(bench, till, expected):
    placed = bench.order()
    bench.shop.fulfill(placed["name"])
    back = {"line": "MUG", "quantity": 1}
    given = {"till": till} if till else {}
    bench.shop.refund(placed["name"], lines=[back], **given)

    (row,) = bench.fetch(placed).returns

    assert row.at_till is expected


def test_units_canceled_before_they_left_did_not_come_back(bench):
    placed = bench.order({"sku": "MUG", "quantity": 2})
    bench.shop.refund(placed["name"], lines=[{"line": "MUG", "quantity": 1}])

    assert bench.fetch(placed).returns == ()


def test_an_exchange_is_one_version_with_a_return_and_a_new_line(bench):
    placed = till_sale(bench, gateway="cash")
    bench.shop.exchange(
        placed["name"],
        lines=[{"line": "MUG", "quantity": 1}],
        add=[{"sku": "CUP", "quantity": 1}],
        till="Store",
    )

    order = bench.fetch(placed)

    mug, cup = order.lines
    assert [int(line.current_quantity) for line in order.lines] == [1, 1]
    assert units(order.shipments) == {mug.external_id: 2, cup.external_id: 1}
    assert [(row.line_id, int(row.units)) for row in order.returns] == [
        (mug.external_id, 1)
    ]
    moved = [(one.kind, float(one.amount)) for one in order.payments]
    assert moved == [("sale", 20.0), ("refund", 3.0)]


def test_many_refunds_are_read_to_the_end(bench):
    placed = till_sale(bench, {"sku": "MUG", "quantity": 18})
    for _number in range(17):
        back = [{"line": "MUG", "quantity": 1}]
        bench.shop.refund(placed["name"], lines=back, till="Store")

    order = bench.fetch(placed)

    assert len({row.external_id for row in order.returns}) == 17


@pytest.mark.parametrize("restock", [True, False])
def test_a_cancellation_says_what_the_shop_did_not_put_back(bench, restock):
    placed = bench.order()
    bench.shop.cancel(placed["name"], restock=restock)

    order = bench.fetch(placed)

    units = [int(count) for _line, count in order.not_put_back]
    assert units == ([] if restock else [int(order.lines[0].quantity)])
    assert order.returns == ()


def test_units_that_left_and_units_that_did_not_are_told_apart(bench):
    placed = till_sale(bench, {"sku": "MUG", "quantity": 3})
    parts = {"lines": [{"line": "MUG", "quantity": 1, "restock": False}]}
    bench.shop.refund(placed["name"], till="Store", **parts)

    order = bench.fetch(placed)

    (row,) = order.returns
    assert (int(row.units), row.restocked) == (1, False)
    assert order.not_put_back == ()


def test_a_refund_says_of_each_line_units_and_worth(bench):
    placed = bench.order({"sku": "MUG", "quantity": 2}, {"sku": "CUP"})
    bench.shop.fulfill(placed["name"], lines=[{"line": "MUG", "quantity": 2}])
    for line in ("MUG", "CUP"):
        bench.shop.refund(placed["name"], lines=[{"line": line, "quantity": 1}])

    order = bench.fetch(placed)

    mug, cup = order.lines
    assert [(row.line_id, int(row.units)) for row in order.refunded] == [
        (mug.external_id, 1),
        (cup.external_id, 1),
    ]
    tax = sum(tax.amount for tax in mug.taxes)
    on_top = Decimal(0) if order.taxes_included else tax
    assert order.refunded[0].amount == (mug.total + on_top) / 2
    assert all(row.external_id and row.refunded_at for row in order.refunded)


def test_what_arrived_is_known_where_the_carrier_tells(bench):
    placed = bench.order()
    bench.shop.fulfill(placed["name"])
    assert bench.fetch(placed).shipments[0].delivered_at is None

    bench.shop.arrive(placed["name"])

    assert bench.fetch(placed).shipments[0].delivered_at

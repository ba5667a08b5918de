"""Cancellations with their money, captures and refunds against the sandbox."""

from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters.refund_plan import (
    money_back,
    open_places,
)

LOST = (
    ("drop_after", "applied"),
    ("truncated", "applied"),
    ("error_after", "applied"),
    ("drop_before", "not_found"),
    ("internal", "not_found"),
)


def cents(*amounts):
    return sorted(Decimal(one).quantize(Decimal("0.01")) for one in amounts)


def payments(bench, order, kind):
    """Return the amounts of an order's movements of ``kind``, in its own currency."""
    after = bench.adapter.fetch("order", order.external_id)
    return cents(*(one.amount for one in after.payments if one.kind == kind))


def rest(order, *units, **given):
    lines = tuple(
        (line.external_id, Decimal(number))
        for line, number in zip(order.lines, units, strict=True)
    )
    return doc.Cancellation(order_id=order.external_id, lines=lines, **given)


def act(order, action, **given):
    known = tuple(one.external_id for one in order.payments)
    return doc.PaymentAction(
        order_id=order.external_id, action=action, known=known, **given
    )


def do(bench, body, key="key-1"):
    """Do it as the engine does: send, then poll what was only accepted."""
    kind = "cancellation" if isinstance(body, doc.Cancellation) else "payment"
    outcome = bench.adapter.send(bench.effect(body, kind, key))
    if outcome.state == "accepted":
        return bench.adapter.poll(bench.effect(body, kind, key, handle=outcome.handle))
    return outcome


def authorized(bench, **given):
    order = bench.fetch(bench.order(financial="authorized", **given))
    return order, order.payments[0]


# -- cancelling -----------------------------------------------------------------------


@pytest.mark.parametrize(("refund", "back"), [(True, ["20.00"]), (False, [])])
def test_a_cancellation_gives_the_money_back_where_asked(bench, refund, back):
    order = bench.fetch(bench.order())
    body = doc.Cancellation(order_id=order.external_id, refund=refund)

    outcome = do(bench, body)

    assert outcome.state == "applied"
    assert payments(bench, order, "refund") == cents(*back)


@pytest.mark.parametrize(("restock", "left"), [(True, 10), (False, 8)])
def test_a_cancellation_restocks_where_asked(bench, restock, left):
    order = bench.fetch(bench.order())
    body = doc.Cancellation(order_id=order.external_id, restock=restock)

    do(bench, body)

    assert bench.shop.level("MUG", "Main")["available"] == left


def test_the_rest_of_a_part_shipped_order_is_taken_off_with_its_money(bench):
    order = bench.fetch(bench.order({"sku": "MUG", "quantity": 3}))
    line = order.lines[0].external_id
    shipped = doc.Shipment(
        order_id=order.external_id, reference="1", lines=((line, Decimal(1)),)
    )
    bench.adapter.send(bench.effect(shipped))
    level = bench.shop.level("MUG", "Main")["available"]

    outcome = do(bench, rest(order, 2, refund=True), "key-2")

    after = bench.adapter.fetch("order", order.external_id)
    assert outcome.state == "applied"
    assert after.cancelled_at is None
    assert after.lines[0].current_quantity == 1
    assert after.current_total == Decimal(10)
    assert payments(bench, order, "refund") == cents("20.00")
    assert bench.shop.level("MUG", "Main")["available"] == level + 2


def test_the_rest_may_be_taken_off_without_its_money(bench):
    order = bench.fetch(bench.order())

    outcome = do(bench, rest(order, 1))

    assert outcome.state == "applied"
    assert payments(bench, order, "refund") == []


def test_a_split_payment_gets_back_what_was_paid_by_each(bench):
    placed = bench.order(
        {"sku": "MUG", "quantity": 3},
        payments=[
            {"gateway": "gift_card", "amount": "5.00"},
            {"gateway": "paypal", "amount": "25.00"},
        ],
    )
    order = bench.fetch(placed)

    do(bench, rest(order, 2, refund=True))

    assert payments(bench, order, "refund") == cents("5.00", "15.00")


@pytest.mark.parametrize(("fault", "state"), LOST)
def test_a_rest_in_doubt_is_taken_off_once(bench, fault, state):
    order = bench.fetch(bench.order({"sku": "MUG", "quantity": 3}))
    effect = bench.effect(rest(order, 1, refund=True), "cancellation")
    bench.shop.fault(fault, operation="RefundCreate", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)
    seen = bench.adapter.read_back(effect)
    again = bench.adapter.send(effect)

    after = bench.adapter.fetch("order", order.external_id)
    assert (seen.state, again.state) == (state, "applied")
    assert after.lines[0].current_quantity == 2
    assert payments(bench, order, "refund") == cents("10.00")


def test_two_equal_cancellations_of_a_rest_are_two(bench):
    order = bench.fetch(bench.order({"sku": "MUG", "quantity": 3}))

    do(bench, rest(order, 1, refund=True), "first")
    do(bench, rest(order, 1, refund=True), "second")

    after = bench.adapter.fetch("order", order.external_id)
    assert after.lines[0].current_quantity == 1


def test_what_was_shipped_meanwhile_is_not_taken_off(bench):
    placed = bench.order({"sku": "MUG", "quantity": 3})
    order = bench.fetch(placed)
    bench.shop.fulfill(placed["name"])

    outcome = do(bench, rest(order, 2, refund=True))

    assert (outcome.state, outcome.code) == ("refused", "shipped_meanwhile")
    assert payments(bench, order, "refund") == []


def test_units_that_wait_at_two_places_are_taken_off_each():
    def place(number, units, state="open"):
        line = doc.ShipmentOrderLine(
            external_id=f"fo-{number}",
            line_id="line",
            quantity=Decimal(units),
            remaining=Decimal(units),
        )
        return doc.ShipmentOrder(
            external_id=str(number),
            location_id=f"place-{number}",
            state=state,
            lines=(line,),
        )

    asked = (place(1, 2), place(2, 5, "closed"), place(3, 2, "on_hold"))

    parts, missing = open_places([("line", Decimal(3))], asked)
    _parts, too_few = open_places([("line", Decimal(9))], asked)

    assert parts == [("line", "place-1", 2), ("line", "place-3", 1)]
    assert (missing, too_few) == (0, 5)


# -- the money alone ------------------------------------------------------------------


def test_an_authorization_is_captured(bench):
    order, held = authorized(bench)

    outcome = do(
        bench,
        act(
            order,
            "capture",
            payment_id=held.external_id,
            amount=Decimal("12.50"),
            currency=held.currency,
        ),
    )

    assert outcome.state == "applied"
    assert payments(bench, order, "capture") == cents("12.50")


def test_an_authorization_in_the_customers_currency_is_captured_in_it(bench):
    placed = bench.order(
        financial="authorized", presentment_currency="USD", rate="1.25"
    )
    order = bench.fetch(placed)
    held = order.payments[0]

    outcome = do(
        bench,
        act(
            order,
            "capture",
            payment_id=held.external_id,
            amount=Decimal("10.00"),
            currency=held.currency,
        ),
    )

    assert outcome.state == "applied", outcome.message
    assert payments(bench, order, "capture") == cents("10.00")


@pytest.mark.parametrize("action", ["capture", "void", "mark_paid"])
@pytest.mark.parametrize(("fault", "state"), LOST)
def test_a_movement_in_doubt_happens_once(bench, action, fault, state):
    order, held = authorized(bench)
    body = act(
        order,
        action,
        payment_id=held.external_id,
        amount=held.amount,
        currency=held.currency,
    )
    operation = {
        "capture": "OrderCapture",
        "void": "TransactionVoid",
        "mark_paid": "OrderMarkAsPaid",
    }[action]
    effect = bench.effect(body, "payment")
    bench.shop.fault(fault, operation=operation, seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)
    seen = bench.adapter.read_back(effect)
    again = bench.adapter.send(effect)

    after = bench.adapter.fetch("order", order.external_id)
    assert (seen.state, again.state) == (state, "applied")
    assert len(after.payments) == 2


def test_a_voided_authorization_holds_nothing(bench):
    order, held = authorized(bench)

    outcome = do(bench, act(order, "void", payment_id=held.external_id))
    again = do(
        bench,
        act(
            order,
            "capture",
            payment_id=held.external_id,
            amount=held.amount,
            currency=held.currency,
        ),
        "key-2",
    )

    after = bench.adapter.fetch("order", order.external_id)
    assert outcome.state == "applied"
    assert after.payment_state is doc.PaymentState.VOIDED
    assert (again.state, bool(again.message)) == ("refused", True)


def test_an_unpaid_order_is_marked_as_paid(bench):
    order = bench.fetch(bench.order(financial="pending"))

    outcome = do(bench, act(order, "mark_paid"))

    after = bench.adapter.fetch("order", order.external_id)
    assert outcome.state == "applied"
    assert after.payment_state is doc.PaymentState.PAID


def test_a_canceled_order_is_not_marked_as_paid(bench):
    placed = bench.order(financial="pending")
    order = bench.fetch(placed)
    bench.shop.cancel(placed["name"])

    outcome = do(bench, act(order, "mark_paid"))

    assert outcome.state == "refused"


def test_money_alone_goes_back_after_a_cancellation_without_it(bench):
    order = bench.fetch(bench.order())
    do(bench, doc.Cancellation(order_id=order.external_id))
    body = act(order, "refund", amount=Decimal("20.00"), currency="EUR")

    outcome = do(bench, body, "key-2")

    assert outcome.state == "applied", outcome.message
    assert payments(bench, order, "refund") == cents("20.00")


def test_more_than_was_paid_does_not_go_back(bench):
    order = bench.fetch(bench.order())

    outcome = do(bench, act(order, "refund", amount=Decimal("20.01"), currency="EUR"))

    assert (outcome.state, outcome.code) == ("refused", "paid_less")
    assert payments(bench, order, "refund") == []


@pytest.mark.parametrize(("fault", "state"), LOST)
def test_money_in_doubt_goes_back_once(bench, fault, state):
    order = bench.fetch(bench.order())
    body = act(order, "refund", amount=Decimal("7.00"), currency="EUR")
    effect = bench.effect(body, "payment")
    bench.shop.fault(fault, operation="RefundCreate", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)
    seen = bench.adapter.read_back(effect)
    again = bench.adapter.send(effect)

    assert (seen.state, again.state) == (state, "applied")
    assert payments(bench, order, "refund") == cents("7.00")


def test_money_goes_back_to_the_oldest_payment_first_and_never_twice(shopify):
    def row(number, kind, value, parent=None, status="SUCCESS"):
        return {
            "id": f"t{number}",
            "kind": kind,
            "status": status,
            "gateway": f"g{number}",
            "parentTransaction": parent and {"id": parent},
            "amountSet": shopify.money(value, "EUR", "2000", "JPY"),
        }

    rows = [
        row(1, "SALE", "20.0"),
        row(2, "SALE", "20.0", status="FAILURE"),
        row(3, "REFUND", "20.0", "t1", "PENDING"),
        row(4, "CAPTURE", "20.0"),
    ]

    part, _none = money_back(rows, Decimal("5.01"), "EUR")
    theirs, missing = money_back(rows, Decimal(2500), "JPY")

    assert part == [{"parentId": "t4", "gateway": "g4", "amount": Decimal(501)}]
    assert [one["amount"] for one in theirs] == [2000]
    assert missing == 500


@pytest.mark.parametrize(
    "body",
    [
        doc.Cancellation(order_id="1", lines=(("line", Decimal(1)),)),
        doc.PaymentAction(order_id="1", action="refund", amount=Decimal(1)),
        doc.PaymentAction(order_id="1", action="void", payment_id="t1"),
    ],
)
def test_an_order_that_is_not_there_is_looked_for_later(shopify, body):
    kind = "cancellation" if isinstance(body, doc.Cancellation) else "payment"

    with pytest.raises(errors.MissingError):
        shopify.adapter({"order": None}).send(shopify.effect(body, kind))


def test_nothing_but_money_is_done_to_money(shopify):
    with pytest.raises(errors.PermanentError):
        shopify.adapter().send(
            shopify.effect(doc.PaymentAction(order_id="1", action="double"), "payment")
        )

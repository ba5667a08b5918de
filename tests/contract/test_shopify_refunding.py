"""Refunds as a person decides them, against the sandbox."""

from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc

CHARGED = {"shipping": {"title": "Standard", "price": "4.90"}}
MUGS = {"sku": "MUG", "quantity": 3, "price": "10.00"}
TENDERS = [
    {"amount": "14.90", "gateway": "gift_card"},
    {"amount": "20.00", "gateway": "shopify_payments"},
]


def bought(bench, *, shipped=0, **given):
    placed = bench.order(MUGS, **{**CHARGED, **given})
    if shipped:
        bench.shop.fulfill(placed["name"], lines=[{"line": "MUG", "quantity": shipped}])
    return bench.fetch(placed)


def place_of(order):
    return order.shipment_orders[0].location_id


def level_of(bench):
    return bench.shop.level("MUG", next(iter(bench.places)))["available"]


def refund(order, *lines, tenders=None, back=None, **values):
    """Return a refund of goods at 10.00 a unit, to the first payment."""
    back = back if back is not None else {"goods": 10 * sum(n for n, _how in lines)}
    total = sum(map(Decimal, back.values()))
    tenders = tenders or {0: total}
    rows = [
        doc.RefundLine(
            line_id=order.lines[0].external_id,
            units=Decimal(units),
            how=how,
            location_id=place_of(order) if how == doc.PUT_BACK else "",
        )
        for units, how in lines
    ]
    return doc.Refund(
        order_id=order.external_id,
        currency=order.currency,
        lines=tuple(rows),
        back=tuple(doc.Back(kind=k, amount=Decimal(v)) for k, v in back.items()),
        tenders=tuple(
            doc.Tender(
                payment_id=order.payments[number].external_id, amount=Decimal(amount)
            )
            for number, amount in tenders.items()
        ),
        **values,
    )


def send(bench, body, key="key-1"):
    return bench.adapter.send(bench.effect(body, "refund", key))


def again(bench, order):
    return bench.adapter.fetch("order", order.external_id)


def backs(order):
    """Return {payment it went to: how much}."""
    return {one.parent_id: one.amount for one in order.payments if one.kind == "refund"}


@pytest.mark.parametrize(
    ("shipped", "how", "level"),
    [
        (0, doc.NEVER_LEFT, 1),
        (3, doc.PUT_BACK, 1),
        (3, doc.KEPT, 0),
    ],
)
def test_units_and_their_money(bench, shipped, how, level):
    order = bought(bench, shipped=shipped)
    before = level_of(bench)

    outcome = send(bench, refund(order, (1, how)))

    after = again(bench, order)
    assert outcome.state == "applied", outcome
    assert outcome.external_id in after.refund_ids
    assert after.lines[0].current_quantity == 2
    assert sum(backs(after).values()) == 10
    assert level_of(bench) == before + level
    assert not [one for one in after.charges if one.kind == "back"]


def test_the_same_refund_twice_is_one(bench):
    order = bought(bench, shipped=3)
    body = refund(order, (1, doc.KEPT))
    effect = bench.effect(body, "refund", "key-1")
    assert bench.adapter.read_back(effect).state == "not_found"

    first, second = (bench.adapter.send(effect) for _time in range(2))

    assert (first.state, second.state) == ("applied", "applied")
    assert second.code == "already"
    assert bench.adapter.read_back(effect).external_id == first.external_id
    assert len(again(bench, order).refund_ids) == 1


def test_shipping_alone_has_its_name(bench):
    order = bought(bench, shipped=3)

    outcome = send(bench, refund(order, back={"shipping": "4.90"}))

    after = again(bench, order)
    assert outcome.state == "applied"
    assert [one.total for one in after.charges if one.refunded] == [Decimal("-4.90")]
    assert after.lines[0].current_quantity == 3


def test_goodwill_is_money_for_nothing_that_was_sold(bench):
    order = bought(bench, shipped=3)

    outcome = send(bench, refund(order, back={"goodwill": "5.00"}))

    after = again(bench, order)
    assert outcome.state == "applied"
    given = [one for one in after.charges if one.kind == "back"]
    assert [one.total for one in given] == [Decimal("-5.00")]


def test_to_the_payments_that_were_chosen(bench):
    order = bought(bench, shipped=3, payments=TENDERS)
    tenders = {0: "3.00", 1: "17.00"}

    outcome = send(bench, refund(order, (2, doc.KEPT), tenders=tenders))

    gift, card = (one.external_id for one in order.payments)
    assert outcome.state == "applied"
    assert backs(again(bench, order)) == {gift: Decimal(3), card: Decimal(17)}


def test_a_payment_gives_back_no_more_than_it_holds(bench):
    order = bought(bench, shipped=3, payments=TENDERS)

    outcome = send(bench, refund(order, (2, doc.KEPT), tenders={0: "20.00"}))

    assert (outcome.state, outcome.code) == ("refused", "paid_less")
    assert not again(bench, order).refund_ids


def test_more_than_was_paid_goes_back_only_when_approved(bench):
    order = bought(bench, shipped=3)
    back = {"goodwill": "40.00"}

    refused = send(bench, refund(order, back=back))
    applied = send(bench, refund(order, back=back, beyond=True), "key-2")

    assert (refused.state, applied.state) == ("refused", "applied")
    assert sum(backs(again(bench, order)).values()) == 40


def test_shipped_meanwhile_is_not_taken_off(bench):
    order = bought(bench)
    bench.shop.fulfill(order.external_ref)

    outcome = send(bench, refund(order, (1, doc.NEVER_LEFT)))

    assert (outcome.state, outcome.code) == ("refused", "shipped_meanwhile")


def test_units_that_stay_take_none_off_that_wait(bench):
    order = bought(bench, shipped=1)

    outcome = send(bench, refund(order, (1, doc.KEPT)))

    assert (outcome.state, outcome.code) == ("refused", "others_wait")
    assert again(bench, order).lines[0].current_quantity == 3


def test_damaged_units_that_came_back_are_returned_where_others_wait(bench):
    order = bought(bench, shipped=1)
    line = doc.RefundLine(
        line_id=order.lines[0].external_id,
        units=Decimal(1),
        how=doc.KEPT,
        location_id=place_of(order),
    )
    body = refund(order, back={"goods": "10.00"})

    outcome = send(bench, doc.Refund(**{**fields_of(body), "lines": (line,)}))

    after = again(bench, order)
    assert outcome.state == "applied"
    assert [row.restocked for row in after.returns] == [True]
    assert after.shipment_orders[-1].lines[0].remaining == 2


def fields_of(body):
    return {name: getattr(body, name) for name in body.__dataclass_fields__}


def test_the_shop_says_what_would_go_back_and_where(bench):
    order = bought(bench, shipped=3, payments=TENDERS)
    lines = refund(order, (2, doc.KEPT)).lines

    offer = bench.adapter.suggest_refund(order.external_id, lines)

    parts = {part.kind: part for part in offer.parts}
    assert parts["goods"].suggested == 20
    assert parts["shipping"].most == Decimal("4.90")
    assert offer.most == Decimal("34.90")
    assert [(one.most, one.suggested) for one in offer.tenders] == [
        (Decimal("14.90"), Decimal("14.90")),
        (Decimal("20.00"), Decimal("5.10")),
    ]


def test_in_the_customers_currency_abroad(bench):
    order = bought(
        bench, shipped=3, presentment_currency="USD", rate="1.1", currency="EUR"
    )

    outcome = send(bench, refund(order, (3, doc.KEPT), back={"goods": "30.00"}))

    assert outcome.state == "applied", outcome
    assert sum(backs(again(bench, order)).values()) == 30

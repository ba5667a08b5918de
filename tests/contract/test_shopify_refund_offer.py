"""What goes back with units that are cancelled, asked and decided, in the sandbox."""

from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.amounts import (
    charge_parts,
    expected_total,
    given_back,
    sum_of_parts,
)
from odoo.addons.retail_sync_core.domain.errors import MissingError
from odoo.addons.retail_sync_core.testing_orders import make_order
from odoo.addons.retail_sync_shopify.adapters import parsing_refunds

CHARGED = {
    "shipping": {"title": "Standard", "price": "4.90"},
    "fees": [{"name": "Import fee", "price": "1.50"}],
}
MUGS = {"sku": "MUG", "quantity": 3, "price": "9.99", "duty": "3.00"}
TIP = {"tip": True, "title": "Tip", "price": "2.00"}


def bought(bench, **given):
    return bench.fetch(bench.order(MUGS, TIP, **{**CHARGED, **given}))


def rest(order, units=2, **back):
    return doc.Cancellation(
        order_id=order.external_id,
        lines=((order.lines[0].external_id, Decimal(units)),),
        refund=True,
        currency=order.currency,
        back=tuple(
            doc.Back(kind=kind, amount=Decimal(amount)) for kind, amount in back.items()
        ),
    )


def offered(bench, order, units=2):
    lines = ((order.lines[0].external_id, Decimal(units)),)
    offer = bench.adapter.offer_refund(order.external_id, lines)
    return offer, {part.kind: part for part in offer.parts}


def send(bench, body, key="key-1"):
    return bench.adapter.send(bench.effect(body, "cancellation", key))


def again(bench, order):
    return bench.adapter.fetch("order", order.external_id)


def back_of(order):
    """Return {kind: what went back for it, as the order tells}."""
    found = {}
    for charge in order.charges:
        if charge.refunded:
            found[charge.kind] = found.get(charge.kind, Decimal(0)) - charge.total
    return found


def refunded(order):
    rows = [one.amount for one in order.payments if one.kind == "refund"]
    return sum(rows, Decimal(0))


@pytest.mark.parametrize("included", [True, False])
def test_the_shop_says_what_can_go_back(bench, included):
    order = bought(bench, taxes_included=included)

    offer, parts = offered(bench, order)

    on_top = Decimal("0.93") if not included else 0
    assert parts["shipping"].most == Decimal("4.90") + on_top
    assert parts["goods"].most == parts["goods"].suggested
    assert parts["duty"].most == 3
    assert parts["duty"].suggested == 2
    assert (parts["tip"].most, parts["fee"].most) == (2, Decimal("1.5"))
    assert not any(parts[kind].suggested for kind in ("shipping", "tip", "fee"))
    assert offer.most == order.total
    assert offer.currency == order.currency


@pytest.mark.parametrize("included", [True, False])
def test_all_of_it_goes_back_by_its_name(bench, included):
    order = bought(bench, taxes_included=included)
    _offer, parts = offered(bench, order)
    back = {kind: part.most for kind, part in parts.items()}

    outcome = send(bench, rest(order, **back))

    after = again(bench, order)
    assert outcome.state == "applied"
    assert refunded(after) == sum(back.values())
    assert back_of(after)["duty"] == 3
    assert back_of(after)["back"] == back["fee"]
    tip = next(line for line in after.lines if line.kind is doc.LineKind.TIP)
    assert tip.current_quantity == 0
    assert sum_of_parts(after) == expected_total(after)
    assert expected_total(after) == order.total - sum(back.values())


@pytest.mark.parametrize("included", [True, False])
def test_parts_of_it_go_back_in_money(bench, included):
    order = bought(bench, taxes_included=included)
    _offer, parts = offered(bench, order)
    back = {"goods": parts["goods"].most, "shipping": "1.19", "tip": "0.5"}

    assert send(bench, rest(order, **back)).state == "applied"

    after = again(bench, order)
    assert refunded(after) == parts["goods"].most + Decimal("1.69")
    assert back_of(after)["back"] == Decimal("0.50")
    _offer, left = offered(bench, order, 0)
    assert left["shipping"].most == parts["shipping"].most - Decimal("1.19")


def test_more_than_was_paid_is_refused(bench):
    order = bought(bench)

    outcome = send(bench, rest(order, goods="100"))

    assert (outcome.state, outcome.code) == ("refused", "paid_less")


def test_units_that_left_meanwhile_refuse_it(bench):
    order = bought(bench)
    line = order.lines[0].external_id
    shipped = doc.Shipment(
        order_id=order.external_id, reference="1", lines=((line, Decimal(3)),)
    )
    bench.adapter.send(bench.effect(shipped))

    outcome = send(bench, rest(order, goods="19.98"), "key-2")

    assert (outcome.state, outcome.code) == ("refused", "shipped_meanwhile")


def test_sent_twice_it_goes_back_once(bench):
    order = bought(bench)
    body = rest(order, goods="19.98", shipping="4.90")

    send(bench, body)
    outcome = send(bench, body)

    assert (outcome.state, outcome.code) == ("applied", "already")
    assert refunded(again(bench, order)) == Decimal("24.88")


def test_an_order_that_is_not_there_offers_nothing(bench):
    with pytest.raises(MissingError):
        bench.adapter.offer_refund("gid://shopify/Order/404", ())


def adjusted(*amounts):
    return [
        {
            "id": f"refund-{number}",
            "orderAdjustments": {
                "nodes": [{"amountSet": {"shopMoney": {"amount": amount}}}]
            },
        }
        for number, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("adjustments", "told"),
    [
        (["-5.00"], ["-5.00"]),
        (["20.00"], []),  # less went back than reckoned: it is owed, or a fee
        (["20.00", "-20.00"], []),  # units first, their money later
        (["20.00", "-25.00"], ["-5.00"]),
        (["-5.00", "-3.00"], ["-5.00", "-3.00"]),
    ],
)
def test_what_went_back_beyond_the_goods_is_told_once(adjustments, told):
    node = {"refunds": adjusted(*adjustments)}

    found = parsing_refunds.given_back(node, "shopMoney", [], included=True)

    assert [charge.amount for charge in found] == [Decimal(one) for one in told]


def with_tax(amount, tax):
    (refund,) = adjusted(amount)
    (row,) = refund["orderAdjustments"]["nodes"]
    row["taxAmountSet"] = {"shopMoney": {"amount": tax}}
    return {"refunds": [refund]}


def sold(*rates, included):
    taxes = [
        doc.Tax(
            title=rate, rate=Decimal(rate), amount=Decimal(amount), included=included
        )
        for rate, amount in rates
    ]
    return [doc.Charge(external_id="s", kind="shipping", taxes=tuple(taxes))]


@pytest.mark.parametrize(
    ("included", "amount", "gross", "net"),
    [(True, "-11.90", "-11.90", "-10.00"), (False, "-10.00", "-11.90", "-10.00")],
)
def test_the_tax_of_what_went_back_beyond_the_goods_is_the_orders_own(
    included, amount, gross, net
):
    charges = sold(("0.19", "3.80"), included=included)

    (back,) = parsing_refunds.given_back(
        with_tax(amount, "-1.90"), "shopMoney", charges, included=included
    )

    assert [(tax.title, tax.amount) for tax in back.taxes] == [
        ("0.19", Decimal("-1.9"))
    ]
    order = make_order(charges=[back], taxes_included=included)
    parts = charge_parts(order, back)
    assert (parts.gross, parts.net) == (Decimal(gross), Decimal(net))
    assert given_back(order) == Decimal(gross)


def test_the_tax_that_went_back_is_shared_by_the_orders_taxes():
    charges = sold(("0.19", "2.00"), ("0.07", "1.00"), included=True)

    (back,) = parsing_refunds.given_back(
        with_tax("-10.00", "-0.30"), "shopMoney", charges, included=True
    )

    assert [tax.amount for tax in back.taxes] == [Decimal("-0.20"), Decimal("-0.10")]


@pytest.mark.parametrize("tax", ["0.00", "-1.90"])
def test_of_what_is_told_without_a_tax_none_is_booked(tax):
    """Neither where no tax is told, nor where the order has none to be of."""
    charges = sold(("0.19", "3.80"), included=True) if tax == "0.00" else []

    (back,) = parsing_refunds.given_back(
        with_tax("-5.00", tax), "shopMoney", charges, included=True
    )

    assert (back.amount, back.taxes) == (Decimal("-5.00"), ())

"""Amounts of orders: taken apart, put together, cut into portions; to the cent."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.addons.retail_sync_core.domain import amounts
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.testing_orders import (
    make_charge,
    make_line,
    make_order,
)

cents = st.decimals(0, 5000, places=2)
units = st.integers(1, 60)
rates = st.sampled_from(
    [(), ("0.2",), ("0.055",), ("0.0625", "0.01"), ("0.05", "0.09975")]
)


@given(price=cents, quantity=units, rates=rates, included=st.booleans())
def test_a_lines_parts_add_up_to_what_is_paid(price, quantity, rates, included):
    line = make_line(price=price, quantity=quantity, rates=rates, included=included)
    order = make_order(lines=[line], taxes_included=included)

    parts = amounts.line_parts(order, line)

    taxes = sum((tax.amount for tax in line.taxes), Decimal(0))
    assert parts.gross == line.total + (0 if included else taxes)
    assert parts.net == line.total - (taxes if included else 0)


@given(whole=cents, cuts=st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_the_portions_of_a_line_add_up_however_it_is_cut(whole, cuts):
    quantity, done, total = Decimal(sum(cuts)), Decimal(0), Decimal(0)

    for cut in cuts:
        total += amounts.portion(whole, done, Decimal(cut), quantity)
        done += cut

    assert total == whole


@given(whole=cents, sold=st.integers(1, 20), back=st.integers(1, 20))
def test_what_is_given_back_is_what_was_taken(whole, sold, back):
    sold, back = Decimal(max(sold, back)), Decimal(min(sold, back))

    taken = amounts.portion(whole, Decimal(0), sold, sold)
    given_back = amounts.portion(whole, sold, -back, sold)
    again = amounts.portion(whole, sold - back, back, sold)

    assert taken == whole
    assert given_back == -again


@given(
    amount=cents, rates=st.lists(st.decimals(0, 25, places=3), min_size=1, max_size=4)
)
def test_a_tax_spread_over_several_of_ours_keeps_its_amount(amount, rates):
    assert sum(amounts.spread(amount, rates, Decimal("0.01"))) == amount


def test_a_tax_the_channel_pays_itself_is_passed_on_and_not_ours():
    tax = doc.Tax(
        title="Sales tax", rate=Decimal("0.1"), amount=Decimal(1), channel_liable=True
    )

    on_top = amounts.take_apart(Decimal(10), [tax], included=False)
    inside = amounts.take_apart(Decimal(11), [tax], included=True)

    assert (on_top.net, on_top.taxes, on_top.passed_on) == (10, (), 1)
    assert (inside.net, inside.taxes, inside.passed_on) == (10, (), 1)
    assert on_top.gross == inside.gross == 11


def test_an_edited_order_owes_what_the_channel_says_now():
    line = make_line(quantity=3, current_quantity=1, price="9.99", rates=("0.2",))
    order = make_order(lines=[line], charges=[make_charge(removed=True)])

    assert amounts.was_edited(order)
    assert amounts.expected_total(order) == order.current_total == Decimal("11.99")
    assert amounts.own_tax(order) == Decimal("2.00")


def test_a_line_never_wants_more_than_was_ordered_or_less_than_nothing():
    assert amounts.wanted_units(make_line(quantity=2, current_quantity=5)) == 2
    assert amounts.wanted_units(make_line(quantity=2, current_quantity=-1)) == 0
    assert amounts.share_of(make_line(quantity=0, current_quantity=0)) == 1


def test_the_step_of_a_currency_without_cents_is_kept():
    whole = amounts.portion(
        Decimal(100), Decimal(0), Decimal(1), Decimal(3), Decimal(1)
    )

    assert whole == 33

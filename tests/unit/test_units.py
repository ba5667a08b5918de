"""The unit ledger on plain documents: what each of the channel's ids stands for."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.units import (
    Entry,
    Units,
    told_by,
    units_by_line,
)

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def an_order(*, ordered=3, wanted=3, **values):
    line = doc.OrderLine(
        external_id="l",
        quantity=Decimal(ordered),
        current_quantity=Decimal(wanted),
    )
    return doc.Order(
        external_id="o",
        external_ref="#1",
        version="1",
        currency="EUR",
        created_at=NOW,
        updated_at=NOW,
        total=Decimal(0),
        lines=(line,),
        **values,
    )


def shipped(units, external_id="f", **values):
    return doc.Shipped(
        external_id=external_id, lines=(("l", Decimal(units)),), **values
    )


def back(units, external_id="r", *, restocked=True, **values):
    return doc.Returned(
        external_id=external_id,
        line_id="l",
        units=Decimal(units),
        restocked=restocked,
        **values,
    )


def refunded(units, external_id="r"):
    return doc.Refunded(
        external_id=external_id, line_id="l", units=Decimal(units), amount=Decimal(9)
    )


def units_of(order):
    """Return the units of the only line, as the ledger adds them up."""
    return units_by_line(order)["l"]


def test_each_id_of_the_channel_is_an_entry_of_its_own():
    order = an_order(shipments=(shipped(1, "f1"), shipped(1, "f2")))

    told = told_by(order)

    assert told[Entry("l", "shipped", "f1")].units == 1
    assert told[Entry("l", "shipped", "f2")].units == 1
    assert units_of(order).open == 1


def test_a_shipment_that_is_canceled_counts_nothing():
    line = units_of(an_order(shipments=(shipped(2, state="cancelled"),)))

    assert (line.shipped, line.open) == (0, 3)


def test_what_one_shipment_says_twice_of_a_line_is_added_up():
    pair = ("l", Decimal(1))
    order = an_order(shipments=(doc.Shipped(external_id="f", lines=(pair, pair)),))

    assert units_of(order).shipped == 2


@pytest.mark.parametrize(("delivered_at", "units"), [(None, 0), (NOW, 2)])
def test_delivered_is_what_the_channel_knows_to_have_arrived(delivered_at, units):
    line = units_of(an_order(shipments=(shipped(2, delivered_at=delivered_at),)))

    assert line.delivered == units


def test_units_that_nobody_wants_and_that_never_left_are_canceled():
    line = units_of(an_order(wanted=1, refunded=(refunded(2),)))

    assert (line.canceled, line.refunded, line.returned, line.open) == (2, 2, 0, 1)


def test_units_that_came_back_are_not_canceled():
    order = an_order(wanted=1, shipments=(shipped(3),), returns=(back(2),))

    line = units_of(order)

    assert (line.canceled, line.returned, line.restocked) == (0, 2, 2)
    assert line.with_customer == 1


@pytest.mark.parametrize(("at_till", "returned"), [(True, 1), (False, 0)])
def test_unfit_units_came_back_over_a_counter_else_the_customer_keeps_them(
    at_till, returned
):
    row = back(1, restocked=False, at_till=at_till)

    line = units_of(an_order(wanted=2, shipments=(shipped(3),), returns=(row,)))

    assert (line.returned, line.restocked, line.canceled) == (returned, 0, 0)


def test_of_a_canceled_order_what_has_left_was_not_canceled():
    order = an_order(wanted=0, shipments=(shipped(1),), cancelled_at=NOW)

    line = units_of(order)

    assert (line.canceled, line.shipped, line.open) == (2, 1, 0)


def test_a_canceled_order_whose_goods_came_back_later_cancels_no_more():
    canceled = an_order(wanted=0, shipments=(shipped(1),), cancelled_at=NOW)

    line = units_of(replace(canceled, returns=(back(1),)))

    assert (line.canceled, line.shipped, line.returned) == (2, 1, 1)


@pytest.mark.parametrize(
    ("units", "rule"),
    [
        (Units(ordered=1, shipped=1, canceled=1), "more_left"),
        (Units(ordered=2, shipped=1, delivered=2), "more_delivered"),
        (Units(ordered=2, shipped=1, returned=2), "more_returned"),
        (Units(ordered=2, shipped=2, returned=1, restocked=2), "more_restocked"),
        (Units(ordered=1, refunded=2), "more_refunded"),
    ],
)
def test_units_are_conserved(units, rule):
    assert units.broken_rules() == [rule]

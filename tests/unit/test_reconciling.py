"""The money of two sides, compared to the cent."""

from decimal import Decimal

from odoo.addons.retail_sync_core.domain.reconciling import (
    Finding,
    Sums,
    compare_sums,
)

CENT = Decimal("0.01")


def test_equal_sides_have_no_finding():
    one = Sums(Decimal("10.00"), Decimal("2.50"))
    assert compare_sums(one, Sums(Decimal("10.0"), Decimal("2.5"))) == []


def test_a_cent_is_a_difference():
    (found,) = compare_sums(Sums(Decimal("10.00")), Sums(Decimal("9.99")))
    assert (found.kind, found.difference) == ("total", CENT)


def test_what_was_refunded_and_canceled_is_compared_apart():
    there = Sums(Decimal(10), Decimal(10), is_cancelled=True)

    found = compare_sums(there, Sums(Decimal(10)))

    assert found == [
        Finding("refund", there=Decimal(10)),
        Finding("cancelled", there=Decimal(1)),
    ]

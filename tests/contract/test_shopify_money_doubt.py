"""Money that the payment provider has not answered for, and movements of others."""

from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters.refund_plan import money_back


def transaction(shopify, number, kind, value, status="SUCCESS", parent="t1"):
    return {
        "id": f"t{number}",
        "kind": kind,
        "status": status,
        "gateway": "card",
        "parentTransaction": parent and {"id": parent},
        "amountSet": shopify.money(value),
    }


def with_money(shopify, *rows):
    """Return the answer about an order with 40.00 authorized and ``rows``."""
    held = transaction(shopify, 1, "AUTHORIZATION", "40.0", parent=None)
    order = {"id": "1", "presentmentCurrencyCode": "EUR", "fullyPaid": False}
    return {"order": {**order, "transactions": [held, *rows]}}


def capture(value):
    return doc.PaymentAction(
        order_id="1",
        action="capture",
        payment_id="t1",
        amount=Decimal(value),
        currency="EUR",
        known=("t1",),
    )


def captured(shopify, status="SUCCESS"):
    made = {"id": "t3", "status": status, "errorCode": None}
    return {"orderCapture": {"transaction": made, "userErrors": []}}


def test_another_capture_of_that_authorization_is_not_ours(shopify):
    others = transaction(shopify, 2, "CAPTURE", "10.0")
    adapter = shopify.adapter(with_money(shopify, others), captured(shopify))

    outcome = adapter.send(shopify.effect(capture("12.50"), "payment"))

    assert (outcome.state, outcome.external_id) == ("applied", "t3")
    assert shopify.sent()["input"]["amount"] == "12.50"
    adapter = shopify.adapter(with_money(shopify, others))
    seen = adapter.read_back(shopify.effect(capture("12.50"), "payment"))
    assert seen.state == "not_found"


@pytest.mark.parametrize("status", ["AWAITING_RESPONSE", "UNKNOWN", "OF_NEXT_YEAR"])
def test_a_capture_that_is_awaited_is_in_doubt_and_not_done_again(shopify, status):
    effect = shopify.effect(capture("12.5"), "payment")
    awaited = with_money(shopify, transaction(shopify, 3, "CAPTURE", "12.50", status))
    adapter = shopify.adapter(with_money(shopify), captured(shopify, status), awaited)

    with pytest.raises(errors.InDoubtError):
        adapter.send(effect)

    adapter = shopify.adapter(awaited, awaited)
    assert adapter.read_back(effect).state == "unknown"
    with pytest.raises(errors.InDoubtError):
        adapter.send(effect)


@pytest.mark.parametrize("status", ["FAILURE", "ERROR"])
def test_a_capture_that_failed_is_refused(shopify, status):
    failed = with_money(shopify, transaction(shopify, 3, "CAPTURE", "12.50", status))
    adapter = shopify.adapter(with_money(shopify), captured(shopify, status), failed)

    outcome = adapter.send(shopify.effect(capture("12.5"), "payment"))

    assert outcome.state == "refused"


@pytest.mark.parametrize(
    ("status", "left"),
    [
        ("AWAITING_RESPONSE", "2.5"),
        ("UNKNOWN", "2.5"),
        ("OF_NEXT_YEAR", "2.5"),
        ("FAILURE", "12.5"),
        ("ERROR", "12.5"),
    ],
)
def test_money_that_may_be_gone_is_not_given_back_again(shopify, status, left):
    rows = [
        transaction(shopify, 1, "SALE", "12.5", parent=None),
        transaction(shopify, 2, "REFUND", "10.0", status),
    ]

    parts, _missing = money_back(rows, Decimal("12.5"), "EUR")

    assert [one["amount"] for one in parts] == [Decimal(left)]

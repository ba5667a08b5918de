"""Who bought, on which terms, and where the goods go: through the sandbox."""

from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.amounts import sum_of_parts
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

PLACED = "2026-11-20T10:00:00Z"


def test_a_company_comes_with_branch_vat_order_number_and_terms(bench):
    placed = bench.order(
        company={"id": 7, "name": "Acme SARL", "location": "Lyon", "vat": "FR83404833"},
        po_number="PO-77",
        terms={"name": "Net 30", "days": 30},
        created_at=PLACED,
    )

    order = bench.fetch(placed)

    assert order.company == doc.Company(
        external_id="gid://shopify/Company/7",
        name="Acme SARL",
        branch_id="gid://shopify/CompanyLocation/1",
        branch_name="Lyon",
        vat="FR83404833",
    )
    assert order.po_number == "PO-77"
    assert order.terms == doc.Terms(
        name="Net 30", days=30, due_at=datetime(2026, 12, 20, 10, tzinfo=timezone.utc)
    )


def test_terms_may_name_a_day(bench):
    order = bench.fetch(
        bench.order(terms={"name": "Fixed", "due_at": "2027-01-31T00:00:00Z"})
    )

    assert order.terms.days is None
    assert order.terms.due_at == datetime(2027, 1, 31, tzinfo=timezone.utc)


def test_a_vat_number_that_was_entered_is_the_companys(bench):
    order = bench.fetch(
        bench.order(
            attributes={"VAT number": "DE811907980"},
            billing_address={"company": "Muster GmbH"},
        )
    )

    assert (order.company.external_id, order.company.name) == ("", "Muster GmbH")
    assert order.company.vat == "DE811907980"


def test_a_private_customer_is_no_company(bench):
    order = bench.fetch(bench.order())

    assert order.company is None
    assert order.terms is None
    assert order.delivery == doc.Delivery()


def test_what_is_picked_up_goes_to_the_place_and_not_home(bench):
    order = bench.fetch(bench.order(delivery="PICK_UP", shipping_address=None))

    assert order.delivery.kind == "pickup"
    assert order.delivery.place_id == bench.places["Main"]
    assert order.shipping_address is None


def test_a_pickup_point_is_where_the_parcel_goes(bench):
    point = {
        "firstName": None,
        "lastName": None,
        "company": "Kiosk am Markt",
        "address1": "Markt 1",
        "city": "Kiel",
        "zip": "24103",
    }
    order = bench.fetch(bench.order(delivery="PICKUP_POINT", shipping_address=point))

    assert order.delivery.kind == "pickup_point"
    assert order.delivery.place.name == "Kiosk am Markt"
    assert order.delivery.place.city == "Kiel"
    assert order.delivery.place_id == ""


@pytest.mark.parametrize("currency", ["EUR", "USD"])
@pytest.mark.parametrize("mode", ["shop", "customer"])
def test_an_order_is_told_in_the_currency_that_is_asked_for(bench, mode, currency):
    placed = bench.order(presentment_currency="USD", rate="1.1")
    account = bench.account()
    account = replace(account, settings={**account.settings, "order_currency": mode})

    order = ShopifyAdapter(account, bench).fetch_in(placed["id"], currency)

    assert order.currency == currency
    assert {one.currency for one in order.payments} == {currency}
    assert sum_of_parts(order) == order.total


def test_both_currencies_are_told_and_never_mixed(bench):
    placed = bench.order(presentment_currency="USD", rate="1.1")

    order = bench.fetch(placed)

    assert order.currency == "EUR"
    assert order.other_currency == "USD"
    assert order.other_total == to_cents(order.total * Decimal("1.1"))


def to_cents(amount):
    return amount.quantize(Decimal("0.01"))


def test_a_subscription_is_told_by_its_plan_or_by_who_made_it(bench):
    plan = bench.order({"sku": "MUG", "selling_plan": "Every month"})
    renewal = bench.order(source="subscription_contract_checkout_one")

    assert bench.fetch(plan).is_subscription
    assert bench.fetch(renewal).is_subscription
    assert not bench.fetch(bench.order()).is_subscription


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("SUBSCRIPTION", True),
        ("", True),  # it bills again and again
        ("PRE_ORDER", False),
        ("TRY_BEFORE_YOU_BUY", False),
        ("OTHER", False),
    ],
)
def test_a_pre_order_paid_in_full_is_no_subscription(bench, category, expected):
    plan = {"name": "Plan", "category": category}

    order = bench.fetch(bench.order({"sku": "MUG", "selling_plan": plan}))

    assert order.is_subscription is expected


def test_a_discount_says_of_what_kind_it_is(bench):
    placed = bench.order(
        discounts=[
            {"code": "SUMMER", "percentage": "10"},
            {
                "kind": "AutomaticDiscountApplication",
                "title": "Two for one",
                "amount": "1.00",
            },
        ]
    )

    order = bench.fetch(placed)

    kinds = {(d.kind, d.code or d.title) for d in order.lines[0].discounts}
    assert kinds == {("code", "SUMMER"), ("automatic", "Two for one")}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"paymentTerms": {"paymentTermsName": "Due on fulfillment"}}, False),
    ],
)
def test_what_is_paid_later_is_no_subscription(shopify, given, expected):
    line = shopify.line(sellingPlan={"name": "Plan"})
    node = shopify.order(line, **given)

    order = shopify.adapter({"order": node}).fetch("order", shopify.order_id)

    assert order.is_subscription is expected

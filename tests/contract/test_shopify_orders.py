"""An order's node becomes a document: money to the cent, states, lists to their end."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.documents import (
    FulfillmentState,
    LineKind,
    PaymentState,
    RiskLevel,
)
from odoo.addons.retail_sync_core.domain.fingerprint import fingerprint


def fetched(shopify, node, **settings):
    adapter = shopify.adapter(
        {"order": node}, account=shopify.account(settings=settings)
    )
    return adapter.fetch("order", shopify.order_id)


def sum_of(order):
    """Return the total by Shopify's own rule."""
    parts = [*order.lines, *(c for c in order.charges if not c.removed)]
    taxes = sum(tax.amount for part in parts for tax in part.taxes)
    return sum(part.total for part in parts) + (0 if order.taxes_included else taxes)


def test_taxes_on_top_are_part_of_the_total(shopify):
    line = shopify.line(
        price="100.00",
        quantity=2,
        discountAllocations=[shopify.discount("20.00", code="SUMMER")],
        taxLines=[
            shopify.tax("9.00", 0.05, "GST"),
            shopify.tax("17.96", 0.09975, "QST"),
        ],
    )
    node = shopify.order(
        line, total="206.96", taxesIncluded=False, totalTaxSet=shopify.money("26.96")
    )

    order = fetched(shopify, node)

    assert sum_of(order) == order.total == Decimal("206.96")
    assert [(t.title, t.rate, t.included) for t in order.lines[0].taxes] == [
        ("GST", Decimal("0.05"), False),
        ("QST", Decimal("0.09975"), False),
    ]
    assert [(d.code, d.amount) for d in order.lines[0].discounts] == [
        ("SUMMER", Decimal("20.00"))
    ]


def test_included_taxes_are_not_added(shopify):
    line = shopify.line(price="119.00", taxLines=[shopify.tax("19.00")])
    shipping = {
        "id": "gid://shopify/ShippingLine/1",
        "title": "Parcel",
        "code": "dhl",
        "originalPriceSet": shopify.money("5.95"),
        "discountAllocations": [shopify.discount("1.00", title="Free from 100")],
        "taxLines": [shopify.tax("0.79")],
    }
    node = shopify.order(line, total="123.95", shippingLines={"nodes": [shipping]})

    order = fetched(shopify, node)

    assert sum_of(order) == order.total == Decimal("123.95")
    assert order.charges[0].total == Decimal("4.95")
    assert order.charges[0].taxes[0].included


def test_duties_and_fees_stand_on_top(shopify):
    duty = {
        "id": "gid://shopify/Duty/1",
        "price": shopify.money("7.50"),
        "taxLines": [],
    }
    fee = {
        "id": "gid://shopify/AdditionalFee/1",
        "name": "Bottle deposit",
        "price": shopify.money("0.25"),
        "taxLines": [],
    }
    node = shopify.order(
        shopify.line(price="50.00", duties=[duty]), total="57.75", additionalFees=[fee]
    )

    order = fetched(shopify, node)

    assert sum_of(order) == order.total
    assert [(c.kind, c.amount) for c in order.charges] == [
        ("duty", Decimal("7.50")),
        ("fee", Decimal("0.25")),
    ]


def test_duties_within_the_prices_are_no_charge(shopify):
    duty = {"id": "gid://shopify/Duty/1", "price": shopify.money("7.50")}
    node = shopify.order(
        shopify.line(price="50.00", duties=[duty]), total="50.00", dutiesIncluded=True
    )

    assert fetched(shopify, node).charges == ()


def custom_line(shopify, number, price, **given):
    return shopify.line(
        number, price, sku=None, variant=None, requiresShipping=False, **given
    )


def test_a_tip_is_a_line_and_counts_once(shopify):
    node = shopify.order(
        shopify.line(price="10.00"),
        custom_line(shopify, 2, "3.00", name="Engraving"),
        custom_line(shopify, 3, "2.00", name="Tip"),
        total="15.00",
        totalTipReceivedSet=shopify.money("2.00"),
    )

    order = fetched(shopify, node)

    assert [line.kind for line in order.lines] == [
        LineKind.PRODUCT,
        LineKind.CUSTOM,
        LineKind.TIP,
    ]
    assert sum_of(order) == order.total


def test_a_removed_shipping_line_is_marked(shopify):
    shipping = {
        "id": None,
        "title": "Express",
        "isRemoved": True,
        "originalPriceSet": shopify.money("9.00"),
    }
    node = shopify.order(shippingLines={"nodes": [shipping]})

    order = fetched(shopify, node)

    assert order.charges[0].removed
    assert order.charges[0].external_id == "shipping/0"
    assert sum_of(order) == order.total


def test_gift_cards_and_deleted_products_keep_what_is_known(shopify):
    node = shopify.order(
        shopify.line(1, isGiftCard=True, requiresShipping=False),
        shopify.line(2, variant=None),
        custom_line(shopify, 3, "10.00"),
        total="30.00",
    )

    order = fetched(shopify, node)

    assert [(line.kind, line.sku, line.item_id) for line in order.lines] == [
        (LineKind.GIFT_CARD, "SKU-1", "gid://shopify/InventoryItem/1"),
        (LineKind.PRODUCT, "SKU-2", ""),
        (LineKind.CUSTOM, "", ""),
    ]


def two_currencies(shopify):
    def money(shop, customer):
        return shopify.money(shop, "EUR", customer, "USD")

    transaction = {
        "id": "gid://shopify/OrderTransaction/1",
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": "shopify_payments",
        "processedAt": "2026-11-20T10:00:00Z",
        "amountSet": money("10.00", "11.00"),
    }
    return shopify.order(
        shopify.line(originalUnitPriceSet=money("10.00", "11.00")),
        presentmentCurrencyCode="USD",
        totalPriceSet=money("10.00", "11.00"),
        transactions=[transaction],
    )


@pytest.mark.parametrize(
    ("mode", "currency", "total"),
    [("shop", "EUR", Decimal("10.00")), ("presentment", "USD", Decimal("11.00"))],
)
def test_two_currencies_are_never_mixed(shopify, mode, currency, total):
    order = fetched(shopify, two_currencies(shopify), order_currency=mode)

    assert (order.currency, order.total) == (currency, total)
    assert sum_of(order) == total
    assert (order.payments[0].currency, order.payments[0].amount) == (currency, total)


def test_an_amount_without_the_chosen_side_is_for_a_person(shopify):
    node = two_currencies(shopify)
    del node["totalPriceSet"]["presentmentMoney"]

    with pytest.raises(errors.DataError):
        fetched(shopify, node, order_currency="presentment")


def test_amounts_are_exact_however_they_are_written(shopify):
    node = shopify.order(shopify.line(price="0.1", quantity=3), total="0.30")

    order = fetched(shopify, node)

    assert order.lines[0].total == order.total


def test_unknown_states_are_unknown_and_kept(shopify):
    node = shopify.order(
        displayFinancialStatus="FROZEN_NEW",
        displayFulfillmentStatus="TELEPORTED",
        returnStatus="RETURN_REQUESTED",
        risk={"recommendation": "PANIC", "assessments": []},
    )

    returns = {
        "id": node["id"],
        "updatedAt": node["updatedAt"],
        "returns": shopify.page(),
    }
    adapter = shopify.adapter({"order": node}, {"order": returns})
    order = adapter.fetch("order", shopify.order_id)

    assert order.payment_state is PaymentState.UNKNOWN
    assert order.fulfillment_state is FulfillmentState.UNKNOWN
    assert order.risk is RiskLevel.INVESTIGATE
    assert order.return_state == "return_requested"
    assert order.raw_states["payment"] == "FROZEN_NEW"
    assert order.raw_states["fulfillment"] == "TELEPORTED"


def test_a_risk_that_is_not_judged_yet_is_pending(shopify):
    risk = {"recommendation": "NONE", "assessments": [{"riskLevel": "PENDING"}]}

    assert fetched(shopify, shopify.order(risk=risk)).risk is RiskLevel.PENDING


def test_unknown_fields_change_nothing(shopify):
    plain = fetched(shopify, shopify.order())
    more = shopify.order(shopify.line(hologram={"a": 1}), futureField=[1, 2])

    assert fingerprint(fetched(shopify, more)) == fingerprint(plain)


def test_a_customer_without_a_data_grant_has_a_name_to_find_it_by(shopify):
    customer = {
        "id": "gid://shopify/Customer/42",
        "legacyResourceId": "42",
        "firstName": None,
        "lastName": None,
        "defaultEmailAddress": None,
    }

    order = fetched(shopify, shopify.order(customer=customer, shippingAddress=None))

    assert order.customer.name == "Shopify customer 42"
    assert order.shipping_address is None


def test_an_unreadable_order_is_for_a_person(shopify):
    node = shopify.order()
    del node["lineItems"]

    with pytest.raises(errors.DataError):
        fetched(shopify, node)


def test_an_order_is_dated_by_the_question_not_by_the_answer(shopify):
    answer = shopify.answer({"order": shopify.order()})
    adapter = shopify.adapter(replace(answer, took_s=0.6))

    order = adapter.fetch("order", shopify.order_id)

    # answered in the second of 12:00:00, asked 0.6 s before: 11:59:59 at the earliest
    assert order.read_at == shopify.clock.now - timedelta(seconds=1)


def test_an_order_that_is_not_there_may_still_come(shopify):
    with pytest.raises(errors.MissingError):
        fetched(shopify, None)


def test_long_lists_are_read_to_their_end(shopify):
    node = shopify.order(total="30.00")
    node["lineItems"] = shopify.page(shopify.line(1), cursor="c1")
    fo = shopify.fulfillment_order(1)
    fo["lineItems"]["pageInfo"] = {"hasNextPage": True, "endCursor": "f1"}
    node["fulfillmentOrders"] = shopify.page(fo, cursor="c3")
    rest = shopify.fulfillment_order(1, lines=((2, 1),))["lineItems"]
    stamp = node["updatedAt"]
    adapter = shopify.adapter(
        {"order": node},
        {
            "order": {
                "updatedAt": stamp,
                "lineItems": shopify.page(shopify.line(2), cursor="c2"),
            }
        },
        {"order": {"updatedAt": stamp, "lineItems": shopify.page(shopify.line(3))}},
        {
            "order": {
                "updatedAt": stamp,
                "fulfillmentOrders": shopify.page(shopify.fulfillment_order(2)),
            }
        },
        {"fulfillmentOrder": {"lineItems": rest}},
    )

    order = adapter.fetch("order", shopify.order_id)

    assert [line.sku for line in order.lines] == ["SKU-1", "SKU-2", "SKU-3"]
    assert [len(one.lines) for one in order.shipment_orders] == [2, 1]


def test_an_order_that_moves_while_it_is_read_is_read_anew(shopify):
    node = shopify.order()
    node["lineItems"] = shopify.page(shopify.line(1), cursor="c1")
    page = {"updatedAt": "2026-11-20T11:00:05Z", "lineItems": shopify.page()}

    with pytest.raises(errors.ConflictError):
        shopify.adapter({"order": node}, {"order": page}).fetch(
            "order", shopify.order_id
        )


def test_thirty_payments_may_be_more(shopify):
    def payment(number):
        return {
            "id": f"gid://shopify/OrderTransaction/{number}",
            "kind": "SALE",
            "status": "SUCCESS",
            "gateway": "cash",
            "amountSet": shopify.money("1.00"),
        }

    node = shopify.order(transactions=[payment(n) for n in range(30)])
    whole = {
        "updatedAt": node["updatedAt"],
        "transactions": [payment(n) for n in range(31)],
    }

    order = shopify.adapter({"order": node}, {"order": whole}).fetch(
        "order", shopify.order_id
    )

    assert len(order.payments) == 31


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        (
            "gid://shopify/FulfillmentOrder/7",
            {"fulfillmentOrder": {"orderId": "gid://shopify/Order/1"}},
        ),
        (
            "gid://shopify/Return/7",
            {"return": {"order": {"id": "gid://shopify/Order/1"}}},
        ),
    ],
)
def test_a_part_leads_to_its_order(shopify, part, answer):
    adapter = shopify.adapter(answer, {"order": shopify.order()})

    order = adapter.fetch("order", part)

    assert order.external_id == shopify.order_id
    with pytest.raises(errors.MissingError):
        shopify.adapter({"fulfillmentOrder": None}).fetch("order", part)


def test_versions_compare_as_text_whatever_their_zone(shopify):
    early = shopify.order(updatedAt="2026-11-20T07:00:00-05:00")
    late = shopify.order(updatedAt="2026-11-20T12:00:01Z")

    versions = [fetched(shopify, early).version, fetched(shopify, late).version]

    assert versions == ["2026-11-20T12:00:00.000Z", "2026-11-20T12:00:01.000Z"]


def test_cash_rounding_is_kept_beside_the_total(shopify):
    rounding = {"paymentSet": shopify.money("-0.02")}
    line = shopify.line(taxLines=[shopify.tax("1.60", rate=None, ratePercentage=19)])

    order = fetched(shopify, shopify.order(line, totalCashRoundingAdjustment=rounding))

    assert order.total == 10
    assert order.cash_rounding == Decimal("-0.02")
    assert order.lines[0].taxes[0].rate == Decimal("0.19")

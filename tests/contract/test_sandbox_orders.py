"""The sandbox's orders: amounts to the cent, states, what may change them."""

from decimal import Decimal

import pytest
from sandbox.client import SandboxError
from sandbox.testkit import LocalSandbox

MONEY = "{ shopMoney { amount } presentmentMoney { amount currencyCode } }"
ORDER = f"""
query Order($id: ID!) {{
  order(id: $id) {{
    id updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus
    taxesIncluded email customer {{ id }} shippingAddress {{ name city }}
    totalPriceSet {MONEY} currentTotalPriceSet {MONEY} totalTaxSet {MONEY}
    totalOutstandingSet {MONEY} totalRefundedSet {MONEY} totalTipReceivedSet {MONEY}
    lineItems(first: 50) {{ nodes {{
      id sku quantity currentQuantity isGiftCard variant {{ sku }}
      originalUnitPriceSet {MONEY}
      discountAllocations {{
        allocatedAmountSet {MONEY} discountApplication {{ index }}
      }}
      taxLines {{ title priceSet {MONEY} }}
    }} }}
    shippingLines(first: 5) {{ nodes {{
      originalPriceSet {MONEY} discountAllocations {{ allocatedAmountSet {MONEY} }}
      taxLines {{ priceSet {MONEY} }}
    }} }}
    transactions(first: 20) {{ id kind status gateway amountSet {MONEY} }}
  }}
}}
"""
TAXES = [{"title": "State", "rate": "0.0625"}, {"title": "County", "rate": "0.0175"}]


@pytest.fixture
def shop():
    shop = LocalSandbox()
    shop.seed(
        locations=[{"name": "Berlin"}, {"name": "Hamburg"}],
        products=[
            {
                "title": f"Thing {number}",
                "variants": [
                    {
                        "sku": f"T-{number}",
                        "price": price,
                        "levels": {"Berlin": 20, "Hamburg": 20},
                    }
                ],
            }
            for number, price in enumerate(("12.50", "9.99", "0.33"))
        ],
    )
    return shop


def read(shop, order):
    result = shop.graphql(ORDER, id=order["id"])
    assert "errors" not in result
    return result["data"]["order"]


def amount(value, side="shopMoney"):
    return Decimal(value[side]["amount"])


def total_by_the_rule(order, side="shopMoney"):
    """Add an order up the way a connector must."""
    goods = sum(
        amount(line["originalUnitPriceSet"], side) * line["quantity"]
        for line in order["lineItems"]["nodes"]
    )
    shipping = order["shippingLines"]["nodes"]
    parts = [*order["lineItems"]["nodes"], *shipping]
    off = sum(
        amount(one["allocatedAmountSet"], side)
        for part in parts
        for one in part["discountAllocations"]
    )
    tax = sum(
        amount(one["priceSet"], side) for part in parts for one in part["taxLines"]
    )
    whole = goods - off + sum(amount(one["originalPriceSet"], side) for one in shipping)
    return whole if order["taxesIncluded"] else whole + tax


LINES = [
    {"sku": "T-0", "quantity": 3},
    {"sku": "T-1", "quantity": 1},
    {"sku": "T-2", "quantity": 7},
]


@pytest.mark.parametrize(
    "given",
    [
        {"lines": LINES},
        {"lines": LINES, "taxes": TAXES, "taxes_included": False},
        {"lines": LINES, "shipping": {"price": "4.90"}, "taxes": TAXES},
        {"lines": LINES, "discounts": [{"code": "X", "percentage": "33.3"}]},
        {
            "lines": LINES,
            "shipping": {"price": "4.90"},
            "discounts": [
                {"code": "X", "amount": "10.00"},
                {"percentage": "15", "target": "line", "lines": [1]},
                {"percentage": "50", "target": "shipping"},
            ],
            "taxes_included": False,
        },
        {"lines": [*LINES, {"tip": True, "price": "2.00", "title": "Tip"}]},
        {"lines": [{"gift_card": True, "custom": True, "price": "50.00"}]},
        {
            "lines": LINES,
            "presentment_currency": "USD",
            "rate": "1.1037",
            "discounts": [{"percentage": "7"}],
        },
    ],
)
def test_the_total_is_what_its_parts_add_up_to(shop, given):
    order = read(shop, shop.place_order(**given))

    assert amount(order["totalPriceSet"]) == total_by_the_rule(order)
    buyer = "presentmentMoney"
    assert amount(order["totalPriceSet"], buyer) == total_by_the_rule(order, buyer)


@pytest.mark.parametrize(
    ("included", "taxes", "amounts"),
    [
        (True, [{"title": "VAT", "rate": "0.19"}], ["2.00"]),
        (False, [{"title": "VAT", "rate": "0.19"}], ["2.38"]),
        (True, TAXES, ["0.72", "0.20"]),
        (False, TAXES, ["0.78", "0.22"]),
    ],
)
def test_a_tax_is_in_the_price_or_on_top_of_it(shop, included, taxes, amounts):
    given = {"taxes": taxes, "taxes_included": included}

    order = read(shop, shop.place_order(lines=[{"sku": "T-0"}], **given))

    lines = order["lineItems"]["nodes"][0]["taxLines"]
    assert [amount(one["priceSet"]) for one in lines] == [Decimal(a) for a in amounts]


def test_a_discount_is_spread_to_the_cent(shop):
    discount = {"code": "TEN", "amount": "10.00"}

    order = read(shop, shop.place_order(lines=LINES, discounts=[discount]))

    spread = [
        amount(one["allocatedAmountSet"])
        for line in order["lineItems"]["nodes"]
        for one in line["discountAllocations"]
    ]
    assert sum(spread) == Decimal("10.00")
    assert len(spread) == 3


def test_a_planted_total_does_not_add_up(shop):
    order = read(shop, shop.place_order(lines=LINES, wrong_total="0.37"))

    assert amount(order["totalPriceSet"]) == total_by_the_rule(order) + Decimal("0.37")


def test_money_is_text_without_trailing_zeros(shop):
    order = read(shop, shop.place_order(lines=[{"sku": "T-0", "quantity": 2}]))

    assert order["totalPriceSet"]["shopMoney"]["amount"] == "25.0"


def test_a_guest_has_no_customer_but_an_address(shop):
    order = read(shop, shop.place_order(lines=LINES, email="guest@example.com"))

    assert order["customer"] is None
    assert order["email"] == "guest@example.com"
    assert order["shippingAddress"]["city"]


def test_a_sku_the_shop_does_not_have_is_a_line_without_variant(shop):
    order = read(shop, shop.place_order(lines=[{"sku": "GONE", "price": "5.00"}]))

    line = order["lineItems"]["nodes"][0]
    assert (line["sku"], line["variant"]) == ("GONE", None)


@pytest.mark.parametrize(
    ("financial", "status"),
    [("paid", "PAID"), ("pending", "PENDING"), ("authorized", "AUTHORIZED")],
)
def test_the_payment_decides_the_financial_status(shop, financial, status):
    order = shop.place_order(lines=LINES, financial=financial)

    assert order["financial"] == status


@pytest.mark.parametrize("financial", ["pending", "authorized"])
def test_what_is_due_can_be_paid_once(shop, financial):
    order = shop.place_order(lines=LINES, financial=financial)

    assert shop.pay(order["name"])["financial"] == "PAID"
    with pytest.raises(SandboxError):
        shop.pay(order["name"])


def test_a_part_payment_leaves_the_order_partially_paid(shop):
    order = shop.place_order(lines=LINES, financial="pending")

    assert shop.pay(order["name"], amount="5.00")["financial"] == "PARTIALLY_PAID"


def test_an_authorization_is_captured_once(shop):
    document = """
    mutation OrderCapture($input: OrderCaptureInput!) {
      orderCapture(input: $input) {
        transaction { kind status } userErrors { field message }
      }
    }
    """
    order = read(shop, shop.place_order(lines=LINES, financial="authorized"))
    given = {
        "id": order["id"],
        "parentTransactionId": order["transactions"][0]["id"],
        "amount": order["totalPriceSet"]["shopMoney"]["amount"],
    }

    first = shop.graphql(document, input=given)["data"]["orderCapture"]
    second = shop.graphql(document, input=given)["data"]["orderCapture"]

    assert first["transaction"] == {"kind": "CAPTURE", "status": "SUCCESS"}
    assert second["transaction"] is None
    assert second["userErrors"]


def test_cancelling_gives_stock_and_money_back(shop):
    order = shop.place_order(lines=[{"sku": "T-0", "quantity": 4}])

    shop.cancel(order["name"])

    level = shop.level("T-0", "Berlin")
    assert (level["available"], level["committed"]) == (20, 0)
    after = read(shop, order)
    assert after["displayFinancialStatus"] == "REFUNDED"
    assert after["cancelledAt"]
    assert amount(after["currentTotalPriceSet"]) == 0
    assert after["lineItems"]["nodes"][0]["currentQuantity"] == 0
    assert after["lineItems"]["nodes"][0]["quantity"] == 4


def test_cancelling_by_the_api_answers_with_a_job(shop):
    document = """
    mutation OrderCancel($id: ID!) {
      orderCancel(orderId: $id, reason: INVENTORY, restock: true) {
        job { id done } orderCancelUserErrors { field message code }
      }
    }
    """
    order = shop.place_order(lines=LINES, financial="authorized")

    payload = shop.graphql(document, id=order["id"])["data"]["orderCancel"]
    again = shop.graphql(document, id=order["id"])["data"]["orderCancel"]

    job = payload["job"]
    assert job["done"] is False
    status = "query JobStatus($id: ID!) { job(id: $id) { done } }"
    assert shop.graphql(status, id=job["id"])["data"]["job"]["done"]
    assert shop.order(order["name"])["financial"] == "VOIDED"
    assert again["job"] is None
    assert again["orderCancelUserErrors"][0]["code"] == "INVALID"


def test_a_shipped_order_cannot_be_cancelled(shop):
    order = shop.place_order(lines=LINES)
    shop.fulfill(order["name"])

    with pytest.raises(SandboxError, match="fulfillments"):
        shop.cancel(order["name"])


def test_an_edit_takes_units_off_and_adds_lines(shop):
    order = shop.place_order(lines=LINES)

    shop.edit(
        order["name"], lines=[{"line": "T-0", "quantity": 1}], add=[{"sku": "T-1"}]
    )

    after = read(shop, order)
    lines = after["lineItems"]["nodes"]
    assert [line["currentQuantity"] for line in lines] == [1, 1, 7, 1]
    assert lines[0]["quantity"] == 3
    assert shop.level("T-0", "Berlin")["committed"] == 1


def test_a_refund_returns_units_and_their_money(shop):
    order = shop.place_order(lines=[{"sku": "T-0", "quantity": 2}])
    shop.fulfill(order["name"])

    shop.refund(order["name"], lines=[{"line": 0, "quantity": 1}])

    after = read(shop, order)
    assert after["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert amount(after["totalRefundedSet"]) == Decimal("12.50")
    assert shop.level("T-0", "Berlin")["available"] == 19


def test_changed_orders_are_found_by_their_time(shop):
    document = """
    query OrdersChanged($query: String!) {
      orders(first: 50, query: $query, sortKey: UPDATED_AT) { nodes { name } }
    }
    """
    shop.place_order(lines=LINES)
    shop.advance(60)
    late = shop.place_order(lines=LINES)

    since = f"updated_at:>='{late['updated_at']}'"
    nodes = shop.graphql(document, query=since)["data"]["orders"]["nodes"]

    assert nodes == [{"name": late["name"]}]


def test_the_search_index_can_lag_behind(shop):
    document = "{ orders(first: 5) { nodes { name } } }"
    shop.settings(index_lag=30)
    order = shop.place_order(lines=LINES)

    assert shop.graphql(document)["data"]["orders"]["nodes"] == []
    shop.advance(31)
    nodes = shop.graphql(document)["data"]["orders"]["nodes"]
    assert nodes == [{"name": order["name"]}]


def test_an_order_that_is_refused_leaves_no_trace(shop):
    lines = [{"sku": "T-0"}, {"sku": "T-1", "location": "Nowhere"}]

    with pytest.raises(SandboxError, match="Nowhere"):
        shop.place_order(lines=lines)

    assert shop.orders() == []
    assert {one["committed"] for one in shop.levels()} == {0}


@pytest.mark.parametrize("reverse", [False, True])
def test_pages_follow_their_cursor(shop, reverse):
    document = """
    query OrdersChanged($after: String, $reverse: Boolean) {
      orders(first: 2, after: $after, sortKey: UPDATED_AT, reverse: $reverse) {
        pageInfo { hasNextPage endCursor } nodes { name }
      }
    }
    """
    for _number in range(5):
        shop.place_order(lines=LINES)
    names, after, more = [], None, True
    while more and len(names) < 10:
        page = shop.graphql(document, after=after, reverse=reverse)["data"]["orders"]
        names += [node["name"] for node in page["nodes"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]

    placed = [f"#100{number}" for number in range(1, 6)]
    assert names == (placed[::-1] if reverse else placed)


def test_the_lines_of_an_order_are_paged_to_their_end(shop):
    document = """
    query OrderLinesPage($id: ID!, $after: String) {
      order(id: $id) {
        lineItems(first: 25, after: $after) {
          pageInfo { hasNextPage endCursor } nodes { id }
        }
      }
    }
    """
    order = shop.place_order(lines=[{"sku": "T-0"}] * 60)
    found, after, more = [], None, True
    while more and len(found) < 100:
        page = shop.graphql(document, id=order["id"], after=after)
        lines = page["data"]["order"]["lineItems"]
        found += [node["id"] for node in lines["nodes"]]
        more, after = lines["pageInfo"]["hasNextPage"], lines["pageInfo"]["endCursor"]

    assert found == [line["id"] for line in order["lines"]]

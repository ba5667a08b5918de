"""The sandbox's fulfilment orders, shipments and holds."""

import pytest
from sandbox.testkit import LocalSandbox

FULFILLMENT_CREATE = """
mutation FulfillmentCreate($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment {
      id name status trackingInfo(first: 10) { company number url }
      fulfillmentLineItems(first: 100) { nodes { quantity lineItem { sku } } }
    }
    userErrors { field message }
  }
}
"""
FULFILLMENT_ORDERS = """
query OrderFulfillmentOrders($id: ID!) {
  order(id: $id) {
    displayFulfillmentStatus
    fulfillmentOrders(first: 10, displayable: false) { nodes {
      id status supportedActions { action } fulfillmentHolds { id handle }
      assignedLocation { location { id name } }
      lineItems(first: 50) { nodes { id sku totalQuantity remainingQuantity } }
    } }
  }
}
"""
LINES = [
    {"sku": "T-0", "quantity": 3},
    {"sku": "T-1", "quantity": 1},
    {"sku": "T-2", "quantity": 7},
]


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


def fulfillment_orders(shop, order):
    found = shop.graphql(FULFILLMENT_ORDERS, id=order["id"])["data"]["order"]
    return found["fulfillmentOrders"]["nodes"]


def ship(shop, document, *quantities, **more):
    lines = document["lineItems"]["nodes"]
    parts = [
        {"id": line["id"], "quantity": units}
        for line, units in zip(lines, quantities, strict=False)
    ]
    given = {"fulfillmentOrderId": document["id"], "fulfillmentOrderLineItems": parts}
    result = shop.graphql(
        FULFILLMENT_CREATE, fulfillment={"lineItemsByFulfillmentOrder": [given], **more}
    )
    return result["data"]["fulfillmentCreate"]


def test_each_location_has_a_fulfillment_order_of_its_own(shop):
    lines = [{"sku": "T-0"}, {"sku": "T-1", "location": "Hamburg"}]
    order = shop.place_order(lines=lines)
    both = fulfillment_orders(shop, order)
    given = [{"fulfillmentOrderId": one["id"]} for one in both]

    result = shop.graphql(
        FULFILLMENT_CREATE, fulfillment={"lineItemsByFulfillmentOrder": given}
    )

    places = [one["assignedLocation"]["location"]["name"] for one in both]
    assert places == ["Berlin", "Hamburg"]
    assert result["data"]["fulfillmentCreate"]["userErrors"]
    assert shop.fulfillments() == []


def test_a_part_shipment_leaves_the_rest_on_the_same_fulfillment_order(shop):
    order = shop.place_order(lines=LINES)
    document = fulfillment_orders(shop, order)[0]
    tracking = {"company": "DHL", "number": "JD01", "url": "https://example.com/JD01"}

    payload = ship(shop, document, 1, 1, trackingInfo=tracking)

    assert payload["userErrors"] == []
    assert payload["fulfillment"]["name"] == "#1001-F1"
    assert payload["fulfillment"]["trackingInfo"] == [tracking]
    after = fulfillment_orders(shop, order)[0]
    assert (after["id"], after["status"]) == (document["id"], "IN_PROGRESS")
    left = [line["remainingQuantity"] for line in after["lineItems"]["nodes"]]
    assert left == [2, 0, 7]
    level = shop.level("T-0", "Berlin")
    assert (level["available"], level["committed"], level["on_hand"]) == (17, 2, 19)
    assert shop.order(order["name"])["fulfillment"] == "PARTIALLY_FULFILLED"


def test_shipping_without_lines_ships_all_that_remains(shop):
    order = shop.place_order(lines=LINES)
    document = fulfillment_orders(shop, order)[0]
    ship(shop, document, 1)

    payload = ship(shop, document)

    assert len(payload["fulfillment"]["fulfillmentLineItems"]["nodes"]) == 3
    assert fulfillment_orders(shop, order)[0]["status"] == "CLOSED"
    assert shop.order(order["name"])["fulfillment"] == "FULFILLED"
    assert len(shop.fulfillments()) == 2


def test_more_than_what_remains_cannot_be_shipped(shop):
    order = shop.place_order(lines=LINES)

    payload = ship(shop, fulfillment_orders(shop, order)[0], 4)

    assert payload["fulfillment"] is None
    assert payload["userErrors"]
    assert shop.fulfillments() == []


def test_a_closed_fulfillment_order_is_refused(shop):
    order = shop.place_order(lines=LINES)
    document = fulfillment_orders(shop, order)[0]
    ship(shop, document)

    assert ship(shop, document)["userErrors"]


def test_a_hold_with_the_same_handle_is_refused_the_second_time(shop):
    document = """
    mutation Hold($id: ID!, $hold: FulfillmentOrderHoldInput!) {
      fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
        fulfillmentHold { id handle } fulfillmentOrder { status }
        userErrors { field message code }
      }
    }
    """
    order = shop.place_order(lines=LINES)
    target = fulfillment_orders(shop, order)[0]
    given = {"reason": "INVENTORY_OUT_OF_STOCK", "handle": "odoo-stock"}

    first = shop.graphql(document, id=target["id"], hold=given)["data"]
    second = shop.graphql(document, id=target["id"], hold=given)["data"]

    assert first["fulfillmentOrderHold"]["fulfillmentOrder"]["status"] == "ON_HOLD"
    error = second["fulfillmentOrderHold"]["userErrors"][0]
    assert error["code"] == "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
    assert ship(shop, target)["userErrors"]
    shop.release(order["name"])
    assert ship(shop, target)["userErrors"] == []


def test_a_move_makes_a_new_fulfillment_order(shop):
    order = shop.place_order(lines=LINES)
    before = fulfillment_orders(shop, order)[0]

    shop.move(order["name"], "Hamburg")

    old, new = fulfillment_orders(shop, order)
    assert (old["id"], old["status"]) == (before["id"], "CLOSED")
    assert new["assignedLocation"]["location"]["name"] == "Hamburg"
    assert shop.level("T-0", "Berlin")["available"] == 20

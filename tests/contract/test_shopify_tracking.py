"""Other parcels of a told shipment: read first, told once, replaced whole."""

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

OURS = "gid://shopify/Fulfillment/9"
READ, UPDATE = "FulfillmentTracking", "FulfillmentTrackingInfoUpdate"


def change(*numbers, ids=(OURS,), carrier="DHL", url="", **given):
    return doc.TrackingChange(
        order_id="gid://shopify/Order/1",
        reference="WH/OUT/1",
        shipment_ids=ids,
        tracking=tuple(
            doc.Tracking(number=n, carrier=carrier, url=url and url.format(n))
            for n in numbers
        ),
        **given,
    )


def there(*nodes):
    return {"nodes": list(nodes)}


def updated(*problems, node=None):
    made = None if problems else (node or {"id": OURS})
    return {
        "fulfillmentTrackingInfoUpdate": {
            "fulfillment": made,
            "userErrors": [{"field": None, "message": text} for text in problems],
        }
    }


def told(shopify, body, *answers):
    return shopify.adapter(*answers).send(shopify.effect(body, "tracking"))


def test_a_corrected_number_replaces_the_one_that_was_told(shopify):
    before = shopify.fulfillment(9, tracking=("JD01",))

    outcome = told(shopify, change("JD02"), there(before), updated())

    assert (outcome.state, outcome.external_id) == ("applied", OURS)
    assert shopify.operations() == [READ, UPDATE]
    assert shopify.sent() == {
        "fulfillmentId": OURS,
        "trackingInfoInput": {"company": "DHL", "number": "JD02"},
        "notifyCustomer": True,
    }


def test_several_parcels_each_go_with_their_number_and_link(shopify):
    body = change("JD01", "JD02", url="https://dhl.example/{}")
    before = shopify.fulfillment(9, tracking=("JD01",))

    told(shopify, body, there(before), updated())

    assert shopify.sent()["trackingInfoInput"] == {
        "company": "DHL",
        "numbers": ["JD01", "JD02"],
        "urls": ["https://dhl.example/JD01", "https://dhl.example/JD02"],
    }


def test_a_number_taken_away_empties_the_list_and_writes_to_nobody(shopify):
    before = shopify.fulfillment(9, tracking=("JD01",))

    outcome = told(shopify, change(), there(before), updated())

    assert outcome.state == "applied"
    assert shopify.sent()["trackingInfoInput"] == {"numbers": []}
    assert shopify.sent()["notifyCustomer"] is False


@pytest.mark.parametrize("carrier", ["DHL", "dhl"])
def test_what_is_there_already_is_not_told_again(shopify, carrier):
    node = shopify.fulfillment(9, tracking=("JD02",))

    outcome = told(shopify, change("JD02", carrier=carrier), there(node))

    assert (outcome.state, outcome.code) == ("applied", "already")
    assert shopify.operations() == [READ]


@pytest.mark.parametrize(
    "given",
    [{"carrier": "UPS"}, {"url": "https://dhl.example/{}"}],
    ids=["carrier", "link"],
)
def test_another_carrier_or_link_of_the_same_number_is_told(shopify, given):
    node = shopify.fulfillment(9, tracking=("JD02",))

    told(shopify, change("JD02", **given), there(node), updated())

    assert shopify.operations() == [READ, UPDATE]


def test_of_two_shipments_only_the_one_that_differs_is_told(shopify):
    other = "gid://shopify/Fulfillment/10"
    nodes = [
        shopify.fulfillment(9, tracking=("JD02",)),
        shopify.fulfillment(10, tracking=("JD01",)),
    ]

    outcome = told(shopify, change("JD02", ids=(OURS, other)), there(*nodes), updated())

    assert shopify.operations() == [READ, UPDATE]
    assert shopify.sent()["fulfillmentId"] == other
    assert outcome.external_id == f"{OURS},{other}"


@pytest.mark.parametrize("node", [None, "cancelled"])
def test_a_shipment_that_is_no_more_is_refused_in_words(shopify, node):
    if node:
        node = shopify.fulfillment(9, status="CANCELLED")

    outcome = told(shopify, change("JD02"), there(node))

    assert (outcome.state, outcome.code) == ("refused", "shipment_gone")
    assert "WH/OUT/1" in outcome.message


def test_a_refusal_says_why(shopify):
    node = shopify.fulfillment(9)

    outcome = told(shopify, change("JD02"), there(node), updated("Nein."))

    assert (outcome.state, outcome.message) == ("refused", "Nein.")


@pytest.mark.parametrize(
    ("numbers", "state"), [(("JD02",), "applied"), (("JD01",), "not_found")]
)
def test_it_is_read_back_by_the_parcels(shopify, numbers, state):
    node = shopify.fulfillment(9, tracking=numbers)
    adapter = shopify.adapter(there(node))

    outcome = adapter.read_back(shopify.effect(change("JD02"), "tracking"))

    assert outcome.state == state


def test_without_a_shipment_nothing_is_called(shopify):
    outcome = told(shopify, change("JD02", ids=()))

    assert (outcome.state, outcome.code) == ("refused", "no_shipment")
    assert "WH/OUT/1" in outcome.message


def told_delivery(bench):
    order = bench.fetch(bench.order())
    outcome = bench.adapter.send(bench.effect(bench.shipment(order)))
    return order, outcome.external_id


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_correction_in_doubt_is_told_once(bench, fault, state):
    order, shipment_id = told_delivery(bench)
    body = change("JD02", "JD03", ids=(shipment_id,))
    effect = bench.effect(body, "tracking", key="key-2")
    bench.shop.fault(fault, operation=UPDATE, seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)
    seen = bench.adapter.read_back(effect)
    again = bench.adapter.send(effect)

    (shipment,) = bench.shop.fulfillments()
    assert (seen.state, again.state) == (state, "applied")
    assert [one["number"] for one in shipment["tracking"]] == ["JD02", "JD03"]
    assert shipment["times_notified"] == 2
    assert len(bench.adapter.fetch("order", order.external_id).shipments) == 1


def test_a_number_taken_away_is_away_there(bench):
    _order, shipment_id = told_delivery(bench)
    body = change(ids=(shipment_id,))

    outcome = bench.adapter.send(bench.effect(body, "tracking", key="key-2"))

    (shipment,) = bench.shop.fulfillments()
    assert outcome.state == "applied"
    assert (shipment["tracking"], shipment["times_notified"]) == ([], 1)


def test_asked_again_the_same_parcels_are_told_once_more(shopify):
    before = shopify.fulfillment(9, tracking=("JD01",))

    outcome = told(shopify, change("JD01", again=True), there(before), updated())

    assert outcome.state == "applied"
    assert shopify.operations() == [READ, UPDATE]
    assert shopify.sent()["notifyCustomer"] is True


def test_whether_a_message_was_written_again_cannot_be_read_back(shopify):
    body = change("JD01", again=True)
    adapter = shopify.adapter()

    outcome = adapter.read_back(shopify.effect(body, "tracking"))

    assert outcome.state == "unknown"
    assert not shopify.operations()

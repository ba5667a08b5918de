"""Stock that the shop counts: what is read of it, and what a webhook says."""

import json

import pytest
from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.signature import sign_hmac_sha256
from odoo.addons.retail_sync_shopify.adapters import counts, topics, webhook

PLACE = "gid://shopify/Location/1"
CHANGED = "2026-11-20T11:00:00Z"


def level(quantity=4, **given):
    row = {"name": "available", "quantity": quantity, "updatedAt": CHANGED}
    item = {"id": "gid://shopify/InventoryItem/1", "sku": "MUG", "tracked": True}
    return {"isActive": True, "item": item, "quantities": [row], **given}


def page_of(shopify, *nodes, cursor=None):
    return {"location": {"inventoryLevels": shopify.page(*nodes, cursor=cursor)}}


def test_a_count_has_its_figure_and_both_times(shopify):
    adapter = shopify.adapter(page_of(shopify, level()))

    page = adapter.fetch_counts(PLACE, "")

    (found,) = page.documents
    assert (found.item_id, found.sku) == ("gid://shopify/InventoryItem/1", "MUG")
    assert (found.location_id, found.quantity, found.counts) == (PLACE, 4, "available")
    assert found.changed_at.isoformat() == "2026-11-20T11:00:00+00:00"
    assert not page.more


@pytest.mark.parametrize(
    ("node", "no_news"),
    [
        (level(isActive=False), False),
        (level(item={"id": "gid://shopify/InventoryItem/1", "tracked": False}), True),
        (level(quantities=[]), True),
        (level(quantity=None), True),
    ],
)
def test_what_has_no_figure_is_not_stocked_or_no_news(shopify, node, no_news):
    adapter = shopify.adapter(page_of(shopify, node))

    (found,) = adapter.fetch_counts(PLACE, "").documents

    assert found.quantity is None
    assert found.no_news is no_news


def test_below_zero_is_told_as_it_is(shopify):
    adapter = shopify.adapter(page_of(shopify, level(-3)))

    (found,) = adapter.fetch_counts(PLACE, "").documents

    assert found.quantity == -3


def test_pages_follow_each_other_by_the_shops_cursor(shopify):
    adapter = shopify.adapter(
        page_of(shopify, level(), cursor="next"), page_of(shopify, level())
    )

    first = adapter.fetch_counts(PLACE, "")
    adapter.fetch_counts(PLACE, first.cursor)

    assert (first.more, first.cursor) == (True, "next")
    assert shopify.sent()["after"] == "next"


def test_a_cursor_that_is_too_old_begins_anew(shopify):
    stale = shopify.error("", message="Invalid cursor for current pagination sort.")
    adapter = shopify.adapter(stale, page_of(shopify, level()))

    page = adapter.fetch_counts(PLACE, "old")

    assert len(page.documents) == 1
    assert shopify.sent()["after"] is None


def test_a_page_that_is_too_dear_is_halved(shopify):
    adapter = shopify.adapter(
        shopify.error("MAX_COST_EXCEEDED"), page_of(shopify, level())
    )

    adapter.fetch_counts(PLACE, "")

    assert [shopify.sent(n)["first"] for n in (0, 1)] == [100, 50]


def test_a_webhook_names_the_level_and_no_figure(shopify):
    body = json.dumps(
        {
            "inventory_item_id": 7,
            "location_id": 1,
            "available": 0,
            "updated_at": CHANGED,
        }
    ).encode()
    account = shopify.account(secrets={"client_secret": ("s",)})
    request = base.IncomingRequest(
        headers={
            "x-shopify-topic": "inventory_levels/update",
            "x-shopify-shop-domain": shopify.shop,
            "x-shopify-webhook-id": "w-1",
            "x-shopify-hmac-sha256": sign_hmac_sha256(body, "s"),
        },
        body=body,
    )

    (notice,) = webhook.receive(account, request).notices

    assert notice.flow is doc.Flow.STOCK
    assert notice.external_id == "gid://shopify/InventoryItem/7"
    assert notice.external_ref == PLACE
    assert notice.body is None


def test_what_is_subscribed_carries_no_figure():
    assert "available" not in topics.FIELDS["inventory_levels/update"]


def read(bench, sku="MUG", place="Main"):
    (found,) = bench.adapter.read_counts((bench.ref(sku, place),))
    return found


def test_the_sandboxes_levels_are_counted(bench):
    place = bench.ref("MUG").location_id

    page = bench.adapter.fetch_counts(place, "")

    assert {c.sku: c.quantity for c in page.documents} == {"MUG": 10, "CUP": 10}
    assert all(c.as_of and c.changed_at for c in page.documents)


def test_a_level_is_read_with_the_shops_own_time(bench):
    (before,) = bench.adapter.read_levels((bench.ref("MUG"),))
    bench.shop.advance(600)

    (found,) = bench.adapter.read_levels((bench.ref("MUG"),))

    assert (found.as_of - before.as_of).total_seconds() >= 600


def test_a_sale_changes_the_figure_and_a_shipment_does_not(bench):
    before = read(bench)
    bench.shop.advance(3600)
    placed = bench.order({"sku": "MUG", "quantity": 2})
    sold = read(bench)
    bench.shop.advance(3600)
    bench.shop.fulfill(placed["name"])
    shipped = read(bench)

    assert (before.quantity, sold.quantity, shipped.quantity) == (10, 8, 8)
    assert before.changed_at < sold.changed_at == shipped.changed_at
    assert sold.as_of < shipped.as_of


def test_a_level_that_is_not_there_is_no_news(bench):
    ref = doc.LevelRef(
        item_id="gid://shopify/InventoryItem/999",
        location_id=bench.ref("MUG").location_id,
    )

    (found,) = bench.adapter.read_counts((ref,))

    assert found.quantity is None


def test_a_throttled_reading_waits(bench):
    bench.shop.fault("throttled", "CountsAtLocation")

    with pytest.raises(errors.ThrottledError):
        read(bench)
    assert counts.ITEMS_AT_ONCE <= 250

"""Polling: pages, their cursors, and the shop's own clock."""

import json

import pytest
from odoo.addons.retail_sync_core.domain import errors


def test_a_poll_gives_notices_and_the_shops_own_clock(shopify):
    nodes = [
        {"id": "gid://shopify/Order/7", "name": "#7", "updatedAt": "2026-11-20T11"}
    ]
    adapter = shopify.adapter(
        {"orders": shopify.page(*nodes, cursor="next")}, {"orders": shopify.page()}
    )
    since = shopify.clock.now.replace(hour=9)

    first = adapter.fetch_page("order", "", since)
    shopify.transport.answers[0].headers["date"] = "Fri, 20 Nov 2026 12:00:09 GMT"
    last = adapter.fetch_page("order", first.cursor, since.replace(hour=10))

    assert [n.external_id for n in first.documents] == ["gid://shopify/Order/7"]
    assert (first.more, last.more, last.documents) == (True, False, ())
    # The filter and the time belong to the reading as a whole, not to its last page.
    assert {shopify.sent(n)["query"] for n in (0, 1)} == {
        "updated_at:>='2026-11-20T09:00:00Z'"
    }
    assert first.as_of == last.as_of == shopify.clock.now
    assert json.loads(first.cursor)["after"] == "next"


def test_a_cursor_that_is_none_of_ours_is_refused(shopify):
    with pytest.raises(errors.DataError):
        shopify.adapter().fetch_page("order", "c2Vl", None)


def test_an_unknown_flow_is_refused(shopify):
    with pytest.raises(errors.PermanentError):
        shopify.adapter().fetch_page("weather", "", None)


def test_a_cursor_that_grew_too_old_begins_anew(shopify):
    page = {"orders": shopify.page(cursor="next")}
    stale = shopify.error("", message="Invalid cursor for current pagination sort.")
    adapter = shopify.adapter(page, stale, {"orders": shopify.page()})

    first = adapter.fetch_page("order", "", None)
    adapter.fetch_page("order", first.cursor, None)

    assert [shopify.sent(n)["after"] for n in range(3)] == [None, "next", None]


def test_the_levels_of_one_location_can_be_asked_for(shopify):
    node = {
        "isActive": True,
        "item": {"id": "gid://shopify/InventoryItem/1"},
        "quantities": [{"name": "available", "quantity": 3}],
    }
    adapter = shopify.adapter({"location": {"inventoryLevels": shopify.page(node)}})

    page = adapter.fetch_page("levels", "gid://shopify/Location/1", None)

    assert [reading.available for reading in page.documents] == [3]
    assert not page.more


def test_a_shop_without_an_active_location_has_no_levels(shopify):
    closed = {"id": "gid://shopify/Location/1", "isActive": False}
    adapter = shopify.adapter({"locations": shopify.page(closed)})

    assert adapter.fetch_page("levels", "", None).documents == ()

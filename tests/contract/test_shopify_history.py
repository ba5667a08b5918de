"""Past orders: counted, listed by the day they were placed, as far as they show."""

from datetime import datetime, timedelta, timezone

SINCE = datetime(2024, 1, 1, tzinfo=timezone.utc)
UNTIL = datetime(2026, 6, 1, tzinfo=timezone.utc)
PLACED = "created_at:>='2024-01-01T00:00:00Z' created_at:<'2026-06-01T00:00:00Z'"


def counted(*scopes, precision="EXACT"):
    return {
        "ordersCount": {"count": 12345, "precision": precision},
        "currentAppInstallation": {
            "accessScopes": [{"handle": scope} for scope in scopes]
        },
    }


def test_all_are_counted_where_the_app_may_read_them(shopify):
    adapter = shopify.adapter(counted("read_orders", "read_all_orders"))

    found = adapter.count_past(SINCE, UNTIL)

    assert (found.count, found.is_exact) == (12345, True)
    assert (found.visible_since, found.missing_scope) == (None, "")
    assert shopify.sent(0)["query"] == PLACED


def test_without_the_scope_it_says_from_when_on_they_show(shopify):
    adapter = shopify.adapter(counted("read_orders", precision="AT_LEAST"))

    found = adapter.count_past(SINCE, UNTIL)

    assert found.visible_since == shopify.clock.now - timedelta(days=60)
    assert found.missing_scope == "read_all_orders"
    assert not found.is_exact


def test_pages_go_on_with_the_same_days(shopify):
    node = {
        "id": "gid://shopify/Order/7",
        "name": "#7",
        "createdAt": "2025-01-02T03:04:05Z",
        "updatedAt": "2025-01-03T00:00:00Z",
    }
    adapter = shopify.adapter(
        {"orders": shopify.page(node, cursor="next")}, {"orders": shopify.page()}
    )

    first = adapter.fetch_past("", SINCE, UNTIL)
    last = adapter.fetch_past(first.cursor, SINCE, UNTIL)

    assert [n.external_id for n in first.documents] == ["gid://shopify/Order/7"]
    assert first.documents[0].occurred_at.year == 2025
    assert (first.more, last.more, last.documents) == (True, False, ())
    assert [shopify.sent(n)["after"] for n in (0, 1)] == [None, "next"]
    assert {shopify.sent(n)["query"] for n in (0, 1)} == {PLACED}


def test_a_cursor_that_grew_too_old_begins_anew(shopify):
    page = {"orders": shopify.page(cursor="next")}
    stale = shopify.error("", message="Invalid cursor for current pagination sort.")
    adapter = shopify.adapter(page, stale, {"orders": shopify.page()})

    first = adapter.fetch_past("", SINCE, UNTIL)
    adapter.fetch_past(first.cursor, SINCE, UNTIL)

    assert [shopify.sent(n)["after"] for n in range(3)] == [None, "next", None]

"""A shop that already sells: real servers watch it, take it live and put it back."""

import shop

THERE = 7
WATCH = shop.CONNECT.replace("channel.action_go_live()", "channel.action_watch()")
GO_LIVE = """
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
channel.action_go_live()
"""
PUT_BACK = """
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
env["retail.sync.put.back"].create(
    {"channel_id": channel.id, "reason": "A trial"}
).action_put_back()
"""
COMPARED = "SELECT theirs_qty, ours_qty, kept_at IS NULL FROM retail_sync_stock_before"
RESTORING = "SELECT stock_restoring FROM retail_sync_channel WHERE code = 'shopify'"


def mutations(sandbox):
    return [call["operation"] for call in sandbox.calls() if call["kind"] == "mutation"]


def levels(sandbox):
    """Return what each level has, without when it was changed."""
    return [
        {name: units for name, units in level.items() if isinstance(units, int)}
        for level in sandbox.levels()
    ]


def available(sandbox):
    return sandbox.level("MUG", "Main")["available"]


def test_watched_live_and_put_back_the_shop_is_as_before(cluster, sandbox):
    shop.seed(sandbox)
    sandbox.set_level("MUG", "Main", available=THERE)
    before = levels(sandbox)
    cluster.shell(WATCH.format(url=sandbox.url))
    first = cluster.start()
    cluster.kick_until("the look", lambda: cluster.sql(COMPARED))
    assert cluster.sql(COMPARED) == [(THERE, 100, True)]
    assert mutations(sandbox) == []
    assert levels(sandbox) == before

    cluster.shell(GO_LIVE)
    cluster.kick_until("our level", lambda: available(sandbox) == 100)
    assert cluster.sql(COMPARED) == [(THERE, 100, False)]

    # the server dies with the restoring call under way: the next one looks first
    sandbox.fault("timeout_after", "InventorySetQuantities", seconds=90)
    cluster.shell(PUT_BACK)
    cluster.kick_until("the call", lambda: not sandbox.faults())
    cluster.kill(first)
    sandbox.clear_faults()
    cluster.start()
    cluster.kick_until(
        "the end", lambda: cluster.sql(RESTORING) == [(False,)], seconds=180
    )

    assert levels(sandbox) == before

"""Within Odoo's shell: kills a forked worker at each point, then lets another go on.

A child is a real process with connections of its own; it works as a slot does and
kills itself with SIGKILL. The parent keeps no connection while it forks.
"""

import json
import os
import signal
import sys
import time
import traceback

import odoo
from crash_points import CHANGES, FETCH, POINTS, READS, SHIPMENT
from odoo.addons.retail_sync_core.adapters.transport import HttpTransport
from odoo.addons.retail_sync_core.models.retail_sync_worker import Turn
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter
from sandbox.client import Sandbox

PATIENCE_S = 40
# all that is not over; the nightly comparison waits for its hours
OPEN = """
SELECT handler, state, wait_reason, error_message FROM retail_sync_job
 WHERE state NOT IN ('done', 'cancelled') AND handler <> 'stock.compare' ORDER BY id
"""
# what would only be waited for: the end of a call, a silent beat, a back-off
HURRY = """
UPDATE retail_sync_effect SET sent_at = sent_at - interval '1 hour';
UPDATE retail_sync_slot SET beat_at = beat_at - interval '1 minute';
UPDATE retail_sync_job SET scheduled_at = now() AT TIME ZONE 'UTC'
 WHERE state = 'pending';
UPDATE retail_sync_bucket SET blocked_until = NULL;
"""
PLAIN = {"transport": HttpTransport, "turn": Turn, "read_back": ShopifyAdapter}


def run(env, url, placed):
    """Print what became of each point as one line of JSON.

    :param placed: (id, name) of an order at the shop for each point
    """
    lab = Lab(env.registry, Sandbox(url))
    env.cr.commit()
    found = {}
    for point, (order_id, name) in zip(POINTS, placed, strict=True):
        try:
            found[point.name] = lab.die(point, order_id, name)
        except Exception:  # noqa: BLE001 the other points are looked at all the same
            found[point.name] = {"error": traceback.format_exc()[-2000:]}
    # the shell's own connection was closed before the forks: nothing is left to commit
    sys.stdout.write(f"DEATHS {json.dumps(found)}\nshell ended well\n")
    sys.stdout.flush()
    os._exit(0)


class Lab:
    """One database in which one worker after the other dies."""

    def __init__(self, registry, shop):
        self.registry = registry
        self.shop = shop
        with self.env() as env:
            self.slots = env["retail.sync.slot"].search([]).ids[:2]

    def env(self):
        return _Environment(self.registry)

    def die(self, point, order_id, name):
        """Let a worker die at ``point``; return what another made of it."""
        with self.env() as env:
            self._begin(env, point, order_id, name)
        if point.fault:
            self.shop.fault(point.fault, CHANGES, seconds=0)
        ended = self._child(lambda: self._victim(point))
        self.shop.clear_faults()
        left = self._recover()
        with self.env() as env:
            return {
                "killed": os.WIFSIGNALED(ended)
                and os.WTERMSIG(ended) == signal.SIGKILL,
                "left": left,
                "shipments": sum(
                    one["order"] == name for one in self.shop.fulfillments()
                ),
                **self._seen(env, order_id),
            }

    def _begin(self, env, point, order_id, name):
        """Append the job, and one of the same key behind it."""
        channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
        if point.work == SHIPMENT:
            order = env["retail.sync.order"].search([("external_id", "=", order_id)])
            picking = order.order_id.picking_ids
            picking.carrier_tracking_ref = f"JD{name[1:]}"
            picking.with_context(skip_backorder=True).button_validate()
        for _time in range(1 if point.work == SHIPMENT else 2):
            env["retail.sync.job"]._enqueue(
                channel,
                FETCH,
                order_key=f"order:{order_id}",
                payload={"external_id": order_id},
            )

    def _seen(self, env, order_id):
        order = env["retail.sync.order"].search([("external_id", "=", order_id)])
        effects = env["retail.sync.effect"].search(
            [("order_key", "=", f"order:{order_id}"), ("kind", "=", "shipment")]
        )
        sales = env["sale.order"].search([("id", "in", order.order_id.ids)])
        return {
            "orders": len(order),
            "sales": [sale.state for sale in sales],
            "total": sum(sales.mapped("amount_total")),
            "effects": effects.mapped("state"),
            "issues": env["retail.sync.issue"].search_count([("state", "=", "open")]),
        }

    # processes
    def _child(self, work):
        """Run ``work`` in a process of its own; return how it ended."""
        odoo.sql_db.close_all()
        pid = os.fork()
        if pid:
            return os.waitpid(pid, 0)[1]
        try:
            odoo.sql_db._Pool = odoo.sql_db._Pool_readonly = None
            work()
        except BaseException:  # noqa: BLE001 a child never returns
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def _victim(self, point):
        _arm(self.registry, point)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            self._work(self.slots[0])
            if point.fault:
                self._hurry()

    def _recover(self):
        """Let another slot work until nothing is open; return what is."""
        for _turn in range(12):
            self._hurry()
            self._child(lambda: self._work(self.slots[1]))
            left = self._open()
            if not left:
                break
        return left

    def _work(self, slot_id):
        with self.env() as env:
            env["retail.sync.slot"]._cron_run(slot_id)

    def _hurry(self):
        with self.env() as env:
            env.cr.execute(HURRY)

    def _open(self):
        with self.env() as env:
            env.cr.execute(OPEN)
            return env.cr.fetchall()


class _Environment:
    """A fresh transaction, committed at its end."""

    def __init__(self, registry):
        self.cr = registry.cursor()

    def __enter__(self):
        return odoo.api.Environment(self.cr, odoo.SUPERUSER_ID, {})

    def __exit__(self, kind, *_exc):
        if kind is None:
            self.cr.commit()
        self.cr.close()


def _arm(registry, point):
    """Put the process's end into the method that ``point`` names."""
    owner = PLAIN.get(point.model) or registry[point.model]
    inner = getattr(owner, point.method)

    def deadly(self, *args, **kwargs):
        if point.when == "before" and _concerns(point, self, args):
            os.kill(os.getpid(), signal.SIGKILL)
        outcome = inner(self, *args, **kwargs)
        if point.when == "after" and _concerns(point, self, (*args, outcome)):
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    setattr(owner, point.method, deadly)


def _concerns(point, owner, args):
    """Return whether the method works on a job of the point's kind, as far as it tells.

    Some methods know no job: they are taken whatever they work on.
    """
    asked = getattr(args[0], "operation", None) if args else None
    if asked:
        return asked == (CHANGES if point.work == SHIPMENT else READS)
    if point.method == "_start":
        jobs = owner.env["retail.sync.job"].browse(args[0])
        return point.work in jobs.mapped("handler")
    if point.method == "_promote":
        return bool(args[0])
    told = {
        handler
        for arg in args
        for one in (arg if isinstance(arg, (list, tuple)) else [arg])
        if isinstance(handler := getattr(one, "handler", None), str)
    }
    return not told or point.work in told

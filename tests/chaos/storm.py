"""A storm over servers that work: what it does is drawn from one seed.

At the shop orders are placed, changed, canceled and refunded, in Odoo they are shipped
and counted; meanwhile workers are killed, stopped and cut off, and calls fail. An order
is either changed or shipped, so that nothing has to be decided by a person.
"""

import os
import random
import signal
import subprocess
import time
import urllib.error
from collections import Counter
from pathlib import Path

import psycopg2
import shop
from devenv import postgres
from sandbox.client import SandboxError

FAULTS = (
    "timeout_before",
    "timeout_after",
    "drop_before",
    "drop_after",
    "reset_before",
    "reset_after",
    "error_before",
    "error_after",
    "throttled",
    "internal",
    "truncated",
    "expired_token",
)
CUT_OFF = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = %s AND pid <> pg_backend_pid() AND application_name LIKE 'odoo%%'
   AND random() < %s
"""
# each delivery in a transaction of its own; one that another is writing waits
WAREHOUSE = """
import psycopg2
from random import Random
rnd = Random({seed})
orders = env["retail.sync.order"].search([("external_ref", "in", {names!r})])
for picking in orders.order_id.picking_ids.filtered(lambda p: p.state == "assigned"):
    try:
        with env.cr.savepoint():
            picking.carrier_tracking_ref = "JD" + str(picking.id)
            picking.with_context(skip_backorder=True).button_validate()
        env.cr.commit()
    except psycopg2.OperationalError:
        env.cr.rollback()
product = env["product.product"].search([("default_code", "=", "MUG")])
warehouse = env["stock.warehouse"].search([], limit=1)
env["stock.quant"]._update_available_quantity(
    product, warehouse.lot_stock_id, rnd.randrange(1, 9))
"""


class Storm:
    """One storm: a seed, a number of minutes, and a count of what happened.

    :ivar told: names of the orders that the warehouse ships
    :ivar notices: (order, id) of webhooks that are still under way
    """

    def __init__(self, cluster, sandbox, seed, minutes, *, real_restarts):
        self.cluster = cluster
        self.sandbox = sandbox
        self.rnd = random.Random(seed)
        self.ends = time.monotonic() + 60 * minutes
        self.real_restarts = real_restarts
        self.happened = Counter()
        self.shipping = []
        self.changing = []
        self.notices = []
        self.stopped = []
        self.token = cluster.sql("SELECT token FROM retail_sync_channel")[0][0]

    def blow(self):
        """Do one thing after the other until the time is over."""
        for _server in range(2):
            self.cluster.start(http=True, clock_s=0)
        while time.monotonic() < self.ends:
            (act,) = self.rnd.choices(list(ACTS), list(ACTS.values()))
            self._attempt(act)
            self._wake_stopped()
        for worker, _until in self.stopped:
            _signal(worker, signal.SIGCONT)

    def _attempt(self, act):
        try:
            act(self)
        except (psycopg2.OperationalError, SandboxError, subprocess.SubprocessError):
            self.happened["act that failed"] += 1
        else:
            self.happened[act.__name__.strip("_").replace("_", " ")] += 1

    # at the shop
    def place(self):
        for _order in range(self.rnd.randint(1, 3)):
            lines = [{"sku": "MUG", "quantity": self.rnd.randint(2, 4)}]
            placed = self.sandbox.place_order(lines=lines, webhooks=False)
            kind = self.shipping if self.rnd.random() < 0.6 else self.changing
            kind.append(placed)
            self._tell(placed)

    def edit(self):
        placed = self._any(self.changing)
        lines = [{"line": "MUG", "quantity": self.rnd.randint(1, 5)}]
        self._change(placed, self.sandbox.edit, lines=lines)

    def refund(self):
        lines = [{"line": "MUG", "quantity": 1}]
        self._change(self._any(self.changing), self.sandbox.refund, lines=lines)

    def cancel(self):
        placed = self._any(self.changing)
        self.changing.remove(placed)
        self._change(placed, self.sandbox.cancel)

    def touch(self):
        placed = self._any(self.shipping + self.changing)
        self._change(placed, self.sandbox.touch)

    def _change(self, placed, verb, **given):
        verb(placed["name"], **given)
        self._tell(placed)

    def _any(self, placed):
        if not placed:
            raise SandboxError("there is none yet")
        return self.rnd.choice(placed)

    def _tell(self, placed):
        """Let a webhook be lost, or be under way once or more often."""
        if self.rnd.random() < 0.15:
            self.happened["webhook lost"] += 1
            return
        number = f"w-{self.rnd.randrange(10**12)}"
        self.notices += [(placed, number)] * self.rnd.choice((1, 1, 2, 3))

    def deliver(self):
        """Deliver some of what is under way, in any order, to any server."""
        self.rnd.shuffle(self.notices)
        late, self.notices = self.notices[:6], self.notices[6:]
        for placed, number in late:
            server = self.rnd.choice(self._living())
            try:
                shop.deliver(server.port, self.token, placed, number)
                self.happened["webhook"] += 1
            except (urllib.error.URLError, OSError):
                self.happened["webhook refused"] += 1
                self.notices.append((placed, number))

    # in Odoo
    def ship_and_count(self):
        names = [placed["name"] for placed in self.shipping[-40:]]
        script = WAREHOUSE.format(seed=self.rnd.randrange(10**6), names=names)
        try:
            self.cluster.shell(script)
        except AssertionError:
            self.happened["warehouse cut off"] += 1

    # trouble
    def fault(self):
        kind = self.rnd.choice(FAULTS)
        self.sandbox.fault(kind, times=self.rnd.randint(1, 3), seconds=2)

    def kill_worker(self):
        """kill -9 one process of a server."""
        _signal(self._worker(), signal.SIGKILL)

    def kill_server(self):
        """kill -9 a server with all its processes; another one comes in its place."""
        self.cluster.kill(self.rnd.choice(self._living()))
        self._start()

    def jump_clock(self):
        """Put a server in the place of another whose clock is hours off."""
        self.cluster.kill(self.rnd.choice(self._living()))
        self._start(self.rnd.choice((-7200, -90, 90, 7200)))

    def _start(self, clock_s=0):
        self.cluster.start(http=True, clock_s=clock_s)

    def stop_worker(self):
        """Stop a process for longer than its beat, in a call or not."""
        worker = self._worker()
        _signal(worker, signal.SIGSTOP)
        self.stopped.append((worker, time.monotonic() + self.rnd.uniform(6, 20)))

    def _worker(self):
        """Return a process of a server; one that starts has none yet."""
        return self._any(_children(self.rnd.choice(self._living()).pid))

    def _wake_stopped(self):
        now = time.monotonic()
        for worker, until in [one for one in self.stopped if one[1] < now]:
            _signal(worker, signal.SIGCONT)
            self.stopped.remove((worker, until))

    def cut_off(self):
        """Take their connections from some processes, or from all."""
        share = self.rnd.choice((0.3, 1.0))
        self.cluster.sql(CUT_OFF, self.cluster.name, share, dbname="postgres")

    def restart_postgres(self):
        """Let PostgreSQL crash and come back; where it is shared, cut all off."""
        if not self.real_restarts or postgres.is_given():
            self.cluster.sql(CUT_OFF, self.cluster.name, 1.0, dbname="postgres")
            return
        postgres.crash_and_start()

    def wake(self):
        self.cluster.kick()

    def _living(self):
        return [one for one in self.cluster.servers if one.poll() is None]


ACTS = {
    Storm.place: 20,
    Storm.edit: 6,
    Storm.refund: 4,
    Storm.cancel: 2,
    Storm.touch: 4,
    Storm.deliver: 30,
    Storm.ship_and_count: 4,
    Storm.fault: 6,
    Storm.kill_worker: 3,
    Storm.kill_server: 1,
    Storm.jump_clock: 1,
    Storm.stop_worker: 2,
    Storm.cut_off: 2,
    Storm.restart_postgres: 1,
    Storm.wake: 10,
}


def _children(pid):
    """Return the processes of a server, itself left out."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(one) for one in told.split()]


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return

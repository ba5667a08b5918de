import logging
import os
import socket
import threading
import time
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.tools import config

from ..database import short
from .retail_sync_worker import CHORES_S, MARGIN_S, SLICE_S, Turn

_logger = logging.getLogger(__name__)
PRIORITY = 20  # after Odoo's own crons
STALE_S = 60
SILENT_S = 5
GONE_S = 300
SOON_S = 10.0
NAP_S = (0.05, 0.2)


class RetailSyncSlot(models.Model):
    """A worker: one scheduled action of Odoo's. The row lock that Odoo holds on the
    action while it runs is the sign of life; it goes with the connection.
    """

    _name = "retail.sync.slot"
    _description = "Worker Slot"
    _order = "id"

    name = fields.Char(required=True)
    cron_id = fields.Many2one("ir.cron", readonly=True, ondelete="set null")
    awake = fields.Boolean(readonly=True)
    awake_at = fields.Datetime(string="Woken", readonly=True)
    beat_at = fields.Datetime(string="Last seen", readonly=True)
    claim = fields.Char(readonly=True, groups="base.group_system")
    host = fields.Char(readonly=True)
    pid = fields.Integer(readonly=True, aggregator=None)

    # keeping the rows
    @api.model
    def _ensure_slots(self, count=None):
        """Keep ``count`` slots with their scheduled actions.

        By default one less than the server's cron threads, at least one.
        """
        if count is None:
            count = max(1, (config.get("max_cron_threads") or 0) - 1)
        slots = self.search([])  # pylint: disable=no-search-all
        for number in range(len(slots), count):
            slots |= self.create({"name": f"Retail Sync {number + 1}"})
        for position, slot in enumerate(slots):
            slot._ensure_cron(wanted=position < count)
        return slots[:count]

    @api.model
    def _grow(self):
        """Make the slots that this server has cron threads for; never fewer."""
        wanted = (config.get("max_cron_threads") or 0) - 1
        if self.search_count([("cron_id.active", "=", True)]) < wanted:
            self._ensure_slots(wanted)

    def _ensure_cron(self, *, wanted):
        if not self.cron_id:
            self.cron_id = self.env["ir.cron"].create(
                {
                    "name": f"Retail Sync: worker {self.id}",
                    "model_id": self.env["ir.model"]._get_id(self._name),
                    "state": "code",
                    "code": f"model._cron_run({self.id})",
                    "user_id": self.env.ref("base.user_root").id,
                    "interval_number": 1,
                    "interval_type": "minutes",
                    "priority": PRIORITY,
                    "active": wanted,
                }
            )
        elif self.cron_id.active != wanted:
            self.cron_id.active = wanted

    # one run
    @api.model
    def _cron_run(self, slot_id):
        """Work for one slice as the slot ``slot_id``; the code of its scheduled action.

        A process that is not Odoo's scheduler may call it as well: it holds the
        action's row lock itself then.
        """
        slot = self.browse(slot_id)
        # no snapshot of ours while we work
        self.env.cr.commit()  # pylint: disable=invalid-commit
        with self._alive(slot) as alive:
            if alive:
                slot._work()

    @contextmanager
    def _alive(self, slot):
        """Yield whether this thread is the slot's only worker, by its row lock."""
        cron_id = slot.cron_id.id
        self.env.cr.commit()  # pylint: disable=invalid-commit
        if self.env.context.get("cron_id") == cron_id:
            yield True
            return
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
                [cron_id],
            )
            yield bool(cr.fetchone())

    def _work(self):
        turn = self._make_turn()
        self._wake_up(turn)
        while self._loop(turn):
            self._mark_awake(False)
            wait_s = self._next_due_s()
            if wait_s is None or wait_s > SOON_S:
                return
            self._mark_awake(True, trigger=not turn.has_time())
            if not turn.has_time():
                return

    def _make_turn(self):
        now = time.monotonic()
        limit_s = config.get("limit_time_real_cron") or 0
        if limit_s < 0:
            limit_s = config.get("limit_time_real") or 0
        return Turn(
            slot=self.id,
            cursors=(self.env.cr,),
            ends=now + SLICE_S,
            killed=now + limit_s - MARGIN_S if limit_s else float("inf"),
        )

    def _wake_up(self, turn):
        """Say that we are here, and take over what an earlier run of ours left."""
        with self._short() as env:
            env["retail.sync.bucket"]._ensure()
            env.cr.execute(
                """UPDATE retail_sync_slot
                      SET awake = true, awake_at = %(now)s, beat_at = %(now)s,
                          claim = %(token)s, host = %(host)s, pid = %(pid)s
                    WHERE id = %(id)s""",
                {
                    "now": env.cr.now(),
                    "token": turn.token,
                    "host": socket.gethostname(),
                    "pid": os.getpid(),
                    "id": self.id,
                },
            )
            if self.env.context.get("cron_id"):
                env["retail.sync.slot"]._grow()
            env["retail.sync.queue"]._take_over([self.id], turn.token)
            env["retail.sync.queue"]._reopen_known()

    def _loop(self, turn):
        """Work until nothing is due soon or the slice is over; False: leave at once."""
        worker = self.env["retail.sync.worker"]
        while turn.has_time():
            if time.monotonic() - turn.chores_at >= CHORES_S:
                turn.chores_at = time.monotonic()
                if not worker._do_chores(turn):
                    self._mark_awake(False)
                    return False
            consumed = worker._consume_marks()
            worker._stage_all()
            if worker._round(turn):
                self._call_help(turn)
                continue
            wait_s = 0.0 if consumed else self._next_due_s()
            if self.env["retail.sync.hint"]._is_waiting():
                wait_s = min(wait_s or 1.0, 1.0)  # the chores send what was held back
            if wait_s is None or time.monotonic() + wait_s > turn.ends:
                break
            threading.Event().wait(min(max(wait_s, NAP_S[0]), NAP_S[1]))
        return True

    def _call_help(self, turn):
        """Wake another slot when a whole batch was not all there is."""
        if turn.helped_at + CHORES_S > time.monotonic():
            return
        turn.helped_at = time.monotonic()
        if self._next_due_s() == 0:
            with self._short() as env:
                env["retail.sync.slot"]._wake_one(another=True)

    def _next_due_s(self):
        """Return when there is work (s from now); None: none this slot waits for."""
        with self._short() as env:
            wait_s = env["retail.sync.queue"]._next_due_s()
            return None if wait_s and self._is_spare(env) else wait_s

    def _is_spare(self, env):
        """Return whether another awake slot does the waiting."""
        env.cr.execute(
            """SELECT EXISTS (
                      SELECT 1 FROM retail_sync_slot
                       WHERE awake AND id < %s
                         AND beat_at > %s - %s * interval '1 second')""",
            [self.id, env.cr.now(), SILENT_S],
        )
        return env.cr.fetchone()[0]

    def _mark_awake(self, awake, *, trigger=False):
        with self._short() as env:
            env.cr.execute(
                """UPDATE retail_sync_slot
                      SET awake = %s, awake_at = CASE WHEN %s THEN %s ELSE awake_at END
                    WHERE id = %s""",
                [awake, awake, env.cr.now(), self.id],
            )
            if trigger:
                env["retail.sync.slot"].browse(self.id).cron_id._trigger()

    def _beat(self):
        """Note that this slot lives, beside the row lock that proves it."""
        self.env.cr.execute(
            "UPDATE retail_sync_slot SET beat_at = %s WHERE id = %s",
            [self.env.cr.now(), self.id],
        )

    def _short(self):
        return short(self.env.registry, read_committed=True)

    # waking and burying
    @api.model
    def _wake_one(self, another=False):
        """Trigger a sleeping slot if none is awake (``another``: in any case).

        A slot that was woken long ago and never came, or died awake, does not count.
        """
        cr = self.env.cr
        cr.execute(
            """SELECT s.id, s.cron_id, s.awake AND GREATEST(s.awake_at, s.beat_at)
                      > %s - %s * interval '1 second'
                 FROM retail_sync_slot s JOIN ir_cron c ON c.id = s.cron_id
                WHERE c.active ORDER BY s.id""",
            [cr.now(), STALE_S],
        )
        rows = cr.fetchall()
        asleep = [row for row in rows if not row[2]]
        if not asleep or (len(asleep) < len(rows) and not another):
            return False
        slot_id, cron_id, _awake = asleep[0]
        cr.execute(
            """UPDATE retail_sync_slot SET awake = true, awake_at = %(now)s
                WHERE id = %(id)s AND NOT (COALESCE(awake, false)
                  AND GREATEST(awake_at, beat_at)
                      > %(now)s - %(old)s * interval '1 second')""",
            {"now": cr.now(), "id": slot_id, "old": STALE_S},
        )
        if not cr.rowcount:
            return False  # another process was quicker
        self.env["ir.cron"].browse(cron_id)._trigger()
        return True

    @api.model
    def _bury_dead(self, own_id=0, token=""):
        """Take over what slots with no life in them left running; return their ids."""
        dead = [slot_id for slot_id in self._silent(own_id) if self._is_dead(slot_id)]
        if dead:
            _logger.warning("taking over the work of dead slots %s", dead)
            self.env["retail.sync.queue"]._take_over(dead, token)
            self.env.cr.execute(
                "UPDATE retail_sync_slot SET awake = false WHERE id = ANY(%s)", [dead]
            )
        return dead

    def _silent(self, own_id):
        """Return ids of other slots with running jobs whose last beat is old."""
        cr = self.env.cr
        cr.execute(
            """SELECT j.slot
                 FROM (SELECT DISTINCT slot FROM retail_sync_job
                        WHERE state = 'running') j
                 LEFT JOIN retail_sync_slot s ON s.id = j.slot
                WHERE j.slot <> %(own)s AND j.slot <> 0
                  AND COALESCE(s.beat_at, 'epoch')
                      < %(now)s - %(silent)s * interval '1 second'""",
            {"own": own_id, "now": cr.now(), "silent": SILENT_S},
        )
        return [slot_id for (slot_id,) in cr.fetchall()]

    def _is_dead(self, slot_id):
        """Return whether nobody holds the slot's row lock, or nobody moved for long."""
        cr = self.env.cr
        cr.execute(
            """SELECT s.beat_at < %s - %s * interval '1 second', s.cron_id
                 FROM retail_sync_slot s WHERE s.id = %s""",
            [cr.now(), GONE_S, slot_id],
        )
        row = cr.fetchone()
        if row is None or row[0] or not row[1]:
            return True
        cr.execute(
            "SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
            [row[1]],
        )
        return bool(cr.fetchone())

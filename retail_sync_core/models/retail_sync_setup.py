import os
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import config

from ..adapters import echo
from ..database import assert_idle, short

# a worker that is woken comes within the minute, or there is none
NOBODY_AFTER = timedelta(seconds=90)


class RetailSyncSetup(models.Model):
    """Looks whether this installation can do its work, and says what to do.

    Begun by a person in the web server's process, ended by a scheduled action in a
    worker's: both must be set up, and the post to ourselves needs a process that holds
    no transaction while it waits.
    """

    _name = "retail.sync.setup"
    _description = "Set-up Check"
    _rec_name = "asked_at"
    _order = "id desc"

    asked_at = fields.Datetime(string="Asked", readonly=True)
    answered_at = fields.Datetime(string="Last looked", readonly=True)
    nonce = fields.Char(readonly=True, groups="base.group_system")
    arrived_at = fields.Datetime(string="Arrived", readonly=True)
    line_ids = fields.One2many("retail.sync.setup.line", "setup_id", readonly=True)
    is_busy = fields.Boolean(string="At work", compute="_compute_verdict")
    state = fields.Selection(
        [
            ("waiting", "Looking"),
            ("good", "All well"),
            ("warning", "Could be better"),
            ("bad", "Something to do"),
        ],
        compute="_compute_verdict",
    )
    verdict = fields.Char(compute="_compute_verdict")
    is_live_database = fields.Boolean(
        string="Live database", compute="_compute_is_live_database"
    )

    @api.depends("line_ids.result", "asked_at")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for setup in self:
            states = setup.line_ids.mapped("state")
            bad, weak = states.count("bad"), states.count("warning")
            setup.is_busy = "waiting" in states
            setup.state, setup.verdict = setup._judge_all(bad, weak)

    def _judge_all(self, bad, weak):
        """Return the state of the whole and one sentence about it."""
        if self.is_busy:
            return "waiting", self.env._("Looking...")
        if bad == 1:
            return "bad", self.env._("One thing must be set up.")
        if bad:
            return "bad", self.env._("%s things must be set up.", bad)
        if weak == 1:
            return "warning", self.env._("It works. One thing could be better.")
        if weak:
            return "warning", self.env._("It works. %s things could be better.", weak)
        return "good", self.env._("All is set up well.")

    def _compute_is_live_database(self):
        self.is_live_database = self.env["retail.sync.fuse"]._is_confirmed()

    @api.depends("asked_at")
    def _compute_display_name(self):
        for setup in self:
            setup.display_name = self.env._("Set-up check")

    # begun by a person
    @api.model
    def action_open(self):
        """Open the page; what needs no worker is looked at anew each time."""
        self._check_manager()
        setup = self.sudo().search([], limit=1)
        if not setup:
            setup = self.sudo().create({})
            setup._begin()
        else:
            setup._note(self.env["retail.sync.setup.judge"]._judge_here())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set-up check"),
            "res_model": self._name,
            "res_id": setup.id,
            "view_mode": "form",
        }

    def action_check(self):
        """Look again."""
        self._check_manager()
        self.ensure_one()
        self.sudo()._begin()

    def action_confirm_database(self):
        """Confirm that this is the live database, and look again."""
        asked = self.env["retail.sync.fuse"].action_confirm_database()
        self.action_check()
        return asked

    def _check_manager(self):
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_manager"):
            raise AccessError(self.env._("Only managers may check the set-up."))

    def _begin(self):
        """Judge what this process can see, and wake a worker for the rest."""
        self.write({"asked_at": fields.Datetime.now(), "answered_at": False})
        judge = self.env["retail.sync.setup.judge"]
        self._note(judge._judge_here())
        self._note(dict.fromkeys(judge._kinds_of_worker(), ("waiting", "waiting", {})))
        cron = self.env.ref("retail_sync_core.retail_sync_setup_cron", False)
        if cron:
            cron._trigger()

    def _note(self, findings):
        """Write ``findings``: {kind: (result, code, params)}; one line per kind."""
        known = {line.kind: line for line in self.line_ids}
        for kind, (result, code, params) in findings.items():
            values = {"result": result, "code": code, "params": params}
            if kind in known:
                known[kind].write(values)
            else:
                self.env["retail.sync.setup.line"].create(
                    {"setup_id": self.id, "kind": kind, **values}
                )

    # ended by a worker
    @api.model
    def _cron_check(self):
        """Judge what a worker sees, post to ourselves; a scheduled action, daily, and
        when somebody asks."""
        self.env.cr.commit()  # pylint: disable=invalid-commit
        transport = self.env["retail.sync.channel"]._make_transport()
        self._check_now(transport, self.env.cr)

    @api.model
    def _check_now(self, transport, *cursors):
        """Judge, post and judge again; ``cursors`` are idle meanwhile."""
        with short(self.env.registry) as env:
            message = env[self._name]._prepare()
        heard = None
        if message:
            assert_idle(*cursors)
            heard = echo.post(transport, *message)
        with short(self.env.registry) as env:
            env[self._name]._conclude(heard)

    def _prepare(self):
        """Judge the worker's side; return (url, nonce) to post, or None in a copy."""
        setup = self.search([], limit=1) or self.create({})
        judge = self.env["retail.sync.setup.judge"]
        waited_s = None
        if setup.asked_at and not setup.answered_at:
            waited_s = (self.env.cr.now() - setup.asked_at).total_seconds()
        setup._note(judge._judge_here())
        setup._note(judge._judge_worker(waited_s, _facts_of_process()))
        if not self.env["retail.sync.fuse"]._is_confirmed():
            return None
        setup.write({"nonce": secrets.token_urlsafe(24), "arrived_at": False})
        address = setup.get_base_url().rstrip("/")
        return f"{address}/retail_sync/setup/{setup.nonce}", setup.nonce

    def _conclude(self, heard):
        setup = self.search([], limit=1)
        judge = self.env["retail.sync.setup.judge"]
        arrived = bool(setup.arrived_at)
        setup._note({"webhook": judge._judge_webhook(heard, arrived)})
        setup.answered_at = fields.Datetime.now()
        self.env["retail.sync.hint"]._send()

    # the other end of the post
    @api.model
    def _arrive(self, nonce):
        """Note that the post came; return whether it was ours."""
        self.env.cr.execute(
            """UPDATE retail_sync_setup SET arrived_at = %s
                WHERE nonce = %s AND arrived_at IS NULL RETURNING id""",
            [self.env.cr.now(), nonce],
        )
        return bool(self.env.cr.fetchone())


def _facts_of_process():
    """Return what only this process knows of how it was started."""
    return {
        "threads": config.get("max_cron_threads") or 0,
        "notifies": bool(os.environ.get("ODOO_NOTIFY_CRON_CHANGES")),
    }

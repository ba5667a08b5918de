import ipaddress
from datetime import timedelta, timezone
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..adapters import base
from ..domain import sentence
from ..said import SaidText
from ..waking import wake_after_commit
from .retail_sync_channel import WORKING

CHECK_EVERY = timedelta(days=1)
CHECKS = ("connection.test", "subscriptions.check")


class RetailSyncChannel(models.Model):
    """Being connected, live, paused; and what keeps a channel connected."""

    _inherit = "retail.sync.channel"

    api_version = fields.Char(string="API version", readonly=True, copy=False)
    supported_until = fields.Char(string="Supported until", readonly=True, copy=False)
    connection_warning = SaidText(
        string="What the last test warns of", readonly=True, copy=False
    )
    clock_offset_s = fields.Integer(
        string="Clock ahead by (s)",
        readonly=True,
        copy=False,
        aggregator=None,
        help="How far the channel's clock was ahead of ours when it was last tested.",
    )
    clock_known = fields.Boolean(string="Tells its clock", readonly=True, copy=False)
    subscriptions_checked_at = fields.Datetime(
        string="Subscriptions checked", readonly=True, copy=False
    )
    next_check_at = fields.Datetime(string="Next check", readonly=True, copy=False)
    webhook_note = fields.Char(
        string="How orders come", compute="_compute_webhook_note"
    )
    address_is_private = fields.Boolean(
        string="Address is private",
        compute="_compute_webhook_note",
        help="Nobody outside can reach this server's address, whatever is chosen.",
    )
    connect_step = fields.Char(
        string="Page of the guided connection",
        readonly=True,
        copy=False,
        help="Where the guided connection goes on.",
    )
    connect_pages = fields.Json(
        string="Pages looked at",
        readonly=True,
        copy=False,
        help="Its pages that somebody has looked at.",
    )

    @api.depends("code", "token", "webhook_reachable", "environment")
    @api.depends_context("lang")
    def _compute_webhook_note(self):
        alone = self.env._("The channel is asked in turns; that is slower.")
        for channel in self:
            problem = channel._door_problem()
            channel.webhook_note = problem and f"{problem} {alone}"
            channel.address_is_private = bool(channel._address_problem())

    def _door_problem(self):
        """Return why the channel's messages cannot reach this server, or nothing."""
        cls = self._adapter_class()
        if cls is None or not cls.webhook_topics:
            return self.env._("This system sends no messages.")
        problem = self._address_problem()
        if not problem and not self.webhook_reachable:
            return self.env._("Its messages cannot reach this server.")
        return problem

    def _address_problem(self):
        """Return why nobody outside can reach this server's address, or nothing."""
        address = urlsplit(self.sudo().public_url or "")
        if self.environment != "sandbox" and not _is_public(address):
            return self.env._(
                "Its messages cannot reach %s: that is no public address with https.",
                address.netloc,
            )
        return ""

    def _wanted_topics(self):
        """Return the topics to subscribe to: none where nothing can reach us."""
        if self._door_problem():
            return ()
        return tuple(self._adapter_class().webhook_topics)

    @api.constrains("timezone")
    def _check_timezone(self):
        for channel in self:
            if not _zone(channel.timezone or "UTC"):
                raise ValidationError(
                    self.env._("There is no time zone called %s.", channel.timezone)
                )

    def write(self, vals):
        """Take a channel out of work when the system behind it changes or goes."""
        moved = self.browse()
        if "code" in vals:
            moved = self.filtered(lambda c: c.code != vals["code"])
        for channel in moved.filtered(lambda c: c.state != "draft"):
            channel._disconnect()
        return super().write(vals)

    @api.model
    def _lose_system(self, code, reason):
        """Let the channels of ``code`` go: the module that speaks for them is removed.

        For that module's uninstall hook: later, while Odoo takes the tables apart,
        nothing could be written any more. Whoever is responsible is told, unless the
        channels themselves go, too.
        """
        channels = self.with_context(active_test=False).search([("code", "=", code)])
        if self.env["ir.module.module"]._get("retail_sync_core").state == "to remove":
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE retail_sync_channel SET code = 'manual' WHERE id = ANY(%s)",
                [channels.ids],
            )
            channels.invalidate_recordset()
            return
        channels._pause(reason)
        channels.write({"code": "manual"})

    def _disconnect(self):
        """Cancel what waits, and say what is left to do over there by hand."""
        self._end_runs()
        self._cancel_waiting("the channel was disconnected")
        channel_sudo = self.sudo()
        channel_sudo.state = "draft"
        self.env["retail.sync.demand"].sudo()._drop_unimported(channel_sudo)
        channel_sudo.message_post(
            body=self.env._(
                "Disconnected: what waited was canceled, orders stay. Remove the"
                " subscriptions to this server over there, if they are still listed."
            )
        )
        self.env["retail.sync.audit"]._record(self, self, "channel.disconnected")

    def _end_runs(self):
        """End what goes through the channel page by page: it would block the next."""
        mine = [("channel_id", "=", self.id)]
        self.env["retail.sync.history"].sudo().search(mine)._end()
        runs = self.env["retail.sync.stock.run"].sudo()
        runs.search([*mine, ("state", "=", "running")]).action_stop()

    def _cancel_waiting(self, note):
        """Cancel all work that waits, for whatever."""
        jobs = self.env["retail.sync.job"].sudo()
        jobs.search(
            [
                ("channel_id", "=", self.id),
                ("state", "in", ("pending", "held", "parked", "dead")),
            ]
        )._cancel(note)

    # states
    def _pause(self, reason):
        """Stop all work and tell the responsible person, once however many jobs ask.

        A channel that is being connected stays so: somebody is looking at it.
        """
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE retail_sync_channel
                      SET state = 'paused', paused_reason = %s, paused_by_id = NULL,
                          paused_at = %s, paused_from = state
                    WHERE id = ANY(%s) AND state IN ('live', 'watch') RETURNING id""",
                reason,
                self.env.cr.now(),
                list(self.ids),
            )
        )
        self.invalidate_recordset()
        for channel in self.browse([row_id for (row_id,) in rows]).sudo():
            owner = channel.owner_id or self.env.ref("base.user_admin")
            own = channel.with_context(lang=owner.lang)
            own.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=own.env._("%s is paused", channel.name),
                note=own.env["retail.sync.words"]._say(reason),
                user_id=owner.id,
            )
            self.env["retail.sync.issue"]._raise(
                channel,
                "channel_paused",
                value=channel.name,
                params={"message": reason},
                record=channel,
            )
            self.env["retail.sync.audit"]._record(channel, channel, "channel.paused")

    def action_resume(self):
        """Go on where the work stopped."""
        self._check_group("operator")
        self._check_ready()
        paused = self.filtered(lambda channel: channel.state == "paused")
        if paused:
            paused._start("channel.resumed")

    def action_go_live(self):
        """Start to work, once the channel has been reached and lets us do our part."""
        self._check_group("manager")
        self._check_ready()
        self._check_only_one()
        for channel in self.filtered(lambda c: c._has_port(base.Connection)):
            if not channel.last_test_ok:
                raise UserError(self.env._("Test the connection first."))
            if channel.missing_scopes:
                raise UserError(
                    self.env._(
                        "These permissions are missing over there: %s.",
                        channel.missing_scopes,
                    )
                )
        self._start("channel.started")

    def _start(self, action):
        channels_sudo = self.sudo()
        for channel in channels_sudo:
            back = action == "channel.resumed" and channel.paused_from == "watch"
            channel.state = "watch" if back else "live"
        channels_sudo.write(
            {
                "paused_from": False,
                "paused_reason": False,
                "paused_by_id": False,
                "paused_at": False,
                "next_check_at": False,
            }
        )
        channels_sudo.workflow_ids.write({"next_poll_at": False})
        if action == "channel.resumed":
            channels_sudo._ask_for_orders()
        channels_sudo.activity_unlink(["mail.mail_activity_data_todo"])
        for channel in self:
            self.env["retail.sync.issue"]._close_matching(
                channel, "channel_paused", channel.name
            )
            self.env["retail.sync.audit"]._record(channel, channel, action)
        wake_after_commit(self.env.cr)

    def _check_ready(self):
        if self.filtered("adapter_missing"):
            raise UserError(self.env._("Install the module of this system first."))
        for channel in self:
            self.env["retail.sync.secret"]._read_all(channel.sudo())  # raises in words

    def _check_group(self, name):
        group = f"retail_sync_core.retail_sync_group_{name}"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(self.env._("You are not allowed to do this."))
        self.check_access("read")

    def _has_port(self, port):
        """Return whether the channel's adapter implements ``port``."""
        cls = self._adapter_class()
        wanted = [name for name in vars(port) if not name.startswith("_")]
        return cls is not None and all(hasattr(cls, name) for name in wanted)

    # checks
    def action_test_connection(self):
        """Ask who answers, in the background; the result arrives on the channel."""
        self._check_group("operator")
        for channel in self:
            channel._check_credentials()
            channel._enqueue_check("connection.test")
        return True

    def _enqueue_check(self, handler):
        """Append a check that starts at once: one that waits already is dropped."""
        jobs = self.env["retail.sync.job"].sudo()
        jobs.search(
            [
                ("channel_id", "=", self.id),
                ("handler", "=", handler),
                ("state", "=", "pending"),
            ]
        )._cancel()
        return jobs._enqueue(self, handler, identity=handler, lane=0)

    @api.model
    def _enqueue_checks(self):
        """Append the daily checks of each channel that works."""
        now = fields.Datetime.now()
        due = self.search(
            [
                ("state", "in", WORKING),
                "|",
                ("next_check_at", "=", False),
                ("next_check_at", "<=", now),
            ]
        ).try_lock_for_update(allow_referencing=True)
        live = due.filtered(lambda c: c.state == "live")
        ports = zip(CHECKS, (base.Connection, base.Subscriptions), strict=True)
        for handler, port in ports:
            asked = due if port is base.Connection else live
            for channel in asked.filtered(lambda c, port=port: c._has_port(port)):
                channel._enqueue_check(handler)
        self.env["retail.sync.stock.run"]._start_due_comparisons(live)
        due.next_check_at = now + CHECK_EVERY

    def _note_tested(self, info):
        """Write down who answered; another account than before is a mix-up."""
        self.ensure_one()
        values = {
            "last_test_at": fields.Datetime.now(),
            "last_test_ok": True,
            "last_test_code": False,
            "account_name": info.name,
            "missing_scopes": ", ".join(self._missing_scopes(info)),
            "api_version": info.api_version,
            "supported_until": info.supported_until,
            "connection_warning": "\n".join(info.warnings),
            "clock_known": bool(info.clock),
            "clock_offset_s": self._clock_offset_s(info.clock),
        }
        if self.account_id and info.account_id and info.account_id != self.account_id:
            words = self.env["retail.sync.words"]
            problem = sentence._(
                "Another account answers: %(now)s instead of %(before)s.",
                now=words._say_ids(info.account_id),
                before=words._say_ids(self.account_id),
            )
            values.update(last_test_ok=False, last_test_message=problem)
            values.pop("account_name")
            self.write(values)
            self._pause(problem)
            return
        if _zone(info.timezone):
            values["timezone"] = info.timezone
        if info.currency:
            currency = self.env["res.currency"].with_context(active_test=False)
            found = currency.search([("name", "=", info.currency)], limit=1)
            values["currency_id"] = found.id or self.currency_id.id
        values["account_id"] = info.account_id or self.account_id
        values["last_test_message"] = self._tested_sentence(info)
        self.write(values)

    def _say_failure(self, error):
        """Return what ``error`` (``SyncError``) of a test means and what to do.

        A module overrides it for its system; "" leaves the adapter's own sentence.
        """
        if error.code == "unreachable":
            return self.env._(
                "%s cannot be reached: check the address, and whether this server may"
                " reach the internet.",
                self.name,
            )
        return ""

    def _clock_offset_s(self, clock):
        """Return how far ``clock`` (UTC where it names no zone) is ahead of the
        database's (s)."""
        if not clock:
            return 0
        if clock.tzinfo:
            clock = clock.astimezone(timezone.utc).replace(tzinfo=None)
        return round((clock - self.env.cr.now()).total_seconds())

    def _tested_sentence(self, info):
        parts = [self.env._("%s answers.", info.name or self.name)]
        missing = self._missing_scopes(info)
        if missing:
            scopes = ", ".join(missing)
            parts.append(self.env._("Permissions that are missing: %s.", scopes))
        elif self._adapter_class().scopes:
            parts.append(self.env._("It grants all permissions that are needed."))
        return " ".join(parts)


def _zone(name):
    """Return the time zone called ``name``, or None."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _is_public(address):
    """Return whether a URL can be reached from outside, as far as its text tells."""
    host = address.hostname or ""
    if address.scheme != "https" or "." not in host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return not host.endswith((".local", ".localhost", ".internal", ".test"))

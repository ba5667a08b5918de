import math
import os
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config, str2bool

from ..domain.documents import Flow
from .retail_sync_channel_life import _is_public
from .retail_sync_workflow import DEFAULTS

GOOD, WARNING, BAD = "good", "warning", "bad"
WARN_AHEAD = timedelta(days=60)
WOKEN_S = 10.0
OUR_CLOCK_S = 5.0
THEIR_CLOCK_S = 60
KEEPALIVE_S = 60
# One for Odoo's own scheduled actions, two for ours: orders do not wait for stock.
ENOUGH_THREADS = 3
# what only a worker's process can tell
OF_WORKER = ("workers", "waking", "webhook")


class RetailSyncSetupJudge(models.AbstractModel):
    """Judges one thing a time: returns (result, code, facts) without words.

    The words are the reader's, see ``retail.sync.setup.line``.
    """

    _name = "retail.sync.setup.judge"
    _description = "Judge of the Set-up"

    @api.model
    def _kinds_of_worker(self):
        return OF_WORKER

    @api.model
    def _judge_here(self):
        """Return {kind: finding} of what any process of the server can see."""
        return {
            "key": self._judge_key(),
            "database": self._judge_database(),
            "address": self._judge_address(),
            "clock": self._judge_clock(datetime.now(timezone.utc)),
            "mail": self._judge_mail(),
            "version": self._judge_versions(fields.Date.today()),
            "keepalive": self._judge_keepalive(),
        }

    @api.model
    def _judge_worker(self, waited_s, facts):
        """Return {kind: finding} of what a worker's process sees.

        :param waited_s: since a person asked (s), None when nobody did
        :param facts: ``threads`` for scheduled actions, ``notifies`` other servers
        """
        found = {"workers": self._judge_workers(facts["threads"])}
        waking = self._judge_waking(waited_s, facts["notifies"])
        return {**found, "waking": waking} if waking else found

    def _judge_key(self):
        secrets = self.env["retail.sync.secret"]
        try:
            secrets._fernet()
        except UserError:
            return BAD, "key_bad" if _key_text() else "key_missing", {}
        if self._is_key_in_database():
            return BAD, "key_in_database", {}
        lost = self._channels().filtered(lambda c: not self._can_read_secrets(c))
        if len(lost) > 1:
            named = [[channel.id, channel.name] for channel in lost]
            return BAD, "key_lost_many", {"channels": named}
        return (BAD, "key_lost", _named(lost)) if lost else (GOOD, "key", {})

    def _can_read_secrets(self, channel):
        try:
            self.env["retail.sync.secret"]._read_all(channel)
        except UserError:
            return False
        return True

    def _is_key_in_database(self):
        # compared here: a statement with the key in it may stand in a log
        keys = [key.strip() for key in _key_text().split(",") if key.strip()]
        parameters = self.env["ir.config_parameter"].sudo().search([("key", "!=", "")])
        return any(key in value for value in parameters.mapped("value") for key in keys)

    def _judge_database(self):
        if self.env["retail.sync.fuse"]._is_confirmed():
            return GOOD, "database", {}
        return BAD, "database_copy", {}

    def _judge_address(self):
        url = self.env["retail.sync.setup"].get_base_url()
        parameters = self.env["ir.config_parameter"].sudo()
        address, facts = urlsplit(url), {"url": url}
        if address.scheme != "https":
            return WARNING, "address_plain", facts
        if not _is_public(address):
            return WARNING, "address_private", facts
        frozen = parameters.get_param("web.base.url.freeze")
        if not str2bool(frozen or "false", default=True):
            return WARNING, "address_thawed", facts
        return GOOD, "address", facts

    def _turn_minutes(self):
        """Return every how many minutes channels are asked for orders (the slowest)."""
        orders = self._channels().workflow_ids.filtered(lambda w: w.flow == "order")
        turns = orders.mapped("interval_s")
        return math.ceil(max(turns, default=DEFAULTS[Flow.ORDER][1]) / 60)

    def _judge_clock(self, now):
        """Compare the server's clock (``now``, aware) with the database's, and ours
        with what channels told when they were tested last."""
        self.env.cr.execute("SELECT clock_timestamp()")
        (theirs,) = self.env.cr.fetchone()
        apart_s = round((now - theirs).total_seconds())
        if abs(apart_s) > OUR_CLOCK_S:
            return BAD, "clock_server", {"seconds": abs(apart_s)}
        known = self._channels().filtered("clock_known")
        for channel in known:
            if abs(channel.clock_offset_s) > THEIR_CLOCK_S:
                facts = _named(channel)
                facts["seconds"] = abs(channel.clock_offset_s)
                return BAD, "clock_channel", facts
        return GOOD, "clock_all" if known else "clock", {}

    def _judge_mail(self):
        servers = self.env["ir.mail_server"].sudo().search_count([])
        if not servers and config.get("smtp_server") in (None, "", "localhost"):
            return WARNING, "mail_missing", {}
        for channel in self._channels():
            owner = channel.owner_id
            if not owner.email:
                facts = {**_named(channel), "user": owner.name or ""}
                return WARNING, "mail_owner" if owner else "mail_nobody", facts
        return GOOD, "mail", {}

    def _judge_versions(self, today):
        """Judge until when the channels' API versions are supported: the worst."""
        known = self._channels()
        channels = known.filtered(lambda c: c.state != "draft")
        if not channels:
            is_tested = any(channel.last_test_ok for channel in known)
            return GOOD, "version_draft" if is_tested else "version_none", {}
        dated = [(c, as_date(c.supported_until)) for c in channels]
        dated = sorted(
            ((until, c) for c, until in dated if until), key=lambda pair: pair[0]
        )
        if not dated:
            return GOOD, "version_unknown", {}
        until, channel = dated[0]
        facts = {
            **_named(channel),
            "version": channel.api_version or "",
            "until": until.isoformat(),
            "days": (until - today).days,
        }
        if until <= today:
            return BAD, "version_over", facts
        if until - today <= WARN_AHEAD:
            return WARNING, "version_ends", facts
        return GOOD, "version", facts

    def _judge_keepalive(self):
        self.env.cr.execute(
            """SELECT inet_server_addr() IS NULL,
                      current_setting('tcp_keepalives_idle')::int"""
        )
        return self._judge_silence(*self.env.cr.fetchone())

    def _judge_silence(self, is_local, idle_s):
        """Judge whether PostgreSQL notices a host that vanished; over a socket on the
        same machine (``is_local``) none can."""
        if is_local or 0 < idle_s <= KEEPALIVE_S:
            return GOOD, "keepalive", {}
        return WARNING, "keepalive_late", {"seconds": idle_s}

    def _judge_workers(self, threads):
        slots = self.env["retail.sync.slot"].search_count(
            [("cron_id.active", "=", True)]
        )
        facts = {"threads": threads, "slots": slots}
        if not slots:
            return BAD, "workers_off", facts
        if threads < ENOUGH_THREADS:
            return WARNING, "workers_few", facts
        return GOOD, "workers", facts

    def _judge_waking(self, waited_s, notifies):
        if waited_s is not None and waited_s > WOKEN_S:
            return BAD, "waking_slow", {"seconds": round(waited_s)}
        if not notifies:
            return WARNING, "waking_deaf", {}
        if waited_s is None:
            return None
        return GOOD, "waking", {"seconds": round(waited_s, 1)}

    def _judge_webhook(self, heard, arrived):
        """Judge what became of the post to ourselves (None: it was not sent)."""
        if heard is None:
            return WARNING, "webhook_untried", {}
        address = urlsplit(self.env["retail.sync.setup"].get_base_url())
        facts = {"host": address.netloc, "status": heard.status}
        if arrived and heard.is_ours and not heard.problem:
            return GOOD, "webhook", facts
        # nobody is told of an address that no channel can send to: all are asked
        result = BAD if _is_public(address) else WARNING
        if heard.problem:
            return result, f"webhook_{heard.problem}", facts
        if 300 <= heard.status < 400:
            return result, "webhook_moved", {**facts, "location": heard.location}
        if heard.status in (404, 200):
            return result, "webhook_elsewhere", facts
        return result, "webhook_refused", facts

    def _channels(self):
        channels = self.env["retail.sync.channel"].sudo()
        return channels.search([])  # pylint: disable=no-search-all


def _named(channel):
    """Return the facts that name ``channel`` to those who may know it."""
    return {"channel": channel.name, "channel_id": channel.id}


def _key_text():
    return (
        os.environ.get("RETAIL_SYNC_SECRET_KEYS")
        or config.get("retail_sync_secret_keys")
        or ""
    )


def as_date(text):
    """Return the day that ``text`` (ISO) names, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None

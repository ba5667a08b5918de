import logging
import threading
import time

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ..adapters import base
from ..database import read_committed

_logger = logging.getLogger(__name__)
LARGEST_BODY = 8 * 1024 * 1024
FLUSH_S = 60.0
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Refusals:
    """Counts in memory what was turned away, and gives it out now and then."""

    def __init__(self, every_s=FLUSH_S):
        self._every_s = every_s
        self._lock = threading.Lock()
        self._counts = {}
        self._since = time.monotonic()

    def add(self, key):
        """Count one refusal of ``key``."""
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1

    def take(self, db_name):
        """Return {channel id: count} of a database when it is time, else nothing."""
        if not self._counts or time.monotonic() - self._since < self._every_s:
            return {}
        with self._lock:
            self._since = time.monotonic()
            mine = [key for key in self._counts if key[0] == db_name]
            return {key[1]: self._counts.pop(key) for key in mine}


REFUSALS = Refusals()


class WebhookController(http.Controller):
    """The one door for what channels tell."""

    @http.route(
        "/retail_sync/<string:code>/<string:token>",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=LARGEST_BODY,
    )
    def receive(self, code, token, **_query):
        """Store what a channel tells, and answer at once.

        Unknown addresses and wrong signatures get one and the same answer.
        """
        env = read_committed(request.env)
        try:
            door, account = env["retail.sync.door"]._find(code, token)
        except UserError as exc:
            _logger.error("%s: a webhook cannot be checked: %s", code, exc)
            return Response("not ready", status=503)
        if door is None or not _has_inbox(door):
            return _refuse(env, None)
        incoming = request.httprequest
        if incoming.mimetype in FORMS:  # Odoo has read such a body, nobody can check it
            return Response("send JSON", status=415)
        try:
            body = incoming.get_data(cache=True)
        except RequestEntityTooLarge:
            return Response("too large", status=413)
        if not body:
            return Response("empty", status=400)
        reception = door.adapter_class(account, None).receive(
            base.IncomingRequest(
                headers={name.lower(): value for name, value in incoming.headers},
                body=body,
                query=dict(incoming.args),
            )
        )
        if reception.verdict == "refused":
            return _refuse(env, door.channel_id)
        env["retail.sync.door"]._accept(
            door,
            reception.notices,
            "webhook",
            reception.problem,
            unverified=reception.verdict == "unverified",
        )
        _flush_refusals(env)
        return Response(reception.body, status=reception.status)


def _has_inbox(door):
    cls = door.adapter_class
    return cls is not None and hasattr(cls, "receive")


def _refuse(env, channel_id):
    REFUSALS.add((env.cr.dbname, channel_id))
    _flush_refusals(env)
    return Response("unauthorized", status=401)


def _flush_refusals(env):
    """Append the counted refusals to the trail; never a row that many write."""
    for channel_id, count in REFUSALS.take(env.cr.dbname).items():
        channel = env["retail.sync.channel"].browse(channel_id or ())
        env["retail.sync.audit"]._record(
            channel, None, "webhook.refused", {"count": count}
        )

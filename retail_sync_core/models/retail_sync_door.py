import hashlib
import json
import time
from dataclasses import dataclass, field, replace
from datetime import timezone

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..adapters import base, registry
from ..domain.documents import Flow
from ..domain.noticing import fitting
from .retail_sync_job import LANE_BATCH, LANE_FREQUENT, LANE_URGENT

WINDOW_S = 600  # the same body within it is the same delivery, where none has an id
ACCOUNT_S = 60.0
URGENT = (Flow.STOCK, Flow.PAYMENT, Flow.CANCELLATION, Flow.HOLD)
OF_ORDERS = (
    Flow.ORDER,
    Flow.PAYMENT,
    Flow.CANCELLATION,
    Flow.HOLD,
    Flow.SHIPMENT,
    Flow.RETURN,
    Flow.REFUND,
)
FIND = """
SELECT c.id, c.code, c.environment, c.base_url, c.settings,
       (SELECT array_agg(s.id ORDER BY s.id) FROM retail_sync_secret s
         WHERE s.channel_id = c.id AND s.active),
       (SELECT json_object_agg(w.flow, CASE WHEN w.state = 'paused' THEN 'paused'
                                       ELSE w.mode END)
          FROM retail_sync_workflow w WHERE w.channel_id = c.id)
  FROM retail_sync_channel c
 WHERE c.token = %s AND c.code = %s AND c.active
"""
# What is written of a notice, in the order of the statement.
COLUMNS = (
    "flow",
    "topic",
    "external_id",
    "external_ref",
    "event_id",
    "version",
    "digest",
    "dedup_key",
    "occurred_at",
    "state",
    "reason",
    "detail",
)
# One statement, in which a delivery that came before is left out. Values, for unnested
# arrays take twice the time.
STORE = f"""
INSERT INTO retail_sync_event (
       channel_id, source, received_at, create_date, write_date, {", ".join(COLUMNS)})
VALUES {{rows}}
    ON CONFLICT (channel_id, topic, dedup_key) DO NOTHING
RETURNING id, topic, dedup_key
"""
ROW = f"({', '.join(['%s'] * (5 + len(COLUMNS)))})"
# Nothing of the second of our version is missing: it was over when we asked.
WHOLE = "read_at >= date_trunc('second', changed_at) + interval '1 second'"
HELD = f"""
SELECT external_id, version, read_at IS NULL OR {WHOLE} FROM retail_sync_order
 WHERE channel_id = %(channel)s AND external_id = ANY(%(ids)s)
 UNION
SELECT external_id, version, true FROM retail_sync_event
 WHERE channel_id = %(channel)s AND external_id = ANY(%(ids)s)
   AND state IN ('received', 'parked') AND %(kept_whole)s
"""
_accounts = {}


@dataclass(frozen=True)
class Door:
    """What must be known of a channel to take something in.

    :param modes: by flow: ``realtime``, ``polling``, ``batch`` or ``paused``
    """

    channel_id: int
    code: str
    modes: dict = field(default_factory=dict)

    @property
    def adapter_class(self):
        """Return the class that speaks for the channel, or None."""
        return registry.find_adapter(self.code)

    @property
    def by_id(self):
        """Return whether the newest version of an order can be fetched."""
        capability = self.adapter_class and self.adapter_class.capability(base.Orders)
        return bool(capability and capability.by_id)


class RetailSyncDoor(models.AbstractModel):
    """Takes in what channels tell: a few statements, no records. Raw SQL, for this is
    the path of every webhook."""

    _name = "retail.sync.door"
    _description = "Door for Webhooks"

    @api.model
    def _order_flows(self):
        """Return the flows whose events are about an order."""
        return tuple(flow.value for flow in OF_ORDERS)

    @api.model
    def _of_channel(self, channel):
        """Return the door of a channel's record."""
        modes = {
            workflow.flow: "paused" if workflow.state == "paused" else workflow.mode
            for workflow in channel.sudo().workflow_ids
        }
        return Door(channel.id, channel.code, modes)

    @api.model
    def _find(self, code, token):
        """Return (door, account) of a webhook address; (None, None) when unknown.

        :raises UserError: when the channel's secrets cannot be read on this server
        """
        if "\x00" in code + token:  # PostgreSQL does not even compare it
            return None, None
        try:
            row = self._look_up(code, token)
        except LookupError:
            return None, None
        channel_id, code, environment, base_url, settings, secrets, modes = row
        known = (code, environment, base_url, json.dumps(settings))
        stamp = (known, tuple(secrets or ()))
        door = Door(channel_id, code, modes or {})
        return door, self._account(channel_id, stamp)

    @ormcache("code", "token")
    def _look_up(self, code, token):
        """Return what the database knows of a webhook address; kept in mind until a
        ``retail.sync.account.fact`` changes.

        :raises LookupError: when it is unknown: that is not kept, strangers could fill
            the memory with it
        """
        self.env.cr.execute(FIND, [token, code])
        row = self.env.cr.fetchone()
        if not row:
            raise LookupError(code)
        return row

    def _account(self, channel_id, stamp):
        """Return the channel's account; decrypted anew when anything of it changed."""
        key = (self.env.cr.dbname, channel_id)
        known = _accounts.get(key)
        if known and known[0] == stamp and time.monotonic() - known[1] < ACCOUNT_S:
            return known[2]
        account = self.env["retail.sync.channel"].browse(channel_id)._make_account()
        _accounts[key] = (stamp, time.monotonic(), account)
        return account

    @api.model
    def _accept(self, door, notices, source, problem="", *, unverified=False):
        """Store ``notices`` once each, and append the work they ask for.

        :return: ids of the events that are new
        """
        if not notices:
            return []
        notices = [fitting(notice) for notice in notices]
        rows, work = [], []
        for notice in notices:
            job, reason = self._judge(door, notice, source, problem, unverified)
            rows.append(self._row(notice, job, reason, problem))
            work.append(job)
        new = self._store(door, rows, source)
        jobs, ids, fresh = [], [], []
        for notice, row, job in zip(notices, rows, work, strict=True):
            event_id = new.pop((row["topic"], row["dedup_key"]), None)
            if event_id is None:
                continue
            ids.append(event_id)
            fresh.append(notice)
            if job:
                jobs.append({**job, "channel": door.channel_id, "event": event_id})
            self._beside(door, notice, row, event_id)
        self.env["retail.sync.job"]._enqueue_many(jobs)
        self._note_demand(door, fresh, unverified)
        return ids

    def _store(self, door, rows, source):
        """Insert the events; return {(topic, dedup key): id} of those that are new."""
        now = self.env.cr.now()
        values = []
        for row in rows:
            values += (door.channel_id, source, now, now, now)
            values += (row[name] for name in COLUMNS)
        self.env.cr.execute(STORE.format(rows=", ".join([ROW] * len(rows))), values)
        return {(topic, key): row_id for row_id, topic, key in self.env.cr.fetchall()}

    def _row(self, notice, job, reason, problem):
        state = "received" if job else "ignored"
        if reason in ("unreadable", "unverified", "no_record", "privacy"):
            state = "parked"
        moment = notice.occurred_at
        if moment and moment.tzinfo:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
        digest = self._digest(notice)
        return {
            "flow": notice.flow.value,
            "topic": notice.topic[:200],
            "external_id": notice.external_id,
            "external_ref": notice.external_ref or None,
            "event_id": notice.event_id or None,
            "version": notice.version or None,
            "digest": digest,
            "dedup_key": self._dedup_key(notice, digest),
            "occurred_at": moment,
            "state": state,
            "reason": reason or None,
            "detail": problem[:500] or None,
        }

    def _digest(self, notice):
        known = (notice.external_id, notice.version, notice.flow.value)
        data = "|".join(known).encode() + b"|" + (notice.body or b"")
        return hashlib.sha256(data).hexdigest()[:32]

    def _dedup_key(self, notice, digest):
        """Return the delivery's id; without one the same body counts once a while."""
        if notice.event_id:
            return notice.event_id
        return f"{digest}@{int(self.env.cr.now().timestamp()) // WINDOW_S}"

    def _judge(self, door, notice, source, problem, unverified):
        """Return (the job that ``notice`` asks for or None, why none follows)."""
        if problem:
            return None, "unreadable"
        if unverified and not door.by_id:
            return None, "unverified"
        if notice.flow is Flow.REPORT:
            return self._judge_report(notice)
        mode = door.modes.get(notice.flow.value, "realtime")
        if source == "webhook" and mode not in ("realtime", "paused"):
            return None, "later"
        lane = LANE_URGENT if notice.flow in URGENT else LANE_FREQUENT
        if source != "webhook" and mode == "batch":
            lane = LANE_BATCH
        if notice.flow in OF_ORDERS:
            return self._judge_order(door, notice, lane)
        if notice.flow is Flow.CATALOG:
            key = "poll:catalog"
            job = {"handler": "catalog.page", "order_key": key, "identity": key}
            return {**job, "lane": LANE_BATCH}, ""
        return None, "not_needed"

    def _judge_order(self, door, notice, lane):
        external_id = notice.external_id
        if not external_id and door.by_id:  # not named: ask what has changed
            poll = {"handler": "flow.poll", "lane": lane, "payload": {"flow": "order"}}
            return {**poll, "order_key": "poll:order", "identity": "poll:order"}, ""
        if not external_id:
            return None, "no_record"
        job = {
            "handler": "order.fetch" if door.by_id else "order.import",
            "order_key": f"order:{external_id}",
            "lane": lane,
            "payload": {
                "external_id": external_id,
                "external_ref": notice.external_ref,
            },
        }
        if door.by_id:  # each body that was kept is work of its own
            job["identity"] = f"order.fetch:{external_id}"
        elif notice.body is None:
            return None, "unreadable"
        return job, ""

    def _judge_report(self, notice):
        """The account changed: ask who we are; a privacy request is a person's."""
        if notice.body is not None:
            return None, "privacy"
        return {"handler": "connection.test", "identity": "connection.test"}, ""

    def _beside(self, door, notice, row, event_id):
        """Keep the body of a new event, and tell a person where one must look."""
        if notice.body is not None:
            self.env["retail.sync.event.body"]._keep(event_id, notice.body)
        kinds = {"unreadable": "bad_payload", "privacy": "privacy_request"}
        kind = kinds.get(row["reason"], "bad_payload")
        if row["state"] == "parked":
            self.env["retail.sync.issue"]._raise(
                self.env["retail.sync.channel"].browse(door.channel_id),
                kind,
                field=notice.topic,
                value=notice.external_id if kind == "privacy_request" else "",
                params={"message": row["detail"] or row["reason"]},
            )

    def _note_demand(self, door, notices, unverified):
        demands = [demand for notice in notices for demand in notice.demand]
        if demands and not unverified:
            channel = self.env["retail.sync.channel"].browse(door.channel_id)
            self.env["retail.sync.demand"]._note(channel, demands)

    @api.model
    def _unknown_of(self, channel, notices):
        """Return the notices whose version we do not hold yet, all of its second.

        A version is a time in whole seconds: what was read within that second may lack
        a change of it, and is a new event in each turn until it was read once more.
        What came whole and waits for a person is held, too: no turn takes it in again.
        """
        versions = {n.external_id: n.version for n in notices if n.version}
        if not versions:
            return list(notices)
        held = self._held_versions(channel, versions)
        again = f"again:{self.env.cr.now().timestamp()}"
        unknown = []
        for notice in notices:
            settled = held.get((notice.external_id, notice.version or None))
            if settled is None:
                unknown.append(notice)
            elif not settled:
                event_id = f"{again}:{notice.external_id}"
                unknown.append(replace(notice, event_id=event_id))
        return unknown

    def _held_versions(self, channel, versions):
        """Return {(external id, version): whether all of its second is known}."""
        kept_whole = not self._of_channel(channel).by_id
        rows = self.env.execute_query(
            SQL(
                HELD,
                channel=channel.id,
                ids=list(versions),
                kept_whole=kept_whole,
            )
        )
        return {(external_id, version): known for external_id, version, known in rows}

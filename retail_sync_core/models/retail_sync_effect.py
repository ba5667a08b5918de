import uuid
from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..adapters import base
from ..database import LooseMany2one
from ..domain.codec import decode, encode
from ..domain.fingerprint import fingerprint
from ..said import SaidChar

STATES = [
    ("intended", "To be sent"),
    ("sent", "Being sent"),
    ("unknown", "Not known whether it happened"),
    ("accepted", "Taken, not confirmed yet"),
    ("applied", "Done at the channel"),
    ("refused", "Refused"),
    ("abandoned", "Given up by a person"),
]
SETTLED = ("applied", "refused", "abandoned")
# what a level was set to says nothing after some weeks: only its bodies are many
SWEPT_KINDS = ("stock", "activation", "deactivation")
KEEP_DAYS = 30
SWEPT = 5000


class RetailSyncEffect(models.Model):
    """The ledger of outside actions: one row is one action we intend at a channel.

    It is committed before the call and settled after it, so that a crash or a time-out
    never ships, refunds or cancels twice: it is read back before any repeat.
    """

    _name = "retail.sync.effect"
    _description = "Outside Action"
    _order = "id desc"
    _rec_name = "key"

    uuid = fields.Char(required=True, readonly=True, copy=False)
    channel_id = LooseMany2one(
        "retail.sync.channel", required=True, readonly=True, index=True
    )
    kind = fields.Char(required=True, readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    order_key = fields.Char(string="In order with", readonly=True)
    job_id = LooseMany2one("retail.sync.job", readonly=True)
    body = fields.Json(
        readonly=True, groups="retail_sync_core.retail_sync_group_manager"
    )
    body_digest = fields.Char(string="Digest of what was sent", readonly=True)
    key = fields.Char(readonly=True, help="The idempotency key we send.")
    state = fields.Selection(
        STATES, default="intended", required=True, readonly=True, index=True
    )
    handle = fields.Char(readonly=True)
    external_id = fields.Char(readonly=True)
    sent_at = fields.Datetime(string="Sent", readonly=True)
    settled_at = fields.Datetime(string="Settled", readonly=True)
    attempts = fields.Integer(readonly=True, help="How often it was sent.")
    looks = fields.Integer(readonly=True, help="How often we asked what became of it.")
    code = fields.Char(readonly=True)
    message = SaidChar(readonly=True)
    doubt_note = fields.Char(string="Why in doubt", readonly=True)
    late_answer = fields.Json(
        string="Late answer",
        readonly=True,
        groups="retail_sync_core.retail_sync_group_manager",
    )

    _uuid_uniq = models.UniqueIndex("(uuid)", "An action has one identity.")
    _subject_idx = models.Index("(res_model, res_id)")
    _key_idx = models.Index("(channel_id, order_key)")
    _open_idx = models.Index(
        "(res_model, res_id, id) WHERE state NOT IN ('applied', 'refused', 'abandoned')"
    )
    _settled_idx = models.Index("(settled_at) WHERE state = 'applied'")

    @api.model
    def _intend(
        self, channel, kind, subject, document, order_key, handler="effect", lane=1
    ):
        """Append an action and the job that does it, in any transaction.

        :param subject: the record it is about, or None
        :param document: what is to be done (``Shipment``, ``Cancellation``...)
        :return: the effect
        """
        effect = self._append(channel, kind, subject, document, order_key)
        job = self.env["retail.sync.job"]._enqueue(
            channel, handler, order_key=order_key, lane=lane, effect=effect
        )
        effect.job_id = job.id
        return effect.with_env(self.env)

    @api.model
    def _intend_for(self, job, kind, document, subject=None):
        """Append an action that ``job`` itself does; for its plan."""
        effect = self._append(job.channel_id, kind, subject, document, job.order_key)
        effect.job_id = job.id
        job.sudo().effect_id = effect.id
        return effect.with_env(self.env)

    def _append(self, channel, kind, subject, document, order_key):
        body = encode(document)
        digest = fingerprint(body)
        identity = uuid.uuid4()
        return self.sudo().create(
            {
                "uuid": str(identity),
                "channel_id": channel.id,
                "kind": kind,
                "res_model": subject._name if subject else False,
                "res_id": subject.id if subject else False,
                "order_key": order_key,
                "body": body,
                "body_digest": digest,
                "key": f"{identity.hex}-{digest[:16]}",
            }
        )

    def _get_document(self):
        """Return the document as it was intended."""
        self.ensure_one()
        return decode(self.sudo().body)

    def _replace_body(self, document):
        """Have what was not sent yet be ``document`` instead."""
        self.ensure_one()
        body = encode(document)
        digest = fingerprint(body)
        self.sudo().write(
            {
                "body": body,
                "body_digest": digest,
                "key": self._make_key(digest),
            }
        )

    def _make_key(self, digest):
        return f"{uuid.UUID(self.uuid).hex}-{digest[:16]}"

    def _their_ids(self):
        """Return the channel's ids of what it made of this; a delivery may be two."""
        return self.external_id.split(",") if self.external_id else []

    def _as_port(self, document):
        """Return this row as the value an adapter understands."""
        sent_at = self.sent_at
        return base.Effect(
            kind=self.kind,
            key=self.key,
            body=document,
            handle=self.handle or "",
            sent_at=sent_at.replace(tzinfo=timezone.utc) if sent_at else None,
        )

    def _get_subject(self):
        """Return the record this is about; empty when it is gone."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return self.env["retail.sync.effect"]
        return self.env[self.res_model].browse(self.res_id).exists()

    def action_settle(self, state, reason):
        """Say by hand what became of an action nobody can read back.

        :param state: ``applied`` (it happened), ``abandoned`` (it shall not happen) or
            ``intended`` (it did not happen: send it again)
        :param reason: why, in the person's words; kept
        """
        self._check_settle(state, reason)
        now = fields.Datetime.now()
        for effect in self.sudo():
            effect.write(
                {
                    "state": state,
                    "doubt_note": reason,
                    "code": "by_hand",
                    "settled_at": now if state in SETTLED else False,
                    "looks": 0,
                    "late_answer": False,
                }
            )
            effect._release_job(state, reason)
            self.env["retail.sync.audit"]._record(
                effect.channel_id, effect, "effect.settled", {"state": state}
            )

    def _check_settle(self, state, reason):
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_manager"):
            raise AccessError(self.env._("Only managers may settle an action by hand."))
        self.check_access("read")
        if state not in ("applied", "abandoned", "intended"):
            raise UserError(self.env._("Choose what became of the action."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say in a few words how you know."))
        wrong = self.filtered(lambda effect: effect.state in ("applied", "abandoned"))
        if wrong:
            raise UserError(self.env._("This action is settled already."))
        if self.job_id.exists().filtered(lambda job: job.state == "running"):
            raise UserError(self.env._("It is under way just now: wait a moment."))

    def _release_job(self, state, reason):
        """Let the job that waited for the verdict go on, or end it."""
        job = self.job_id.exists()
        if state == "intended":
            self._send_again(job)
            return
        if state == "applied":
            self._handler(job)._settled(
                self, base.Outcome(state="applied", message=reason, code="by_hand")
            )
        else:
            self._given_up()
        issue = job.issue_id.exists()
        job._cancel(reason)
        if issue and not job.search_count(
            [("issue_id", "=", issue.id), ("state", "=", "parked")], limit=1
        ):
            issue._close(reason)

    def _send_again(self, job):
        """Wake the job; where it was canceled, another one takes its place."""
        if job.state != "cancelled":
            job._wake()
            return
        self.job_id = self.env["retail.sync.job"]._enqueue(
            self.channel_id,
            job.handler,
            order_key=self.order_key,
            lane=job.lane,
            effect=self,
        )

    def _lose_jobs(self, reason):
        """See to actions whose jobs were canceled: nobody works on them anymore.

        What was not sent yet is given up. What may have happened is for a person to
        say, and until then nothing of the kind is asked for again.
        """
        waiting = self.filtered(lambda effect: effect.state == "intended")
        waiting.write(
            {
                "state": "abandoned",
                "doubt_note": reason or False,
                "settled_at": fields.Datetime.now(),
            }
        )
        for effect in waiting:
            effect._given_up()
        for effect in self - waiting:
            if effect.state not in SETTLED and effect.kind not in SWEPT_KINDS:
                effect._ask_what_became()

    def _ask_what_became(self):
        """Put an action of which nobody will hear anymore before a person."""
        issue = self.env["retail.sync.issue"]._raise(
            self.channel_id,
            "effect_in_doubt",
            field=self.kind,
            value=self._handler(self.job_id)._name_of(self),
            record=self,
        )
        self.job_id.issue_id = issue.id

    def _given_up(self):
        """Write what follows when it shall not happen; for modules to extend."""

    def _handler(self, job):
        return self.env[f"retail.sync.handler.{job.handler or 'effect'}"]

    @api.autovacuum
    def _gc_stock(self):
        """Forget batches of stock that were settled a month ago."""
        old = self.search(
            [
                ("kind", "in", SWEPT_KINDS),
                ("state", "in", SETTLED),
                ("settled_at", "<", f"-{KEEP_DAYS}d"),
            ],
            limit=SWEPT,
        )
        old.unlink()
        return len(old), len(old) == SWEPT

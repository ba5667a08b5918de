from dataclasses import dataclass
from datetime import timedelta

from odoo import models

from ..adapters import base, capabilities
from ..domain import errors
from .retail_sync_effect import SETTLED
from .retail_sync_handler import Again, Later, Stop
from .retail_sync_queue import CALL_S
from .retail_sync_queue_restoring import RESTORING

CAPABILITIES = {
    "stock": base.Stock,
    "shipment": base.Shipments,
    "tracking": base.Shipments,
    "cancellation": base.Cancellations,
    "payment": base.Payments,
    "hold": capabilities.Holds,
    "address": capabilities.Addresses,
    "move": capabilities.Places,
    "pickup": capabilities.Pickups,
    "refund": base.Refunds,
    "return": capabilities.Returns,
    "return_made": capabilities.Returns,
    "disposition": capabilities.Returns,
}
LOOKS = 6
RESTORING_S = 60.0
FIRST_POLL_S = 2.0
LONGEST_POLL_S = 300.0


@dataclass(frozen=True)
class Step:
    """What to ask the channel for an effect: ``send``, ``read_back``, ``poll``, or
    ``late`` when an answer that came too late is at hand."""

    name: str
    effect: base.Effect
    answer: base.Outcome | None = None


class RetailSyncHandlerEffect(models.AbstractModel):
    """Does one outside action, once: intended -> sent -> applied.

    *Sent* is committed before the call. Whoever finds it so afterwards does not know
    whether it happened, and reads it back before anything else.
    """

    _name = "retail.sync.handler.effect"
    _inherit = "retail.sync.handler"
    _description = "Handler: Outside Action"

    _mutates = True
    _holds_key = True
    _patience_s = 3 * 86400.0

    # hooks for kinds of actions
    def _effect_of(self, job):
        """Return the effect to work on; a kind may append one (``_intend_for``)."""
        return job.effect_id.exists()

    def _document(self, effect):
        """Return the document to send; by default as it was intended."""
        return effect._get_document()

    def _is_wanted(self, effect):
        """Return whether what was not sent yet is to be: else it is given up."""
        return True

    def _order_of(self, effect):
        """Return the order that the action goes in order with, or no record."""
        return self.env["retail.sync.order"]._find_by_key(
            effect.channel_id, effect.order_key
        )

    def _settled(self, effect, outcome):
        """Write what follows once it is applied or refused; may return a note."""

    @classmethod
    def _is_proof(cls, plan):
        """That the channel can be asked says nothing of what is to be done there."""
        return isinstance(plan, Step) and plan.name == "send"

    # the phases
    def _plan(self, job):
        effect = self._effect_of(job)
        if not effect or effect.state in SETTLED:
            return None
        effect.sudo().lock_for_update()
        match effect.state:
            case "intended" if not self._is_wanted(effect):
                effect.sudo().write(self._end("abandoned"))
                return None
            case "intended":
                return self._plan_send(effect)
            case "accepted":
                return self._step("poll", effect)
            case _:
                return self._plan_read_back(effect)

    def _plan_send(self, effect):
        if self.env["retail.sync.restoration"]._is_catching_up(effect.channel_id.id):
            raise Later(RESTORING_S, RESTORING)
        now = self.env.cr.now()
        effect.sudo().write(
            {"state": "sent", "sent_at": now, "attempts": effect.attempts + 1}
        )
        return self._step("send", effect)

    def _plan_read_back(self, effect):
        effect_sudo = effect.sudo()
        late = effect_sudo.late_answer
        if late:
            return Step(
                "late",
                effect_sudo._as_port(self._document(effect)),
                base.Outcome(**late),
            )
        capability = self._capability(effect)
        if capability and capability.on_doubt == "ask":
            effect_sudo.state = "unknown"
            raise self._doubt(effect)
        self._await_settled(effect, capability)
        effect_sudo.write({"state": "unknown", "looks": effect.looks + 1})
        return self._step("read_back", effect)

    def _await_settled(self, effect, capability):
        """Raise Later until the channel can tell: the call is over and has settled."""
        if not effect.sent_at:
            return
        wait_s = getattr(capability, "settle_s", 0.0)
        if effect.state == "sent":  # its worker died with the call under way
            wait_s += CALL_S
        ready = effect.sent_at + timedelta(seconds=wait_s)
        left_s = (ready - self.env.cr.now()).total_seconds()
        if left_s > 0:
            raise Later(left_s, "settling")

    def _doubt(self, effect):
        return errors.DataError(
            "nobody can tell whether it happened",
            kind="effect_in_doubt",
            field=effect.kind,
            value=self._name_of(effect),
            code="in_doubt",
        )

    def _name_of(self, effect):
        subject = effect._get_subject()
        return subject.display_name if subject else effect.uuid

    def _step(self, name, effect):
        effect_sudo = effect.sudo()
        return Step(name, effect_sudo._as_port(self._document(effect)))

    def _capability(self, effect):
        kind = CAPABILITIES.get(effect.kind)
        adapter = effect.sudo().channel_id._adapter_class()
        return adapter.capability(kind) if kind and adapter else None

    @staticmethod
    def _call(adapter, plan):
        """Ask the channel; no environment, no cursor."""
        if plan.name == "late":
            return plan.answer
        if not isinstance(adapter, base.Effects):
            raise errors.PermanentError(
                f"the channel cannot do this: {plan.effect.kind}", code="not_supported"
            )
        match plan.name:
            case "send":
                return adapter.send(plan.effect)
            case "read_back":
                return adapter.read_back(plan.effect)
            case _:
                return adapter.poll(plan.effect)

    def _apply(self, job, answer):
        effect = job.effect_id.exists().sudo()
        if answer is None:
            return self._nothing_to_do(effect)
        seen = {
            "code": answer.code or False,
            "message": (answer.message or "")[:500] or False,
            "late_answer": False,
        }
        for name in ("handle", "external_id"):
            if getattr(answer, name):
                seen[name] = getattr(answer, name)
        match answer.state:
            case "applied" | "partial":
                effect.write({**seen, **self._end("applied")})
                return self._settled(effect.sudo(False), answer)
            case "refused":
                effect.write({**seen, **self._end("refused")})
                return self._refused(effect, answer)
            case "accepted":
                effect.write({**seen, "state": "accepted", "looks": effect.looks + 1})
                return Again(self._poll_s(effect), "accepted")
            case "not_found" if effect.state == "unknown":
                effect.write({**seen, "state": "intended", "looks": 0})
                return Again(0.0, "retry")
            case _:
                return self._still_unknown(effect, seen)

    def _nothing_to_do(self, effect):
        if effect:
            return self.env._("Nothing to do: it is settled already.")
        return self.env._("Nothing to do.")

    def _end(self, state):
        return {"state": state, "settled_at": self.env.cr.now(), "looks": 0}

    def _poll_s(self, effect):
        return min(LONGEST_POLL_S, FIRST_POLL_S * 2 ** min(effect.looks - 1, 10))

    def _refused(self, effect, answer):
        note = self._settled(effect.sudo(False), answer)
        if not self._holds_key:
            return note
        return Stop(
            "effect_refused",
            state="dead",
            code=answer.code or "refused",
            message=answer.message or "refused",
            field=effect.kind,
            value=answer.code or answer.message[:120],
            params={"subject": self._name_of(effect), "message": answer.message[:300]},
        )

    def _still_unknown(self, effect, seen):
        effect.write({**seen, "state": "unknown"})
        if effect.looks < LOOKS:
            settle_s = getattr(self._capability(effect), "settle_s", 0.0)
            return Again(max(settle_s, self._poll_s(effect)), "in_doubt")
        return Stop(
            "effect_in_doubt",
            code="in_doubt",
            message="nobody can tell whether it happened",
            field=effect.kind,
            value=self._name_of(effect),
        )

    def _failed(self, job, error, phase):
        """After a failed send: did it surely not happen, or may it have?"""
        effect = job.effect_id.exists().sudo()
        if phase != "call" or effect.state != "sent":
            return
        seen = {"code": getattr(error, "code", "") or type(error).__name__}
        match error:
            case errors.InDoubtError():
                effect.write({**seen, "state": "unknown"})
            case errors.PermanentError():
                effect.write(
                    {**seen, **self._end("refused"), "message": str(error)[:500]}
                )
                refused = base.Outcome(
                    state="refused", code=error.code, message=error.message
                )
                self._settled(effect, refused)
            case errors.SyncError():
                effect.write({**seen, "state": "intended"})
            case _:
                effect.write({**seen, "state": "unknown"})

    def _late(self, job, answer):
        effect = job.effect_id.exists().sudo()
        if not effect or effect.state not in ("sent", "unknown"):
            return
        if not isinstance(answer, base.Outcome) or answer.items:
            return  # what became of each item is read back
        if answer.state in ("applied", "accepted", "refused"):
            effect.late_answer = {
                name: getattr(answer, name)
                for name in ("state", "external_id", "handle", "code", "message")
            }

    def _get_patience_s(self, job):
        if not self._flow:
            return self._patience_s
        workflow = job.sudo().channel_id._workflow(self._flow)
        return workflow.patience_s or self._patience_s

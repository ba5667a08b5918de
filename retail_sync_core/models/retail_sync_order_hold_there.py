from odoo import models

from ..adapters.capabilities import Holds
from ..domain import documents as doc

KIND = "hold_refused"
OPEN = ("open", "in_progress", "on_hold", "scheduled", "unknown")


class RetailSyncOrder(models.Model):
    """What the channel is told of a hold of ours."""

    _inherit = "retail.sync.order"

    def _can_tell_hold(self):
        adapter = self.channel_id.sudo()._adapter_class()
        return bool(adapter and adapter.capability(Holds)) and not self.is_history

    def _hold_tellings(self, ref):
        """Return what the channel was or is to be told of the hold ``ref``."""
        return self._effects().filtered(
            lambda effect: (
                effect.kind == "hold"
                and effect.state != "abandoned"
                and effect._get_document().handle == ref
            )
        )

    def _was_told_hold(self, ref):
        return bool(ref and self.sudo()._hold_tellings(ref))

    def _intend_hold(self, ref=None, released=False):
        """Append the intent to hold it there, or to release what we hold there."""
        if not self._can_tell_hold():
            self._note("hold_by_hand")
            return
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "hold",
            self,
            doc.Hold(
                order_id=self.external_id,
                handle=ref or self.own_hold_ref,
                released=released,
                reason=self.own_hold_reason or "other",
                note=self.own_hold_note or "",
                places=tuple(sorted(self._to_ship_ids())),
            ),
            self._order_key(),
            handler="order.hold",
        )
        self._note("release_asked" if released else "hold_asked")

    def _to_ship_ids(self):
        """Return the channel's ids of what places are still asked to ship."""
        return {
            request["external_id"]
            for request in self.shipment_orders or []
            if request["state"] in OPEN and not request.get("taken_along")
        }

    def _hold_what_is_new(self):
        """Hold there what was moved or split off since: each such part is asked once.

        What the channel released itself is left alone; it stays held here.
        """
        told = self.sudo()._hold_tellings(self.own_hold_ref)
        if not told or not self._is_held_by_us():
            return
        known = {place for one in told for place in one._get_document().places}
        held = {
            request["external_id"]
            for request in self.shipment_orders or []
            if request.get("held_by_us")
        }
        if self._to_ship_ids() - known - held:
            self._intend_hold()

    def _note_hold_answer(self, document, outcome):
        """Put the channel's answer on the timeline; a refusal is asked about."""
        issues = self.env["retail.sync.issue"]
        if outcome.state != "refused":
            self._note("release_told" if document.released else "hold_told")
            issues._close_about(self.channel_id, KIND, [self])
            return
        message = outcome.message or outcome.code
        step = "release_refused" if document.released else "hold_refused"
        self._note(step, message=message)
        if not self.cancelled_at:
            issues._raise(
                self.channel_id,
                KIND,
                field=self.env._("Order"),
                value=self.display_name,
                params={"answer": message},
                record=self,
                about=[self],
            )


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The channel refused our hold of %(value)s"),
                self.env._(
                    "Here it is as you decided; over there it is not: %(answer)s"
                ),
                self.env._(
                    "Hold or release the order over there yourself; then close this."
                ),
            ),
        }

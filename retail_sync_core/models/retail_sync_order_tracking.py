from dataclasses import replace

from odoo import models

from ..adapters import base
from ..domain import documents as doc

KIND = "tracking_refused"
TELLINGS = ("shipment", "tracking")


class RetailSyncOrder(models.Model):
    """Parcels that get their number, or another one, after the channel was told."""

    _inherit = "retail.sync.order"

    def _intend_tracking(self, picking):
        """Have the channel hear of the parcels that a told ``picking`` has now.

        Part of the user's transaction. What was not sent yet simply carries them: who
        sends it in this very moment and this writer cannot both be right, and
        PostgreSQL lets the one begin anew.
        """
        last = self._tellings_of(picking)[-1:]
        tracking = self.env["retail.sync.map.carrier"]._tracking(
            self.channel_id, picking
        )
        if not last or (last._get_document().tracking == tracking and last._stands()):
            return
        step = "tracking"
        if last._is_unsent():
            last._replace_body(replace(last._get_document(), tracking=tracking))
        elif self._can_correct_tracking():
            self._append_tracking(picking, tracking)
        else:
            step = "tracking_by_hand"
        self._note_tracking(step, picking, tracking)

    def _tellings_of(self, picking):
        """Return what the channel was or is to be told of ``picking``, oldest first."""
        return (
            self._effects()
            .sudo()
            .filtered(
                lambda effect: (
                    effect.kind in TELLINGS
                    and (effect.res_model, effect.res_id) == (picking._name, picking.id)
                    and effect.state != "abandoned"
                )
            )
            .sorted("id")
        )

    def _can_correct_tracking(self):
        adapter = self.channel_id._adapter_class()
        capability = adapter.capability(base.Shipments) if adapter else None
        return bool(capability and capability.tracking)

    def _append_tracking(self, picking, tracking):
        """Append the intent to tell of other parcels, behind what was told before."""
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "tracking",
            picking,
            doc.TrackingChange(
                order_id=self.external_id,
                reference=picking.name,
                tracking=tracking,
                notify_customer=self.channel_id._writes("parcel", "channel"),
            ),
            self._order_key(),
            handler="tracking.push",
        )

    def _note_tracking(self, step, picking, tracking):
        numbers = ", ".join(parcel.number for parcel in tracking) or "-"
        self._note_about(picking, step, name=picking.name, numbers=numbers)

    def _note_told_tracking(self, picking, tracking):
        """The channel has the parcels of ``picking``."""
        self._note_tracking("tracking_told", picking, tracking)
        self.env["retail.sync.issue"]._close_about(self.channel_id, KIND, [picking])

    def _note_refused_tracking(self, picking, message):
        """Ask a person, unless the channel canceled the whole order."""
        self._note_about(
            picking, "tracking_refused", name=picking.name, message=message
        )
        if not self.cancelled_at:
            self.env["retail.sync.issue"]._raise(
                self.channel_id,
                KIND,
                field=self.env._("Delivery"),
                value=picking.name,
                params={"answer": message},
                record=picking,
                about=[picking],
            )


class RetailSyncEffect(models.Model):
    _inherit = "retail.sync.effect"

    def _stands(self):
        """Return whether the channel has it, or will: another of the kind is moot."""
        return self.kind == "shipment" or self.state != "refused"

    def _is_unsent(self):
        """Return whether nothing of it reached the channel, and it may still go out."""
        if self.handle or self.external_id:
            return False  # half of it is known there
        if self.state == "refused":
            return self.kind == "shipment"  # a person may send it again
        return self.state == "intended" and not self.attempts


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "tracking": (
                "sent",
                self.env._(
                    "The parcels of delivery %(name)s are to be told: %(numbers)s"
                ),
            ),
            "tracking_by_hand": (
                "stopped",
                self.env._(
                    "The parcels of delivery %(name)s changed. This channel takes no"
                    " correction: enter them there. %(numbers)s"
                ),
            ),
            "tracking_told": (
                "answered",
                self.env._(
                    "The channel has the parcels of delivery %(name)s: %(numbers)s"
                ),
            ),
            "tracking_refused": (
                "stopped",
                self.env._(
                    "The channel refused the parcels of delivery %(name)s: %(message)s"
                ),
            ),
        }


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The channel refused the parcels of %(value)s"),
                self.env._(
                    "The delivery is known there; its parcel numbers are not: "
                    "%(answer)s"
                ),
                self.env._(
                    "Mend carrier and number on the delivery, or enter them there;"
                    " then close this."
                ),
            ),
        }

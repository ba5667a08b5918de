from datetime import timedelta

from odoo import api, fields, models

from ..adapters import capabilities
from ..domain import documents as doc

REFUSED = "ready_refused"
WAITING = "pickup_waits"
SHOWN = 5


class RetailSyncOrder(models.Model):
    """Orders that the buyer fetches: who is told that they are ready."""

    _inherit = "retail.sync.order"

    def _say_ready(self, picking):
        """Have the buyer hear that ``picking`` waits, from whom the channel says."""
        self._note_about(
            picking, "ready", user=self.env.user.display_name, name=picking.name
        )
        if self.channel_id._writes("ready", "channel") and self._can_say_ready():
            self.env["retail.sync.effect"]._intend(
                self.channel_id,
                "pickup",
                self,
                doc.PickupReady(
                    order_id=self.external_id,
                    reference=picking.name,
                    place_id=self._place_of(picking, self.line_ids),
                ),
                self._order_key(),
                handler="order.pickup",
            )
        self._announce("ready", picking, ref=str(picking.id))

    def _can_say_ready(self):
        adapter = self.channel_id._adapter_class()
        return bool(adapter and adapter.capability(capabilities.Pickups))

    def _note_ready_there(self, document, outcome):
        issues = self.env["retail.sync.issue"]
        if outcome.state != "refused":
            self._note("ready_told", name=document.reference)
            issues._close_about(self.channel_id, REFUSED, [self])
            return
        message = outcome.message or outcome.code
        self._note("ready_refused", name=document.reference, message=message)
        issues._raise(
            self.channel_id,
            REFUSED,
            field=self.env._("Order"),
            value=self.display_name,
            params={"answer": message, "name": document.reference},
            record=self,
            about=[self],
        )

    @api.model
    def _judge_unfetched(self, channel):
        """Ask a person about what nobody has fetched in time; else close the issue."""
        waiting = self.env["stock.picking"]._retail_sync_unfetched(channel)
        issues = self.env["retail.sync.issue"]
        if not waiting:
            issues._close_about(channel, WAITING, [channel])
            return waiting
        names = waiting[:SHOWN].mapped("name")
        issues._raise(
            channel, WAITING, value=channel.name, record=channel, about=[channel]
        )._renew(
            {
                "count": len(waiting),
                "names": ", ".join(names) + (" …" if len(waiting) > SHOWN else ""),
                "days": channel.pickup_days,
            }
        )
        return waiting


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    pickup_days = fields.Integer(
        string="To be fetched within (days)",
        default=7,
        help="What waits longer at a counter is an issue. 0: it may wait for ever.",
    )

    _pickup_days_range = models.Constraint(
        "CHECK(pickup_days >= 0)", "The days cannot be below zero."
    )

    def _unfetched_before(self):
        """Return since when what waits at a counter waits too long, or False."""
        if not self.pickup_days:
            return False
        return self.env.cr.now() - timedelta(days=self.pickup_days)

from odoo import fields, models
from odoo.exceptions import UserError

from ..domain import documents as doc


class RetailSyncOrder(models.Model):
    """The message that it was shipped, once more."""

    _inherit = "retail.sync.order"

    can_write_again = fields.Boolean(
        string="Message can be sent again", compute="_compute_can_write_again"
    )

    def _compute_can_write_again(self):
        for order in self:
            order.can_write_again = bool(order.sudo()._to_write_again())

    def _to_write_again(self):
        """Return the deliveries whose message can be sent again, by whoever writes it.

        A channel writes of parcels that it knows; it is told them as they are.
        """
        if self.is_history or self.cancelled_at:
            return self.env["stock.picking"]
        left = self._left_deliveries().filtered(lambda one: not one.retail_sync_at_till)
        row = self.channel_id._message("shipped")
        if row.sender == "odoo":
            return (
                left
                if self._may_be_written_to(row) and self._buyers_email()
                else left[:0]
            )
        if row.sender != "channel" or not self._can_correct_tracking():
            return left[:0]
        return left.filtered(
            lambda one: (
                one.carrier_tracking_ref
                and self._tellings_of(one)
                and set(self._tellings_of(one).mapped("state")) == {"applied"}
            )
        )

    def action_write_again(self):
        """Have the buyer get the message about what has left once more."""
        self.ensure_one()
        self._check_service()
        order = self.sudo()
        order._claim()
        deliveries = order._to_write_again()
        if not deliveries:
            raise UserError(
                self.env._(
                    "There is no message to send again now: nothing has left, nobody"
                    " writes about it, or one is still on its way."
                )
            )
        for picking in deliveries:
            if order.channel_id._writes("shipped", "odoo"):
                stamp = fields.Datetime.to_string(fields.Datetime.now())
                order._announce(
                    "shipped", picking, ref=f"{picking.id}:{stamp}", asked=True
                )
            else:
                order._intend_message_again(picking)
        return True

    def _intend_message_again(self, picking):
        """Append the intent to tell the parcels as they are, and have it write.

        Nobody can read back whether it wrote: in doubt a person is asked, and it is
        never repeated by itself.
        """
        carriers = self.env["retail.sync.map.carrier"]
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "tracking",
            picking,
            doc.TrackingChange(
                order_id=self.external_id,
                reference=picking.name,
                tracking=carriers._tracking(self.channel_id, picking),
                notify_customer=True,
                again=True,
            ),
            self._order_key(),
            handler="tracking.push",
        )
        self._note_about(
            picking,
            "message_again",
            name=picking.name,
            user=self.env.user.display_name,
        )

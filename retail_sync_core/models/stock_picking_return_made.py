from odoo import fields, models

from .retail_sync_order_return_made import GIVEN_UP, KIND_OF

REASONS = [
    ("unknown", "Not known"),
    ("size_too_small", "Too small"),
    ("size_too_large", "Too large"),
    ("unwanted", "Not wanted anymore"),
    ("not_as_described", "Not as described"),
    ("wrong_item", "Wrong product sent"),
    ("defective", "Damaged or defective"),
    ("style", "Style"),
    ("color", "Color"),
    ("other", "Another reason"),
]


class StockPicking(models.Model):
    """A return that a person made here, on a delivery of a channel's order."""

    _inherit = "stock.picking"

    retail_sync_is_return_made = fields.Boolean(
        string="Return made here",
        readonly=True,
        copy=False,
        help="A person made it, of a channel's order; nobody asked for it there.",
    )
    retail_sync_return_reason = fields.Selection(
        REASONS, string="Why it comes back", copy=False
    )
    retail_sync_told_with_id = fields.Many2one(
        "stock.picking",
        string="Told with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The receipt that this one was split off after the channel was told of"
        " both.",
    )

    def _retail_sync_note_made(self, reason):
        """Note that a person made these returns; tell it where it is told at once."""
        for picking in self.sudo().filtered("retail_sync_channel_id"):
            picking.write(
                {
                    "retail_sync_is_return_made": True,
                    "retail_sync_return_reason": reason or "unknown",
                }
            )
            if picking.retail_sync_channel_id.return_telling == "made":
                picking._retail_sync_tell_made()

    def _create_backorder_picking(self):
        """What comes back later was made by the same person, for the same reason."""
        rest = super()._create_backorder_picking()
        rest.retail_sync_is_return_made = self.retail_sync_is_return_made
        rest.retail_sync_return_reason = self.retail_sync_return_reason
        if self._making():  # all of it was told before any of it came
            rest.retail_sync_told_with_id = self.retail_sync_told_with_id or self
        return rest

    def _tell_retail_sync(self):
        """Tell the channel of what came back without a return there, by policy."""
        result = super()._tell_retail_sync()
        for picking in self.sudo().filtered("retail_sync_is_return_made"):
            telling = picking.retail_sync_channel_id.return_telling
            if picking.state == "done" and telling in ("made", "received"):
                picking._retail_sync_tell_made()
        return result

    def _retail_sync_tell_made(self):
        """Have the channel open a return for these units, once."""
        is_theirs = self.retail_sync_return_id or self.retail_sync_refund_ref
        if self.retail_sync_order_id and not is_theirs and not self._making():
            self.retail_sync_order_id._intend_return(self)

    def _making(self):
        """Return the actions that tell of this return, given up ones apart."""
        told = self | self.retail_sync_told_with_id
        return (
            self.env["retail.sync.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", told.ids),
                    ("kind", "=", KIND_OF),
                    ("state", "not in", GIVEN_UP),
                ]
            )
        )

    def _with_rests(self):
        """Return these receipts, and what was split off once they were told."""
        return self | self.search([("retail_sync_told_with_id", "in", self.ids)])


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    return_telling = fields.Selection(
        [
            ("never", "Are not told"),
            ("received", "Are told when the goods are received"),
            ("made", "Are told when the return is made"),
        ],
        string="Returns made here",
        default="never",
        required=True,
        help="Returns of deliveries that a person makes in Odoo. Told, the channel has"
        " a return of its own for them and hears what came back. What is taken back at"
        " the counter is told with its refund.",
    )
    can_tell_returns = fields.Boolean(
        string="Can be told of returns", compute="_compute_can_tell_returns"
    )

    def _compute_can_tell_returns(self):
        for channel in self:
            channel.can_tell_returns = channel._can_make_returns()

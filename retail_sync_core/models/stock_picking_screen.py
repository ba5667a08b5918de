from odoo import api, fields, models

from .retail_sync_order_hold import TO_BE_SEEN


class StockPicking(models.Model):
    """The channel's side of a delivery, on its own form."""

    _inherit = "stock.picking"

    retail_sync_external_ref = fields.Char(
        related="sale_id.retail_sync_order_ids.external_ref",
        string="Number at the channel",
    )
    retail_sync_hold_code = fields.Selection(
        related="sale_id.retail_sync_order_ids.hold_code"
    )
    retail_sync_timeline = fields.Json(
        string="Timeline",
        compute="_compute_retail_sync_timeline",
        groups="retail_sync_core.retail_sync_group_viewer",
    )

    @api.depends("retail_sync_order_id")
    @api.depends_context("lang")
    def _compute_retail_sync_timeline(self):
        for picking in self:
            picking.retail_sync_timeline = picking.retail_sync_order_id.timeline

    def _retail_sync_hold_todo(self):
        """Return what whoever wants to validate a held delivery is to do now."""
        code = self.sudo().retail_sync_order_id.hold_code
        operates = self.env.user.has_group(
            "retail_sync_core.retail_sync_group_operator"
        )
        if code == "ours":
            return self.env._(
                "It goes on when that is over, or when whoever sells or operates ends"
                " the hold on the order."
            )
        if not operates:
            return self.env._(
                "Leave the goods here and ask an operator of Retail Sync: only they can"
                " release the order."
            )
        if code in TO_BE_SEEN:
            return self.env._(
                "Press “See what differs”: on the order it is put right, canceled or"
                " released."
            )
        return self.env._(
            "It goes on by itself once that is over; “Release the order” lets it go"
            " before."
        )

    def retail_sync_action_open_order(self):
        """Open the channel's order behind this delivery."""
        self.ensure_one()
        return self.retail_sync_order_id.get_formview_action()

    def retail_sync_action_release(self):
        """Ask to release the order from its delivery; operators only.

        Where amounts or goods differ it is opened instead: that has to be seen.
        """
        self.check_access("read")
        return self.retail_sync_order_id._release_or_open()

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    retail_sync_channel_id = fields.Many2one(
        "retail.sync.channel",
        string="Channel",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    retail_sync_order_ids = fields.One2many(
        "retail.sync.order",
        "order_id",
        string="Orders there",
        readonly=True,
        # whoever may not see our orders still reads a sale order with all its fields
        groups="retail_sync_core.retail_sync_group_viewer",
    )
    retail_sync_currency_id = fields.Many2one(
        "res.currency", string="Currency there", readonly=True, copy=False
    )
    retail_sync_state = fields.Selection(
        [
            ("ok", "In step"),
            ("accepted", "Accepted with a difference"),
            ("waiting", "Being told"),
            ("hold", "On hold"),
            ("trouble", "Needs a person"),
            ("cancelled", "Canceled"),
        ],
        string="Sync",
        compute="_compute_retail_sync_state",
        compute_sudo=True,
    )
    retail_sync_hold = fields.Char(
        related="retail_sync_order_ids.hold_reason", string="Why on hold"
    )

    @api.depends("retail_sync_currency_id")
    def _compute_currency_id(self):
        """Keep the currency in which the customer pays, with or without a pricelist."""
        result = super()._compute_currency_id()
        for order in self.filtered("retail_sync_currency_id"):
            order.currency_id = order.retail_sync_currency_id
        return result

    @api.depends(
        "retail_sync_order_ids.state",
        "retail_sync_order_ids.does_not_add_up",
        "picking_ids.state",
    )
    def _compute_retail_sync_state(self):
        for order in self:
            theirs = order.retail_sync_order_ids[:1]
            told = set(order.picking_ids.mapped("retail_sync_state"))
            if not theirs:
                order.retail_sync_state = False
            elif theirs.hold_code in ("cancel", "total") or told & {"refused", "doubt"}:
                order.retail_sync_state = "trouble"
            elif theirs.state in ("hold", "cancelled"):
                order.retail_sync_state = theirs.state
            elif "waiting" in told:
                order.retail_sync_state = "waiting"
            else:
                order.retail_sync_state = "accepted" if theirs._is_accepted() else "ok"

    def _prepare_confirmation_values(self):
        """Keep the date at which the customer ordered: confirming overwrites it."""
        values = super()._prepare_confirmation_values()
        if self and all(order.retail_sync_channel_id for order in self):
            values.pop("date_order", None)
        return values

    def action_confirm(self):
        """Confirm a channel's orders apart from others: they keep their own dates."""
        theirs = self.filtered("retail_sync_channel_id")
        if not theirs or theirs == self:
            return super().action_confirm()
        super(SaleOrder, theirs).action_confirm()
        return super(SaleOrder, self - theirs).action_confirm()

    def _action_cancel(self):
        """Ask the channel to cancel, too, what a person cancels here."""
        keep = self.with_context(retail_sync_sale_canceled=True)
        result = super(SaleOrder, keep)._action_cancel()
        if not self.env.context.get("retail_sync_from_channel"):
            # whoever cancels need not see our tables
            for order in self.sudo().retail_sync_order_ids:
                if order.state != "cancelled":
                    order._end_canceled("cancelled_here")
                    order._intend_cancellation()
                    order._judge_refund()
        return result

    def action_draft(self):
        """What holds a canceled order back counts again when it is taken up."""
        result = super().action_draft()
        self.sudo().retail_sync_order_ids._reopen()
        return result

from odoo import fields, models


class SaleOrder(models.Model):
    """What whoever sells may do with a channel's order; our tables stay unseen."""

    _inherit = "sale.order"

    retail_sync_can_hold = fields.Boolean(
        string="Can be held", compute="_compute_retail_sync_can_hold"
    )
    retail_sync_is_held_by_us = fields.Boolean(
        string="Is held by us", compute="_compute_retail_sync_can_hold"
    )
    retail_sync_can_change_address = fields.Boolean(
        string="Address can be changed", compute="_compute_retail_sync_can_hold"
    )

    def _compute_retail_sync_can_hold(self):
        for sale in self:
            order = sale.sudo().retail_sync_order_ids[:1]
            sale.retail_sync_can_hold = order.can_hold
            sale.retail_sync_is_held_by_us = bool(order.own_hold_ref)
            sale.retail_sync_can_change_address = order.can_change_address

    def retail_sync_action_hold(self):
        """Ask why the goods of a channel's order are to wait."""
        return self._retail_sync_order_of().action_hold()

    def retail_sync_action_release_own(self):
        """Let the goods go that we held."""
        return self._retail_sync_order_of().action_release_own()

    def retail_sync_action_change_address(self):
        """Ask where the goods are to go instead."""
        return self._retail_sync_order_of().action_change_address()

    def _retail_sync_order_of(self):
        """Return the channel's order behind this one; its verbs check who may."""
        self.ensure_one()
        return self.sudo().retail_sync_order_ids[:1].sudo(False)

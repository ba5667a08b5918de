from odoo import api, fields, models


class RetailSyncOrder(models.Model):
    """The way from an order to its returns."""

    _inherit = "retail.sync.order"

    return_ids = fields.One2many(
        "retail.sync.order.return", "order_id", string="Returns there"
    )
    return_count = fields.Integer(
        string="Count of returns", compute="_compute_return_count"
    )

    @api.depends("return_ids")
    def _compute_return_count(self):
        for order in self:
            order.return_count = len(order.return_ids)

    def _returns_in(self, state):
        return self.return_ids.filtered(lambda one: one.state == state)

    def _goods_sentences(self):
        """Say, too, what became of what the buyer wants to return."""
        told = super()._goods_sentences()
        if self._returns_in("requested"):
            told.append(self.env._("We received your wish to return goods."))
        for one in self._returns_in("open"):
            if one._is_awaited():
                told.append(
                    self.env._(
                        "Return %(name)s is approved; we are waiting for the goods.",
                        name=one.display_name,
                    )
                )
        return told

    def action_open_returns(self):
        """Open the returns that were asked for."""
        if len(self.return_ids) == 1:
            return self.return_ids.get_formview_action()
        action = self.channel_id._open("retail_sync_order_return_action")
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}


class RetailSyncOrderReturn(models.Model):
    _inherit = "retail.sync.order.return"

    def _is_awaited(self):
        """Return whether goods of it are still to come."""
        moves = self.sudo().picking_ids.move_ids
        return any(move.state not in ("done", "cancel") for move in moves)

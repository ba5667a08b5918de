from odoo import models


class RetailSyncImporterOrder(models.AbstractModel):
    """An order that the channel canceled."""

    _inherit = "retail.sync.importer.order"

    def _cancel(self, order):
        """Cancel here too when nothing was begun; else stop it and ask a person."""
        if order.state == "cancelled":
            return
        why = self._why_not_cancel(order)
        if why:
            if order.hold_code != "cancel":
                order._note("cancel_stopped", why=why)
            return
        order._cancel_here()

    def _why_not_cancel(self, order):
        """Return why this must be decided by a person, or nothing."""
        sale = order.order_id
        if sale.state == "cancel":
            return ""
        pickings = sale.picking_ids
        if pickings.filtered(lambda p: p.state == "done" and p._is_delivery()):
            return self.env._("goods have left")
        if order._is_being_picked():
            return self.env._("it is being picked")
        if sale.invoice_ids.filtered(lambda move: move.state == "posted"):
            return self.env._("it is invoiced")
        if order.channel_id.cancel_policy != "auto":
            return self.env._("the channel's policy is to ask")
        return ""

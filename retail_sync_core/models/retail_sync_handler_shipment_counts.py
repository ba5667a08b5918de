from odoo import models


class RetailSyncHandlerShipment(models.AbstractModel):
    """A shipment that the channel has taken is off its stock from then on."""

    _inherit = "retail.sync.handler.shipment.push"

    def _settled(self, effect, outcome):
        note = super()._settled(effect, outcome)
        mark = self.env["retail.sync.stock.mark"].sudo()
        picking = effect._get_subject()
        if picking and mark._any_counted_there():
            products = picking.sudo().move_ids.product_id
            mark._append([(product.id, None, None) for product in products])
        return note

from odoo import models

from ..domain.amounts import wanted_units


class RetailSyncImporterOrder(models.AbstractModel):
    """Goods that were refunded over the web after they had left."""

    _inherit = "retail.sync.importer.order"

    def _follow(self, order, document, before):
        """Look after the goods first: only then does Odoo know that fewer are wanted
        because some come back."""
        if order.order_id.state == "sale":
            order._take_back_refunded(
                {line.external_id: float(wanted_units(line)) for line in document.lines}
            )
        return super()._follow(order, document, before)

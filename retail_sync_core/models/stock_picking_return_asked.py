from odoo import fields, models


class StockPicking(models.Model):
    """A receipt of a return that a buyer asked for at the channel."""

    _inherit = "stock.picking"

    retail_sync_return_id = fields.Many2one(
        "retail.sync.order.return",
        string="Return there",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="retail_sync_core.retail_sync_group_viewer",
    )

    def _is_expected_back(self):
        return super()._is_expected_back() or bool(self.sudo().retail_sync_return_id)

    def _create_backorder_picking(self):
        """What comes back later belongs to the same return."""
        rest = super()._create_backorder_picking()
        rest.sudo().retail_sync_return_id = self.sudo().retail_sync_return_id
        return rest

    def _tell_retail_sync(self):
        """Tell the channel what came back, and where it lies."""
        result = super()._tell_retail_sync()
        for picking in self.sudo().filtered("retail_sync_return_id"):
            if picking.state == "done":
                picking._tell_retail_sync_return()
        return result

    def _tell_retail_sync_return(self):
        """Have the channel hear of the units of this receipt, once."""
        if not self.env.context.get("retail_sync_finishing"):
            self.retail_sync_return_id._intend_disposition(self)

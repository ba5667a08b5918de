from odoo import api, fields, models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    retail_sync_asks_why = fields.Boolean(
        string="Asks why", compute="_compute_retail_sync_asks_why", compute_sudo=True
    )
    retail_sync_reason = fields.Selection(
        "_retail_sync_reasons", string="Why it comes back", default="unknown"
    )

    def _retail_sync_reasons(self):
        field = self.env["stock.picking"]._fields["retail_sync_return_reason"]
        return field._description_selection(self.env)

    @api.depends("picking_id")
    def _compute_retail_sync_asks_why(self):
        for wizard in self:
            wizard.retail_sync_asks_why = bool(wizard.picking_id.retail_sync_channel_id)

    def _prepare_picking_default_values_based_on(self, picking):
        """Bring the goods where the channel put them back."""
        values = super()._prepare_picking_default_values_based_on(picking)
        return {**values, **(self.env.context.get("retail_sync_back_to") or {})}

    def _create_return(self):
        """Note that a person made it, unless it follows the channel or a counter."""
        picking = super()._create_return()
        if "retail_sync_back_to" not in self.env.context:
            picking._retail_sync_note_made(self.retail_sync_reason)
        return picking

from odoo import api, models


class PosSession(models.Model):
    """Has levels looked at again when a till opens or closes and a rule asks for it."""

    _inherit = "pos.session"

    @api.model_create_multi
    def create(self, vals_list):
        sessions = super().create(vals_list)
        sessions._retail_sync_mark()
        return sessions

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._retail_sync_mark()
        return result

    def _retail_sync_mark(self):
        """Mark the places of tills that book at closing, where rules depend on them."""
        late = self.sudo().filtered("update_stock_at_closing")
        Rule = self.env["retail.sync.stock.rule"].sudo()
        if late and Rule.search_count([("while_till_is_open", "=", True)], limit=1):
            spots = late.config_id.picking_type_id.default_location_src_id
            self.env["retail.sync.stock.mark"]._append(
                [(None, spot.id, None) for spot in spots]
            )

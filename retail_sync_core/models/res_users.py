from odoo import api, fields, models


class ResUsers(models.Model):
    """Whose deliveries a store's staff see."""

    _inherit = "res.users"

    retail_sync_store_ids = fields.Many2many(
        "stock.warehouse",
        "retail_sync_store_staff_rel",
        "user_id",
        "warehouse_id",
        string="Sees deliveries of",
        help="A store's staff see the transfers of these warehouses alone. Empty: all"
        " that their rights allow.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any("retail_sync_store_ids" in vals for vals in vals_list):
            self.env.registry.clear_cache()
        return users

    def write(self, vals):
        """Record rules are kept by user: what they say changes with the stores."""
        result = super().write(vals)
        if "retail_sync_store_ids" in vals:
            self.env.registry.clear_cache()
        return result

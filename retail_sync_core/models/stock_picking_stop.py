from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    retail_sync_stop_ids = fields.One2many(
        "retail.sync.picking.stop",
        "picking_id",
        readonly=True,
        groups="retail_sync_core.retail_sync_group_viewer",
    )
    retail_sync_stop = fields.Json(
        compute="_compute_retail_sync_stop",
        compute_sudo=True,
        help="What the banner on the delivery says, and what to do with the goods.",
    )

    def _compute_retail_sync_stop(self):
        for picking in self:
            stops = picking.retail_sync_stop_ids.filtered(
                lambda stop: not stop.acknowledged_at
            )
            picking.retail_sync_stop = {
                "hold": picking.retail_sync_hold_reason or "",
                "renewed": picking.retail_sync_order_id.is_to_edit
                and picking.state not in ("done", "cancel"),
                "stops": [stop._entry() for stop in stops],
            }

    def retail_sync_action_acknowledge(self):
        """Say that the goods are where the banner wants them; the delivery goes on."""
        self.check_access("write")
        for picking in self:
            # whoever picks need not see our tables
            picking.sudo().retail_sync_stop_ids._acknowledge()
        return True

    def _check_retail_sync_hold(self):
        """Refuse what was stopped and nobody has acknowledged."""
        result = super()._check_retail_sync_hold()
        for picking in self.sudo().filtered("retail_sync_channel_id"):
            if picking.retail_sync_order_id.is_to_edit:
                raise UserError(
                    self.env._(
                        "%s is being renewed as the customer wants it now: wait a"
                        " moment.",
                        picking.display_name,
                    )
                )
            stops = picking.retail_sync_stop["stops"]
            if stops:
                told = " ".join(f"{one['title']} {one['todo']}" for one in stops)
                raise UserError(
                    self.env._(
                        "%(delivery)s was stopped. %(told)s Then acknowledge it on the"
                        " delivery.",
                        delivery=picking.display_name,
                        told=told,
                    )
                )
        return result

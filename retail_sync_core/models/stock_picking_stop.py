from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    retail_sync_stop_ids = fields.One2many(
        "retail.sync.picking.stop",
        "picking_id",
        string="Stops",
        readonly=True,
        groups="retail_sync_core.retail_sync_group_viewer",
    )
    retail_sync_stop = fields.Json(
        string="Stop",
        compute="_compute_retail_sync_stop",
        compute_sudo=True,
        help="What the banner on the delivery says, and what to do with the goods.",
    )

    def _compute_retail_sync_stop(self):
        for picking in self:
            order = picking.retail_sync_order_id
            renewed = order.is_to_edit and picking.state not in ("done", "cancel")
            picking.retail_sync_stop = {
                "hold": picking.retail_sync_hold_reason or "",
                "renewed": renewed and picking._renewed_sentence(),
                "stops": picking._open_entries(),
            }

    def _open_entries(self):
        """Return what the banner says of the stops that nobody has acknowledged."""
        # whoever picks need not see our tables
        stops = self.sudo().retail_sync_stop_ids
        return [stop._entry() for stop in stops if not stop.acknowledged_at]

    def retail_sync_action_acknowledge(self, stop_id, said):
        """Say that the goods are where the banner wants them; the delivery goes on.

        Only what the picker has read is acknowledged, nothing that came meanwhile.

        :param stop_id: the stop whose button was pressed
        :param said: what that banner said, its ``said``
        :return: whether it still says that; else nothing was done
        """
        self.ensure_one()
        self.check_access("write")
        shown = {one["id"]: one["said"] for one in self._open_entries()}
        if shown.get(stop_id) != said:
            return False
        self.sudo().retail_sync_stop_ids.filtered(
            lambda stop: stop.id == stop_id
        )._acknowledge()
        return True

    def _check_retail_sync_hold(self):
        """Refuse what was stopped and nobody has acknowledged."""
        result = super()._check_retail_sync_hold()
        for picking in self.sudo().filtered("retail_sync_channel_id"):
            stops = picking._open_entries()
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
            if picking.retail_sync_order_id.is_to_edit:
                raise UserError(picking._renewed_sentence())
        return result

    def _renewed_sentence(self):
        """Return what a delivery waits for that is written anew."""
        stops = self.retail_sync_order_id._open_stops()
        others = stops.filtered(lambda one: one.kind == "quantity").picking_id - self
        if others:
            return self.env._(
                "%(delivery)s is being renewed as the customer wants it now: the goods"
                " of %(others)s must be put back first.",
                delivery=self.display_name,
                others=", ".join(others.mapped("name")),
            )
        why = self.retail_sync_order_id._why_not_renewed()
        if why:
            return self.env._(
                "%(delivery)s is to be renewed as the customer wants it now. %(why)s",
                delivery=self.display_name,
                why=why,
            )
        return self.env._(
            "%s is being renewed as the customer wants it now: wait a moment.",
            self.display_name,
        )

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RetailSyncGiveBack(models.TransientModel):
    """What a store gives back of a delivery, and why."""

    _name = "retail.sync.give.back"
    _description = "Give a Delivery Back"

    picking_id = fields.Many2one("stock.picking", required=True, readonly=True)
    line_ids = fields.One2many("retail.sync.give.back.line", "dialog_id")
    reason = fields.Selection(
        [
            ("missing", "Not found"),
            ("damaged", "Damaged"),
            ("busy", "Too busy"),
            ("other", "Other"),
        ],
        string="Why",
    )
    note = fields.Char(help="Kept with your name on the order.")

    @api.model
    def _open(self, picking):
        """Return the action that asks what of ``picking`` is given back."""
        units = picking.sudo()._retail_sync_open_units()
        if not units or not picking.retail_sync_channel_id:
            raise UserError(
                self.env._("Nothing of %s is still to leave.", picking.display_name)
            )
        shown = self.create(
            {
                "picking_id": picking.id,
                "line_ids": [
                    Command.create(
                        {"sale_line_id": line.id, "shown": count, "units": count}
                    )
                    for line, count in units.items()
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give %s back", picking.display_name),
            "res_model": self._name,
            "res_id": shown.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_give_back(self):
        """Give it back: another place ships it, or an operator is asked."""
        self.ensure_one()
        if not self.reason:
            raise UserError(self.env._("Say why it is given back."))
        units = {
            line.sudo().sale_line_id: (line.units, line.shown) for line in self.line_ids
        }
        self.picking_id._retail_sync_give_back(units, self.reason, self.note or "")
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class RetailSyncGiveBackLine(models.TransientModel):
    _name = "retail.sync.give.back.line"
    _description = "Line of a Delivery to Give Back"

    dialog_id = fields.Many2one(
        "retail.sync.give.back", required=True, ondelete="cascade"
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", string="Sales order line", required=True, readonly=True
    )
    name = fields.Char(
        string="What", related="sale_line_id.product_id.display_name", related_sudo=True
    )
    shown = fields.Float(string="To leave", digits="Product Unit", readonly=True)
    units = fields.Float(string="Give back", digits="Product Unit")

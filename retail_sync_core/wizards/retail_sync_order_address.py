from odoo import api, fields, models

from ..domain import documents as doc

COPIED = ("name", "street", "street2", "zip", "city", "phone")


class RetailSyncOrderAddress(models.TransientModel):
    """Where the goods of an order are to go instead."""

    _name = "retail.sync.order.address"
    _description = "Another Address"

    # whoever sells may change it, and need not see our tables
    sale_id = fields.Many2one("sale.order", required=True, readonly=True)
    name = fields.Char(compute="_compute_address", store=True, readonly=False)
    street = fields.Char(compute="_compute_address", store=True, readonly=False)
    street2 = fields.Char(
        string="Street, second line",
        compute="_compute_address",
        store=True,
        readonly=False,
    )
    zip = fields.Char(compute="_compute_address", store=True, readonly=False)
    city = fields.Char(compute="_compute_address", store=True, readonly=False)
    state_id = fields.Many2one(
        "res.country.state",
        compute="_compute_address",
        store=True,
        readonly=False,
        domain="[('country_id', '=?', country_id)]",
    )
    country_id = fields.Many2one(
        "res.country", compute="_compute_address", store=True, readonly=False
    )
    phone = fields.Char(compute="_compute_address", store=True, readonly=False)
    being_picked = fields.Char(string="Being picked", compute="_compute_story")
    has_left = fields.Char(string="Has left", compute="_compute_story")

    @api.depends("sale_id")
    def _compute_address(self):
        for wizard in self:
            contact = wizard.sale_id.sudo().partner_shipping_id
            for name in (*COPIED, "state_id", "country_id"):
                wizard[name] = contact[name]

    @api.depends("sale_id")
    def _compute_story(self):
        for wizard in self:
            order = wizard._theirs()
            begun = order._begun_deliveries()
            gone = order.order_id.picking_ids.filtered(
                lambda one: one.state == "done" and one._is_delivery()
            )
            wizard.being_picked = ", ".join(begun.mapped("name"))
            wizard.has_left = ", ".join(gone.mapped("name"))

    def _theirs(self):
        return self.sale_id.sudo().retail_sync_order_ids[:1]

    def action_change(self):
        """Send what has not left there; the channel is told in the background."""
        self.ensure_one()
        order = self._theirs()
        order.sudo(False)._check_service()
        order._claim()
        order._change_address(
            doc.Address(
                **{name: (self[name] or "").strip() for name in COPIED},
                state_code=self.state_id.code or "",
                state_name=self.state_id.name or "",
                country_code=self.country_id.code or "",
            )
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

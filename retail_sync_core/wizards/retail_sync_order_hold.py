from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = [
    ("customer", "The customer asks us to wait"),
    ("address", "The address is to be checked"),
    ("stock", "The goods are not here"),
    ("date", "It is not known when it can leave"),
    ("fraud", "It may be fraud"),
    ("other", "Another reason"),
]


class RetailSyncOrderHold(models.TransientModel):
    """Why the goods of an order are to wait, and until when."""

    _name = "retail.sync.order.hold"
    _description = "Hold an Order"

    # whoever sells may hold, and need not see our tables
    sale_id = fields.Many2one("sale.order", required=True, readonly=True)
    reason = fields.Selection(REASONS, required=True, default="customer")
    note = fields.Char(help="For your colleagues; kept at the channel, too.")
    until = fields.Datetime(help="Then it ends by itself. Empty: somebody ends it.")
    channel_name = fields.Char(string="Channel", compute="_compute_story")
    being_picked = fields.Char(string="Being picked", compute="_compute_story")
    can_tell = fields.Boolean(string="Can tell", compute="_compute_story")
    tell = fields.Boolean(
        string="Hold it at the channel, too",
        compute="_compute_tell",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("sale_id")
    def _compute_story(self):
        for wizard in self:
            order = wizard._theirs()
            wizard.channel_name = order.channel_id.name
            wizard.being_picked = ", ".join(order._begun_deliveries().mapped("name"))
            wizard.can_tell = bool(order) and order._can_tell_hold()

    @api.depends("sale_id")
    def _compute_tell(self):
        for wizard in self:
            wizard.tell = wizard.can_tell

    def _theirs(self):
        return self.sale_id.sudo().retail_sync_order_ids[:1]

    def action_hold(self):
        """Hold it as decided; the channel is told in the background."""
        self.ensure_one()
        order = self._theirs()
        order.sudo(False)._check_service()
        if self.until and self.until <= fields.Datetime.now():
            raise UserError(self.env._("Choose a time that is still to come."))
        order._claim()
        tell = self.tell and self.can_tell
        order._hold_here(self.reason, self.note, self.until, tell)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

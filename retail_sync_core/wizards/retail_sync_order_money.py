from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIONS = [
    ("capture", "Take the money that is authorized"),
    ("void", "Give up the authorization"),
    ("mark_paid", "Mark as paid"),
    ("refund", "Give the money back"),
]


class RetailSyncOrderMoney(models.TransientModel):
    """Look once more before money moves at the channel."""

    _name = "retail.sync.order.money"
    _description = "Move an Order's Money"

    order_id = fields.Many2one("retail.sync.order", required=True, readonly=True)
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_payment")
    payment_ids = fields.Many2many(
        "retail.sync.order.payment", compute="_compute_payments"
    )
    payment_id = fields.Many2one(
        "retail.sync.order.payment",
        string="Authorization",
        domain="[('id', 'in', payment_ids)]",
    )
    most = fields.Monetary(string="At most", compute="_compute_payment")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    notify = fields.Boolean(string="The channel writes to the customer")
    note = fields.Char(help="For your colleagues; kept at the channel, too.")
    story = fields.Char(compute="_compute_story")

    @api.depends("order_id")
    def _compute_payments(self):
        for wizard in self:
            held = wizard.order_id._origin._free_authorizations()
            wizard.payment_ids = wizard.order_id.payment_ids.browse(
                [row.id for row in held]
            )

    @api.depends("order_id", "action", "payment_id")
    def _compute_payment(self):
        for wizard in self:
            order, row = wizard.order_id._origin, wizard.payment_id._origin
            wizard.currency_id = (row or order).currency_id
            if wizard.action in ("capture", "void"):
                wizard.most = order._open_authorizations().get(row, 0.0)
            else:
                wizard.most = order._owed_back()

    @api.depends("most")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.most

    @api.depends("order_id", "action")
    @api.depends_context("lang")
    def _compute_story(self):
        for wizard in self:
            names = {
                "order": wizard.order_id.display_name,
                "channel": wizard.order_id.channel_id.name,
            }
            wizard.story = {
                "capture": self.env._(
                    "%(channel)s takes the customer's money for %(order)s.", **names
                ),
                "void": self.env._(
                    "%(channel)s lets the customer's money go: %(order)s is not paid by"
                    " it anymore. This cannot be undone.",
                    **names,
                ),
                "mark_paid": self.env._(
                    "Say that all that is due of %(order)s has come by another way, for"
                    " example by bank transfer.",
                    **names,
                ),
                "refund": self.env._(
                    "%(channel)s gives the money of %(order)s back the way it was paid."
                    " This cannot be undone.",
                    **names,
                ),
            }.get(wizard.action)

    def action_do(self):
        """Ask the channel; it is done in the background."""
        self.ensure_one()
        order = self.order_id
        order._check_operator()
        moves = self.action in ("capture", "refund")
        if moves and self.amount <= 0:
            raise UserError(self.env._("Enter an amount."))
        if self.action == "refund":
            order._check_refund_limit(self.amount)
        order.sudo()._act_on_money(
            self.action,
            self.payment_id.sudo() if self.action in ("capture", "void") else None,
            self.amount if moves else 0.0,
            notify=self.notify and self.action == "refund",
            note=self.note or "",
        )
        return {"type": "ir.actions.act_window_close"}

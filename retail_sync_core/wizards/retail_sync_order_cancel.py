from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..domain.decision import Decision

REASONS = [
    ("customer", "The customer wants it no more"),
    ("inventory", "It cannot be delivered"),
    ("fraud", "Fraud"),
    ("declined", "The payment was declined"),
    ("other", "Another reason"),
]


class RetailSyncOrderCancel(models.TransientModel):
    """Cancel an order, or what has not left: goods, money, customer in one decision."""

    _name = "retail.sync.order.cancel"
    _description = "Cancel an Order"

    # whoever sells may cancel, and need not see our tables
    sale_id = fields.Many2one("sale.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="sale_id.currency_id")
    stage = fields.Selection(
        [("nothing", "Nothing has left"), ("part", "A part has left"), ("all", "All")],
        compute="_compute_story",
    )
    story = fields.Char(compute="_compute_story")
    being_picked = fields.Char(compute="_compute_story")
    channel_name = fields.Char(compute="_compute_story")
    amount_paid = fields.Monetary(string="Paid", compute="_compute_story")
    amount_invoiced = fields.Monetary(string="Invoiced", compute="_compute_story")
    is_canceled_there = fields.Boolean(compute="_compute_story")
    can_tell = fields.Boolean(compute="_compute_story")
    can_refund = fields.Boolean(compute="_compute_story")
    goods = fields.Selection(
        [
            ("shelf", "Back to the stock, to be sold again"),
            ("lost", "Not to be sold again: scrap them"),
        ],
        required=True,
        default="shelf",
    )
    money = fields.Selection(
        [
            ("refund", "Give it back the way it was paid"),
            ("keep", "Give nothing back now; it stays open as an issue"),
        ],
        required=True,
        compute="_compute_choices",
        store=True,
        readonly=False,
        precompute=True,
    )
    tell = fields.Boolean(
        string="Cancel it at the channel, too",
        compute="_compute_choices",
        store=True,
        readonly=False,
        precompute=True,
    )
    notify = fields.Boolean(
        string="The channel writes to the customer",
        compute="_compute_choices",
        store=True,
        readonly=False,
        precompute=True,
    )
    reason = fields.Selection(REASONS, required=True, default="customer")
    note = fields.Char(help="For your colleagues; kept at the channel, too.")

    @api.depends("sale_id")
    def _compute_story(self):
        for wizard in self:
            order = wizard._theirs()
            can = order._cancellations()
            rest = order._rest()
            wizard.stage = wizard._find_stage(order, rest)
            wizard.story = wizard._tell_story(order, rest)
            picked = order._open_deliveries().filtered(
                lambda picking: picking._is_being_picked()
            )
            wizard.being_picked = ", ".join(picked.mapped("name")) or False
            wizard.channel_name = order.channel_id.name
            wizard.amount_paid = max(order._paid_and_kept(), 0.0)
            wizard.amount_invoiced = order._invoiced_amount()
            wizard.is_canceled_there = bool(order.cancelled_at)
            wizard.can_tell = (
                bool(can)
                and not order.cancelled_at
                and (wizard.stage == "nothing" or can.partial)
            )
            alone = order.cancelled_at and "refund" in order._money_actions()
            wizard.can_refund = self._may_refund() and bool(
                alone or (wizard.can_tell and can.refund)
            )

    @api.depends("sale_id")
    def _compute_choices(self):
        for wizard in self:
            wizard.tell = wizard.can_tell
            wizard.money = "refund" if wizard.can_refund else "keep"
            wizard.notify = (
                wizard.can_tell
                and wizard._theirs().channel_id.sudo()["notify_customer"]
            )

    def _theirs(self):
        return self.sale_id.sudo().retail_sync_order_ids[:1]

    def _may_refund(self):
        return self.env.user.has_group("retail_sync_core.retail_sync_group_operator")

    def _find_stage(self, order, rest):
        if not order._has_left():
            return "nothing"
        return "part" if rest else "all"

    def _tell_story(self, order, rest):
        """Say in one sentence what is canceled and what is not."""
        units = f"{sum(rest.values()):g}"
        if not order._has_left():
            return self.env._(
                "Nothing of %(order)s has left: all of it is canceled.",
                order=order.display_name,
            )
        if not rest:
            return order._why_no_rest()
        gone = sum(order._units_gone(line) for line in order.line_ids)
        return self.env._(
            "A part of %(order)s has left. Units that stay sold: %(gone)s. Units that"
            " are canceled: %(rest)s.",
            gone=f"{gone:g}",
            rest=units,
            order=order.display_name,
        )

    def action_cancel_order(self):
        """Cancel as decided; the channel is told in the background."""
        self.ensure_one()
        self.sale_id.check_access("write")
        order = self._theirs()
        if not order or order.state == "cancelled":
            raise UserError(self.env._("This order is canceled already."))
        if self.money == "refund" and not self._may_refund():
            raise AccessError(self.env._("Only operators may give money back."))
        tell = self.tell and self.can_tell
        order._cancel_decided(
            Decision(
                restock=self.goods == "shelf",
                refund=self.money == "refund" and (tell or self.is_canceled_there),
                notify=self.notify and tell,
                tell=tell,
                reason=self.reason,
                note=self.note or "",
            )
        )
        return {"type": "ir.actions.act_window_close"}

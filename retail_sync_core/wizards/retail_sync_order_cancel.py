from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import documents as doc
from ..domain.decision import Decision

# how long (s) the dialog waits for the channel's figures; its own do as well
WAIT_S = 60

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
    being_picked = fields.Char(string="Being picked", compute="_compute_story")
    channel_name = fields.Char(string="Channel name", compute="_compute_story")
    amount_paid = fields.Monetary(string="Paid", compute="_compute_story")
    amount_invoiced = fields.Monetary(string="Invoiced", compute="_compute_story")
    is_canceled_there = fields.Boolean(
        string="Canceled there", compute="_compute_story"
    )
    can_tell = fields.Boolean(string="Can tell", compute="_compute_story")
    can_refund = fields.Boolean(string="Can refund", compute="_compute_story")
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
    row_ids = fields.One2many(
        "retail.sync.order.cancel.row",
        "dialog_id",
        string="What goes back",
        compute="_compute_rows",
        store=True,
        readonly=False,
    )
    amount_back = fields.Monetary(string="Goes back", compute="_compute_amount_back")
    rest_shown = fields.Json(
        string="Rest shown",
        compute="_compute_rows",
        store=True,
        help="The units of each line that the amounts stand for.",
    )
    offer_state = fields.Selection(
        [
            ("own", "Our own figures"),
            ("asked", "The channel is asked"),
            ("told", "The channel's figures"),
            ("silent", "The channel did not answer"),
        ],
        string="State of the offer",
        required=True,
        readonly=True,
        default="own",
    )
    is_busy = fields.Boolean(string="At work", compute="_compute_is_busy")

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
            wizard.notify = wizard.can_tell and wizard._theirs().channel_id._writes(
                "canceled", "channel"
            )

    @api.depends("sale_id")
    def _compute_rows(self):
        for wizard in self:
            order = wizard._theirs()
            parts = order._back_parts(order._rest()) if wizard._asks_amounts() else ()
            wizard.rest_shown = wizard._rest_now()
            wizard.row_ids = [Command.clear()] + [
                Command.create(wizard._prepare_row(part)) for part in parts
            ]

    def _rest_now(self):
        """Return {line's id there: units} of what would be canceled now."""
        rest = self._theirs()._rest()
        return {line.external_id: units for line, units in rest.items()}

    def _prepare_row(self, part):
        return {
            "kind": part.kind,
            "most": float(part.most),
            "suggested": float(part.suggested),
            "amount": float(part.suggested),
        }

    def _asks_amounts(self):
        """Return whether the person says how much goes back for what."""
        return self.stage == "part" and self.can_tell and self.can_refund

    @api.depends("row_ids.amount")
    def _compute_amount_back(self):
        for wizard in self:
            wizard.amount_back = sum(wizard.row_ids.mapped("amount"))

    @api.depends("offer_state")
    def _compute_is_busy(self):
        now = self.env.cr.now()
        for wizard in self:
            since = wizard.create_date or now
            wizard.is_busy = (
                wizard.offer_state == "asked" and (now - since).total_seconds() < WAIT_S
            )

    def _ask_channel(self):
        """Have the channel say what it would give back; its answer comes by itself."""
        order = self._theirs()
        can = order._cancellations()
        if not (can and can.offers and self._asks_amounts()):
            return
        self.offer_state = "asked"
        # whoever sells may ask, and need not see our jobs
        self.env["retail.sync.job"].sudo()._enqueue(
            order.channel_id,
            "order.offer",
            order_key=f"order.offer:{self.id}",
            identity=f"order.offer:{self.id}",
            lane=0,
            payload={"dialog_id": self.id},
        )

    def _take_offer(self, offer):
        """Show the channel's figures; what the person has changed stays."""
        if offer.currency != self.currency_id.name:
            self.offer_state = "silent"
            return
        rows = {row.kind: row for row in self.row_ids}
        for part in offer.parts:
            row = rows.pop(part.kind, None)
            values = self._prepare_row(part)
            if row and self.currency_id.compare_amounts(row.amount, row.suggested):
                del values["amount"]
            if row:
                row.write(values)
            else:
                self.row_ids.create({**values, "dialog_id": self.id})
        for row in rows.values():
            row.unlink()
        self.offer_state = "told"

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
        order._claim()
        order._cancel_decided(self._decision())
        return {"type": "ir.actions.act_window_close"}

    def _decision(self):
        """Return what the person decided.

        :raises UserError: an amount is more than can go back
        """
        tell = self.tell and self.can_tell
        refund = self.money == "refund" and (tell or self.is_canceled_there)
        back = self._decided_amounts() if refund and self._asks_amounts() else ()
        if back and not any(one.amount for one in back):
            refund, back = False, ()
        if self.offer_state != "told" and not self.row_ids._changed():
            back = ()  # nobody chose our own figures: the channel's are to the cent
        if refund:
            asked = self.amount_back if self._asks_amounts() else self.amount_paid
            self._theirs()._check_refund_limit(asked)
        return Decision(
            restock=self.goods == "shelf",
            refund=refund,
            notify=self.notify and tell,
            tell=tell,
            reason=self.reason,
            note=self.note or "",
            back=back,
        )

    def _decided_amounts(self):
        """Return what goes back for what, as decided."""
        now = self._rest_now()
        if now and now != self.rest_shown:
            raise UserError(
                self.env._(
                    "%s has changed since this dialog was opened: open it again, the"
                    " amounts are others now.",
                    self.sale_id.display_name,
                )
            )
        self.row_ids._check_amounts()
        if self.currency_id.compare_amounts(self.amount_back, self.amount_paid) > 0:
            raise UserError(
                self.env._(
                    "At most %(most)s can go back, which is what was paid and is still"
                    " here; you entered %(sum)s.",
                    most=self.currency_id.format(self.amount_paid),
                    sum=self.currency_id.format(self.amount_back),
                )
            )
        return tuple(
            doc.Back(kind=row.kind, amount=Decimal(str(row._rounded())))
            for row in self.row_ids
        )


class RetailSyncOrderCancelRow(models.TransientModel):
    """Money that goes back for one kind of thing, as a person decides."""

    _name = "retail.sync.order.cancel.row"
    _description = "What Goes Back"
    _order = "id"

    dialog_id = fields.Many2one(
        "retail.sync.order.cancel", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="dialog_id.currency_id")
    kind = fields.Selection(
        [
            ("goods", "Goods that have not left"),
            ("shipping", "Shipping"),
            ("duty", "Duties"),
            ("tip", "Tip"),
            ("fee", "Fees"),
        ],
        string="For",
        required=True,
        readonly=True,
    )
    most = fields.Monetary(string="At most", readonly=True)
    suggested = fields.Monetary(readonly=True)
    amount = fields.Monetary(string="Goes back")

    def _changed(self):
        """Return the rows whose amount a person has changed."""
        return self.filtered(
            lambda row: row.currency_id.compare_amounts(row.amount, row.suggested)
        )

    def _rounded(self):
        return self.currency_id.round(self.amount)

    def _check_amounts(self):
        for row in self:
            amount, currency = row._rounded(), row.currency_id
            if amount < 0 or currency.compare_amounts(amount, row.most) > 0:
                label = dict(self._fields["kind"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(what)s: enter an amount from 0 to %(most)s.",
                        what=label[row.kind],
                        most=currency.format(row.most),
                    )
                )

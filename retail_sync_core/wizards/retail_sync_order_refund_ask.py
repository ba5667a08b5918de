from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..domain import documents as doc

# how long (s) the dialog waits for the channel's figures; its own do as well
WAIT_S = 60
REASONS = [
    ("customer", "The customer wants it no more"),
    ("damaged", "It arrived damaged"),
    ("wrong", "It was the wrong one"),
    ("late", "It came too late or not at all"),
    ("goodwill", "Goodwill"),
    ("other", "Another reason"),
]


class RetailSyncOrderRefundAsk(models.TransientModel):
    """Refund an order of a channel: first what, then how much and to which payment."""

    _name = "retail.sync.order.refund.ask"
    _description = "Refund an Order"

    order_id = fields.Many2one("retail.sync.order", required=True, readonly=True)
    channel_id = fields.Many2one(related="order_id.channel_id")
    channel_name = fields.Char(related="order_id.channel_id.name")
    currency_id = fields.Many2one(related="order_id.currency_id")
    step = fields.Selection(
        [("what", "What"), ("money", "Money")], default="what", required=True
    )
    place_id = fields.Many2one(
        "retail.sync.location",
        string="Put back at",
        domain="[('channel_id', '=', channel_id), ('state', '=', 'mapped')]",
        help="Where goods that came back lie, to be sold again.",
    )
    at_counter = fields.Boolean(string="At the counter", readonly=True)
    line_ids = fields.One2many(
        "retail.sync.order.refund.ask.line", "dialog_id", string="What is refunded"
    )
    part_ids = fields.One2many(
        "retail.sync.order.refund.ask.part", "dialog_id", string="What goes back"
    )
    tender_ids = fields.One2many(
        "retail.sync.order.refund.ask.tender", "dialog_id", string="Goes back to"
    )
    reason = fields.Selection(REASONS, required=True, default="customer")
    note = fields.Char(help="For your colleagues; kept at the channel, too.")
    notify = fields.Boolean(string="The channel writes to the customer")
    amount_here = fields.Monetary(
        string="Paid and still here", compute="_compute_here", compute_sudo=True
    )
    amount_back = fields.Monetary(string="Goes back", compute="_compute_amounts")
    amount_ways = fields.Monetary(string="Shared out", compute="_compute_amounts")
    why_waits = fields.Char(string="Needs an approver", compute="_compute_why_waits")
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

    @api.model
    def _open(self, order, **values):
        """Make the dialog of ``order`` here and now, so that an answer finds it."""
        order._check_operator()
        if not order.can_refund:
            raise UserError(
                self.env._(
                    "%(channel)s takes no refund of %(order)s from here: nothing was"
                    " paid, or it must be done there.",
                    channel=order.channel_id.name,
                    order=order.display_name,
                )
            )
        dialog = self.create(
            {
                "order_id": order.id,
                "notify": order.channel_id._writes("refunded", "channel"),
                "place_id": self._place_of(order).id,
                **values,
            }
        )
        dialog._fill_lines()
        return dialog._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund order %s", self.order_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _place_of(self, order):
        """Return where goods are put back unless a person says otherwise."""
        places = self.env["retail.sync.location"].search(
            [("channel_id", "=", order.channel_id.id), ("state", "=", "mapped")]
        )
        asked = {one["location_id"] for one in order.shipment_orders or []}
        return places.filtered(lambda one: one.external_id in asked)[:1] or places[:1]

    def _fill_lines(self):
        """List the units of each line: those that never left, and the others."""
        rows = []
        for line, (never, left) in self.order_id.sudo()._refundable_units().items():
            if never:
                rows.append({"order_line_id": line.id, "most": never})
            if left or not never:
                rows.append({"order_line_id": line.id, "most": left, "has_left": True})
        self.line_ids = [Command.clear(), *map(Command.create, rows)]

    @api.depends("order_id")
    def _compute_here(self):
        for dialog in self:
            dialog.amount_here = dialog.order_id._refundable_money()

    @api.depends("part_ids.amount", "tender_ids.amount")
    def _compute_amounts(self):
        for dialog in self:
            dialog.amount_back = sum(dialog.part_ids.mapped("amount"))
            dialog.amount_ways = sum(dialog.tender_ids.mapped("amount"))

    @api.depends("part_ids.amount", "line_ids.units", "step")
    @api.depends_context("uid", "lang")
    def _compute_why_waits(self):
        refunds = self.env["retail.sync.order.refund"]
        for dialog in self:
            order = dialog.order_id._origin.sudo()
            rows = []
            if dialog.step == "money" and dialog.amount_back > 0:
                document = dialog._document()
                rows = order._why_refund_waits(document, self.env.user)
            said = [refunds._why_sentence(row) for row in rows]
            dialog.why_waits = " ".join(said) or False

    @api.depends("offer_state")
    def _compute_is_busy(self):
        now = self.env.cr.now()
        for dialog in self:
            since = dialog.write_date or now
            dialog.is_busy = (
                dialog.offer_state == "asked" and (now - since).total_seconds() < WAIT_S
            )

    # what it comes to
    def action_next(self):
        """Go on to the money: our own figures, then the channel's."""
        self.ensure_one()
        self.order_id._check_operator()
        self.line_ids._check_units()
        self._fill_money()
        self.step = "money"
        self._ask_channel()
        return self._show()

    def action_back(self):
        """Choose other units."""
        self.ensure_one()
        self.step = "what"
        return self._show()

    def _fill_money(self):
        order = self.order_id.sudo()
        goods = order._exactly(
            sum(
                order._worth_of_refund(row.order_line_id, row.units)
                for row in self.line_ids
            )
        )
        parts = [
            doc.OfferedBack(kind="goods", most=goods, suggested=goods),
            *(one for one in order._back_parts({}) if one.kind != "goods"),
            doc.OfferedBack(
                kind="goodwill", most=order._exactly(order._refundable_money())
            ),
        ]
        self.part_ids = [
            Command.clear(),
            *(Command.create(self._prepare_part(one)) for one in parts if one.most),
        ]
        self.tender_ids = [
            Command.clear(),
            *(
                Command.create({"payment_id": row.id, "most": most})
                for row, most in order._refundable_payments().items()
            ),
        ]
        self.offer_state = "own"
        self._share_out()

    @staticmethod
    def _prepare_part(part, beyond=0.0):
        return {
            "kind": part.kind,
            "most": float(part.most) + beyond,
            "suggested": float(part.suggested) + beyond,
            "amount": float(part.suggested) + beyond,
        }

    @api.onchange("part_ids")
    def _onchange_part_ids(self):
        self._share_out()

    def _share_out(self):
        """Share what goes back out over the payments, as the channel suggests it.

        What it does not say goes to the oldest first, and beyond all of them to the
        last.
        """
        left = self.currency_id.round(sum(self.part_ids.mapped("amount")))
        shares = dict.fromkeys(self.tender_ids, 0.0)
        for limit in ("suggested", "most"):
            for row in self.tender_ids:
                room = max(row[limit] - shares[row], 0.0)
                share = min(left, room)
                shares[row] += share
                left = self.currency_id.round(left - share)
        for number, row in enumerate(reversed(list(shares))):
            row.amount = shares[row] + (left if not number else 0.0)
            row.shared = row.amount

    def _ask_channel(self):
        """Have the channel say what it would refund; its answer comes by itself."""
        can = self.order_id.sudo()._refunds()
        if not (can and can.offers):
            return
        self.offer_state = "asked"
        self.env["retail.sync.job"].sudo()._enqueue(
            self.channel_id,
            "refund.offer",
            order_key=f"refund.offer:{self.id}",
            identity=f"refund.offer:{self.id}",
            lane=0,
            payload={"dialog_id": self.id},
        )

    def _lines_to_name(self):
        """Return the units the channel can be asked about, as ``RefundLine``s."""
        document = doc.Refund(
            order_id="", currency="", lines=self.line_ids._as_document()
        )
        order = self.order_id.sudo()
        return order._refund_to_send(document, but=None, beyond=False).lines

    def _worth_unnamed(self):
        """Return what units were sold for that the channel cannot be asked about."""
        units = {}
        for sign, lines in (
            (1, self.line_ids._as_document()),
            (-1, self._lines_to_name()),
        ):
            for one in lines:
                known = units.get(one.line_id, 0.0)
                units[one.line_id] = known + sign * float(one.units)
        order = self.order_id.sudo()
        worth = sum(
            order._worth_of_refund(line, units.get(line.external_id, 0.0))
            for line in order.line_ids
        )
        return self.currency_id.round(worth)

    def _take_offer(self, offer):
        """Show the channel's figures; what the person has changed stays."""
        if offer.currency != self.currency_id.name:
            self.offer_state = "silent"
            return
        changed = self.part_ids._changed()
        told = {part.kind: part for part in offer.parts}
        beyond = {"goods": self._worth_unnamed()}
        for row in self.part_ids.filtered(lambda one: one.kind in told):
            values = self._prepare_part(told[row.kind], beyond.get(row.kind, 0.0))
            if row in changed:
                del values["amount"]
            row.write(values)
        moved = self.tender_ids._changed()
        tenders = {one.payment_id: one for one in offer.tenders}
        for row in self.tender_ids:
            one = tenders.get(row.payment_id.external_id)
            row.most = float(one.most) if one else row.most
            row.suggested = float(one.suggested) if one else 0.0
        if not moved:
            self._share_out()
        self.offer_state = "told"

    # the decision
    def _document(self):
        """Return what the person decided."""
        currency = self.currency_id
        return doc.Refund(
            order_id=self.order_id.external_id,
            currency=currency.name,
            lines=self.line_ids._as_document(),
            back=tuple(
                doc.Back(kind=row.kind, amount=_exactly(currency, row.amount))
                for row in self.part_ids
                if row.amount
            ),
            tenders=tuple(
                doc.Tender(
                    payment_id=row.payment_id.external_id,
                    amount=_exactly(currency, row.amount),
                )
                for row in self.tender_ids
                if row.amount
            ),
            notify_customer=self.notify,
            note=self.note or "",
        )

    def action_refund(self):
        """Ask for it: it goes in the background, or waits for an approver."""
        self.ensure_one()
        order = self.order_id
        order._check_operator()
        if self.step != "money":
            return self.action_next()
        self.part_ids._check_amounts()
        if not self.tender_ids._changed():
            self._share_out()
        refund = self.env["retail.sync.order.refund"]._ask(
            order.sudo(),
            self._document(),
            reason=self.reason,
            place=self.place_id if self.at_counter else None,
        )
        return self._tell(refund)

    def _tell(self, refund):
        """Say whether it goes, or waits; then the dialog closes."""
        waits = refund.state == "waiting"
        text = (
            self.env._("It waits for an approver. %s", refund.why)
            if waits
            else self.env._("%s is asked in the background.", self.channel_name)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Refund of %s", refund._sum_words()),
                "message": text,
                "type": "warning" if waits else "success",
                "sticky": waits,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


def _exactly(currency, amount):
    return Decimal(str(currency.round(amount)))

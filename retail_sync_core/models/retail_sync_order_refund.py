from odoo import api, fields, models

from ..adapters import base
from ..domain.codec import decode, encode
from ..said import SaidChar

STATES = [
    ("waiting", "Waits for an approver"),
    ("asked", "The channel is asked"),
    ("done", "Done"),
    ("refused", "Refused by the channel"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
]
REASONS = [
    ("customer", "The customer wants it no more"),
    ("damaged", "It arrived damaged"),
    ("wrong", "It was the wrong one"),
    ("late", "It came too late or not at all"),
    ("goodwill", "Goodwill"),
    ("other", "Another reason"),
]
# nothing went back, and nothing will
ENDED_WITHOUT = ("refused", "declined", "withdrawn")


class RetailSyncOrderRefund(models.Model):
    """A refund that a person asked for: decided, approved where needed, sent once.

    The books follow when the channel tells of it with the order's next version.
    """

    _name = "retail.sync.order.refund"
    _description = "Refund From Here"
    _order = "id desc"

    order_id = fields.Many2one(
        "retail.sync.order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(related="order_id.channel_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Goes back", readonly=True)
    state = fields.Selection(
        STATES, default="waiting", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    asked_at = fields.Datetime(
        string="Asked", default=fields.Datetime.now, readonly=True
    )
    place_id = fields.Many2one(
        "retail.sync.location",
        string="At the counter of",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    reason = fields.Selection(REASONS, required=True, readonly=True)
    note = fields.Char(readonly=True)
    document = fields.Json(
        readonly=True, help="Units, amounts and payments, as the person decided."
    )
    waits = fields.Json(
        readonly=True, help="Why it waits for an approver: codes with their facts."
    )
    answered_by_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    answered_at = fields.Datetime(string="Answered", readonly=True)
    answer = fields.Char(readonly=True, help="Why it was approved or declined.")
    effect_id = fields.Many2one(
        "retail.sync.effect", readonly=True, ondelete="set null", index="btree_not_null"
    )
    external_id = fields.Char(string="Refund there", readonly=True)
    message = SaidChar(string="What the channel said", readonly=True)

    @api.model
    def _ask(self, order, document, *, reason, place=None):
        """Ask for a refund as a person decided it; it goes, or waits for an approver.

        :param document: ``Refund``
        :param place: the store at whose counter it was asked for
        :raises UserError: it cannot be: nothing goes back, or what does does not add up
        """
        order._claim()
        order._check_may_refund(document)
        waits = order._why_refund_waits(document, self.env.user)
        refund = self.sudo().create(
            {
                "order_id": order.id,
                "currency_id": order.currency_id.id,
                "amount": float(document.amount),
                "user_id": self.env.uid,
                "reason": reason,
                "note": document.note or False,
                "place_id": place.id if place else False,
                "document": encode(document),
                "waits": waits,
            }
        )
        self.env["retail.sync.audit"]._record(
            order.channel_id,
            refund,
            "refund.asked",
            {
                "amount": str(document.amount),
                "currency": document.currency,
                "order": order.id,
                "waits": [row["code"] for row in waits],
            },
        )
        refund = refund.with_env(self.env)
        if waits:
            refund._await_approver()
        else:
            refund._send()
        return refund

    def _get_document(self):
        """Return what was sent, or what the person decided."""
        self.ensure_one()
        effect = self.sudo().effect_id
        return effect._get_document() if effect else decode(self.sudo().document)

    def _send(self):
        """Append the intent; units that cannot be named anymore go as money alone."""
        order = self.order_id
        document = order._refund_to_send(
            self._get_document(),
            but=self,
            beyond=any(row["code"] == "paid" for row in self.waits or []),
        )
        effect = self.env["retail.sync.effect"]._intend(
            order.channel_id,
            "refund",
            self,
            document,
            order._order_key(),
            handler="order.refund",
            lane=0,
        )
        self.sudo().write({"state": "asked", "effect_id": effect.id})
        order._note_about(self, "refund_asked", what=self._sum_words())
        order._judge_refund()

    def _settle(self, outcome):
        """Note what became of it; the order's next version brings the books."""
        order, refused = self.order_id, outcome.state == "refused"
        answer = outcome.message or outcome.code
        self.sudo().write(
            {
                "state": "refused" if refused else "done",
                "external_id": outcome.external_id or self.effect_id.external_id,
                "message": answer if refused else False,
            }
        )
        code = "refund_refused" if refused else "refund_told"
        order._note_about(self, code, what=self._sum_words(), message=answer)
        issues = self.env["retail.sync.issue"]
        if refused:
            issues._raise(
                order.channel_id,
                "refund_refused",
                field=self.env._("Order"),
                value=order.display_name,
                params={"amount": self._sum_words(), "answer": answer},
                record=self,
                about=(self,),
            )
        order._fetch_soon()
        order._judge_refund()

    def _end(self, message):
        """Note that it will not be sent anymore."""
        self.sudo().write({"state": "withdrawn", "message": message})

    def _sum_words(self):
        return self.currency_id.format(self.amount)


class RetailSyncOrder(models.Model):
    _inherit = "retail.sync.order"

    refund_ids = fields.One2many(
        "retail.sync.order.refund", "order_id", string="Refunds from here"
    )
    refunds_there = fields.Json(
        string="Refunds there",
        readonly=True,
        copy=False,
        help="The channel's ids of all refunds it told of.",
    )

    def _refunds(self):
        """Return how the channel can refund, or None."""
        adapter = self.channel_id.sudo()._adapter_class()
        return adapter.capability(base.Refunds) if adapter else None

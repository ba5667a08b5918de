from babel.dates import format_skeleton
from odoo import fields, models
from odoo.tools.misc import babel_locale_parse

from ..domain.tills import time_of
from .retail_sync_order_payment import MONEY_IN


class RetailSyncOrder(models.Model):
    """Where an order is, in sentences to read to the buyer."""

    _inherit = "retail.sync.order"

    answer = fields.Text(
        string="To read to the buyer",
        compute="_compute_answer",
        compute_sudo=True,
        help="In the buyer's language. Nothing in it is meant for us alone.",
    )

    def _compute_answer(self):
        for order in self:
            lang = order.order_id.partner_id.lang or self.env.lang
            order.answer = " ".join(order.with_context(lang=lang)._answer())

    def _answer(self):
        """Return the sentences, in the language of the context."""
        if self.cancelled_at or self.state == "cancelled":
            return [self._canceled_sentence(), *self._money_sentences()]
        if self.state == "ignored":
            return []
        return [*self._money_sentences(), *self._goods_sentences()]

    def _canceled_sentence(self):
        if not self.cancelled_at:
            return self.env._("The order is canceled.")
        return self.env._(
            "The order was canceled on %(day)s.", day=self._spoken(self.cancelled_at)
        )

    # money
    def _money_sentences(self):
        """Return what was paid, and what was given back, each with its day."""
        rows = self.env["retail.sync.order.payment"].search(
            [("order_id", "=", self.id), ("status", "=", "success")]
        )
        paid = rows.filtered(lambda row: row.kind in MONEY_IN)
        back = rows.filtered(lambda row: row.kind == "refund")
        return [
            *filter(None, [self._paid_sentence(paid)]),
            *(
                self.env._(
                    "%(amount)s was paid back on %(day)s.",
                    amount=row.currency_id.format(row.amount),
                    day=self._spoken(row.processed_at),
                )
                for row in back
                if row.processed_at
            ),
        ]

    def _paid_sentence(self, paid):
        days = [row.processed_at for row in paid if row.processed_at]
        state = self.payment_state
        if state in ("paid", "partially_refunded", "refunded"):
            if not days:
                return self.env._("The order is paid.")
            return self.env._("Paid on %(day)s.", day=self._spoken(max(days)))
        if self.cancelled_at:
            return ""
        if state == "partially_paid" and self.currency_id:
            return self.env._(
                "%(paid)s of %(total)s is paid.",
                paid=self.currency_id.format(sum(paid.mapped("amount"))),
                total=self.currency_id.format(self.amount_total),
            )
        return {
            "pending": self.env._("We are waiting for the payment."),
            "authorized": self.env._("The payment is authorized."),
            "voided": self.env._("The payment was canceled; nothing was taken."),
            "expired": self.env._("The payment has expired; nothing was taken."),
        }.get(state, "")

    # goods
    def _goods_sentences(self):
        """Return where each part of the goods is."""
        if self.hold_code == "payment":
            return [self.env._("It leaves as soon as it is paid.")]
        named = self._named_deliveries()
        if self.state == "hold":
            gone = [(one, name) for one, name in named if one.state == "done"]
            # why is our business
            return [
                *self._sentences_elsewhere(),
                *self._sentences_of(gone),
                self.env._("We are still checking the order."),
            ]
        if named:
            return [*self._sentences_elsewhere(), *self._sentences_of(named)]
        return self._sentences_there()

    def _named_deliveries(self):
        """Return [(delivery, what it is called)], those that left first."""
        parts = self.order_id.picking_ids.filtered(
            lambda one: one.state != "cancel" and one._is_delivery()
        ).sorted(lambda one: (one.state != "done", one.date_done or one.scheduled_date))
        if len(parts) == 1:
            return [(parts, self.env._("The delivery"))]
        return [
            (
                part,
                self.env._(
                    "Delivery %(number)s of %(count)s", number=number, count=len(parts)
                ),
            )
            for number, part in enumerate(parts, 1)
        ]

    def _sentences_of(self, named):
        return [
            sentence
            for picking, name in named
            for sentence in self._part_sentences(picking, name)
        ]

    def _sentences_there(self):
        """Return where goods are that we have no delivery of."""
        if self.fulfillment_state == "shipped":
            gone = self.env._("Everything has left.")
            return [gone, *self._number_sentences(self.shipments or [])]
        working = self.env._("We received the order and are working on it.")
        return [*self._sentences_elsewhere(), working]

    def _sentences_elsewhere(self):
        """Return what others have shipped of it, each with its day."""
        return [
            sentence
            for shipment in self._shipments_elsewhere()
            for sentence in (
                self._elsewhere_sentence(time_of(shipment.get("created_at"))),
                *self._number_sentences([shipment]),
            )
        ]

    def _elsewhere_sentence(self, left_at):
        if not left_at:
            return self.env._("A part has left.")
        return self.env._("A part left on %(day)s.", day=self._spoken(left_at))

    def _number_sentences(self, shipments):
        return [
            self._number_sentence(parcel[0])
            for shipment in shipments
            for parcel in shipment.get("tracking") or []
            if parcel[0]
        ]

    def _number_sentence(self, number):
        return self.env._("The parcel number is %(number)s.", number=number)

    def _part_sentences(self, picking, part):
        """Return where one delivery is.

        :param part: what it is called at the beginning of a sentence
        """
        place = picking.picking_type_id.warehouse_id.name or picking.company_id.name
        values = {"part": part, "place": place}
        if picking.state != "done":
            return [self._open_sentence(picking, values)]
        # what an import set to done has no day of its own
        values["day"] = self._spoken(picking.date_done or picking.write_date)
        if picking.retail_sync_at_till:
            return [
                self.env._(
                    "%(part)s was handed over at %(place)s on %(day)s.", **values
                )
            ]
        number = picking.carrier_tracking_ref
        left = self.env._("%(part)s left %(place)s on %(day)s.", **values)
        if not number:
            return [left]
        return [left, self._number_sentence(number)]

    def _open_sentence(self, picking, values):
        if picking.retail_sync_ready_at:
            return self.env._(
                "%(part)s is ready to be fetched at %(place)s since %(day)s.",
                day=self._spoken(picking.retail_sync_ready_at),
                **values,
            )
        if picking.state == "assigned":
            return self.env._("%(part)s is ready to leave %(place)s.", **values)
        due = picking.date_deadline or picking.scheduled_date
        if due and due >= fields.Datetime.now():
            return self.env._(
                "%(part)s waits for stock at %(place)s; it is due on %(day)s.",
                day=self._spoken(due),
                **values,
            )
        return self.env._("%(part)s waits for stock at %(place)s.", **values)

    def _spoken(self, moment):
        """Return the day of ``moment`` at the channel, as one says it."""
        zoned = self.with_context(tz=self.channel_id.timezone)
        day = fields.Datetime.context_timestamp(zoned, moment).date()
        is_this_year = day.year == fields.Date.context_today(zoned).year
        pattern = "MMMMd" if is_this_year else "yMMMMd"
        return format_skeleton(pattern, day, locale=babel_locale_parse(self.env.lang))

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..domain import errors
from .retail_sync_order_payment import MONEY_IN, MONEY_OUT


class RetailSyncOrder(models.Model):
    """Books what has become due of an order: payments, invoices, who paid which."""

    _inherit = "retail.sync.order"

    payment_ids = fields.One2many(
        "retail.sync.order.payment", "order_id", string="Payments"
    )
    settled_at = fields.Datetime(
        string="Settled",
        readonly=True,
        copy=False,
        help="When its money was last looked at.",
    )
    booking_day = fields.Date(
        string="Booking day",
        readonly=True,
        copy=False,
        help="The day a person chose for what belongs to a closed period.",
    )

    def _settle_soon(self):
        """Have payments and invoices booked, where the channel's policy wants that."""
        Job = self.env["retail.sync.job"].sudo()
        Job._enqueue_many(
            [
                {
                    "channel": order.channel_id,
                    "handler": "order.settle",
                    "order_key": order._order_key(),
                    "identity": f"order.settle:{order.external_id}",
                }
                for order in self
                if order.channel_id._books_money()
            ]
        )

    def _settle_money(self):
        """Book what is due, each document apart; return what a person must mend.

        The row is written first: of two workers at once, one is told to begin again.
        """
        self.ensure_one()
        self.settled_at = fields.Datetime.now()
        self.env.flush_all()
        problems = [self._try(self._post_payment, row) for row in self._to_book()]
        problems.append(self._try(self._invoice_if_due))
        problems.append(self._try(self._match_money))
        return [problem for problem in problems if problem]

    def _settle_shipped(self):
        """What has left may have to be invoiced."""
        if self._invoice_policy() == "shipped":
            self._settle_soon()

    def _try(self, step, *args):
        """Do one step on its own; return the error that a person must mend, or None."""
        try:
            with self.env.cr.savepoint():
                step(*args)
        except errors.DataError as exc:
            return exc
        except UserError as exc:
            text = str(exc)
            return errors.DataError(
                text,
                kind="not_booked",
                field=self.env._("Order"),
                value=self.display_name,
                params={"message": text},
            )
        return None

    def _to_book(self):
        """Return the payments that are to be booked and are not."""
        channel = self.channel_id
        if not channel.post_payments or not self.order_id:
            return self.payment_ids.browse()
        real = channel.environment != "production"
        return self.payment_ids.filtered(
            lambda row: (
                row._is_money()
                and row.amount
                and not row.payment_id
                and (real or not row.is_test)
                and (row.processed_at or self.placed_at) >= self._since()
            )
        )

    def _since(self):
        return self.channel_id.book_since or fields.Datetime.to_datetime("1970-01-01")

    def _post_payment(self, row):
        """Book one movement at the channel's own day; what is too much stays open."""
        day = self._own_day_of(row)
        gateway = self.env["retail.sync.map.gateway"]._row_for(
            self.channel_id, row.gateway, row.currency_id
        )
        payment = self.env["account.payment"].create(
            self._prepare_payment(row, gateway, self._open_day(day, gateway.journal_id))
        )
        # computed from the journal's method; what the mapping says comes first
        account = gateway._outstanding_account(payment.payment_method_line_id)
        if account:
            payment.outstanding_account_id = account
        wanted = payment.date
        payment.action_post()
        if payment.move_id and payment.move_id.date != wanted:
            raise self._closed(wanted, gateway.journal_id, has_tax=False)
        row.payment_id = payment.id
        self._note_about(
            payment, "money_booked", amount=row.currency_id.format(row.amount)
        )
        return payment

    def _own_day_of(self, row):
        """Return the day, in the company's time zone, at which money moved."""
        return self.channel_id._own_day(row.processed_at or self.placed_at)

    def _post_refund_payment(self, row):
        """Book money given back, and match it with the order's credit notes.

        For whoever makes a credit note: calling it again for the same row is harmless.
        """
        if not row.payment_id:
            self._post_payment(row)
        self._match_money()
        return row.payment_id

    def _prepare_payment(self, row, gateway, day):
        outbound = row.kind in MONEY_OUT
        journal = gateway.journal_id
        lines = (
            journal.outbound_payment_method_line_ids
            if outbound
            else journal.inbound_payment_method_line_ids
        )
        return {
            "payment_type": "outbound" if outbound else "inbound",
            "partner_type": "customer",
            "partner_id": self._paying_partner().commercial_partner_id.id,
            "amount": row.amount,
            "currency_id": row.currency_id.id,
            "date": day,
            "journal_id": journal.id,
            "payment_method_line_id": lines[:1].id,
            "memo": f"{self.display_name} {row.external_id}",
            "company_id": self.company_id.id,
        }

    def _paying_partner(self):
        """Return whose account the money meets: that of whom is invoiced."""
        if self._goes_by_day():
            return self._day_partner()
        return self.order_id.partner_invoice_id

    # closed periods
    def _open_day(self, day, journal, has_tax=False):
        """Return ``day``, or the day a person chose when its period is closed.

        :raises DataError: when it is closed and nobody has chosen yet
        """
        if not self._locks(day, journal, has_tax):
            return day
        chosen = self.booking_day
        if chosen and chosen > day and not self._locks(chosen, journal, has_tax):
            return chosen
        raise self._closed(day, journal, has_tax)

    def _locks(self, day, journal, has_tax):
        return self.company_id._get_violated_lock_dates(day, has_tax, journal)

    def _closed(self, day, journal, has_tax):
        locks = self._locks(day, journal, has_tax)
        until = locks[-1][0] if locks else day
        return errors.DataError(
            "the period is closed",
            kind="closed_period",
            field=journal.display_name,
            value=str(until),
            params={
                "journal_id": journal.id,
                "has_tax": bool(has_tax),
                "until": str(until),
                "open_day": str(until + timedelta(days=1)),
            },
        )

    # who paid which
    def _match_money(self):
        """Reconcile the order's payments, invoices and credit notes, in any order.

        Money goes to invoices, money given back to credit notes; only of an order that
        is canceled for good do payments and refunds settle each other.
        """
        moves = self.order_id.invoice_ids.filtered(lambda m: m.state == "posted")
        invoices = moves.filtered(lambda m: m.move_type == "out_invoice")
        credits = moves - invoices
        came = self._booked(*MONEY_IN) | self._booked("change")
        left = self._booked("refund")
        self._reconcile(invoices, came)
        self._reconcile(credits, left)
        self._reconcile(invoices, credits)
        self._reconcile(credits, left | came)
        gone = self.order_id.state == "cancel" or self.state == "cancelled"
        if gone or self._owes_nothing(moves):
            self._reconcile(came, left)

    def _owes_nothing(self, moves):
        """Return whether all of it is invoiced and paid: what is over can go back."""
        if self._open_items(moves) or self._is_invoiced_too_much():
            return False
        lines = self.order_id.order_line.filtered(lambda line: not line.display_type)
        return not any(
            line.product_uom_id.compare(line.qty_invoiced, line.product_uom_qty)
            for line in lines
        )

    def _booked(self, *kinds):
        rows = self.payment_ids.filtered(lambda row: row.kind in kinds)
        return rows.payment_id.move_id.filtered(lambda m: m.state == "posted")

    def _reconcile(self, some, others):
        """Match what is open of ``some`` with what is open of ``others``."""
        if not some or not others:
            return
        lines = self._open_items(some | others)
        for account in lines.account_id:
            mine = lines.filtered(lambda line, a=account: line.account_id == a)
            if mine.move_id & some and mine.move_id & others:
                mine.reconcile()

    def _open_items(self, moves):
        """Return what is still open of ``moves``, and is no other receipt's."""
        return moves.env["account.move.line"].search(
            [
                ("move_id", "in", moves.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("retail_sync_receipt_id", "in", [False, *self.ids]),
            ]
        )

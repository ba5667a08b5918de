from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

# what came late is gathered so long (s): its neighbours are on their way
GATHER_S = 600.0
BY_DAY = "day"


class RetailSyncOrder(models.Model):
    """A receipt of a till goes on the invoice of its day, with its own amounts.

    Until then ``receipt_day`` says which; whatever becomes of one receipt touches
    nothing of the others.
    """

    _inherit = "retail.sync.order"

    # receipts on one invoice: more would keep a worker, and their rows, for minutes
    _most_on_day = 500

    receipt_day = fields.Date(
        string="Waits for the invoice of",
        readonly=True,
        copy=False,
        help="This receipt goes on the invoice of that day once the day is over.",
    )

    _receipt_day_idx = models.Index(
        "(channel_id, receipt_day) WHERE receipt_day IS NOT NULL"
    )

    def _invoice_policy(self):
        """Return when this order is invoiced: its channel's word, or by day."""
        return BY_DAY if self._goes_by_day() else self.channel_id.invoice_policy

    def _goes_by_day(self):
        """Return whether it is a receipt that shares its day's invoice."""
        return (
            self.channel_id.receipt_policy == "day"
            and bool(self.till_id)
            and not self._wants_own_invoice()
        )

    def _wants_own_invoice(self):
        """Return whether its buyer needs an invoice in his own name.

        A company with a VAT number, and whoever buys on account or by purchase order.
        """
        buyer = self.sudo().order_id.partner_invoice_id.commercial_partner_id
        is_business = buyer.is_company and buyer.vat
        return bool(is_business or self.po_number or self.terms_name)

    def _receipt_moment(self):
        """Return when what is not invoiced yet was sold (UTC), and paid for."""
        if self._invoices():
            return self.changed_at or fields.Datetime.now()
        rows = self.payment_ids.filtered(
            lambda row: row._is_money() and row.kind in ("sale", "capture")
        )
        return max(filter(None, rows.mapped("processed_at")), default=self.placed_at)

    def _await_day(self, units):
        """Have ``units`` wait for the invoice of their day; without any, for none."""
        day = False
        if units and self._goes_by_day():
            day = self.channel_id._own_day(self._receipt_moment())
            self._enqueue_day(day)
        if self.receipt_day != day:
            self.receipt_day = day
            if day:
                self._note("day_awaited", day=str(day))

    def _enqueue_day(self, day):
        """Have the day invoiced once it is over; a job that waits already is joined.

        Appended with what makes it due: a day that is being invoiced right now, and
        does not see this order, is done again for it.
        """
        currency = self.order_id.currency_id
        _begin, end = self.channel_id._day_bounds(day)
        now = fields.Datetime.now()
        key = f"day:{day}:{currency.name}"
        self.env["retail.sync.job"].sudo()._enqueue(
            self.channel_id,
            "invoice.day",
            order_key=key,
            identity=f"invoice.{key}",
            payload={"day": str(day), "currency_id": currency.id},
            delay_s=max((end - now) / timedelta(seconds=1), GATHER_S),
        )

    def _waiting_for_day(self, channel, day, currency):
        """Return receipts that wait for an invoice, claimed for this transaction.

        The oldest ones, as many as go on one invoice.

        Whoever changes one of them at this moment, or invoices the same day, is told
        to begin again.
        """
        # ORM: a claim must not wait until the flush
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH mine AS MATERIALIZED (
                       SELECT o.id FROM retail_sync_order o
                         JOIN sale_order s ON s.id = o.order_id
                        WHERE o.channel_id = %(channel)s AND o.receipt_day = %(day)s
                          AND s.currency_id = %(currency)s
                        ORDER BY o.placed_at, o.id LIMIT %(most)s FOR UPDATE OF o)
                UPDATE retail_sync_order o SET receipt_day = receipt_day
                  FROM mine WHERE o.id = mine.id RETURNING o.id
                """,
                channel=channel.id,
                day=day,
                currency=currency.id,
                most=self._most_on_day,
            )
        )
        found = self.browse([row_id for (row_id,) in rows])
        found.invalidate_recordset()
        return found.sorted(lambda order: (order.placed_at, order.id))

    def _find_waiting_with(self, job):
        """Return the orders whose documents ``job`` was to book."""
        if job.handler != "invoice.day":
            return self._find_by_key(job.channel_id, job.order_key)
        payload = job.payload or {}
        return self.search(
            [
                ("channel_id", "=", job.channel_id.id),
                ("receipt_day", "=", payload.get("day")),
                ("order_id.currency_id", "=", payload.get("currency_id")),
            ]
        )

    # what of a day's invoice is this order's
    def _day_partner(self):
        """Return to whom the receipts of a day are invoiced."""
        channel = self.channel_id
        if channel.receipt_partner_id:
            return channel.receipt_partner_id
        return self.env["retail.sync.importer.order"]._walk_in(channel)

    def _day_invoices(self):
        """Return the posted invoices of days that have something of this order.

        The oldest first; also a copy of one that a person corrected.
        """
        return (
            self._day_documents()
            .filtered(lambda move: move.move_type == "out_invoice")
            .sorted("id")
        )

    def _day_documents(self):
        """Return the posted documents that it shares: a day's invoice, or what a person
        made of one by Odoo's own dialogs.

        Our own credit notes are of one receipt each, and name none on their lines.
        """
        return self._invoices().filtered(
            lambda move: move.retail_sync_day_ids or self._lines_on(move)
        )

    def _lines_on(self, move):
        """Return the invoice lines of ``move``, of a day, that are this order's."""
        return move.env["account.move.line"].search(
            [
                ("move_id", "=", move.id),
                ("retail_sync_receipt_id", "=", self.id),
                ("display_type", "=", "product"),
            ]
        )

    def _parts_of_lines(self, lines):
        """Return (total, {tax id: amount}) of invoice lines, by their exact amounts.

        Of a credit note's lines both are below zero.
        """
        total, taxes = 0.0, {}
        for line in lines:
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            total += sign * line.price_total
            for tax_id, amount in (line._retail_sync_tax_amounts() or {}).items():
                taxes[int(tax_id)] = taxes.get(int(tax_id), 0.0) + sign * amount
        return total, taxes

    def _credited_from(self):
        """Return the context for a credit note: to whom, and of which invoice."""
        invoices = self._day_invoices()
        if not invoices:
            return {}
        return {
            "retail_sync_partner_id": invoices[:1].partner_id.id,
            "retail_sync_reversed_id": invoices[-1:].id,
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_invoice(self):
        """What is taken back of a day's invoice goes back to whom that was made out."""
        values = super()._prepare_invoice()
        partner_id = self.env.context.get("retail_sync_partner_id")
        if partner_id:
            values.update(
                partner_id=partner_id,
                partner_shipping_id=partner_id,
                invoice_payment_term_id=False,
                reversed_entry_id=self.env.context.get("retail_sync_reversed_id"),
            )
        return values

from odoo.tests import tagged

from .day_common import DayCommon


@tagged("post_install", "-at_install")
class TestDayInvoiceBack(DayCommon):
    """Whatever becomes of one receipt of a day touches no other."""

    def posted(self, order):
        order.invalidate_recordset()
        return order.order_id.invoice_ids.filtered(
            lambda move: move.state == "posted"
        ).sorted("id")

    def reverse(self, move, way="reverse_moves"):
        """Return the draft that a person makes of an invoice by Odoo's own dialog."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        return self.env["account.move"].browse(getattr(wizard, way)()["res_id"])

    def owed(self, move):
        """Return {receipt: what is open of it} on ``move``."""
        items = move.line_ids.filtered(lambda one: one.display_type == "payment_term")
        return {line.retail_sync_receipt_id: line.amount_residual for line in items}

    def open_money(self):
        """Return what is open at the customers, of invoices and payments."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("company_id", "=", self.company.id),
            ]
        )
        return lines.mapped("amount_residual")

    def test_a_refund_before_the_invoice_is_just_less_of_it(self):
        order, other = self.sell(1), self.sell(2)
        self.settle(self.returned(external_id="sale-1"))

        row = self.invoice_day()

        self.assertEqual(row.amount_total, 59.97)
        self.assertEqual(self.posted(order), row.move_id)
        self.assertEqual(self.posted(other), row.move_id)
        self.assertEqual(row.move_id.payment_state, "paid")
        self.assertEqual(self.balance(self.accounts["cash"]), 59.97)
        self.assertEqual(self.open_money(), [])

    def test_a_full_refund_before_the_invoice_is_not_on_it(self):
        self.sell(1, 2)
        order = self.settle(self.returned(external_id="sale-1", units=2))

        row = self.invoice_day()

        self.assertEqual((row.receipt_count, row.amount_total), (1, 39.98))
        self.assertFalse(self.posted(order))
        self.assertEqual(self.open_money(), [])

    def test_a_refund_after_it_credits_just_that(self):
        order, other = self.sell(1), self.sell(2)
        invoice = self.invoice_day().move_id

        self.settle(self.returned(external_id="sale-1"))

        _first, note = self.posted(order)
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_refund",
                    "amount_total": 19.99,
                    "payment_state": "paid",
                    "reversed_entry_id": invoice.id,
                    "partner_id": invoice.partner_id.id,
                }
            ],
        )
        self.assertEqual(self.posted(other), invoice)
        self.assertEqual(order.order_id.order_line.qty_invoiced, 1)
        self.assertEqual(other.order_id.order_line.qty_invoiced, 2)
        self.assertEqual(self.open_money(), [])
        self.assertFalse(self.issues("invoices_differ"))

    def test_a_refund_told_again_is_credited_once(self):
        order = self.sell(1, 2)[0]
        self.invoice_day()
        for version in (2, 3, 4):
            self.settle(self.returned(external_id="sale-1", version=version))
            self.invoice_day()

        self.assertEqual(len(self.posted(order)), 2)
        self.assertEqual(len(self.days()), 1)

    def test_a_credit_note_before_its_money_takes_no_other_receipts_money(self):
        order, other = self.sell(1), self.sell(2)
        self.invoice_day()
        pending = self.pay("pay-2", "19.99", kind="refund", status="pending")
        self.settle(
            self.returned(
                external_id="sale-1", payments=(self.pay(gateway="cash"), pending)
            )
        )

        note = self.posted(order)[-1]
        self.assertEqual(note.payment_state, "not_paid")
        self.assertEqual(self.posted(other).payment_state, "paid")
        self.assertEqual(self.open_money(), [-19.99])

    def test_money_that_comes_late_pays_only_its_own_receipt(self):
        self.channel.post_payments = False
        order, other = self.sell(1), self.sell(2)
        move = self.invoice_day().move_id
        self.assertEqual(move.payment_state, "not_paid")

        self.channel.post_payments = True
        order._settle_soon()
        self.run_jobs()

        items = move.line_ids.filtered(lambda one: one.display_type == "payment_term")
        left = {line.retail_sync_receipt_id: line.amount_residual for line in items}
        self.assertEqual(left, {order: 0.0, other: 39.98})
        self.assertEqual(move.payment_state, "partial")

    def test_a_canceled_receipt_is_credited_whole_and_alone(self):
        order, other = self.sell(1), self.sell(2)
        invoice = self.invoice_day().move_id
        self.assertEqual(order._invoiced_amount(), 39.98)

        notes = order._credit_all("Canceled", self.later(60).replace(tzinfo=None))

        self.assertEqual(notes.mapped("amount_total"), [39.98])
        self.assertEqual(notes.amount_tax, order.amount_tax)
        self.assertEqual(notes.reversed_entry_id, invoice)
        self.assertEqual(order._invoiced_amount(), 0.0)
        self.assertEqual(other._invoiced_amount(), 39.98)
        self.assertEqual(self.posted(other), invoice)
        again = order._credit_all("Again", self.later(90).replace(tzinfo=None))
        self.assertFalse(again)

    def test_an_awkward_tax_is_credited_to_the_cent(self):
        lines = [self.shirts(3)]
        for number in range(3):
            paid = self.pay(value="59.97", gateway="cash")
            self.import_order(
                self.till_order(paid, external_id=f"sale-{number}", lines=lines)
            )
        self.run_jobs()
        invoice = self.invoice_day().move_id
        order = self.env["retail.sync.order"].search(
            [("external_id", "=", "sale-1"), ("channel_id", "=", self.channel.id)]
        )
        refund = self.pay("pay-2", "19.99", kind="refund", gateway="cash")
        self.settle(
            self.till_order(
                self.pay(value="59.97", gateway="cash"),
                refund,
                external_id="sale-1",
                version=2,
                lines=[self.shirts(3, current_quantity=2)],
                returns=(self.back(),),
            )
        )

        self.assertEqual(invoice.amount_total, 179.91)
        total, taxes = order._invoiced_parts()
        self.assertEqual(round(total, 2), 39.98)
        self.assertEqual(
            {str(key): round(amount, 2) for key, amount in taxes.items()},
            order.channel_amounts["taxes"],
        )
        self.assertFalse(self.issues("invoices_differ"))

    def test_an_exchange_later_is_on_the_day_of_the_exchange(self):
        order, other = self.sell(1), self.sell(2)
        first = self.invoice_day().move_id
        mug = self.shirts(1, external_id="line-2", sku="MUG")
        self.settle(
            self.till_order(
                self.pay(gateway="cash"),
                external_id="sale-1",
                version=2,
                updated_at=self.later(60 * 24),
                lines=[self.shirts(current_quantity=1), mug],
                returns=(self.back(),),
                shipments=(self.gone("line-1", 2), self.gone("line-2", 1)),
                shipment_orders=(self.asked("line-1", 2), self.asked("line-2", 1)),
            )
        )
        self.read_until("2026-11-23 00:00:00")

        rows = self.invoice_day("2026-11-23 06:00:00")

        self.assertEqual(len(rows), 2)
        self.assertEqual(self.posted(other), first)
        moves = self.posted(order)
        self.assertEqual(len(moves), 3)
        self.assertEqual(order._invoiced_amount(), order.order_id.amount_total)
        self.assertEqual(self.open_money(), [])

    def test_a_person_who_takes_the_invoice_back_begins_the_day_anew(self):
        orders = self.sell(1, 2)
        move = self.invoice_day().move_id
        move.button_draft()
        items = move.line_ids.filtered(lambda one: one.display_type == "payment_term")
        self.assertEqual(len(items), 2, "each receipt is owed apart, draft or not")
        move.button_cancel()

        orders._settle_soon()
        self.run_jobs()
        rows = self.invoice_day()

        self.assertEqual(rows.mapped("number"), [1, 2])
        self.assertEqual(rows[-1].move_id.payment_state, "paid")

    def test_a_persons_credit_note_of_the_whole_day_is_split_by_receipt(self):
        orders = self.sell(1, 2)
        move = self.invoice_day().move_id
        note = self.reverse(move)
        note.action_post()

        owed = note.line_ids.filtered(lambda one: one.display_type == "payment_term")
        self.assertEqual(
            {line.retail_sync_receipt_id: line.balance for line in owed},
            dict.fromkeys(orders, -39.98),
        )
        for order in orders:
            total, taxes = order._invoiced_parts()
            self.assertEqual([total, *taxes.values()], [0.0, 0.0])

        self.run_jobs()
        rows = self.invoice_day()

        self.assertEqual(rows.mapped("number"), [1, 2], "the day begins anew")
        self.assertEqual(rows[-1].receipt_count, 2)
        for order in orders:
            self.assertEqual(order._invoiced_amount(), 39.98)
        self.assertEqual(self.open_money(), [])

    def test_a_persons_credit_note_of_a_part_is_owed_to_its_receipt(self):
        order, other = self.sell(1, 2)
        move = self.invoice_day().move_id
        note = self.reverse(move)
        note.invoice_line_ids.filtered(
            lambda one: one.retail_sync_receipt_id == other
        ).unlink()
        note.action_post()

        owed = note.line_ids.filtered(lambda one: one.display_type == "payment_term")
        self.assertEqual(
            {line.retail_sync_receipt_id: line.balance for line in owed},
            {order: -39.98},
        )
        self.assertEqual(other._invoiced_amount(), 39.98)

    def test_a_refund_after_the_day_began_anew_is_of_its_receipt_alone(self):
        order, other = self.sell(1), self.sell(2)
        self.reverse(self.invoice_day().move_id).action_post()
        self.run_jobs()
        again = self.invoice_day()[-1].move_id
        self.assertEqual(self.owed(again), {order: 0.0, other: 0.0})

        self.settle(self.returned(external_id="sale-1"))

        note = self.posted(order)[-1]
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_refund",
                    "amount_total": 19.99,
                    "payment_state": "paid",
                    "reversed_entry_id": again.id,
                }
            ],
        )
        self.assertAlmostEqual(order._invoiced_amount(), 19.99)
        self.assertEqual(other._invoiced_amount(), 39.98)
        self.assertNotIn(note, self.posted(other))
        self.assertEqual(self.open_money(), [])

    def test_a_day_credited_after_one_receipt_was_given_back_in_part(self):
        order, other = self.sell(1), self.sell(2)
        move = self.invoice_day().move_id
        self.settle(self.returned(external_id="sale-1"))

        self.reverse(move).action_post()
        self.run_jobs()
        rows = self.invoice_day()

        self.assertEqual(rows.mapped("number"), [1, 2])
        self.assertAlmostEqual(order._invoiced_amount(), 19.99)
        self.assertEqual(other._invoiced_amount(), 39.98)
        self.assertEqual(self.open_money(), [])

    def test_a_corrected_copy_of_the_day_owes_each_receipt_its_own(self):
        order, other = self.sell(1), self.sell(2)
        move = self.invoice_day().move_id
        copy = self.reverse(move, "modify_moves")
        copy.invoice_date = move.invoice_date

        copy.action_post()
        self.run_jobs()

        self.assertEqual(self.owed(copy), {order: 0.0, other: 0.0})
        for receipt in (order, other):
            self.assertEqual(receipt._invoiced_amount(), 39.98)
        self.settle(self.returned(external_id="sale-1"))
        self.assertEqual(self.posted(order)[-1].amount_total, 19.99)
        self.assertAlmostEqual(order._invoiced_amount(), 19.99)
        self.assertEqual(other._invoiced_amount(), 39.98)
        self.assertEqual(len(self.invoice_day()), 1, "nothing waits for the day")
        self.assertEqual(self.open_money(), [])
        self.assertFalse(self.issues("invoices_differ"))

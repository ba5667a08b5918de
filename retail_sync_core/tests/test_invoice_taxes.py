from odoo import Command
from odoo.tests import tagged

from ..testing_orders import make_line
from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestInvoiceTaxes(MoneyCommon):
    """The invoices' total and each of their taxes are the channel's, or it is told."""

    def setUp(self):
        super().setUp()
        self.reduced = self.make_tax(5.5, included=True)
        self.map_tax("TVA", 0.055, True, self.reduced)
        self.channel.invoice_policy = "manual"

    def two_taxes(self, **values):
        """Return an order of goods at 20 % and at 5.5 %, taxes in the prices."""
        shirts = make_line(
            sku="SHIRT", quantity=3, price="6.67", rates=[0.2], included=True
        )
        (tax,) = make_line(price="7.00", rates=[0.055], included=True).taxes
        mugs = make_line(external_id="line-2", sku="MUG", quantity=1, price="7.00")
        mugs = self.replaced(mugs, taxes=(self.replaced(tax, title="TVA"),))
        return self.paid_order(self.pay(value="27.01"), lines=[shirts, mugs], **values)

    @staticmethod
    def replaced(source, **values):
        return type(source)(
            **{
                **{name: getattr(source, name) for name in source.__dataclass_fields__},
                **values,
            }
        )

    def invoice(self, order):
        return order.order_id._create_invoices()

    def shift_a_cent(self, move):
        """Take a cent off one tax and put it on the other; the total stays."""
        vat = move.line_ids.filtered(lambda line: line.tax_line_id == self.vat)
        other = move.line_ids.filtered(lambda line: line.tax_line_id == self.reduced)
        changes = [(vat, 0.01), (other, -0.01)]
        move.line_ids = [
            Command.update(line.id, {"amount_currency": line.amount_currency + cent})
            for line, cent in changes
        ]

    def test_an_invoice_that_is_right_asks_nobody(self):
        order = self.settle(self.two_taxes())

        self.invoice(order).action_post()

        taxes = order.channel_amounts["taxes"]
        self.assertEqual(taxes, {str(self.vat.id): 3.34, str(self.reduced.id): 0.36})
        self.assertFalse(self.issues("invoices_differ"))

    def test_a_cent_in_the_wrong_tax_is_told_with_its_amounts(self):
        order = self.settle(self.two_taxes())
        move = self.invoice(order)
        self.shift_a_cent(move)
        self.assertEqual(move.amount_total, 27.01)

        move.action_post()

        message = self.issues("invoices_differ").message
        self.assertIn(self.vat.display_name, message)
        self.assertIn("3.33", message)
        self.assertIn("3.34", message)
        self.assertIn("0.37", message)
        self.assertNotIn("The total", message)

    def test_part_invoices_are_compared_together_once_all_is_invoiced(self):
        (self.shirt | self.mug).invoice_policy = "delivery"
        order = self.settle(self.two_taxes())
        picking = order.order_id.picking_ids
        self.ship(picking, SHIRT=1)
        first = self.invoice(order)
        first.action_post()
        self.assertFalse(self.issues("invoices_differ"))

        self.ship(order._open_deliveries())
        last = self.invoice(order)
        self.shift_a_cent(last)
        last.action_post()

        message = self.issues("invoices_differ").message
        self.assertIn("3.33", message)
        self.assertNotIn("The total", message)

    def test_another_invoice_that_is_right_ends_it(self):
        order = self.settle(self.two_taxes())
        move = self.invoice(order)
        self.shift_a_cent(move)
        move.action_post()
        self.assertTrue(self.issues("invoices_differ"))

        move.button_draft()
        move.button_cancel()
        self.invoice(order).action_post()

        self.assertFalse(self.issues("invoices_differ"))

    def test_a_tax_that_the_channel_corrects_is_followed(self):
        order = self.settle(self.two_taxes())
        wrong = self.two_taxes(version=2)
        line = wrong.lines[0]
        tax = self.replaced(line.taxes[0], amount=line.taxes[0].amount - 1)
        lines = (self.replaced(line, taxes=(tax,)), wrong.lines[1])

        order = self.settle(
            self.replaced(wrong, lines=lines, total_tax=wrong.total_tax - 1)
        )

        self.assertEqual(order.channel_amounts["taxes"][str(self.vat.id)], 2.34)
        self.assertEqual(round(order.order_id.amount_tax, 2), 2.7)
        self.assertEqual(order.order_id.amount_total, 27.01)

    def test_an_invoice_of_several_orders_is_nobodys_difference(self):
        first = self.settle(self.two_taxes())
        second = self.settle(self.two_taxes(external_id="order-2"))
        second.order_id.partner_id = first.order_id.partner_id
        second.order_id.partner_invoice_id = first.order_id.partner_invoice_id
        sales = first.order_id | second.order_id

        moves = sales._create_invoices()
        self.assertEqual(len(moves), 1)
        moves.action_post()

        self.assertFalse(self.issues("invoices_differ"))

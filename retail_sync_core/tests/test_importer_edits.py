from odoo.tests import tagged

from ..testing_orders import make_charge, make_line
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestImporterEdits(OrdersCommon):
    """The merchant edits an order that is here already."""

    def setUp(self):
        super().setUp()
        tax = self.make_tax(20)
        self.map_tax("VAT", 20, False, tax)
        self.order_there = self.come([self.shirt_line()], charges=[self.shipping()])
        self.sale = self.order_there.order_id
        self.version = 1

    def shirt_line(self, quantity=3, **values):
        values = {"price": "19.99", "rates": ["0.2"], **values}
        return make_line("shirt", sku="SHIRT", quantity=quantity, **values)

    def mug_line(self, **values):
        values = {"quantity": 2, "price": "7.77", "rates": ["0.2"], **values}
        return make_line("mug", sku="MUG", **values)

    def shipping(self, price="4.90", **values):
        return make_charge(price=price, rates=["0.2"], **values)

    def come(self, lines, version=1, **values):
        values.setdefault("charges", [self.shipping()])
        return self.import_order(self.order(lines=lines, version=version, **values))

    def edit(self, *lines, **values):
        """Let the newest version have these lines; both sides must agree then."""
        self.version += 1
        document_there = self.order(
            lines=lines,
            version=self.version,
            **{"charges": [self.shipping()], **values},
        )
        self.import_order(document_there)
        total = document_there.current_total or document_there.total
        self.assertFalse(self.issues("order_changed").mapped("params"))
        self.assertEqual(self.sale.amount_total, float(total))
        self.assertFalse(self.order_there.does_not_add_up)

    def open_units(self):
        """Return {SKU: units that are still to be delivered}."""
        moves = self.sale.picking_ids.move_ids
        units = {}
        for move in moves.filtered(lambda one: one.state not in ("done", "cancel")):
            sku = move.product_id.default_code
            units[sku] = units.get(sku, 0) + move.product_uom_qty
        return {sku: number for sku, number in units.items() if number}

    def test_an_added_line_is_ordered_and_delivered(self):
        self.edit(self.shirt_line(), self.mug_line())

        self.assertEqual(self.open_units(), {"SHIRT": 3, "MUG": 2})
        link = self.order_there.line_ids.filtered(lambda x: x.external_id == "mug")
        self.assertEqual(link.sale_line_id.product_id, self.mug)

    def test_more_units_are_ordered_and_delivered(self):
        self.edit(self.shirt_line(quantity=5))

        self.assertEqual(self.open_units(), {"SHIRT": 5})

    def test_a_new_price_is_taken_over(self):
        self.edit(self.shirt_line(price="17.53"))
        self.edit(self.shirt_line(price="21.00", discount="1.01"))

        self.assertEqual(self.open_units(), {"SHIRT": 3})

    def test_a_line_that_is_gone_is_not_delivered(self):
        self.edit(self.shirt_line(), self.mug_line())

        self.edit(self.mug_line(current_quantity=2))

        self.assertEqual(self.open_units(), {"MUG": 2})

    def test_changed_shipping_is_taken_over(self):
        self.edit(self.shirt_line(), charges=[self.shipping("9.90")])

    def test_an_edit_after_a_part_was_shipped_changes_what_is_open(self):
        self.ship(self.sale.picking_ids, SHIRT=1)

        self.edit(self.shirt_line(current_quantity=2), self.mug_line(quantity=1))

        self.assertEqual(self.open_units(), {"SHIRT": 1, "MUG": 1})
        self.assertEqual(self.sale.order_line[0].qty_delivered, 1)

    def test_the_same_edit_twice_changes_nothing(self):
        self.edit(self.shirt_line(quantity=5), self.mug_line())
        lines = self.sale.order_line.ids

        self.edit(self.shirt_line(quantity=5), self.mug_line(), note="seen twice")

        self.assertEqual(self.sale.order_line.ids, lines)
        self.assertEqual(self.open_units(), {"SHIRT": 5, "MUG": 2})

    def test_a_quotation_is_edited_too(self):
        self.sale._action_cancel()
        self.sale.action_draft()

        self.edit(self.shirt_line(quantity=1), self.mug_line())

        self.assertEqual(self.sale.state, "draft")

    def test_what_is_being_picked_is_a_persons_to_decide(self):
        move = self.sale.picking_ids.move_ids
        move.write({"quantity": 1, "picked": True})

        self.come([self.shirt_line(), self.mug_line()], version=2)

        self.assertEqual(len(self.issues("order_changed")), 1)
        self.assertEqual(self.open_units(), {"SHIRT": 3})

    def test_fewer_than_were_shipped_is_a_persons_to_decide(self):
        self.ship(self.sale.picking_ids, SHIRT=2)

        self.come([self.shirt_line(current_quantity=1), self.mug_line()], version=2)

        self.assertEqual(len(self.issues("order_changed")), 1)
        self.assertEqual(self.sale.order_line[0].product_uom_qty, 3)

    def test_an_added_product_that_is_unknown_changes_nothing_until_it_is_known(self):
        document_there = self.order(
            lines=[self.shirt_line(), make_line("hat", sku="NEW-HAT")],
            charges=[self.shipping()],
            version=2,
        )
        self.shop.put(document_there)
        self.deliver(self.make_notice())
        self.run_jobs()
        self.assertEqual(self.open_units(), {"SHIRT": 3})

        self.make_product("NEW-HAT", 5)
        self.issues("unknown_sku")._close("made the product")
        self.run_jobs()

        self.assertEqual(self.open_units(), {"SHIRT": 3, "NEW-HAT": 1})

    def invoice(self):
        move = self.sale._create_invoices(final=True)
        move.action_post()
        return move

    def balance(self):
        """Return (total, tax) of the invoices less the credit notes."""
        moves = self.sale.invoice_ids.filtered(lambda move: move.state == "posted")
        return (
            round(sum(moves.mapped("amount_total_signed")), 2),
            round(sum(moves.mapped("amount_tax_signed")), 2),
        )

    def agree(self):
        amounts = (self.sale.amount_total, self.sale.amount_tax)
        self.assertEqual(self.balance(), amounts)

    def test_what_was_added_after_the_invoice_is_invoiced_to_the_cent(self):
        self.invoice()

        self.edit(self.shirt_line(quantity=5), self.mug_line())
        self.assertFalse(self.issues("edited_invoiced"))
        self.invoice()

        self.agree()

    def test_what_was_taken_off_after_the_invoice_is_credited_by_one_press(self):
        self.edit(self.shirt_line(discount="1.01"), self.mug_line(discount="0.05"))
        self.invoice()

        self.edit(self.shirt_line(discount="1.01", current_quantity=2))
        self.issues("edited_invoiced").action_mend()

        self.agree()
        self.assertFalse(self.issues("edited_invoiced"))

    def test_edits_between_several_invoices_add_up_in_the_end(self):
        self.shirt.invoice_policy = "delivery"
        self.ship(self.sale.picking_ids, SHIRT=1)
        self.invoice()
        self.edit(self.shirt_line(discount="1.01", current_quantity=2), self.mug_line())
        self.ship(self.sale.picking_ids.filtered(lambda p: p.state != "done"))
        self.invoice()

        self.agree()

    def test_another_price_of_what_is_invoiced_is_a_persons_to_decide(self):
        self.invoice()

        self.come([self.shirt_line(price="17.53")], version=2)

        self.assertEqual(len(self.issues("order_changed")), 1)
        self.assertEqual(self.sale.order_line[0].price_unit, 19.99)

    def test_an_edit_beside_a_draft_invoice_is_a_persons_to_decide(self):
        self.sale._create_invoices()

        self.come([self.shirt_line(), self.mug_line()], version=2)

        self.assertEqual(len(self.issues("order_changed")), 1)

    def test_a_down_payment_of_an_order_that_is_no_channels_is_odoos_own(self):
        values = {"product_id": self.mug.id, "product_uom_qty": 2, "price_unit": 50.0}
        plain = self.env["sale.order"].create(
            {"partner_id": self.sale.partner_id.id, "order_line": [(0, 0, values)]}
        )
        plain.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [(6, 0, plain.ids)],
                "advance_payment_method": "percentage",
                "amount": 10,
            }
        )

        wizard.create_invoices()

        self.assertEqual(plain.invoice_ids.amount_untaxed, 10.0)

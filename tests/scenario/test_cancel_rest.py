"""What has not left is canceled: what goes back is decided, and agrees to the cent."""

from decimal import Decimal

from matrix_check import ask, balance, cents, changes, disagreements, snapshot
from odoo.exceptions import UserError
from odoo.tests import tagged
from story import ShopifyStory


@tagged("post_install", "-at_install")
class TestCancelRest(ShopifyStory):
    """Goods, shipping, duties, tips and fees, against the real adapter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.tax"].create(
            {
                "name": "VAT 19 on top",
                "amount": 19,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "company_id": cls.company.id,
            }
        )
        cls.channel.write({"invoice_policy": "import", "book_since": False})

    def begun(self, **given):
        """Return an order of three mugs with every charge, one of them shipped."""
        given.setdefault(
            "lines",
            [
                {"sku": "MUG", "quantity": 3, "price": "9.99", "duty": "3.00"},
                {"tip": True, "title": "Tip", "price": "2.00"},
            ],
        )
        placed = self.shop.place_order(
            shipping={"title": "Standard", "price": "4.90"},
            fees=[{"name": "Import fee", "price": "1.50"}],
            **given,
        )
        self.hear()
        order = self.ours(placed)
        self.ship(order.order_id.picking_ids, units=1)
        self.hear()
        return placed, order

    def dialog(self, order):
        """Open the dialog, and let the channel answer."""
        action = order.order_id.retail_sync_action_cancel()
        self.work()
        return self.env[action["res_model"]].browse(action["res_id"])

    def decide(self, dialog, **amounts):
        for row in dialog.row_ids:
            if row.kind in amounts:
                row.amount = amounts[row.kind]
        dialog.action_cancel_order()
        self.work()
        self.hear()

    def most(self, dialog):
        return {row.kind: cents(row.most) for row in dialog.row_ids}

    def agree(self, placed, order, *, kept=0):
        """Check that order, invoices, money and the channel tell the same.

        :param kept: what is still owed to the customer
        """
        theirs = ask(self.shop, placed["id"])
        beyond = sum(
            cents(line.price_total)
            for line in order.order_id.order_line
            if line.retail_sync_kind == "back"
        )
        worth = theirs.total + beyond
        goods = {sku: units for sku, units in theirs.wanted.items() if sku}
        theirs = theirs._replace(total=worth, wanted=goods)
        found = disagreements(theirs, order, invoiced=True)
        self.assertFalse(found)
        self.assertEqual(balance(order.order_id), worth)
        self.assertEqual(theirs.received - theirs.refunded - kept, worth)
        self.assertEqual(cents(order._paid_and_kept()) - kept, worth)
        told = set(self.issues().mapped("kind"))
        self.assertEqual(told, {"refund_open"} if kept else set())

    def test_the_channel_says_what_could_go_back(self):
        _placed, order = self.begun()
        dialog = self.dialog(order)

        self.assertEqual(dialog.offer_state, "told")
        self.assertEqual(
            self.most(dialog),
            {
                "goods": Decimal("19.98"),
                "shipping": Decimal("4.90"),
                "duty": Decimal("3.00"),
                "tip": Decimal("2.00"),
                "fee": Decimal("1.50"),
            },
        )
        amounts = {row.kind: cents(row.amount) for row in dialog.row_ids}
        self.assertEqual(amounts["goods"], Decimal("19.98"))
        self.assertEqual(amounts["duty"], Decimal("2.00"), "two units of three")
        self.assertEqual(amounts["shipping"] + amounts["tip"] + amounts["fee"], 0)

    def test_as_suggested(self):
        placed, order = self.begun()

        self.decide(self.dialog(order))

        self.agree(placed, order)
        self.assertEqual(ask(self.shop, placed["id"]).refunded, Decimal("21.98"))

    def test_all_of_everything(self):
        for included in (True, False):
            with self.subTest(included=included):
                placed, order = self.begun(taxes_included=included)
                dialog = self.dialog(order)

                self.decide(dialog, **self.most(dialog))

                theirs = ask(self.shop, placed["id"])
                self.assertEqual(theirs.refunded, sum(self.most(dialog).values()))
                self.agree(placed, order)
                before = snapshot(self.env)
                self.hear(list(self.shop.received))
                self.assertFalse(changes(before, snapshot(self.env)))

    def test_a_part_of_each(self):
        for included in (True, False):
            with self.subTest(included=included):
                placed, order = self.begun(taxes_included=included)
                back = {"shipping": 2.33, "duty": 0.5, "tip": 1.25, "fee": 0.75}

                self.decide(self.dialog(order), **back)

                self.agree(placed, order)

    def test_less_than_the_goods_leaves_the_rest_open(self):
        placed, order = self.begun()

        self.decide(self.dialog(order), goods=15, duty=0)

        refunded = ask(self.shop, placed["id"]).refunded
        self.assertEqual(refunded, Decimal("15.00"))
        self.agree(placed, order, kept=Decimal("4.98"))

    def test_in_the_customers_currency_abroad(self):
        self.env["res.currency"].search([("name", "=", "EUR")]).active = True
        abroad = {"presentment_currency": "EUR", "rate": "0.9"}
        placed, order = self.begun(**abroad)
        dialog = self.dialog(order)

        self.decide(dialog, **self.most(dialog))

        self.agree(placed, order)

    def test_nobody_gives_back_more_than_there_is(self):
        _placed, order = self.begun()
        dialog = self.dialog(order)
        shipping = dialog.row_ids.filtered(lambda row: row.kind == "shipping")

        for amount in (4.91, -0.01):
            shipping.amount = amount
            with self.assertRaisesRegex(UserError, "Shipping: enter an amount"):
                dialog.action_cancel_order()

    def test_what_a_person_has_changed_stays(self):
        _placed, order = self.begun()
        action = order.order_id.retail_sync_action_cancel()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertTrue(dialog.is_busy)
        dialog.row_ids.filtered(lambda row: row.kind == "goods").amount = 7

        self.work()

        amounts = {row.kind: row.amount for row in dialog.row_ids}
        self.assertEqual((amounts["goods"], amounts["duty"]), (7.0, 2.0))
        self.assertFalse(dialog.is_busy)

    def test_a_silent_channel_leaves_our_own_figures(self):
        _placed, order = self.begun()
        self.shop.fault("drop_before", "OrderSuggestedRefund")

        dialog = self.dialog(order)

        self.assertEqual(dialog.offer_state, "silent")
        self.assertEqual(self.most(dialog)["goods"], Decimal("19.98"))

    def test_an_older_dialog_does_not_decide_on_other_units(self):
        placed, order = self.begun()
        dialog = self.dialog(order)
        self.shop.edit(placed["name"], lines=[{"line": "MUG", "quantity": 2}])
        self.hear()

        with self.assertRaisesRegex(UserError, "has changed since"):
            dialog.action_cancel_order()

    def test_refused_the_deliveries_are_made_again(self):
        placed, order = self.begun()
        sale = order.order_id
        dialog = self.dialog(order)
        # at the channel, which we hear of later: less is left than is to go back
        self.shop.refund(placed["name"], amount="30.00")

        dialog.action_cancel_order()
        self.work()
        issue = self.issues("rest_refused")
        self.assertIn("Shopify can give", issue.message)
        self.assertFalse(order._open_deliveries())
        self.assertEqual(issue.mend_label, "Make the deliveries again")
        issue.action_mend()

        self.assertFalse(order.is_rest_cancelled)
        self.assertEqual(issue.state, "closed")
        moves = order._open_deliveries().move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 2.0)
        self.assertEqual(sale.state, "sale")

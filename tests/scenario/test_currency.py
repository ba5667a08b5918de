"""An order in the customer's currency, exact in it from the purchase to the refund."""

from odoo.tests import tagged
from story import ShopifyStory

ABROAD = {"presentment_currency": "EUR", "rate": "0.9"}


@tagged("post_install", "-at_install")
class TestCurrency(ShopifyStory):
    """Shop in dollars, customer in euros; the policy changes in between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        cls.money = cls.env.ref("base.EUR")
        cls.money.active = True
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.money.id, "name": "2026-01-01", "rate": 0.8}
        )
        cls.channel.write(
            {"invoice_policy": "import", "post_payments": True, "book_since": False}
        )
        journal = cls.env["account.journal"].create(
            {"name": "Cards", "code": "CARDS", "type": "bank"}
        )
        cls.env["retail.sync.map.gateway"].create(
            {
                "channel_id": cls.channel.id,
                "gateway": "shopify_payments",
                "journal_id": journal.id,
            }
        )

    def book_in(self, whose):
        settings = {**self.channel.settings, "order_currency": whose}
        self.channel.settings = settings

    def booked(self, order):
        """Return {kind of document: its amounts}, all of it in euros."""
        moves, payments = order.order_id.invoice_ids, order.payment_ids.payment_id
        self.assertEqual((moves | payments.move_id).currency_id, self.money)
        return {
            "invoiced": moves.filtered(lambda m: m.move_type == "out_invoice").mapped(
                "amount_total"
            ),
            "credited": moves.filtered(lambda m: m.move_type == "out_refund").mapped(
                "amount_total"
            ),
            "paid": sorted(payments.mapped("amount_signed")),
        }

    def test_bought_edited_and_canceled_while_the_policy_changes(self):
        self.book_in("customer")
        placed = self.buy(3, **ABROAD)
        self.hear()
        order = self.ours(placed)
        self.assertEqual(order.order_id.currency_id, self.money)
        self.assertEqual(
            self.booked(order), {"invoiced": [27.0], "credited": [], "paid": [27.0]}
        )

        self.book_in("")
        self.shop.edit(placed["name"], lines=[{"line": "MUG", "quantity": 2}])
        self.hear()

        self.assertEqual(order.order_id.amount_total, 18.0)
        self.assertEqual(
            self.booked(order), {"invoiced": [27.0], "credited": [9.0], "paid": [27.0]}
        )
        other = self.buy(1, **ABROAD)
        self.hear()
        self.assertEqual(self.ours(other).order_id.amount_total, 10.0)

        action = order.order_id.retail_sync_action_cancel()
        self.work()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        dialog = dialog or dialog.with_context(**action["context"]).create({})
        dialog.action_cancel_order()
        self.work()
        self.hear()

        found = self.booked(order)
        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(found["paid"], [-27.0, 27.0])
        self.assertEqual(sum(found["credited"]), 27.0)
        self.assertFalse(self.issues().mapped("message"))

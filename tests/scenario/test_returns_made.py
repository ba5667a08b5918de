"""A person makes a return in Odoo: the channel has it, and both sides agree."""

import random

from matrix_check import ask, changes, disagreements, snapshot
from odoo.tests import tagged
from story import ON_HAND, ShopifyStory
from test_refund_here import RefundHere


@tagged("post_install", "-at_install")
class TestReturnsMade(ShopifyStory):
    """The whole way, against the real adapter."""

    def setUp(self):
        super().setUp()
        self.channel.return_telling = "made"
        self.placed = self.buy(3)
        self.hear()
        self.order = self.ours(self.placed)
        self.delivery = self.order.order_id.picking_ids
        self.ship(self.delivery)
        self.hear()

    def make(self, units=2):
        """Return the receipt that a person makes with Odoo's own button."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=self.delivery.id,
                active_ids=self.delivery.ids,
                active_model="stock.picking",
            )
            .create({"picking_id": self.delivery.id, "retail_sync_reason": "defective"})
        )
        wizard.product_return_moves.quantity = units
        picking = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.work()
        return picking

    def receipts(self):
        return self.order.order_id.picking_ids.filtered(
            lambda one: one.move_ids.origin_returned_move_id and one.state != "cancel"
        )

    def there(self):
        return self.shop.order(self.placed["name"])["returns"]

    def told(self):
        return [
            (one["type"], one["quantity"])
            for document in self.there()
            for one in document["dispositions"]
        ]

    def agree(self):
        self.assertFalse(self.issues().mapped("message"))
        theirs = ask(self.shop, self.placed["id"])
        found = disagreements(theirs, self.order, invoiced=False)
        self.assertFalse([one for one in found if not one.startswith("shipped")])

    def test_made_received_in_parts_and_refunded(self):
        receipt = self.make()
        self.hear()
        (document,) = self.there()
        self.assertEqual(document["status"], "OPEN")
        self.ship(receipt, units=1)
        self.hear()
        self.ship(self.receipts() - receipt)
        self.hear()
        self.assertEqual(self.told(), [("RESTOCKED", 1), ("RESTOCKED", 1)])

        self.shop.act_on_return(self.placed["name"], "refund")
        self.hear()

        self.assertEqual(len(self.receipts()), 2)
        self.assertEqual((self.free(), self.offered()), (ON_HAND - 1, ON_HAND - 1))
        self.agree()
        self.order.action_compare_units()
        self.work()
        self.assertFalse(self.order.units_report)

    def test_received_it_is_told_once_whatever_is_heard_again(self):
        self.channel.return_telling = "received"
        receipt = self.make()
        self.hear()
        self.assertEqual(self.there(), [])
        self.ship(receipt)
        self.hear()
        self.shop.act_on_return(self.placed["name"], "refund")
        self.hear()
        before = snapshot(self.env)
        again = list(self.shop.received)
        random.Random(7).shuffle(again)

        self.hear(again)

        self.assertFalse(changes(before, snapshot(self.env)))
        self.assertEqual((len(self.there()), self.told()), (1, [("RESTOCKED", 2)]))
        self.assertEqual(self.receipts(), receipt)
        self.agree()

    def test_its_webhook_comes_first_and_the_answer_never(self):
        self.shop.fault("drop_after", operation="ReturnCreate", seconds=0)
        receipt = self.make()

        self.hear()
        self.work()
        self.ship(receipt)
        self.hear()

        self.assertEqual((len(self.there()), self.told()), (1, [("RESTOCKED", 2)]))
        self.assertEqual(self.receipts(), receipt)
        self.agree()

    def test_canceled_here_it_is_canceled_there(self):
        receipt = self.make()
        self.hear()

        self.shop.advance(60)
        receipt.action_cancel()
        self.work()
        self.hear()

        self.assertEqual([one["status"] for one in self.there()], ["CANCELED"])
        self.assertEqual(self.order.return_ids.state, "canceled")
        self.assertFalse(self.receipts())
        again = self.make(3)
        self.hear()
        self.assertEqual([one["status"] for one in self.there()], ["CANCELED", "OPEN"])
        self.assertEqual(self.receipts(), again)

    def test_a_refund_of_other_units_leaves_it_alone(self):
        receipt = self.make(1)
        self.hear()
        self.shop.refund(
            self.placed["name"],
            lines=[{"line": "MUG", "quantity": 1, "left": True, "restock": False}],
        )
        self.hear()

        self.ship(receipt)
        self.hear()

        self.assertEqual(self.told(), [("RESTOCKED", 1)])
        self.assertFalse(self.issues().mapped("message"))

    def test_what_was_refunded_there_is_not_told(self):
        self.shop.refund(
            self.placed["name"],
            lines=[{"line": "MUG", "quantity": 3, "left": True, "restock": False}],
        )
        self.hear()

        self.ship(self.make(1))
        self.hear()

        self.assertEqual(self.there(), [])
        self.assertIn("return_known", self.order.step_ids.mapped("code"))
        self.assertFalse(self.issues().mapped("message"))


@tagged("post_install", "-at_install")
class TestReturnsMadeRefundedHere(RefundHere):
    """What was returned and told is refunded from here, too: the same goods."""

    def test_put_back_by_the_return_it_is_not_put_back_twice(self):
        for how in ("put_back", "kept"):
            with self.subTest(how=how):
                before = self.offered()
                self.channel.return_telling = "received"
                placed, order = self.bought(shipped=3)
                delivery = order.order_id.picking_ids
                wizard = self.env["stock.return.picking"].create(
                    {"picking_id": delivery.id}
                )
                wizard.product_return_moves.quantity = 2
                receipt = wizard._create_return()
                self.ship(receipt)
                self.hear()
                self.assertEqual(len(self.shop.order(placed["name"])["returns"]), 1)

                self.decide(self.dialog(order, **{how: 2}))
                self.hear()

                back = order.order_id.picking_ids.filtered(
                    lambda one: one.move_ids.origin_returned_move_id
                )
                self.assertEqual(back, receipt)
                self.assertEqual(self.offered(), before - 1)
                self.assertEqual(self.free(), before - 1)
                self.assertFalse(self.env["retail.sync.drift"].search([]))
                self.agree(placed, order)

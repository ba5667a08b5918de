"""An order is canceled here, in any stage, and both sides tell the same story."""

from decimal import Decimal

from matrix_check import ask, changes, disagreements, snapshot
from odoo.tests import tagged
from story import ON_HAND, ShopifyStory

OPERATIONS = {"whole": "OrderCancel", "rest": "RefundCreate"}


@tagged("post_install", "-at_install")
class TestCancel(ShopifyStory):
    """The dialog on the sale order, against the real adapter."""

    def bought(self, quantity=3, **given):
        placed = self.buy(quantity, **given)
        self.hear()
        return placed, self.ours(placed)

    def cancel(self, order, **values):
        action = order.order_id.retail_sync_action_cancel()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        dialog.create(values).action_cancel_order()
        self.work()
        self.hear()

    def money(self, placed):
        theirs = ask(self.shop, placed["id"])
        return theirs.received - theirs.refunded

    def agree(self, placed, order):
        found = disagreements(ask(self.shop, placed["id"]), order, invoiced=False)
        self.assertFalse(found)
        self.assertFalse(self.issues().mapped("message"))

    def test_nothing_has_left(self):
        placed, order = self.bought()

        self.cancel(order)

        self.agree(placed, order)
        self.assertEqual(self.money(placed), 0)
        self.assertEqual((self.free(), self.offered()), (ON_HAND, ON_HAND))

    def test_the_rest_after_a_part_has_left(self):
        placed, order = self.bought()
        self.ship(order.order_id.picking_ids, units=1)
        self.hear()

        self.cancel(order)

        self.agree(placed, order)
        self.assertEqual(self.money(placed), ask(self.shop, placed["id"]).total)
        self.assertEqual((self.free(), self.offered()), (ON_HAND - 1, ON_HAND - 1))
        before = snapshot(self.env)
        self.hear(list(self.shop.received))
        self.assertFalse(changes(before, snapshot(self.env)))

    def test_units_that_are_lost_are_offered_nowhere(self):
        for shipped in (0, 1):
            with self.subTest(shipped=shipped):
                before = self.free()
                placed, order = self.bought()
                if shipped:
                    self.ship(order.order_id.picking_ids, units=1)
                    self.hear()

                self.cancel(order, goods="lost")

                self.assertEqual(self.free(), before - 3)
                self.assertEqual(self.offered(), before - 3)
                self.agree(placed, order)

    def test_what_the_shop_canceled_and_did_not_put_back_is_no_drift(self):
        self.shop.advance(300)
        for lines in (None, [{"line": "MUG", "quantity": 1, "restock": False}]):
            with self.subTest(lines=lines):
                before = self.free()
                placed, order = self.bought()
                self.shop.advance(300)
                if lines:
                    self.shop.refund(placed["name"], lines=lines)
                else:
                    self.shop.cancel(placed["name"], restock=False)

                self.hear()

                wanted = 2 if lines else 0
                self.assertEqual(sum(order.not_put_back.values()), 3 - wanted)
                self.assertEqual(self.free(), before - wanted)
                self.assertEqual(self.offered(), before - wanted)
                self.assertIn("not_put_back", order.step_ids.mapped("code"))
                self.assertFalse(self.env["retail.sync.drift"].search([]))
                was = snapshot(self.env)
                self.hear(list(self.shop.received))
                self.assertFalse(changes(was, snapshot(self.env)))

    def test_canceled_before_it_was_read_and_not_put_back_is_no_drift(self):
        self.shop.advance(300)
        placed = self.buy(3)
        self.shop.cancel(placed["name"], restock=False)

        self.hear()

        self.assertEqual((self.free(), self.offered()), (ON_HAND, ON_HAND))
        self.assertFalse(self.env["retail.sync.drift"].search([]))

    def test_a_lost_answer_cancels_and_refunds_once(self):
        for stage, operation in OPERATIONS.items():
            for fault in ("drop_after", "drop_before"):
                with self.subTest(stage=stage, fault=fault):
                    placed, order = self.bought()
                    if stage == "rest":
                        self.ship(order.order_id.picking_ids, units=1)
                        self.hear()
                    self.shop.fault(fault, operation)

                    self.cancel(order)
                    self.work()
                    self.hear()

                    self.assertFalse(self.shop.faults())
                    self.agree(placed, order)
                    kept = ask(self.shop, placed["id"]).total
                    self.assertEqual(self.money(placed), kept)

    def test_money_that_is_kept_goes_back_later(self):
        placed, order = self.bought()
        self.cancel(order, money="keep")
        self.assertEqual(self.money(placed), Decimal(placed["total"]))

        action = self.issues("refund_open").action_mend()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        dialog.create({}).action_do()
        self.work()
        self.hear()

        self.agree(placed, order)
        self.assertEqual(self.money(placed), 0)

    def test_shipped_there_meanwhile_is_refused_and_put_before_a_person(self):
        placed, order = self.bought()
        self.ship(order.order_id.picking_ids, units=1)
        self.hear()
        self.shop.fulfill(placed["name"])

        self.cancel(order)

        self.assertFalse(self.issues("rest_refused"))
        self.assertEqual(len(self.issues("rest_shipped")), 1)
        self.assertEqual(self.money(placed), Decimal(placed["total"]))

    def test_an_authorization_is_taken_from_here(self):
        placed, order = self.bought(financial="authorized")
        self.assertTrue(order.can_capture)

        action = order.action_capture()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        dialog.create({}).action_do()
        self.work()
        self.hear()

        self.assertEqual(order.payment_state, "paid")
        self.assertEqual(self.money(placed), Decimal(placed["total"]))
        self.assertFalse(order.can_capture)

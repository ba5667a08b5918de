from dataclasses import replace
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .return_common import ASKED_AT, ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnAsked(ReturnCommon):
    """Returns that buyers ask for come with their order, and are followed."""

    def test_a_request_is_kept_and_nothing_is_expected_yet(self):
        order = self.came_and_left()

        self.tell(self.ask(exchanged=(("A mug", 1),)))

        self.assertRecordValues(
            order.return_ids,
            [
                {
                    "name": "#1-R1",
                    "state": "requested",
                    "units": 2,
                    "reason": "Too big",
                    "exchanged": "1 x A mug",
                }
            ],
        )
        self.assertEqual(order.return_ids.line_ids.sku, "SHIRT")
        self.assertFalse(self.coming_back(order))
        self.assertIn("return_requested", order.step_ids.mapped("code"))

    def test_an_approved_one_is_expected_once(self):
        order = self.came_and_left()
        self.tell(self.ask())

        for _time in range(3):
            self.tell(self.ask(state="open"), note=f"version {self.version}")

        receipt = self.coming_back(order)
        self.assertEqual(receipt.move_ids.product_uom_qty, 2)
        self.assertEqual(receipt.retail_sync_return_id, order.return_ids)
        self.assertEqual(receipt.state, "assigned")

    def test_an_older_version_changes_nothing(self):
        order = self.came_and_left()
        older = self.newer(return_requests=(self.ask(),))
        self.tell(self.ask(state="open"))

        self.settle(older)

        self.assertEqual(order.return_ids.state, "open")
        self.assertEqual(len(self.coming_back(order)), 1)

    def test_the_receipt_follows_the_units(self):
        order = self.came_and_left()
        self.tell(self.ask(1, state="open"))
        self.tell(self.ask(3, state="open"))
        self.assertEqual(
            sum(self.open_receipts(order).move_ids.mapped("product_uom_qty")), 3
        )

        self.tell(self.ask(2, state="open"))
        self.assertEqual(
            sum(self.open_receipts(order).move_ids.mapped("product_uom_qty")), 2
        )

        self.tell(self.ask(0, state="open"))
        self.assertFalse(self.open_receipts(order))

    def test_what_is_canceled_there_is_not_expected_anymore(self):
        for state in ("canceled", "declined"):
            with self.subTest(state):
                order = self.came_and_left(external_id=f"order-{state}")
                self.tell(self.ask(state="open"))
                self.tell(self.ask(state=state))
                self.assertEqual(self.coming_back(order).mapped("state"), ["cancel"])

    def test_a_return_that_is_gone_there_was_canceled(self):
        order = self.came_and_left()
        for number, state in enumerate(("no_return", "")):
            with self.subTest(state=state):
                self.tell(self.ask(state="open", number=number))

                self.tell(return_state=state)

                self.assertEqual(set(order.return_ids.mapped("state")), {"canceled"})
                self.assertFalse(self.open_receipts(order))

    def test_returns_that_cannot_be_read_stay_as_they_were(self):
        order = self.came_and_left()
        self.tell(self.ask(state="open"))

        self.tell(note="the scope was taken away")

        self.assertEqual(order.return_ids.state, "open")
        self.assertTrue(self.open_receipts(order))

    def test_what_is_received_stays_when_it_is_canceled_there(self):
        order = self.came_and_left()
        self.tell(self.ask(state="open"))
        self.ship(self.coming_back(order), SHIRT=1)

        self.tell(self.ask(state="canceled"))

        self.assertEqual(
            sorted(self.coming_back(order).mapped("state")), ["cancel", "done"]
        )

    def test_a_receipt_the_warehouse_canceled_is_not_expected_again(self):
        order = self.came_and_left()
        self.tell(self.ask(state="open"))
        self.coming_back(order).action_cancel()

        self.tell(self.ask(state="open"), note="another")

        self.assertFalse(self.open_receipts(order))
        self.assertIn("return_canceled", order.step_ids.mapped("code"))

    def test_a_refund_of_the_return_joins_its_receipt(self):
        order = self.came_and_left()
        self.tell(self.ask(state="open"))

        self.refund(
            self.row(units=2, return_id="return-1"),
            return_requests=(self.ask(state="open", refunded=2),),
        )

        self.assertEqual(len(self.coming_back(order)), 1)
        self.assertEqual(self.coming_back(order).move_ids.product_uom_qty, 2)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 3))

    def test_a_refund_without_goods_joins_it_too(self):
        order = self.came_and_left()
        row = self.row(units=2, return_id="return-1", restocked=False, location_id="")

        self.refund(row, return_requests=(self.ask(state="open", refunded=2),))

        self.assertEqual(self.coming_back(order).move_ids.product_uom_qty, 2)
        self.assertNotIn("goods_kept", order.step_ids.mapped("code"))
        self.ship(self.coming_back(order))
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.assertFalse(order._open_deliveries())

    def test_a_return_that_a_person_made_before_is_taken_for_it(self):
        order = self.came_and_left()
        receipt = self.return_by_hand(self.pickings(order)[0], 2)

        self.tell(self.ask(state="open"))

        self.assertEqual(self.coming_back(order), receipt)
        self.assertEqual(receipt.retail_sync_return_id, order.return_ids)
        self.assertEqual(len(self.effects(order, "disposition")), 1)

    def test_what_others_put_back_is_booked_by_the_policy(self):
        for policy, states in (
            ("receive", ["assigned"]),
            ("book", ["assigned", "cancel", "done"]),
        ):
            with self.subTest(policy):
                self.channel.return_policy = policy
                order = self.came_and_left(external_id=f"order-{policy}")
                self.tell(self.ask(state="open"))
                before = self.on_web_shelf()
                for _time in range(2):
                    self.tell(
                        self.ask(state="open", disposed=[self.disposed()]),
                        note=f"{self.version}",
                    )
                self.assertEqual(
                    sorted(self.coming_back(order).mapped("state")), states
                )
                booked = 1 if policy == "book" else 0
                self.assertEqual(self.on_web_shelf(), before + booked)
                self.assertFalse(self.effects(order, "disposition"))

    def test_what_others_say_is_missing_is_not_expected(self):
        order = self.came_and_left()
        self.tell(self.ask(state="open"))

        self.tell(self.ask(state="open", disposed=[self.disposed(kind="missing")]))

        self.assertEqual(self.open_receipts(order).move_ids.product_uom_qty, 1)

    def put_back_by_a_refund(self, policy):
        """Refund an approved return, put back there; return the order."""
        self.channel.return_policy = policy
        order = self.came_and_left()
        self.tell(self.ask(state="open"))
        row = self.row(units=2, return_id="return-1")
        self.refund(row, return_requests=(self.ask(state="open", refunded=2),))
        return order

    def test_what_a_refund_of_it_put_back_is_booked_by_the_policy(self):
        before = self.on_web_shelf()

        order = self.put_back_by_a_refund("book")

        # three had left
        self.assertEqual(self.on_web_shelf(), before - 3 + 2)
        self.assertFalse(self.open_receipts(order))
        self.assertFalse(self.effects(order, "disposition"))

    def test_what_a_refund_of_it_put_back_is_not_put_back_again(self):
        order = self.put_back_by_a_refund("receive")

        self.ship(self.open_receipts(order))

        self.assertFalse(self.effects(order, "disposition"))

    def test_a_return_seen_after_its_refund_was_followed_expects_nothing_more(self):
        order = self.came_and_left()
        self.refund(self.row(units=2))
        receipt = self.coming_back(order)
        rows = tuple(
            replace(one, return_id="return-1") for one in self.document.returns
        )

        self.tell(self.ask(state="open", refunded=2), returns=rows)

        self.assertEqual(self.coming_back(order), receipt)

    def test_what_was_over_before_it_could_be_seen_is_left_alone(self):
        order = self.came_and_left()
        closed = ASKED_AT - timedelta(days=9)

        asked = self.ask(
            state="closed",
            closed_at=closed,
            disposed=[self.disposed(kind="processing")],
        )
        self.tell(asked)

        self.assertEqual(order.return_ids.state, "closed")
        self.assertFalse(self.coming_back(order))

    def test_who_answers_the_buyer_reads_of_it(self):
        order = self.came_and_left()
        self.tell(self.ask())
        self.assertEqual(order.returns_line, "2 asked for")
        self.assertIn("We received your wish to return goods.", order.answer)

        self.tell(self.ask(state="open"))
        order.invalidate_recordset()
        self.assertEqual(order.returns_line, "2 awaited")
        self.assertIn("#1-R1 is approved; we are waiting", order.answer)

    def test_a_viewer_sees_returns_of_own_companies_alone(self):
        self.came_and_left()
        order = self.tell(self.ask())
        user = new_test_user(
            self.env, "returns-viewer", "retail_sync_core.retail_sync_group_viewer"
        )
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        seen = order.return_ids.with_user(user)

        self.assertFalse(seen.search([("id", "=", seen.id)]))
        with self.assertRaises(AccessError):
            seen.line_ids.read(["title"])

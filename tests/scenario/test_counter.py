"""A customer brings goods to the counter of a store: goods, money, credit note."""

from decimal import Decimal

from matrix_check import ask, changes, snapshot
from odoo.exceptions import UserError
from odoo.tests import tagged
from story import ON_HAND, PLACE
from test_refund_here import RefundHere


@tagged("post_install", "-at_install")
class TestCounter(RefundHere):
    def find(self, text):
        return self.env["retail.sync.order.counter"].create({"what": text})

    def counter(self, order, **units):
        """Open the counter's dialog on the money; ``units`` {condition: units}."""
        self.shop.advance(60)
        action = self.find(order.external_ref).action_go_on()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        (row,) = dialog.line_ids
        ((row.back, row.units),) = units.items()
        if row.back == "check":
            dialog.apart_id = self.apart()
        dialog.action_next()
        self.work()
        return dialog

    def apart(self):
        return self.env["stock.location"].create(
            {
                "name": "To be looked at",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
            }
        )

    def take_back(self, dialog):
        answer = dialog.action_take_back()
        self.work()
        self.hear()
        return answer["params"]["message"]

    def receipts(self, order):
        return order.order_id.picking_ids.filtered(
            lambda one: one.move_ids.origin_returned_move_id
        )

    def test_found_by_number_mail_and_scanned_code(self):
        _placed, order = self.bought(shipped=3)
        picking = order.order_id.picking_ids
        mail = order.buyer_id.email = "mug@example.com"
        page = f"{picking.get_base_url()}/retail_sync/delivery/{picking.id}"

        for text in (order.external_ref, picking.name, mail, page):
            with self.subTest(text=text):
                self.assertEqual(self.find(text).order_id, order)
        self.assertTrue(self.find("nobody@example.com").is_unknown)

    def test_as_new_it_is_on_the_shelf_and_paid_back(self):
        placed, order = self.bought(shipped=3)
        self.assertEqual(self.offered(), ON_HAND - 3)

        self.take_back(self.counter(order, put_back=1))

        (receipt,) = self.receipts(order)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self.free(), ON_HAND - 2)
        self.assertEqual(self.shop.level("MUG", PLACE)["available"], ON_HAND - 2)
        self.assertFalse(self.env["retail.sync.drift"].search([]))
        theirs = ask(self.shop, placed["id"])
        self.assertEqual(
            (theirs.refunded, theirs.wanted), (Decimal("9.99"), {"MUG": 2})
        )
        self.assertEqual(order.refund_ids.place_id.name, PLACE)
        self.agree(placed, order)
        before = snapshot(self.env)
        self.hear(list(self.shop.received))
        self.assertFalse(changes(before, snapshot(self.env)))

    def test_damaged_it_is_offered_nowhere(self):
        for condition in ("lost", "check"):
            with self.subTest(condition=condition):
                before = self.offered()
                placed, order = self.bought(shipped=3)

                self.take_back(self.counter(order, **{condition: 1}))

                (receipt,) = self.receipts(order)
                self.assertEqual(receipt.state, "done")
                self.assertEqual(self.offered(), before - 3)
                self.assertFalse(self.env["retail.sync.drift"].search([]))
                self.agree(placed, order)
                line = order.line_ids.filtered(lambda one: one.kind == "product")
                apart = (line.units_scrapped, line.units_quarantined)
                self.assertEqual(apart, (1, 0) if condition == "lost" else (0, 1))

    def test_damaged_goods_are_joined_by_no_later_refund(self):
        placed, order = self.bought(shipped=3)
        self.take_back(self.counter(order, lost=1))

        self.decide(self.dialog(order, put_back=1))

        self.assertEqual(len(self.receipts(order)), 2)
        self.assertEqual(
            sorted(self.receipts(order).mapped("state")), ["assigned", "done"]
        )
        self.agree(placed, order)

    def test_above_the_limit_the_goods_are_here_and_the_money_waits(self):
        operator = self.env["res.users"].create(
            {
                "name": "Till",
                "login": "refund_till",
                "group_ids": [
                    (
                        6,
                        0,
                        self.env.ref("retail_sync_core.retail_sync_group_operator").ids,
                    )
                ],
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        self.channel.refund_limit = 5
        placed, order = self.bought(shipped=3)
        dialog = self.counter(order, put_back=1)

        message = self.take_back(dialog.with_user(operator))

        self.assertIn("waits for an approver", message)
        self.assertEqual(self.receipts(order).state, "done")
        self.assertEqual(order.refund_ids.state, "waiting")
        self.assertEqual(ask(self.shop, placed["id"]).refunded, 0)
        self.assertEqual(self.offered(), ON_HAND - 2)
        order.refund_ids._approve("Seen it")
        self.work()
        self.hear()
        self.assertEqual(order.refund_ids.state, "done")
        self.assertEqual(self.offered(), ON_HAND - 2)
        self.assertEqual(len(self.receipts(order)), 1)
        self.agree(placed, order)

    def test_goods_alone(self):
        placed, order = self.bought(shipped=3)
        dialog = self.counter(order, put_back=1)
        dialog.part_ids.amount = 0

        self.assertIn("no money", self.take_back(dialog))

        self.assertEqual(self.receipts(order).state, "done")
        self.assertEqual(ask(self.shop, placed["id"]).refunded, 0)

    def test_no_more_comes_back_than_customers_have(self):
        _placed, order = self.bought(shipped=3)
        self.take_back(self.counter(order, put_back=3))

        with self.assertRaisesRegex(UserError, "customers have 0"):
            self.take_back(self.counter(order, put_back=1))

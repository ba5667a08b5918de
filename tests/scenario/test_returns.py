"""A buyer returns goods: asked for there, approved here, received in two parts."""

import random

from matrix_check import ask, changes, disagreements, snapshot
from odoo.tests import tagged
from story import ON_HAND, PLACE, ShopifyStory


@tagged("post_install", "-at_install")
class TestReturns(ShopifyStory):
    """The whole way, against the real adapter."""

    def setUp(self):
        super().setUp()
        self.placed = self.buy(3)
        self.hear()
        self.order = self.ours(self.placed)
        self.ship(self.order.order_id.picking_ids)
        self.hear()
        self.apart = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )

    def ask_return(self, units=2, **values):
        lines = [{"line": "MUG", "quantity": units, "note": "too big"}]
        self.shop.ask_return(self.placed["name"], lines=lines, **values)
        self.hear()
        return self.order.return_ids

    def receipts(self):
        return self.order.order_id.picking_ids.filtered(
            lambda one: one.retail_sync_return_id and one.state != "cancel"
        )

    def there(self):
        return self.shop.order(self.placed["name"])["returns"][-1]

    def told(self):
        return [(one["type"], one["quantity"]) for one in self.there()["dispositions"]]

    def approved(self, units=2, **values):
        asked = self.ask_return(units, **values)
        asked.action_approve()
        self.work()
        self.hear()
        return asked

    def test_asked_approved_received_in_parts_refunded(self):
        asked = self.approved()
        self.assertEqual((asked.state, self.there()["status"]), ("open", "OPEN"))
        receipt = self.receipts()
        self.ship(receipt, units=1)
        self.hear()
        self.assertEqual((self.free(), self.offered()), (ON_HAND - 2, ON_HAND - 2))
        rest = self.receipts() - receipt
        for record in (rest, rest.move_ids, rest.move_line_ids):
            record.location_dest_id = self.apart
        self.ship(rest)
        self.hear()
        self.assertEqual(self.told(), [("RESTOCKED", 1), ("PROCESSING_REQUIRED", 1)])
        self.shop.act_on_return(self.placed["name"], "refund")
        self.hear()
        self.shop.act_on_return(self.placed["name"], "close")
        self.hear()

        self.assertEqual(asked.state, "closed")
        self.assertEqual(len(self.receipts()), 2)
        # what lies apart is in the warehouse, and not offered
        self.assertEqual((self.free(), self.offered()), (ON_HAND - 1, ON_HAND - 2))
        line = self.order.order_id.order_line.filtered("product_id")[:1]
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.order.action_compare_units()
        self.work()
        self.assertFalse(self.order.units_report)
        self.assertFalse(self.issues().mapped("message"))
        # what has left and came back counts there as shipped all the same
        theirs = ask(self.shop, self.placed["id"])
        found = disagreements(theirs, self.order, invoiced=False)
        self.assertFalse([one for one in found if not one.startswith("shipped")])

    def test_told_again_in_any_order_nothing_changes(self):
        self.approved()
        self.ship(self.receipts())
        self.hear()
        self.shop.act_on_return(self.placed["name"], "refund")
        self.hear()
        before, calls = snapshot(self.env), len(self.shop.calls())
        again = list(self.shop.received)
        random.Random(7).shuffle(again)

        self.hear(again)

        self.assertFalse(changes(before, snapshot(self.env)))
        mutations = [
            call["operation"]
            for call in self.shop.calls()[calls:]
            if call["operation"].startswith(("Return", "Reverse"))
        ]
        self.assertFalse(mutations)
        self.assertEqual(self.told(), [("RESTOCKED", 2)])

    def test_declined_here(self):
        asked = self.ask_return()
        asked._decide("decline", "final_sale", "Mugs stay.")
        self.work()
        self.hear()

        self.assertEqual(
            (asked.state, self.there()["status"]), ("declined", "DECLINED")
        )
        self.assertEqual(
            self.there()["decline"], {"reason": "FINAL_SALE", "note": "Mugs stay."}
        )
        self.assertFalse(self.receipts())

    def test_somebody_else_put_it_back_there(self):
        self.approved()
        lines = [{"line": "MUG", "quantity": 2, "location": PLACE}]
        self.shop.act_on_return(self.placed["name"], "dispose", lines=lines)
        self.hear()
        self.assertEqual((self.free(), self.offered()), (ON_HAND - 3, ON_HAND - 3))

        self.ship(self.receipts())
        self.hear()

        self.assertEqual((self.free(), self.offered()), (ON_HAND - 1, ON_HAND - 1))
        self.assertEqual(self.told(), [("RESTOCKED", 2)])

    def test_an_exchange_is_delivered(self):
        asked = self.approved(1, exchange=[{"sku": "MUG", "quantity": 1}])
        self.assertIn("1 x", asked.exchanged)

        self.shop.act_on_return(self.placed["name"], "process")
        self.hear()

        goods = self.order.order_id.order_line.filtered(
            lambda line: line.product_id == self.mug
        )
        self.assertEqual(sum(goods.mapped("product_uom_qty")), 4)
        self.assertEqual(self.order._open_deliveries().move_ids.product_uom_qty, 1)

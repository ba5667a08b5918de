from datetime import timedelta

from odoo.tests import tagged

from ..adapters import base
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestStockTiming(StockCase):
    """What is near zero is told at once; the rest is gathered, nothing forgotten."""

    def setUp(self):
        super().setUp()
        self.workflow = self.channel._workflow("stock")
        self.many = self.make_product("MANY", 100)
        self.few = self.make_product("FEW", 6)
        for product in (self.many, self.few):
            self.make_listing(product)
        self.in_step(self.many, there=100)
        self.in_step(self.few, there=6)
        self.push()
        ShelfAdapter.sent.clear()
        self.workflow.gather_s = 300

    def told(self):
        """Return what was told, call by call: {item: units}."""
        return [
            {write.ref.item_id: write.quantity for write in effect.body.levels}
            for effect in ShelfAdapter.sent
        ]

    def pass_time(self, seconds):
        """Let what waits have waited longer."""
        for level in self.env["retail.sync.level"].search(
            [("channel_id", "=", self.channel.id), ("due_at", "!=", False)]
        ):
            earlier = timedelta(seconds=seconds)
            level.due_at -= earlier
            level.marked_at -= earlier

    def test_what_is_plenty_waits_and_goes_out_in_one_call(self):
        other = self.make_product("OTHER", 50)
        self.make_listing(other)
        self.in_step(other, there=50)
        self.put(self.many, 1)
        self.push()
        self.put(other, 1)
        self.push()
        self.put(self.many, 1)
        self.push()
        self.assertEqual(self.told(), [])

        self.pass_time(301)
        self.push(ahead_s=301)

        self.assertEqual(self.told(), [{"item-MANY": 102, "item-OTHER": 51}])
        self.assertEqual(self.level(self.many).state, "acknowledged")

    def test_what_is_nearly_gone_is_told_at_once(self):
        self.put(self.few, -2)

        self.push()

        self.assertEqual(self.told(), [{"item-FEW": 4}])

    def test_what_was_nearly_gone_there_is_told_at_once_when_it_is_back(self):
        self.put(self.few, -4)
        self.push()
        self.put(self.few, 80)

        self.push()

        self.assertEqual(self.told(), [{"item-FEW": 2}, {"item-FEW": 82}])

    def test_an_urgent_call_takes_along_what_was_gathered(self):
        self.put(self.many, 1)
        self.push()
        self.put(self.few, -2)

        self.push()

        self.assertEqual(self.told(), [{"item-FEW": 4, "item-MANY": 101}])

    def test_a_change_that_makes_a_gathered_level_urgent_does_not_wait(self):
        self.put(self.many, 1)
        self.push()
        self.put(self.many, -99)

        self.push()

        self.assertEqual(self.told(), [{"item-MANY": 2}])

    def test_a_product_that_sells_fast_is_near_zero_sooner(self):
        self.level(self.many).sold_per_day = 60
        self.put(self.many, 1)

        self.push()

        self.assertEqual(self.told(), [{"item-MANY": 101}])

    def test_a_full_call_does_not_wait(self):
        self.can(batch=2)
        other = self.make_product("OTHER", 50)
        self.make_listing(other)
        self.in_step(other, there=50)
        self.put(self.many, 1)
        self.put(other, 1)

        self.push()

        self.assertEqual(len(self.told()), 1)

    def test_many_changes_leave_in_full_calls_one_after_the_other(self):
        products = [self.make_product(f"P{n}", 100) for n in range(7)]
        for product in products:
            self.make_listing(product, there=100)
        self.push(ahead_s=301)
        ShelfAdapter.sent.clear()
        self.can(batch=2)
        for product in products:
            self.put(product, 5)

        self.push()

        self.assertEqual([len(call) for call in self.told()], [2, 2, 2])

    def test_what_changes_back_while_it_is_gathered_is_not_told(self):
        self.put(self.many, 1)
        self.push()
        self.put(self.many, -1)

        self.push(ahead_s=301)

        self.assertEqual(self.told(), [])
        self.assertEqual(self.level(self.many).state, "acknowledged")

    def test_orders_of_a_channel_that_cannot_compare_are_not_asked_while_gathering(
        self,
    ):
        self.can(cas=False)
        self.put(self.many, 1)

        self.push()

        polls = self.env["retail.sync.job"].search([("handler", "=", "flow.poll")])
        self.assertFalse(polls)

    def test_a_gathered_level_is_not_late_before_its_time(self):
        self.put(self.many, 1)
        self.push()
        self.assertFalse(self.workflow.is_late)

        self.pass_time(400)
        self.env.flush_all()
        self.workflow.invalidate_recordset()
        self.assertTrue(self.workflow.is_late)

    def test_the_pace_is_what_left_for_customers_in_four_weeks(self):
        move = self.make_move(self.many, 56, reserve=True)
        move.picked = True
        move._action_done()

        self.env["retail.sync.level"]._refresh_pace()

        self.assertEqual(self.level(self.many).sold_per_day, 2.0)
        self.assertEqual(self.level(self.few).sold_per_day, 0.0)

    def test_what_is_packed_before_it_leaves_counts_for_its_shelf(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.put(self.many, 56, self.warehouse.wh_output_stock_loc_id)
        move = self.make_move(
            self.many, 56, source=self.warehouse.wh_output_stock_loc_id, reserve=True
        )
        move.picked = True
        move._action_done()

        self.env["retail.sync.level"]._refresh_pace()

        self.assertEqual(self.level(self.many).sold_per_day, 2.0)

    def test_the_wait_is_told_in_words(self):
        self.put(self.many, 1)
        self.push()

        job = self.env["retail.sync.job"].search(
            [("handler", "=", "stock.push"), ("state", "=", "pending")]
        )

        self.assertEqual(job.explanation, "Changes are gathered for one call.")

    def test_near_zero_goes_before_what_waits_longer(self):
        self.can(batch=1)
        self.assertTrue(self.channel._adapter_class().capability(base.Stock))
        self.workflow.gather_s = 0
        self.put(self.many, 1)
        self.consume()
        self.put(self.few, -2)

        self.push()

        self.assertEqual(self.told(), [{"item-FEW": 4}, {"item-MANY": 101}])

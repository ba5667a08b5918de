from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from ..domain.stock import Movement
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestStockConflict(StockCase):
    """The channel's figure differs: orders first, then a person, nothing blindly."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 10)
        self.listing = self.make_listing(self.product)
        self.in_step(self.product, there=10)

    def polls(self):
        """Return the jobs that fetch orders."""
        return self.env["retail.sync.job"].search(
            [("channel_id", "=", self.channel.id), ("handler", "=", "flow.poll")]
        )

    def sell_there(self, units):
        """Let the channel sell, without a word to us."""
        self.shelf["L1", "item-A"] -= units

    def test_a_known_sale_of_the_channel_causes_no_conflict(self):
        self.sell_there(2)
        self.env["retail.sync.level"]._channel_moved(
            self.channel, [self.sold("1001", -2)]
        )
        self.make_move(self.product, 2, reserve=True)
        self.put(self.product, 5)

        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 13)
        self.assertFalse(self.polls())

    def test_a_known_sale_alone_sends_nothing(self):
        self.sell_there(2)
        self.env["retail.sync.level"]._channel_moved(
            self.channel, [self.sold("1001", -2)]
        )
        self.make_move(self.product, 2, reserve=True)

        self.push()

        self.assertEqual(ShelfAdapter.sent, [])
        self.assertEqual(self.shelf["L1", "item-A"], 8)

    def test_a_sale_that_another_place_ships_instead_has_the_level_told_again(self):
        sale = self.sold("1001", -2)
        self.sell_there(2)
        self.env["retail.sync.level"]._channel_moved(self.channel, [sale])
        self.put(self.product, -2)
        self.push()
        self.assertEqual(ShelfAdapter.sent, [])

        # its units are free there again, and were not found here
        self.sell_there(-2)
        elsewhere = replace(sale, location_id="L2")
        self.env["retail.sync.level"]._channel_moved(self.channel, [elsewhere])
        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 8)
        self.assertFalse(self.polls())

    def test_on_a_mismatch_orders_are_fetched_before_anything_is_written(self):
        self.sell_there(2)
        self.put(self.product, 5)

        self.push()

        self.assertEqual(len(self.polls()), 1)
        self.assertEqual(self.shelf["L1", "item-A"], 8)
        self.assertEqual(self.level(self.product).state, "conflict")

    def test_a_mismatch_that_the_orders_explain_raises_nothing(self):
        self.sell_there(2)
        self.put(self.product, 5)
        self.push()
        self.env["retail.sync.level"]._channel_moved(
            self.channel, [self.sold("1001", -2)]
        )
        self.make_move(self.product, 2, reserve=True)
        self.finish_polls()

        self.push(ahead_s=60)

        self.assertFalse(self.issues("stock_drift"))
        self.assertEqual(self.shelf["L1", "item-A"], 13)

    def test_an_unexplained_mismatch_is_raised_and_only_then_taken_over(self):
        self.sell_there(2)
        self.put(self.product, 5)
        self.push()
        self.finish_polls()

        self.push(ahead_s=60)

        self.assertEqual(self.issues("stock_drift").params["difference"], -2)
        self.assertEqual(self.shelf["L1", "item-A"], 15)
        self.assertEqual(ShelfAdapter.sent[-1].body.levels[0].expected, 8)

    def test_other_levels_of_the_batch_are_not_held_up(self):
        other = self.make_product("B", 1)
        self.make_listing(other, there=0)
        self.sell_there(2)
        self.put(self.product, 5)

        self.push()

        self.assertEqual(self.shelf["L1", "item-B"], 1)
        self.assertEqual(self.shelf["L1", "item-A"], 8)

    def test_lines_nobody_knows_of_are_read_before_they_are_told_again(self):
        self.put(self.product, 5)

        def written_without_a_word(adapter, _kind, write):
            adapter.shelf["L1", write.ref.item_id] = write.quantity
            return base.ItemOutcome(ref=write.ref, state="unknown")

        with patch.object(ShelfAdapter, "_set", written_without_a_word):
            self.push()

        self.assertEqual((len(ShelfAdapter.sent), len(ShelfAdapter.reads)), (1, 1))
        self.assertEqual(self.level(self.product).state, "acknowledged")
        self.assertFalse(self.issues("stock_drift"))

    def sold(self, order, quantity, item="item-A"):
        """Return the channel's movement for an order line."""
        return Movement(
            movement_id=f"sold:{order}:1",
            item_id=item,
            location_id="L1",
            quantity=quantity,
        )

    def finish_polls(self):
        """Let the orders be fetched, with nothing new in them."""
        self.polls()._cancel()
        self.orders_are_in()

    def test_a_movement_told_again_counts_once_and_an_edit_by_its_difference(self):
        Level = self.env["retail.sync.level"]
        expected = []
        for quantity in (-2, -2, -3, 0):
            Level._channel_moved(self.channel, [self.sold("1001", quantity)])
            expected.append(self.level(self.product).expected_qty)

        self.assertEqual(expected, [8, 8, 7, 10])

    def sold_around_the_reading(self, seconds, units=2):
        """Tell of a sale so many seconds after our last reading, by their clock."""
        based_at = self.level(self.product).based_at
        movement = replace(
            self.sold("8", -units),
            occurred_at=based_at + timedelta(seconds=seconds),
        )
        self.env["retail.sync.level"]._channel_moved(self.channel, [movement])

    def test_a_sale_within_the_second_of_our_reading_is_no_drift(self):
        self.sell_there(2)
        self.sold_around_the_reading(0)
        self.make_move(self.product, 2, reserve=True)
        self.put(self.product, 5)
        self.push()
        self.finish_polls()

        self.push(ahead_s=60)

        self.assertFalse(self.issues("stock_drift"))
        self.assertEqual(self.shelf["L1", "item-A"], 13)

    def test_a_sale_that_was_in_the_figure_after_all_is_no_drift(self):
        self.sold_around_the_reading(1)
        self.put(self.product, 5)
        self.push()
        self.finish_polls()

        self.push(ahead_s=60)

        self.assertFalse(self.issues("stock_drift"))
        self.assertEqual(self.shelf["L1", "item-A"], 15)

    def test_another_number_than_that_of_the_moments_sale_is_drift(self):
        self.sell_there(3)
        self.sold_around_the_reading(0)
        self.put(self.product, 5)
        self.push()
        self.finish_polls()

        self.push(ahead_s=60)

        self.assertEqual(self.issues("stock_drift").params["found"], 7)

    def test_a_sale_of_another_day_explains_nothing(self):
        self.sell_there(2)
        self.sold_around_the_reading(-86400)
        self.put(self.product, 5)
        self.push()
        self.finish_polls()

        self.push(ahead_s=60)

        self.assertTrue(self.issues("stock_drift"))

    def test_a_sale_that_was_in_the_figure_we_read_does_not_count_again(self):
        based_at = self.level(self.product).based_at
        before = Movement(
            movement_id="sold:7:1",
            item_id="item-A",
            location_id="L1",
            quantity=-2,
            occurred_at=based_at.replace(year=based_at.year - 1),
        )

        self.env["retail.sync.level"]._channel_moved(self.channel, [before])

        self.assertEqual(self.level(self.product).expected_qty, 10)


@tagged("post_install", "-at_install")
class TestStockDoubt(StockCase):
    """Nobody knows whether it happened: the shelf is read before anything repeats."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 10)
        self.make_listing(self.product)
        self.in_step(self.product, there=10)
        self.put(self.product, 2)

    def effects(self):
        """Return the state of each batch, in order."""
        return (
            self.env["retail.sync.effect"]
            .search([("channel_id", "=", self.channel.id)], order="id")
            .mapped("state")
        )

    def test_a_time_out_after_the_write_is_read_back_and_not_repeated(self):
        def late(effect):
            raise errors.InDoubtError("no answer")

        ShelfAdapter.faults.append(late)

        self.push(ahead_s=60)

        self.assertEqual(len(ShelfAdapter.sent), 1)
        self.assertEqual(len(ShelfAdapter.reads), 1)
        self.assertEqual(self.level(self.product).acked_qty, 12)
        self.assertEqual(self.effects()[-1], "applied")

    def test_a_time_out_before_the_write_is_read_back_and_told_anew(self):
        ShelfAdapter.faults.append(errors.InDoubtError("no answer"))

        self.push(ahead_s=60)

        self.assertEqual(len(ShelfAdapter.reads), 1)
        self.assertEqual(len(ShelfAdapter.sent), 2)
        self.assertNotEqual(ShelfAdapter.sent[0].key, ShelfAdapter.sent[1].key)
        self.assertEqual(self.shelf["L1", "item-A"], 12)

    def test_what_surely_never_left_is_computed_anew(self):
        ShelfAdapter.faults.append(errors.TransientError("refused connection"))
        self.push()
        self.put(self.product, 1)

        self.push(ahead_s=3600)

        self.assertEqual(self.shelf["L1", "item-A"], 13)
        self.assertEqual(ShelfAdapter.sent[-1].body.levels[0].quantity, 13)
        self.assertIn("abandoned", self.effects())

    def test_the_batch_of_a_dead_job_is_read_back_by_the_next(self):
        ShelfAdapter.faults.append(errors.InDoubtError("no answer"))
        self.push()
        jobs = self.env["retail.sync.job"].search(
            [("channel_id", "=", self.channel.id), ("state", "=", "pending")]
        )
        jobs._cancel()
        self.put(self.product, 1)

        self.push(ahead_s=60)

        self.assertEqual(len(ShelfAdapter.reads), 1)
        self.assertEqual(self.shelf["L1", "item-A"], 13)


@tagged("post_install", "-at_install")
class TestStockFeed(StockCase):
    """A channel that cannot compare, and confirms later."""

    def setUp(self):
        super().setUp()
        self.can(cas=False, idempotent=False, confirmed_later=True)
        self.product = self.make_product("A", 10)
        self.make_listing(self.product, there=0)

    def test_orders_are_fetched_before_stock_is_written_over(self):
        self.push()

        self.assertEqual(ShelfAdapter.sent, [])
        handlers = self.env["retail.sync.job"].search([]).mapped("handler")
        self.assertIn("flow.poll", handlers)

    def test_a_feed_is_polled_until_each_level_is_confirmed_or_refused(self):
        other = self.make_product("B", 4)
        self.make_listing(other, there=0)
        answers = [
            base.Outcome(state="accepted", handle="feed-1"),
            base.Outcome(
                state="partial",
                items=(
                    self.item("item-A", "applied"),
                    self.item("item-B", "refused", message="no such SKU"),
                ),
            ),
        ]

        def accept(_adapter, effect):
            ShelfAdapter.sent.append(effect)
            return base.Outcome(state="accepted", handle="feed-1")

        def poll(_adapter, _effect):
            return answers.pop(0)

        with (
            patch.object(ShelfAdapter, "send", accept),
            patch.object(ShelfAdapter, "poll", poll),
        ):
            self.push()
            self.env["retail.sync.job"].search(
                [("handler", "=", "flow.poll")]
            )._cancel()
            self.orders_are_in()
            self.push(ahead_s=600)

        self.assertEqual(len(ShelfAdapter.sent), 1)
        self.assertEqual(self.level(self.product).state, "acknowledged")
        self.assertRecordValues(
            self.level(other), [{"state": "refused", "last_error": "no such SKU"}]
        )

    def item(self, item_id, state, **values):
        """Return the outcome of one level."""
        ref = doc.LevelRef(item_id=item_id, location_id="L1")
        return base.ItemOutcome(ref=ref, state=state, **values)

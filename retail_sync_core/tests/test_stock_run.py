from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain.stock import Movement
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestStockRun(StockCase):
    """All levels of a channel, compared or told anew, slice by slice."""

    def setUp(self):
        super().setUp()
        self.can(batch=2)
        self.channel.compare_daily = False
        self.products = [self.make_product(f"P{n}", 10) for n in range(5)]
        for product in self.products:
            self.make_listing(product, there=10)
        self.push()
        self.push()
        ShelfAdapter.sent.clear()
        ShelfAdapter.reads.clear()

    def start(self, kind, **values):
        """Begin a run of the channel."""
        return self.env["retail.sync.stock.run"]._start(self.channel, kind, **values)

    def finish_orders(self):
        """Let the channel's orders be fetched, with nothing new in them."""
        self.env["retail.sync.job"].search([("handler", "=", "flow.poll")])._cancel()
        self.orders_are_in()

    def test_all_is_read_in_batches_and_no_difference_is_found(self):
        run = self.start("compare")

        self.push()

        self.assertEqual(len(ShelfAdapter.reads), 3)
        self.assertRecordValues(
            run, [{"state": "done", "total": 5, "done": 5, "progress": 100.0}]
        )
        self.assertFalse(run.drift_ids)
        self.assertEqual(ShelfAdapter.sent, [])

    def test_what_differs_is_written_down_and_ours_told_again(self):
        self.shelf["L1", "item-P3"] = 4
        run = self.start("compare")
        self.push()
        self.finish_orders()

        self.push(ahead_s=60)

        self.assertRecordValues(
            run.drift_ids,
            [
                {
                    "product_id": self.products[3].id,
                    "expected_qty": 10,
                    "found_qty": 4,
                    "difference": -6,
                    "reason": "taken",
                    "state": "told",
                }
            ],
        )
        self.assertEqual(self.shelf["L1", "item-P3"], 10)
        self.assertIn("1 differ, by 6 units", run.summary)

    def test_where_a_person_is_asked_their_figure_stays_until_then(self):
        self.channel.drift_policy = "ask"
        self.shelf["L1", "item-P3"] = 4
        run = self.start("compare")
        self.push()
        self.finish_orders()
        self.push(ahead_s=60)
        self.assertEqual(self.shelf["L1", "item-P3"], 4)
        self.assertEqual(run.drift_ids.state, "open")

        run.drift_ids.action_tell()
        self.push()

        self.assertEqual(self.shelf["L1", "item-P3"], 10)
        self.assertFalse(self.issues("stock_drift"))

    def test_a_sale_that_comes_with_the_orders_is_no_difference(self):
        self.shelf["L1", "item-P3"] = 8
        run = self.start("compare")
        self.push()
        self.note(self.products[3], 2)
        movement = Movement(
            movement_id="sold:1001:1",
            item_id="item-P3",
            location_id="L1",
            quantity=-2,
        )
        self.env["retail.sync.level"]._channel_moved(self.channel, [movement])
        self.finish_orders()

        self.push(ahead_s=60)

        self.assertFalse(run.drift_ids)

    def test_a_stopped_run_goes_on_where_it_was(self):
        run = self.start("compare")
        original = ShelfAdapter.read_levels

        def stop_after(adapter, refs):
            run.state = "stopped"
            run.flush_recordset()
            return original(adapter, refs)

        with patch.object(ShelfAdapter, "read_levels", stop_after):
            self.push()
        self.assertEqual((run.state, run.done), ("stopped", 0))
        ShelfAdapter.reads.clear()

        run.action_go_on()
        self.push()

        self.assertEqual((run.state, run.done), ("done", 5))
        self.assertEqual(len(ShelfAdapter.reads), 3)

    def test_a_run_for_quiet_hours_waits_for_them(self):
        workflow = self.channel._workflow("stock")
        workflow.write({"window_start": 1.0, "window_end": 5.0})
        run = self.start("compare", quiet=True)
        noon = fields.Datetime.to_datetime("2026-03-03 12:00:00")
        with patch.object(fields.Datetime, "now", lambda: noon):
            wait_s = run._wait_for_window_s()
        with patch.object(fields.Datetime, "now", lambda: noon + timedelta(hours=14)):
            at_night_s = run._wait_for_window_s()

        self.assertEqual((wait_s, at_night_s), (13 * 3600, 0.0))

        self.assertEqual(self.start("compare"), run)
        self.push()

        self.assertEqual(run.state, "done")

    def test_telling_all_is_left_to_the_quiet_hours(self):
        workflow = self.channel._workflow("stock")
        now = workflow._local(fields.Datetime.now())
        hour = now.hour + now.minute / 60
        workflow.write({"window_start": (hour + 2) % 24, "window_end": (hour + 3) % 24})
        run = self.start("publish")
        run.action_at_night()
        self.push()
        waits = (run.state, run.summary, len(ShelfAdapter.sent))

        run.action_now()
        self.push(ahead_s=60)

        self.assertEqual(
            waits, ("running", "Waits for the quiet hours of the stock workflow.", 0)
        )
        self.assertEqual((run.state, run.done), ("done", 5))

    def test_all_is_told_anew_whatever_is_known(self):
        run = self.start("publish")

        self.push(ahead_s=60)

        told = [w.ref.item_id for e in ShelfAdapter.sent for w in e.body.levels]
        self.assertEqual(sorted(told), [f"item-P{n}" for n in range(5)])
        self.assertEqual((run.state, run.progress), ("done", 100.0))
        self.assertTrue(all(w.expected == 10 for w in ShelfAdapter.sent[0].body.levels))

    def test_a_publication_counts_what_the_channel_confirmed(self):
        run = self.start("publish")
        self.push(jobs=2)
        begun = run.done, run.told, run.state

        self.push(ahead_s=60)

        self.assertGreater(begun[0], begun[1])
        self.assertEqual(begun[2], "running")
        self.assertEqual((run.done, run.told, run.state), (5, 5, "done"))
        self.assertEqual(run.summary, "5 of 5 levels confirmed by the channel.")

    def test_a_publication_is_not_done_while_something_is_on_its_way(self):
        self.can(batch=250)
        run = self.start("publish")
        self.channel.stock_push = False
        self.push(ahead_s=6, jobs=40)
        waits = run.state, run.done, run.told, run.progress, run.summary
        with self.assertRaisesRegex(UserError, "“Tell our stock” is switched off"):
            self.start("publish")

        self.channel.stock_push = True
        self.push(ahead_s=60)

        self.assertEqual(waits[:4], ("running", 5, 0, 0.0))
        self.assertIn("0 of 5 levels confirmed", waits[4])
        self.assertIn("5 on their way. Waits: the channel's “Tell our", waits[4])
        self.assertEqual((run.state, run.told, run.progress), ("done", 5, 100.0))

    def test_what_the_channel_refuses_ends_a_publication_and_is_told_apart(self):
        original = ShelfAdapter._set

        def refuse_one(adapter, kind, write):
            if write.ref.item_id == "item-P2":
                return base.ItemOutcome(ref=write.ref, state="refused", code="no")
            return original(adapter, kind, write)

        with patch.object(ShelfAdapter, "_set", refuse_one):
            run = self.start("publish")
            self.push(ahead_s=60)

        self.assertEqual((run.state, run.told, run.stuck), ("done", 4, 1))
        self.assertIn("1 refused or not stocked there", run.summary)

    def test_what_is_urgent_overtakes_a_publication(self):
        urgent = self.products[4]
        self.start("publish")
        original = ShelfAdapter.send

        def sell_out(adapter, effect):
            if len(ShelfAdapter.sent) == 0:
                self.put(urgent, -9)
            return original(adapter, effect)

        with patch.object(ShelfAdapter, "send", sell_out):
            self.push(ahead_s=60)

        second = [w.ref.item_id for w in ShelfAdapter.sent[1].body.levels]
        self.assertEqual(second[0], "item-P4")
        self.assertEqual(self.shelf["L1", "item-P4"], 1)

    def test_one_run_of_a_kind_at_a_time(self):
        self.assertEqual(self.start("compare"), self.start("compare"))

    def test_the_daily_comparison_begins_with_the_daily_checks(self):
        self.channel.compare_daily = True
        self.channel.next_check_at = False

        self.env["retail.sync.channel"]._enqueue_checks()

        run = self.env["retail.sync.stock.run"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertRecordValues(run, [{"kind": "compare", "quiet": True}])

    def test_a_viewer_looks_and_an_operator_acts(self):
        run = self.start("compare")
        names = "retail_sync_core.retail_sync_group_"
        viewer = new_test_user(self.env, "rs_viewer_run", names + "viewer")
        operator = new_test_user(self.env, "rs_operator_run", names + "operator")

        self.assertTrue(run.with_user(viewer).summary)
        with self.assertRaises(AccessError):
            run.with_user(viewer).action_stop()
        run.with_user(operator).action_stop()

        self.assertEqual(run.state, "stopped")

    def test_stale_stock_is_what_was_not_confirmed_in_time(self):
        self.put(self.products[0], 1)
        self.consume()
        level = self.level(self.products[0])
        level.marked_at = fields.Datetime.now()  # not when the test's transaction began
        self.assertEqual(self.channel.stale_count, 0)

        level.marked_at -= timedelta(minutes=10)
        self.env.flush_all()
        self.channel.invalidate_recordset()

        self.assertEqual(self.channel.stale_count, 1)
        self.assertEqual(self.channel.stale_since, level.marked_at)
        self.channel.state = "watch"
        self.channel.invalidate_recordset(["stale_count"])
        self.assertEqual(self.channel.stale_count, 0, "nothing is told, nothing late")

    def test_a_refused_level_is_stale_until_the_channel_takes_it(self):
        self.put(self.products[0], 1)
        refused = base.Outcome(
            state="applied",
            items=(
                base.ItemOutcome(
                    ref=self.level(self.products[0])._ref(),
                    state="refused",
                    message="not today",
                ),
            ),
        )
        with patch.object(ShelfAdapter, "send", lambda *_args: refused):
            self.push()
        level = self.level(self.products[0])
        self.assertEqual(level.state, "refused")
        level.marked_at -= timedelta(minutes=10)
        self.env.flush_all()
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.stale_count, 1)

        level.action_check_again()
        self.push()

        self.channel.invalidate_recordset()
        self.assertEqual((level.state, self.channel.stale_count), ("acknowledged", 0))

    def test_what_is_not_stocked_there_anymore_is_found_and_stocked_again(self):
        self.shelf["L1", "item-P3"] = None
        run = self.start("compare")
        self.push()
        self.finish_orders()

        self.push(ahead_s=60)

        self.assertRecordValues(
            run.drift_ids, [{"found_qty": 0, "reason": "gone", "state": "told"}]
        )
        self.assertEqual(self.shelf["L1", "item-P3"], 10)

    def test_where_a_person_is_asked_what_is_gone_stays_gone_until_then(self):
        self.channel.drift_policy = "ask"
        self.shelf["L1", "item-P3"] = None
        run = self.start("compare")
        self.push()
        self.finish_orders()
        self.push(ahead_s=60)
        self.assertEqual(run.drift_ids.state, "open")
        self.assertIsNone(self.shelf["L1", "item-P3"])
        self.assertTrue(self.issues("stock_drift"))

        run.drift_ids.action_tell()
        self.push(ahead_s=60)

        self.assertEqual(self.shelf["L1", "item-P3"], 10)
        self.assertFalse(self.issues("stock_drift"))

    def test_what_somebody_stocks_there_again_is_told(self):
        self.place.activates = False
        product = self.make_product("NEW", 7)
        self.make_listing(product)
        self.push()
        self.assertEqual(self.level(product).state, "inactive")
        self.shelf["L1", "item-NEW"] = 0

        self.start("compare")
        self.push()
        self.finish_orders()
        self.push(ahead_s=60)

        self.assertEqual(self.shelf["L1", "item-NEW"], 7)

    def test_a_run_of_one_location_leaves_the_others_alone(self):
        other = self._make_place("L2", self.warehouse)
        for product in self.products:
            self.shelf["L2", f"item-{product.default_code}"] = 10
        self.push(ahead_s=60)
        ShelfAdapter.reads.clear()
        whole = self.start("compare")
        action = other.action_compare_stock()
        run = self.env["retail.sync.stock.run"].browse(action["res_id"])
        self.assertNotEqual(run, whole)
        whole.action_stop()

        self.push()

        self.assertEqual(
            {r.location_id for refs in ShelfAdapter.reads for r in refs}, {"L2"}
        )
        self.assertEqual((run.state, run.done, whole.done), ("done", 5, 0))

    def test_only_what_was_open_is_told(self):
        self.channel.drift_policy = "ask"
        for number in (2, 3):
            self.shelf["L1", f"item-P{number}"] = 4
        run = self.start("compare")
        self.push()
        self.finish_orders()
        self.push(ahead_s=60)
        left, open_ = run.drift_ids
        left.action_leave()

        run.drift_ids.action_tell()

        self.assertEqual((left.state, open_.state), ("left", "told"))

    def test_what_an_ordinary_push_meets_is_on_no_comparisons_report(self):
        run = self.start("compare")
        self.push()
        self.assertEqual(run.state, "done")
        self.shelf["L1", "item-P0"] = 3
        self.put(self.products[0], 1)
        self.push()
        self.finish_orders()

        self.push(ahead_s=60)

        drift = self.env["retail.sync.drift"].search(
            [("product_id", "=", self.products[0].id)]
        )
        self.assertTrue(drift)
        self.assertFalse(drift.run_id)

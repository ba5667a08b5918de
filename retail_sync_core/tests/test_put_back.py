from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..adapters.registry import ADAPTERS
from ..domain.errors import InDoubtError
from ..domain.stock import Movement
from .stock_common import ShelfAdapter, StockCase

GROUP = "retail_sync_core.retail_sync_group_"


class TakingOffAdapter(ShelfAdapter):
    """A shelf from which a product can be taken off again."""

    capabilities = (
        base.Stock(batch=250, cas=True, idempotent=True, takes_off=True),
        base.Orders(),
    )

    def _set(self, kind, write):
        if kind != "deactivation":
            return super()._set(kind, write)
        self.shelf.pop(self._spot(write.ref), None)
        return base.ItemOutcome(ref=write.ref, state="inactive")


@tagged("post_install", "-at_install")
class TestPutBack(StockCase):
    """What the channel had before our first figure is kept, and put back on wish."""

    def setUp(self):
        super().setUp()
        self.products = {
            sku: self.make_product(sku, ours)
            for sku, ours in (("A", 10), ("B", 0), ("C", 4))
        }
        for sku, there in (("A", 3), ("B", 7), ("C", 4)):
            self.make_listing(self.products[sku], there=there)
        self.before = dict(self.shelf)
        self.manager = new_test_user(self.env, "putter", groups=GROUP + "manager")
        self.channel.company_id = self.manager.company_id

    def rows(self):
        return self.env["retail.sync.stock.before"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def put_back(self):
        """Press the button, answer, and work until nothing is due."""
        channel = self.channel.with_user(self.manager)
        action = channel.action_put_back()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "A trial"})
        )
        wizard.action_put_back()
        self.push()
        self.env["retail.sync.workflow"]._enqueue_due()
        self.push()
        return wizard

    def sell_there(self, sku, units, order):
        """Let the channel sell, and hear of it."""
        item = f"item-{sku}"
        self.shelf["L1", item] -= units
        moved = Movement(
            movement_id=order, item_id=item, location_id="L1", quantity=-units
        )
        self.env["retail.sync.level"]._channel_moved(self.channel, [moved])

    def test_the_first_reading_is_kept_and_no_later_one(self):
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 10)
        self.shelf["L1", "item-A"] = 1  # somebody changes it there
        self.put(self.products["A"], 1)
        self.orders_are_in()
        self.push()

        kept = {row.product_id.default_code: row for row in self.rows()}
        self.assertEqual(
            {sku: (row.theirs_qty, row.ours_qty) for sku, row in kept.items()},
            {"A": (3, 10), "B": (7, 0), "C": (4, 4)},
        )
        self.assertTrue(all(row.kept_at for row in self.rows()))
        self.assertTrue(kept["B"].promises_too_much)
        self.assertTrue(kept["A"].why)
        self.assertEqual(self.rows()[0], kept["B"], "what hurts most comes first")

    def test_they_are_put_back_to_the_unit_and_stock_is_paused(self):
        self.push()
        self.assertNotEqual(self.shelf, self.before)

        wizard = self.put_back()

        self.assertEqual(self.shelf, self.before)
        stock = self.channel._workflow("stock")
        self.assertEqual(stock.state, "paused")
        self.assertTrue(stock.paused_reason)
        self.assertFalse(self.channel.stock_restoring)
        self.assertEqual(wizard.change_count, 0, "nothing is left to be changed")
        self.put(self.products["A"], 5)
        self.push()
        self.assertEqual(self.shelf, self.before)

    def test_the_preview_lists_what_will_change(self):
        self.push()

        wizard = self.env["retail.sync.put.back"].create(
            {"channel_id": self.channel.id, "reason": "x"}
        )

        found = {
            row.product_id.default_code: (row.now_qty, row.target_qty, row.change)
            for row in wizard.before_ids
        }
        self.assertEqual(found, {"A": (10, 3, -7), "B": (0, 7, 7)})
        self.assertIn("2 of 3 levels", wizard.story)
        self.assertIn("14 units", wizard.story)

    def test_what_sold_there_since_is_not_put_back(self):
        self.push()
        self.sell_there("A", 2, "1001")

        self.put_back()

        self.assertEqual(self.shelf["L1", "item-A"], 1)
        self.assertEqual(self.shelf["L1", "item-B"], 7)

    def test_a_sale_nobody_told_of_is_asked_for_first(self):
        self.push()
        self.shelf["L1", "item-A"] -= 2

        self.put_back()

        self.assertEqual(self.shelf["L1", "item-A"], 8, "not written over")
        self.assertTrue(self.channel.stock_restoring)
        self.assertEqual(self.shelf["L1", "item-B"], 7)

        self.env["retail.sync.level"]._channel_moved(
            self.channel,
            [
                Movement(
                    movement_id="1001",
                    item_id="item-A",
                    location_id="L1",
                    quantity=-2,
                )
            ],
        )
        self.orders_are_in()
        self.push(ahead_s=60)
        self.env["retail.sync.workflow"]._enqueue_due()

        self.assertEqual(self.shelf["L1", "item-A"], 1)
        self.assertFalse(self.channel.stock_restoring)

    def test_what_is_on_its_way_right_then_is_put_back_too(self):
        self.push()
        level = self.level(self.products["C"])
        # ours has left, and nobody knows yet that it arrived: it seems unchanged
        self.shelf["L1", "item-C"] = 9
        level.write({"state": "sent", "wanted_qty": 9, "sent_qty": 9})
        self.channel.with_user(self.manager)._put_back("A trial")
        self.assertGreater(level.wanted_generation, level.sent_generation)
        self.env["retail.sync.level"]._write_acknowledged({level.id: 9}, {level.id: 4})

        self.push()
        self.env["retail.sync.workflow"]._enqueue_due()
        self.push()

        self.assertEqual(self.shelf, self.before)

    def test_the_preview_says_what_stays_listed_and_what_nobody_kept(self):
        self.push()
        rows = self.rows()
        rows.filtered(lambda row: row.theirs_qty == 4).stocked = False
        rows.filtered(lambda row: row.theirs_qty == 7).kept_at = False
        self.env.flush_all()

        story = (
            self.env["retail.sync.put.back"]
            .create({"channel_id": self.channel.id, "reason": "x"})
            .story
        )

        self.assertIn("not stocked there before: 1", story)
        self.assertIn("before anything was kept stay as they are: 1", story)

    def test_where_nothing_was_kept_the_preview_counts_what_was_told(self):
        self.push()
        self.rows().unlink()

        wizard = self.env["retail.sync.put.back"].create(
            {"channel_id": self.channel.id, "reason": "x"}
        )

        self.assertIn("Nothing was kept", wizard.story)
        self.assertIn("stay as they are: 3", wizard.story)
        self.assertIn("19.0.1.1.0", wizard.story)
        self.assertFalse(wizard.to_put_back_count)

    def with_a_product_they_did_not_stock(self):
        """Return the channel's levels before and after ours were told, one new."""
        self.make_listing(self.make_product("NEW", 6))
        before = dict(self.shelf)
        self.push()
        self.assertEqual(self.shelf["L1", "item-NEW"], 6)
        return before

    def test_what_was_not_stocked_there_stays_with_none_where_it_must(self):
        before = self.with_a_product_they_did_not_stock()

        self.put_back()

        self.assertEqual(self.shelf, {**before, ("L1", "item-NEW"): 0})

    def test_what_was_not_stocked_there_is_taken_off_where_it_can(self):
        self.startPatcher(patch.dict(ADAPTERS, {"manual": TakingOffAdapter}))
        before = self.with_a_product_they_did_not_stock()

        wizard = self.env["retail.sync.put.back"]
        self.assertIn(
            "taken off",
            wizard.create({"channel_id": self.channel.id, "reason": "x"}).story,
        )

        self.put_back()

        self.assertEqual(self.shelf, before)
        self.assertFalse(self.channel.stock_restoring)
        self.assertFalse(self.issues("effect_refused"))
        kinds = [effect.kind for effect in ShelfAdapter.sent]
        self.assertEqual(kinds.count("deactivation"), 1)
        self.channel._workflow("stock").action_resume(asked=True)
        self.push()
        self.assertEqual(self.shelf["L1", "item-NEW"], 6, "stocked anew when resumed")

    def test_what_they_do_not_let_go_stays_with_none(self):
        self.startPatcher(patch.dict(ADAPTERS, {"manual": TakingOffAdapter}))
        before = self.with_a_product_they_did_not_stock()

        def refuse(adapter, kind, write):
            if kind != "deactivation":
                return original(adapter, kind, write)
            return base.ItemOutcome(
                ref=write.ref, state="refused", message="units are committed"
            )

        original = TakingOffAdapter._set
        with patch.object(TakingOffAdapter, "_set", refuse):
            self.put_back()

        self.assertEqual(self.shelf, {**before, ("L1", "item-NEW"): 0})
        self.assertFalse(self.channel.stock_restoring, "it comes to an end")

    def test_taken_off_or_not_is_looked_up_when_nobody_knows(self):
        self.startPatcher(patch.dict(ADAPTERS, {"manual": TakingOffAdapter}))
        before = self.with_a_product_they_did_not_stock()

        plain = TakingOffAdapter.send

        def lost(adapter, effect):
            answer = plain(adapter, effect)
            if effect.kind == "deactivation":
                raise InDoubtError("no answer")
            return answer

        with patch.object(TakingOffAdapter, "send", lost):
            self.put_back()
            self.push(ahead_s=600)
            self.env["retail.sync.workflow"]._enqueue_due()

        self.assertEqual(self.shelf, before)
        self.assertFalse(self.channel.stock_restoring)

    def test_nothing_is_told_twice(self):
        self.push()
        ShelfAdapter.sent.clear()

        self.put_back()

        told = [write.ref.item_id for e in ShelfAdapter.sent for write in e.body.levels]
        self.assertEqual(sorted(told), ["item-A", "item-B"])

    def test_resumed_the_channel_is_told_ours_again(self):
        self.push()
        ours = dict(self.shelf)
        self.put_back()

        self.channel._workflow("stock").action_resume(asked=True)
        self.push()

        self.assertEqual(self.shelf, ours)

    def test_it_is_stopped_half_way_by_a_person(self):
        self.push()
        self.channel.with_user(self.manager)._put_back("A trial")

        self.channel.with_user(self.manager).action_stop_put_back()
        self.push()

        self.assertFalse(self.channel.stock_restoring)
        self.assertEqual(self.channel._workflow("stock").state, "paused")

    def test_who_may_and_when(self):
        operator = new_test_user(self.env, "op", groups=GROUP + "operator")
        for verb in ("action_put_back", "action_stop_put_back"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(self.channel.with_user(operator), verb)()
        channel = self.channel.with_user(self.manager)
        with self.assertRaises(UserError):
            channel._put_back("nothing is kept yet")
        self.push()
        with self.assertRaises(UserError):
            channel._put_back(" ")
        channel.action_pause("Moving")
        with self.assertRaises(UserError):
            channel._put_back("A trial")
        action = channel.action_open_before()
        self.assertEqual(action["res_model"], "retail.sync.stock.before")

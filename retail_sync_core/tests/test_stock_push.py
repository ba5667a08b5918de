from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..adapters import base
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestStockPush(StockCase):
    """Levels leave for the channel, compared, in batches, and come back confirmed."""

    def test_a_change_reaches_the_channel_and_is_acknowledged(self):
        product = self.make_product("A", 10)
        self.make_listing(product, there=0)

        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 10)
        self.assertRecordValues(
            self.level(product),
            [
                {
                    "state": "acknowledged",
                    "wanted_qty": 10,
                    "sent_qty": 10,
                    "acked_qty": 10,
                    "expected_qty": 10,
                    "marked_at": False,
                }
            ],
        )
        self.assertIn("The channel confirmed 10", self.level(product).explanation)

    def test_the_first_write_is_compared_with_what_was_read(self):
        product = self.make_product("A", 10)
        self.make_listing(product, there=7)

        self.push()

        self.assertEqual(len(ShelfAdapter.reads), 1)
        self.assertEqual(ShelfAdapter.sent[0].body.levels[0].expected, 7)
        self.assertFalse(self.issues("stock_drift"))

    def test_nothing_changed_means_nothing_sent(self):
        product = self.make_product("A", 10)
        self.make_listing(product, there=10)
        self.push()
        self.level(product).action_check_again()

        self.push()

        self.assertEqual(ShelfAdapter.sent, [])
        self.assertEqual(self.level(product).state, "acknowledged")

    def test_the_last_unit_is_told_before_new_products_are_read(self):
        self.can(batch=5)
        last = self.make_product("LAST", 2)
        self.make_listing(last)
        self.in_step(last, there=2)
        for n in range(8):
            self.make_listing(self.make_product(f"N{n}", 50), there=0)
        self.put(last, -1)
        order = []
        read, send = ShelfAdapter.read_levels, ShelfAdapter.send

        def reading(adapter, refs):
            order.append("read")
            return read(adapter, refs)

        def sending(adapter, effect):
            order.append([write.ref.item_id for write in effect.body.levels])
            return send(adapter, effect)

        with (
            patch.object(ShelfAdapter, "read_levels", reading),
            patch.object(ShelfAdapter, "send", sending),
        ):
            self.push()

        self.assertEqual(order[:2], [["item-LAST"], "read"])
        self.assertEqual(self.shelf["L1", "item-LAST"], 1)
        self.assertEqual(self.shelf["L1", "item-N7"], 50)

    def test_five_hundred_changed_levels_leave_in_two_calls(self):
        products = self.env["product.product"].create(
            [
                {"name": f"N{n}", "default_code": f"N{n}", "is_storable": True}
                for n in range(500)
            ]
        )
        self.env["retail.sync.listing"].create(
            [
                {
                    "channel_id": self.channel.id,
                    "external_id": f"item-{product.default_code}",
                    "sku": product.default_code,
                    "title": product.name,
                    "product_id": product.id,
                }
                for product in products
            ]
        )
        self.shelf.update({("L1", f"item-N{n}"): 0 for n in range(500)})
        self.push()
        self.env["stock.quant"].create(
            [
                {"product_id": p.id, "location_id": self.stock.id, "quantity": 5}
                for p in products
            ]
        )

        self.push()

        self.assertEqual(len(ShelfAdapter.sent), 2)
        self.assertEqual(sum(self.shelf.values()), 2500)
        told = self.env["retail.sync.level"].search_count(
            [("location_id", "=", self.place.id), ("state", "=", "acknowledged")]
        )
        self.assertEqual(told, 500)

    def test_a_change_during_the_call_is_sent_afterwards(self):
        product = self.make_product("A", 10)
        self.make_listing(product)
        self.in_step(product, there=0)
        self.put(product, 2)
        ShelfAdapter.faults.append(lambda _effect: self.put(product, 3))

        self.push()

        quantities = [effect.body.levels[0].quantity for effect in ShelfAdapter.sent]
        self.assertEqual(quantities, [12, 15])
        self.assertEqual(self.shelf["L1", "item-A"], 15)

    def test_nothing_is_sent_where_nothing_may_be(self):
        cases = {
            "policy": lambda: self.channel.write({"stock_push": False}),
            "paused": lambda: self.channel.write({"state": "paused"}),
            "workflow": lambda: self.channel._workflow("stock").write(
                {"state": "paused"}
            ),
            "location": self.place.action_ignore,
            "listing": lambda: (
                self.env["retail.sync.listing"]
                .search([("channel_id", "=", self.channel.id)])
                .write({"published": False})
            ),
        }
        for name, stop in cases.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                product = self.make_product("A", 10)
                self.make_listing(product, there=0)
                stop()
                self.push()
                self.assertEqual((ShelfAdapter.sent, ShelfAdapter.reads), ([], []))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_refused_level_is_one_card_and_the_others_go_on(self):
        good, bad = self.make_product("G", 1), self.make_product("B", 1)
        for product in (good, bad):
            self.make_listing(product, there=0)

        def refuse(adapter, kind, write):
            if write.ref.item_id == "item-B":
                return base.ItemOutcome(
                    ref=write.ref, state="refused", code="BUNDLE", message="no"
                )
            return original(adapter, kind, write)

        original = ShelfAdapter._set
        with patch.object(ShelfAdapter, "_set", refuse):
            self.push()

        self.assertEqual(self.level(good).state, "acknowledged")
        self.assertRecordValues(
            self.level(bad), [{"state": "refused", "last_error": "no"}]
        )
        self.assertEqual(self.issues("effect_refused").mapped("value"), ["BUNDLE"])

    def test_a_product_not_stocked_there_is_added(self):
        product = self.make_product("A", 10)
        self.make_listing(product)

        self.push()

        self.assertEqual([effect.kind for effect in ShelfAdapter.sent], ["activation"])
        self.assertEqual(self.shelf["L1", "item-A"], 10)
        self.assertEqual(self.level(product).state, "acknowledged")

    def test_a_product_not_stocked_there_is_left_alone_where_the_policy_says_so(self):
        self.place.activates = False
        product = self.make_product("A", 10)
        self.make_listing(product)

        self.push()

        self.assertEqual(ShelfAdapter.sent, [])
        self.assertEqual(self.level(product).state, "inactive")
        self.assertEqual(len(self.issues("effect_refused")), 1)

    def test_a_publication_waits_for_what_is_stocked_there_first(self):
        self.place.activates = False
        self.make_listing(self.make_product("A", 10))
        self.push()
        run = self.env["retail.sync.stock.run"]._start(self.channel, "publish")
        self.env["retail.sync.level"]._write_anew(run._next_ids(1))
        run._advance(run._next_ids(1))
        self.place.activates = True

        run._look_back()
        waits = run.told, run.stuck
        self.push(ahead_s=60)

        self.assertEqual(waits, (0, 0))
        self.assertEqual((run.state, run.told, run.stuck), ("done", 1, 0))

    def test_batches_settled_a_month_ago_are_forgotten(self):
        product = self.make_product("OLD", 5)
        self.make_listing(product, there=0)
        self.push()
        Effect = self.env["retail.sync.effect"]
        batch = Effect.search([("channel_id", "=", self.channel.id)], limit=1)
        self.assertEqual((batch.kind, batch.state), ("stock", "applied"))
        old = batch.copy({"uuid": "old", "state": "applied"})
        old.settled_at = batch.settled_at - timedelta(days=31)
        waits = old.copy({"uuid": "waits", "state": "unknown"})
        shipped = old.copy({"uuid": "shipped", "kind": "shipment"})
        shipped.write({"state": "applied", "settled_at": old.settled_at})

        Effect._gc_stock()

        self.assertFalse(old.exists())
        self.assertTrue(all(row.exists() for row in (batch, waits, shipped)))

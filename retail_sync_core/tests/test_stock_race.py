import threading
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name

from ..database import short
from .threads import require_threads


class StockRaceCase(BaseCase):
    """A channel with three products, committed; what a test leaves is removed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean)
        with self.transaction() as env:
            env.cr.execute("DELETE FROM retail_sync_stock_mark")
            warehouse = env["stock.warehouse"].search([], limit=1)
            location = env["stock.location"].create(
                {"name": "Race", "location_id": warehouse.lot_stock_id.id}
            )
            channel = env["retail.sync.channel"].create(
                {"name": "Race", "code": "manual"}
            )
            place = env["retail.sync.location"].create(
                {
                    "channel_id": channel.id,
                    "external_id": "L1",
                    "name": "L1",
                    "location_id": location.id,
                }
            )
            products = env["product.product"].create(
                [{"name": f"Race {n}", "is_storable": True} for n in range(3)]
            )
            env["retail.sync.listing"].create(
                [
                    {
                        "channel_id": channel.id,
                        "external_id": f"race-{product.id}",
                        "title": product.name,
                        "product_id": product.id,
                    }
                    for product in products
                ]
            )
            self.made = [channel.id, place.id, products.ids]
            self.location_id = location.id
        self.product_ids = self.made[2]
        self.consume()

    def _clean(self):
        channel_id, place_id, product_ids = self.made
        with self.transaction() as env:
            env.cr.execute(
                "DELETE FROM stock_quant WHERE product_id = ANY(%s)", [product_ids]
            )
            env.cr.execute(
                "DELETE FROM retail_sync_job WHERE channel_id = %s", [channel_id]
            )
            env["retail.sync.listing"].search(
                [("channel_id", "=", channel_id)]
            ).published = False
            env["retail.sync.location"].browse(place_id).state = "ignored"
            env["retail.sync.channel"].browse(channel_id).unlink()
            env["product.product"].browse(product_ids).unlink()
            env["stock.location"].browse(self.location_id).unlink()
            env.cr.execute("DELETE FROM retail_sync_stock_mark")

    @contextmanager
    def transaction(self):
        """Yield an environment of a connection of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def consume(self, limit=5000):
        """Consume as a worker does; return how many marks."""
        with short(self.registry, read_committed=True) as env:
            return env["retail.sync.stock.mark"]._consume(limit)

    def put(self, env, product_id, quantity=1.0):
        """Append a quant, as a till does that finds the row locked."""
        env["stock.quant"].create(
            {
                "product_id": product_id,
                "location_id": self.location_id,
                "quantity": quantity,
            }
        )
        env.flush_all()

    def generations(self):
        """Return the committed generation of each product's level."""
        with self.transaction() as env:
            levels = env["retail.sync.level"].search(
                [("product_id", "in", self.product_ids)], order="product_id"
            )
            return levels.mapped("wanted_generation")


@tagged("post_install", "-at_install")
class TestStockRace(StockRaceCase):
    """Marks and consumers on real connections."""

    def test_a_change_committed_after_the_consumer_looked_is_not_lost(self):
        before = self.generations()
        with self.transaction() as env:
            self.put(env, self.product_ids[0])
            looked = self.consume()
        after = self.consume()

        self.assertEqual((looked, after > 0), (0, True))
        self.assertEqual(self.generations()[0], before[0] + 1)

    def test_two_sales_of_one_product_at_once_both_commit(self):
        with self.transaction() as one, self.transaction() as two:
            for env in (one, two):
                env.cr.execute("SELECT 1")
            self.put(one, self.product_ids[0])
            self.put(two, self.product_ids[0])

        with self.transaction() as env:
            quantity = sum(
                env["stock.quant"]
                .search([("product_id", "=", self.product_ids[0])])
                .mapped("quantity")
            )
        self.assertEqual(quantity, 2)

    def test_a_sale_does_not_wait_for_a_consumer_that_is_at_it(self):
        with self.transaction() as env:
            self.put(env, self.product_ids[0])
        with short(self.registry, read_committed=True) as worker:
            worker["retail.sync.stock.mark"]._consume()
            with self.transaction() as till:
                till.cr.execute("SET LOCAL lock_timeout = '2s'")
                self.put(till, self.product_ids[0])

        self.assertGreater(self.consume(), 0)

    def test_many_consumers_take_each_mark_once(self):
        require_threads()
        with self.transaction() as env:
            for _round in range(20):
                for product_id in self.product_ids:
                    self.put(env, product_id)
            env.cr.execute("SELECT count(*) FROM retail_sync_stock_mark")
            (marks,) = env.cr.fetchone()
        taken, problems = [], []

        def work():
            while count := self.consume(7):
                taken.append(count)

        self.startPatcher(
            patch.object(threading, "excepthook", lambda args: problems.append(args))
        )
        threads = [threading.Thread(target=work) for _worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual(problems, [])
        self.assertEqual(sum(taken), marks)

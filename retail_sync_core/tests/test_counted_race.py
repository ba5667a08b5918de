import threading
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name

from ..domain import documents as doc
from .counted_common import NOON
from .threads import require_threads

ROUNDS = 10


@tagged("post_install", "-at_install")
class TestCountedRace(BaseCase):
    """Two readings of one level at the same moment, on real connections."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean)
        with self.transaction() as env:
            house = env["stock.warehouse"].search([], limit=1)
            stock = env["stock.location"].create(
                {"name": "Counted", "location_id": house.view_location_id.id}
            )
            channel = env["retail.sync.channel"].create(
                {"name": "Counted race", "code": "manual"}
            )
            place = env["retail.sync.location"].create(
                {
                    "channel_id": channel.id,
                    "external_id": "W",
                    "name": "W",
                    "location_id": stock.id,
                    "stock_owner": "channel",
                    "drop_units": 100000.0,
                }
            )
            product = env["product.product"].create(
                {"name": "Counted race", "is_storable": True}
            )
            listing = env["retail.sync.listing"].create(
                {
                    "channel_id": channel.id,
                    "external_id": "item-race",
                    "title": "Race",
                    "product_id": product.id,
                }
            )
            self.ids = (channel.id, place.id, listing.id, product.id, stock.id)
        self.place_id, self.product_id = place.id, product.id

    def _clean(self):
        channel_id, place_id, listing_id, product_id, stock_id = self.ids
        with self.transaction() as env:
            cr = env.cr
            cr.execute(
                """DELETE FROM retail_sync_stock_adjustment WHERE location_id = %s""",
                [place_id],
            )
            for table in ("stock_quant", "stock_move_line", "stock_move"):
                cr.execute(f"DELETE FROM {table} WHERE product_id = %s", [product_id])
            cr.execute(
                "DELETE FROM retail_sync_job WHERE channel_id = %s", [channel_id]
            )
            env["retail.sync.listing"].browse(listing_id).published = False
            env["retail.sync.location"].browse(place_id).state = "ignored"
            env["retail.sync.channel"].browse(channel_id).unlink()
            env["product.product"].browse(product_id).unlink()
            env["stock.location"].browse(stock_id).unlink()
            cr.execute("DELETE FROM retail_sync_stock_mark")

    @contextmanager
    def transaction(self):
        """Yield an environment of a connection of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def take(self, env, quantity, minute):
        """Take in a count of so many units, so many minutes after noon."""
        count = doc.StockCount(
            location_id="W",
            item_id="item-race",
            quantity=Decimal(quantity),
            as_of=NOON + timedelta(minutes=minute),
        )
        place = env["retail.sync.location"].browse(self.place_id)
        env["retail.sync.stock.reading"]._take(place, [count], "taken")
        env.flush_all()

    def take_as_worker(self, quantity, minute, barrier=None):
        """Take in as a worker does: a lost race is repeated in a new transaction."""
        for _attempt in range(8):
            try:
                with self.transaction() as env:
                    env.cr.execute("SELECT 1 FROM stock_quant LIMIT 1")
                    if barrier:
                        barrier.wait(10)
                    barrier = None
                    self.take(env, quantity, minute)
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                continue
        raise AssertionError("the race never ended")

    def held(self):
        """Return (our units, what was booked in all, how often)."""
        with self.transaction() as env:
            quants = env["stock.quant"].search(
                [
                    ("product_id", "=", self.product_id),
                    ("location_id.usage", "=", "internal"),
                ]
            )
            rows = env["retail.sync.stock.adjustment"].search(
                [("product_id", "=", self.product_id)]
            )
            return (
                sum(quants.mapped("quantity")),
                sum(rows.mapped("difference")),
                len(rows),
            )

    def test_the_newest_counts_whoever_comes_first(self):
        require_threads()
        for number in range(ROUNDS):
            older = (7, 2 * number + 1)
            newer = (100 + number, 2 * number + 2)
            barrier = threading.Barrier(2)
            threads = [
                threading.Thread(target=self.take_as_worker, args=(*one, barrier))
                for one in (older, newer)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

            held, booked, _times = self.held()
            self.assertEqual((held, booked), (100 + number, 100 + number))

    def test_the_same_reading_twice_at_once_is_booked_once(self):
        require_threads()
        barrier = threading.Barrier(4)
        threads = [
            threading.Thread(target=self.take_as_worker, args=(9, 1, barrier))
            for _worker in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual(self.held(), (9, 9, 1))

    def test_a_delivery_at_the_same_moment_is_not_undone(self):
        self.take_as_worker(10, 1)
        with self.transaction() as reader:
            reader.cr.execute("SELECT 1 FROM stock_quant LIMIT 1")
            with self.transaction() as env:
                product = env["product.product"].browse(self.product_id)
                place = env["retail.sync.location"].browse(self.place_id)
                move = env["stock.move"].create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": 4,
                        "location_id": place.location_id.id,
                        "location_dest_id": env.ref(
                            "stock.stock_location_customers"
                        ).id,
                    }
                )
                move._action_confirm()
                move._action_assign()
                move.picked = True
                move._action_done()
            with self.assertRaises(PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                self.take(reader, 12, 2)
            reader.cr.rollback()
        self.take_as_worker(12, 2)

        self.assertEqual(self.held()[0], 8)  # the delivery is of today, the count older

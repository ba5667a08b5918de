"""The ways in which other connectors lose stock; none of them loses any here."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..domain.errors import TransientError
from ..domain.stock import Movement
from .stock_common import ShelfAdapter, StockCase

RUNNER = "odoo.addons.retail_sync_core.models.retail_sync_runner"


@tagged("post_install", "-at_install")
class TestStockFailures(StockCase):
    def setUp(self):
        super().setUp()
        self.channel.compare_daily = False
        self.product = self.make_product("A", 10)
        self.make_listing(self.product)
        self.in_step(self.product, there=10)
        self.orders_are_in()

    def written(self):
        """Return every figure that was written over there, in turn."""
        return [w.quantity for effect in ShelfAdapter.sent for w in effect.body.levels]

    def test_a_comparison_never_covers_a_sale_that_is_not_imported(self):
        """The expected figure is the last confirmed one, not one read just before."""
        self.shelf["L1", "item-A"] -= 1  # sold over there; nobody has told us
        self.put(self.product, 5)
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 9, "15 would cover the sale")

        self.note(self.product, 1)
        sale = Movement(
            movement_id="sold:1001:1",
            item_id="item-A",
            location_id="L1",
            quantity=-1,
        )
        self.env["retail.sync.level"]._channel_moved(self.channel, [sale])
        self.env["retail.sync.job"].search([("handler", "=", "flow.poll")])._cancel()
        self.orders_are_in()
        self.push(ahead_s=60)

        self.assertEqual(self.shelf["L1", "item-A"], 14)
        self.assertFalse(self.issues("stock_drift"))

    def test_our_own_write_that_comes_back_is_no_change(self):
        """An echo is known by its figure, however late it is: there is no window."""
        self.put(self.product, 5)
        self.push()
        self.assertEqual(self.written(), [15])

        self.env["retail.sync.stock.mark"]._append([(self.product.id, None, None)])
        self.push()

        self.assertEqual(self.written(), [15])

    def test_parts_of_a_unit_are_never_offered(self):
        weighed = self.make_product("KG", uom_id=self.env.ref("uom.product_uom_kgm").id)
        self.make_listing(weighed, there=0)
        self.put(weighed, 2.75)
        self.push(ahead_s=60)

        self.assertEqual(self.shelf["L1", "item-KG"], 2)

    @mute_logger(RUNNER)
    def test_a_failure_in_the_middle_takes_back_nothing_of_what_went_before(self):
        self.can(batch=1)
        others = [self.make_product(f"P{n}", 10) for n in range(4)]
        for product in others:
            self.make_listing(product, there=10)
        self.push(ahead_s=60)
        run = self.env["retail.sync.stock.run"]._start(self.channel, "compare")
        original, calls = ShelfAdapter.read_levels, []

        def fail_third(adapter, refs):
            calls.append(refs)
            if len(calls) == 3:
                raise TransientError("the line is cut")
            return original(adapter, refs)

        with patch.object(ShelfAdapter, "read_levels", fail_third):
            self.push()
        self.assertEqual((run.state, run.done), ("running", 2))

        self.push(ahead_s=3600)

        self.assertEqual((run.state, run.done), ("done", 5))

from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..adapters import base
from ..domain.stock import Movement
from ..models.retail_sync_handler_stock_push import Reading
from .common_orders import OrdersCommon
from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestOddOrders(OrdersCommon):
    def test_what_odoo_refuses_waits_in_words_and_counts_as_sold(self):
        listing = self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "i-1",
                "variant_id": "v-1",
                "sku": "SHIRT",
                "title": "Shirt",
                "product_id": self.shirt.id,
            }
        )
        document = self.order()
        lines = [replace(line, variant_id="v-1") for line in document.lines]
        self.shop.put(replace(document, lines=tuple(lines)))
        job = self.env["retail.sync.job"]._enqueue(
            self.channel, "order.fetch", order_key="order:order-1"
        )
        sale = self.env.registry["sale.order"]

        with patch.object(sale, "action_confirm", side_effect=UserError("No way.")):
            self.run_jobs()

        self.assertEqual(job.state, "parked")
        self.assertEqual(self.issues().field, "Order")
        demand = self.env["retail.sync.demand"].search(
            [("order_external_id", "=", "order-1")]
        )
        self.assertEqual(demand.listing_id, listing)
        self.assertEqual(demand.quantity, 2)

    def test_an_order_is_not_taken_back_with_another_of_a_like_id(self):
        movements = self.env["retail.sync.movement"]
        movements._apply(
            self.channel,
            [
                Movement(
                    movement_id=f"sold:{order}:1",
                    item_id="i",
                    location_id="l",
                    quantity=-2,
                )
                for order in ("A_1", "AB1", "A%1")
            ],
        )

        movements._take_back(self.channel, "sold:A_1:")
        movements.invalidate_model()
        rows = movements.search([("channel_id", "=", self.channel.id)])
        left = {row.external_id for row in rows if row.quantity}

        self.assertEqual(left, {"sold:AB1:1", "sold:A%1:1"})


@tagged("post_install", "-at_install")
class TestOddStock(StockCase):
    def test_a_full_batch_of_conflicts_reads_no_more_than_a_batch(self):
        products = [self.make_product(f"P{number}", 5) for number in range(3)]
        for product in products:
            self.make_listing(product)
            self.in_step(product, there=5)
        fresh = [self.make_product(f"F{number}", 5) for number in range(3)]
        for product in fresh:
            self.make_listing(product)
        self.env["retail.sync.stock.mark"]._consume()
        levels = self.env["retail.sync.level"].search(
            [("product_id", "in", [product.id for product in products])]
        )
        levels._write_again(levels.ids, "conflict")
        handler = self.env["retail.sync.handler.stock.push"]
        shelf = self.channel._adapter_class()
        small = base.Stock(batch=len(levels), cas=True, idempotent=True)

        with patch.object(shelf, "capabilities", (small, base.Orders())):
            step = handler._plan_reading(levels.location_id)

        self.assertIsInstance(step, Reading)
        self.assertEqual(len(step.refs), len(levels))

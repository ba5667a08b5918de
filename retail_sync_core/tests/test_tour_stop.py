from datetime import datetime, timezone

from odoo.tests import HttpCase, tagged

from ..testing_orders import make_line
from .common_orders import OrdersCommon

CANCELED_AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
class TestTourStop(OrdersCommon, HttpCase):
    """A browser has a delivery open while its order is canceled at the channel."""

    def three(self, wanted=3, **values):
        line = make_line(sku="SHIRT", quantity=3, current_quantity=wanted)
        return self.order(lines=[line], **values)

    def setUp(self):
        super().setUp()
        orders = self.env.registry["retail.sync.order"]
        self.patch(orders, "action_fetch", self._with_work_done(orders.action_fetch))

    @staticmethod
    def _with_work_done(original):
        """Return ``original`` followed by what a worker would do a moment later."""

        def method(records):
            result = original(records)
            records.env["retail.sync.job"].sudo()._work_off(200, ahead_s=60.0)
            return result

        return method

    def test_an_open_delivery_stops_on_the_screen_and_goes_on(self):
        order = self.import_order(self.three())
        picking = order.order_id.picking_ids
        picking.move_ids.picked = True
        self.shop.put(self.three(0, version=2, cancelled_at=CANCELED_AT))

        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{picking.id}",
            "retail_sync_core_stop",
            login="admin",
            timeout=120,
        )

        self.assertEqual(picking.state, "cancel")
        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(picking.origin, "Typed by the picker")

from odoo.exceptions import UserError
from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from .common import FakeShopAdapter
from .race_common import RaceCase


@tagged("post_install", "-at_install")
class TestPickupRace(RaceCase):
    """Two persons say at once that the same goods wait at the counter."""

    adapter_class = FakeShopAdapter

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean_orders)
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            sale = env["sale.order"].create(self._prepare_sale(env, channel))
            self.sale_id = sale.id
            order = env["retail.sync.order"]._ensure(channel, "order-1", "#1")
            self.order_id = order.id
            order.write(
                {
                    "state": "imported",
                    "order_id": sale.id,
                    "currency_id": channel.company_id.currency_id.id,
                    "delivery_kind": "pickup",
                }
            )
            sale.action_confirm()
            self.picking_id = sale.picking_ids.id
            self.assertEqual(sale.picking_ids.state, "assigned")

    def _prepare_sale(self, env, channel):
        product = env["product.product"].create(
            {"name": "Card", "type": "consu", "is_storable": False}
        )
        self.product_id = product.id
        line = {
            "product_id": product.id,
            "product_uom_qty": 2,
            "retail_sync_external_id": "line-1",
        }
        return {
            "partner_id": env["res.partner"].create({"name": "Racer"}).id,
            "retail_sync_channel_id": channel.id,
            "warehouse_id": env.ref("stock.warehouse0").id,
            "order_line": [(0, 0, line)],
        }

    def _clean_orders(self):
        with self.transaction() as env:
            sale = env["sale.order"].browse(self.sale_id)
            sale.with_context(disable_cancel_warning=True)._action_cancel()
            env["retail.sync.order"].browse(self.order_id).unlink()
            sale.picking_ids.unlink()
            sale.unlink()
            env["product.product"].browse(self.product_id).action_archive()

    def press(self, env):
        env["stock.picking"].browse(self.picking_id).retail_sync_action_ready()

    def told(self):
        """Return how often the channel is to be told, and what the timeline says."""
        with self.transaction() as env:
            order = env["retail.sync.order"].browse(self.order_id)
            effects = order._effects().filtered(lambda one: one.kind == "pickup")
            return len(effects), order.step_ids.mapped("code").count("ready")

    def test_two_press_at_once_and_it_is_told_once(self):
        late = []

        def step(env):
            try:
                self.press(env)
            except UserError as exc:
                late.append(str(exc))
                env.cr.rollback()

        self.at_once(step, step, step)

        self.assertEqual(self.told(), (1, 1))
        self.assertEqual(len(late), 2)
        self.assertIn("ready already", late[0])

    def test_who_looked_before_the_other_pressed_begins_anew(self):
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            picking = late["stock.picking"].browse(self.picking_id)
            self.assertFalse(picking.retail_sync_ready_at)
            with self.transaction() as early:
                self.press(early)
            self.press(late)

        self.assertEqual(self.told(), (1, 1))

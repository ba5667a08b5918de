from odoo.exceptions import UserError
from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from .race_common import RaceCase


@tagged("post_install", "-at_install")
class TestGiveBackRace(RaceCase):
    """Two persons of a store give the same delivery back at once."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean_orders)
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            self._make_places(env, channel)
            sale = env["sale.order"].create(self._prepare_sale(env, channel))
            self.sale_id = sale.id
            self._make_order(env, channel, sale)
            sale.action_confirm()
            dialog = env["retail.sync.give.back"]
            self.dialogs = [
                dialog._open(sale.picking_ids)["res_id"] for _person in range(2)
            ]
            dialog.browse(self.dialogs).reason = "busy"

    def _make_places(self, env, channel):
        here, there = env.ref("stock.warehouse0"), self._other_warehouse(env)
        product = env["product.product"].create(
            {"name": "Card", "type": "consu", "is_storable": False}
        )
        self.made = {"product.product": product.id, "stock.warehouse": there.id}
        for house in (here, there):
            env["retail.sync.location"].create(
                {
                    "channel_id": channel.id,
                    "external_id": house.code,
                    "name": house.name,
                    "warehouse_id": house.id,
                }
            )

    def _make_order(self, env, channel, sale):
        order = env["retail.sync.order"]._ensure(channel, "order-1", "#1")
        self.order_id = order.id
        currency = channel.company_id.currency_id
        order.write(
            {"state": "imported", "order_id": sale.id, "currency_id": currency.id}
        )
        env["retail.sync.order.line"].create(
            {
                "order_id": order.id,
                "external_id": "line-1",
                "kind": "product",
                "title": "Card",
                "sale_line_id": sale.order_line.id,
            }
        )

    def _other_warehouse(self, env):
        values = {"name": "Race", "code": "RACE", "company_id": env.company.id}
        known = env["stock.warehouse"].with_context(active_test=False)
        found = known.search([("code", "=", values["code"])])
        found.action_unarchive()
        return found or env["stock.warehouse"].create(values)

    def _prepare_sale(self, env, channel):
        partner = env["res.partner"].create({"name": "Racer"})
        line = {
            "product_id": self.made["product.product"],
            "product_uom_qty": 2,
            "retail_sync_external_id": "line-1",
        }
        return {
            "partner_id": partner.id,
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
            for model, record_id in self.made.items():
                env[model].browse(record_id).action_archive()

    def press(self, number):
        def step(env):
            dialog = env["retail.sync.give.back"].browse(self.dialogs[number])
            try:
                dialog.action_give_back()
            except UserError:
                self.told.append(number)
                env.cr.rollback()

        return step

    def shipped(self):
        with self.transaction() as env:
            sale = env["sale.order"].browse(self.sale_id)
            moves = sale.order_line.move_ids.filtered(lambda m: m.state != "cancel")
            return [
                (move.picking_type_id.warehouse_id.code, move.product_uom_qty)
                for move in moves
            ]

    def test_two_persons_give_it_back_once(self):
        self.told = []

        self.at_once(self.press(0), self.press(1))

        self.assertEqual(self.shipped(), [("RACE", 2.0)])
        self.assertEqual(len(self.told), 1, "who came second is told to look again")

    def test_who_read_before_the_other_pressed_begins_anew(self):
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            dialog = late["retail.sync.give.back"].browse(self.dialogs[0])
            self.assertEqual(dialog.line_ids.units, 2.0)
            with self.transaction() as early:
                other = early["retail.sync.give.back"].browse(self.dialogs[1])
                other.action_give_back()
            dialog.action_give_back()

        self.assertEqual(self.shipped(), [("RACE", 2.0)])

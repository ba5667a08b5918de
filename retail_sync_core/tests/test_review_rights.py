from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from .common_orders import OrdersCommon

SPEC = {"retail_sync_channel_id": {"fields": {"display_name": {}}}}


@tagged("post_install", "-at_install")
class TestEverydayRights(OrdersCommon):
    """People with no group of Retail Sync do their work as if it were not there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "sync_seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.picker = new_test_user(
            cls.env, "sync_picker", groups="stock.group_stock_user"
        )
        cls.keeper = new_test_user(
            cls.env,
            "sync_keeper",
            groups="stock.group_stock_manager,product.group_product_manager",
        )

    def spec(self, model, user):
        """Return what a screen of ours asks of ``model`` for ``user``."""
        fields = self.env[model].with_user(user).fields_get()
        ours = {name: {} for name in fields if name.startswith("retail_sync_")}
        ours.pop("retail_sync_order_ids", None)
        ours.pop("retail_sync_order_id", None)
        return ours | (SPEC if "retail_sync_channel_id" in fields else {})

    def test_a_salesperson_confirms_cancels_and_takes_up_a_plain_order(self):
        sale = (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.env["res.partner"].create({"name": "A"}).id,
                    "order_line": [Command.create({"product_id": self.mug.id})],
                }
            )
        )
        self.env.invalidate_all()

        sale.action_confirm()
        sale._action_cancel()
        sale.action_draft()

        self.assertEqual(sale.state, "draft")

    def test_a_salesperson_cancels_an_order_of_a_channel_and_takes_it_up(self):
        order = self.import_order(self.order())
        self.channel.cancel_there = True
        sale = order.order_id.with_user(self.seller)
        self.env.invalidate_all()

        sale._action_cancel()
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(len(self.effects(order, "cancellation")), 1)
        self.env.invalidate_all()
        sale.action_draft()

        self.assertEqual(sale.state, "draft")

    def test_who_knows_nothing_of_channels_reads_all_of_ours_on_a_record(self):
        sale = self.import_order(self.order()).order_id
        self.env.invalidate_all()

        for record, user in (
            (sale, self.seller),
            (sale.order_line, self.seller),
            (sale.picking_ids, self.picker),
            (self.mug, self.keeper),
        ):
            ours = self.env[record._name].with_user(user).fields_get()
            names = [name for name in ours if name.startswith("retail_sync_")]
            # no name at all would read Odoo's own fields too
            self.assertTrue(record.with_user(user).read(names or ["id"]), record)

    def test_a_salesperson_opens_an_order_of_a_channel(self):
        sale = self.import_order(self.order()).order_id.with_user(self.seller)
        self.env.invalidate_all()

        row = sale.web_read(self.spec("sale.order", self.seller))[0]

        self.assertEqual(row["retail_sync_state"], "ok")

    def test_a_warehouse_user_opens_and_validates_a_delivery_of_a_channel(self):
        order = self.import_order(self.order())
        picking = order.order_id.picking_ids.with_user(self.picker)
        self.env.invalidate_all()

        picking.web_read(self.spec("stock.picking", self.picker))
        self.env.invalidate_all()
        self.ship(picking)

        self.assertEqual(picking.state, "done")
        self.assertEqual(len(self.effects(order)), 1)

    def test_a_warehouse_user_is_told_why_a_delivery_waits(self):
        pending = doc.PaymentState.PENDING
        order = self.import_order(self.order(payment_state=pending))
        picking = order.order_id.picking_ids.with_user(self.picker)
        self.env.invalidate_all()

        row = picking.web_read(self.spec("stock.picking", self.picker))[0]
        self.assertTrue(row["retail_sync_hold_reason"])
        with self.assertRaisesRegex(UserError, "not paid"):
            picking.button_validate()

    def test_whoever_keeps_products_opens_archives_and_brings_one_back(self):
        product = self.mug.with_user(self.keeper)
        self.env.invalidate_all()

        product.web_read(self.spec("product.product", self.keeper))
        product.action_archive()
        product.action_unarchive()

        self.assertTrue(product.active)

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from .common_orders import OrdersCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestOverride(OrdersCommon):
    """What people decided against the rules is seen in one place while it holds."""

    def setUp(self):
        super().setUp()
        self.boss = new_test_user(
            self.env,
            "override_boss",
            groups=f"{GROUP}manager,stock.group_stock_user,"
            "sales_team.group_sale_salesman",
        )

    def in_force(self, kind=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["retail.sync.override"].search([])
        rows = rows.filtered(lambda row: row.channel_id == self.channel)
        return rows.filtered(lambda row: row.kind == kind) if kind else rows

    def listing(self):
        return self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "i-1",
                "title": "Mug",
                "sku": "MUG",
                "product_id": self.mug.id,
            }
        )

    def fix(self, listing, reason="Two are kept for the window."):
        listing.with_user(self.boss).write(
            {
                "fixed_qty": 2.0,
                "fixed_until": fields.Datetime.now() + timedelta(days=1),
                "fixed_reason": reason,
            }
        )

    def test_nothing_is_in_force_of_what_nobody_decided(self):
        self.listing()
        self.import_order(self.order())

        self.assertFalse(self.in_force())

    def test_a_quantity_fixed_by_hand(self):
        listing = self.listing()
        self.fix(listing)

        row = self.in_force()
        self.assertEqual(
            (row.kind, row.user_id, row.until, row.reason, row.title),
            (
                "level",
                self.boss,
                listing.fixed_until,
                "Two are kept for the window.",
                "[MUG] Mug",
            ),
        )
        self.assertEqual(row.action_open_record()["res_id"], listing.id)

    def test_it_needs_a_reason(self):
        listing = self.listing()
        with self.assertRaisesRegex(ValidationError, "MUG"):
            self.fix(listing, reason=" ")

    def test_its_end_takes_it_off_and_is_written_down(self):
        listing = self.listing()
        self.fix(listing)
        listing.with_user(self.boss).fixed_until = False

        self.assertFalse(self.in_force())
        self.assertFalse(listing.fixed_reason)
        entries = self.env["retail.sync.audit"].search(
            [("res_model", "=", listing._name), ("res_id", "=", listing.id)], order="id"
        )
        self.assertEqual(entries.mapped("action"), ["level.fixed", "level.freed"])
        self.assertEqual(entries.user_id, self.boss)

    def test_its_time_ends_it_by_itself(self):
        listing = self.listing()
        self.fix(listing)
        listing.sudo().fixed_until = fields.Datetime.now() - timedelta(minutes=1)

        self.assertFalse(self.in_force())

    def test_an_order_that_goes_despite_its_total(self):
        order = self.import_order(self.order(total=Decimal("45.00")))
        order.with_user(self.boss).action_release("Agreed with the shop.")

        row = self.in_force()
        self.assertEqual(
            (row.kind, row.user_id, row.reason),
            ("total", self.boss, "Agreed with the shop."),
        )

    def test_a_released_hold_until_the_goods_have_left(self):
        order = self.import_order(self.order(payment_state=doc.PaymentState.PENDING))
        self.assertEqual(order.hold_code, "payment")
        order.with_user(self.boss).action_release("She pays on delivery.")
        self.assertEqual(self.in_force().mapped("kind"), ["hold"])

        self.ship(order.order_id.picking_ids)

        self.assertFalse(self.in_force())

    def test_a_difference_that_was_accepted(self):
        order = self.import_order(self.order(total=Decimal("45.00")))
        order.with_user(self.boss)._accept_difference("tip", "It was a tip.")

        row = self.in_force("difference")
        self.assertEqual((row.user_id, row.reason), (self.boss, "It was a tip."))

    def test_what_was_settled_outside(self):
        order = self.import_order(self.order())
        self.ship(order.order_id.picking_ids)
        effect = self.effects(order)
        effect.with_user(self.boss).action_settle("applied", "Seen in the shop.")

        row = self.in_force("effect")
        self.assertEqual((row.user_id, row.reason), (self.boss, "Seen in the shop."))
        self.assertIn(order.order_id.picking_ids.name, row.title)

    def test_of_another_company_nothing_is_seen(self):
        self.fix(self.listing())
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = new_test_user(
            self.env,
            "override_other",
            groups=f"{GROUP}manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

        rows = self.env["retail.sync.override"].with_user(other).search([])

        self.assertNotIn(self.channel, rows.sudo().channel_id)

    def test_only_managers_see_them(self):
        someone = new_test_user(
            self.env, "override_operator", groups=f"{GROUP}operator"
        )
        with self.assertRaises(AccessError):
            self.env["retail.sync.override"].with_user(someone).search([])

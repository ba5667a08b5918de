from datetime import timedelta
from urllib.parse import quote_plus

from freezegun import freeze_time
from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..adapters import base
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestWarehouse(OrdersCommon):
    """What whoever packs sees of a channel: promise, what was told, and a code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(
            cls.env, "packer", groups="stock.group_stock_user", tz="America/New_York"
        )

    def delivery(self, number=1):
        order = self.import_order(self.order(f"order-{number}"))
        return order.order_id.picking_ids

    def seen(self, picking):
        """Return what the packer reads of ``picking``."""
        self.env.invalidate_all()
        return picking.with_user(self.packer).retail_sync_told

    def test_the_packer_sees_what_is_told_and_whether_it_arrived(self):
        self.channel.notify_customer = True
        picking = self.delivery()
        picking.carrier_tracking_ref = "JD01"
        self.assertFalse(self.seen(picking))

        self.ship(picking)
        self.assertIn("is to be told: 2 units, parcel JD01.", self.seen(picking))
        self.run_jobs()

        self.assertIn("Test channel knows since", self.seen(picking))
        self.assertIn("asked to write to the buyer", self.seen(picking))

    def test_a_refusal_is_seen_with_its_reason(self):
        picking = self.delivery()
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))

        self.ship(picking)
        self.run_jobs()

        said = "Test channel refused to be told: 2 units. Nein."
        self.assertEqual(self.seen(picking), said)

    def test_a_correction_has_a_line_of_its_own(self):
        picking = self.delivery()
        self.ship(picking)
        self.run_jobs()

        picking.carrier_tracking_ref = "JD02"

        self.assertEqual(len(self.seen(picking).splitlines()), 2)
        self.assertIn("parcel JD02", self.seen(picking))

    def filtered(self, name):
        """Return the deliveries that the packer finds by a filter of the list."""
        arch = self.env["stock.picking"].get_view(
            self.env.ref("stock.view_picking_internal_search").id, "search"
        )["arch"]
        domain = arch.split(f'name="{name}"')[1].split('domain="')[1].split('"')[0]
        for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
            domain = domain.replace(entity, sign)
        found = self.env["stock.picking"].with_user(self.packer)
        return found.with_context(tz=self.packer.tz).search(
            [("retail_sync_channel_id", "=", self.channel.id), *safe_eval(domain)]
        )

    @freeze_time("2026-11-25 12:00:00")
    def test_what_must_leave_before_noon_is_found_in_the_packers_own_time(self):
        early, late, gone = (self.delivery(number) for number in (1, 2, 3))
        early.move_ids.date_deadline = "2026-11-25 16:59:00"  # 11:59 in New York
        late.move_ids.date_deadline = "2026-11-25 17:01:00"
        gone.move_ids.date_deadline = "2026-11-25 15:00:00"
        self.ship(gone)

        self.assertEqual(self.filtered("retail_sync_noon"), early)
        self.assertEqual(self.filtered("retail_sync_day"), early | late)

    def test_what_is_promised_first_comes_first(self):
        soon, later = self.delivery(1), self.delivery(2)
        now = fields.Datetime.now()
        later.move_ids.date_deadline = now + timedelta(days=2)
        soon.move_ids.date_deadline = now + timedelta(days=1)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_stock_picking_leave_action"
        )
        view = self.env.ref(
            "retail_sync_core.retail_sync_stock_picking_view_list_leave"
        )
        arch = self.env["stock.picking"].get_view(view.id, "list")["arch"]
        order = arch.split('default_order="')[1].split('"')[0]

        found = self.env["stock.picking"].search(
            [
                ("retail_sync_channel_id", "=", self.channel.id),
                *safe_eval(action["domain"]),
            ],
            order=order,
        )

        self.assertEqual(found.ids, [soon.id, later.id])


@tagged("post_install", "-at_install")
class TestSlip(OrdersCommon, HttpCase):
    """The code on the slip leads to the order, or to what its reader may see."""

    def setUp(self):
        super().setUp()
        order = self.import_order(self.order())
        self.order_there, self.picking = order, order.order_id.picking_ids

    def led_to(self, login):
        self.authenticate(login, login)
        answer = self.url_open(
            f"/retail_sync/delivery/{self.picking.id}", allow_redirects=False
        )
        return answer.headers.get("Location", answer.status_code)

    def test_the_slip_carries_the_code(self):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "stock.action_report_delivery", self.picking.ids
        )

        self.assertIn(self.picking.retail_sync_external_ref, html.decode())
        self.assertIn('name="div_retail_sync_code"', html.decode())
        page = quote_plus(f"/retail_sync/delivery/{self.picking.id}")
        self.assertRegex(
            html.decode(),
            rf'src="/report/barcode/\?barcode_type=QR&amp;value=\S+{page}&',
        )

    def test_the_slip_of_another_sale_carries_none(self):
        other = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id}
        )

        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "stock.action_report_delivery", other.ids
        )

        self.assertNotIn("div_retail_sync", html.decode())

    def test_it_leads_each_to_what_they_may_see(self):
        new_test_user(self.env, "packer", groups="stock.group_stock_user")
        new_test_user(
            self.env,
            "service",
            groups="stock.group_stock_user,retail_sync_core.retail_sync_group_viewer",
        )

        self.assertTrue(
            self.led_to("service").endswith(
                f"/odoo/retail-sync-orders/{self.order_there.id}"
            )
        )
        self.assertTrue(
            self.led_to("packer").endswith(f"/odoo/deliveries/{self.picking.id}")
        )

    def test_nobody_without_a_login_is_led_anywhere(self):
        answer = self.url_open(
            f"/retail_sync/delivery/{self.picking.id}", allow_redirects=False
        )

        self.assertIn("/web/login", answer.headers["Location"])

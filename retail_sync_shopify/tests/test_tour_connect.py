"""A manager's browser connects a Shopify channel, looks, and takes it live."""

import sys
from pathlib import Path
from unittest import SkipTest

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

SETUP = Path(__file__).resolve().parents[2] / "setup"
WAREHOUSE = "Tour warehouse"
SKU = "TOUR-MUG"
MANAGER_GROUPS = (
    "retail_sync_core.retail_sync_group_manager",
    "sales_team.group_sale_manager",
    "stock.group_stock_user",
)


@tagged("post_install", "-at_install")
class TestTourConnect(HttpCase):
    """The sandbox plays the shop, in this process, on the loopback address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.EUR").active = True  # the sandbox sells in euros
        cls.env["account.tax"].create(
            {
                "name": "DE VAT 19 %",
                "amount": 19.0,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            }
        )
        warehouse = cls.env["stock.warehouse"].create(
            {"name": WAREHOUSE, "code": "TOUR"}
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Tour mug",
                "default_code": SKU,
                "type": "consu",
                "is_storable": True,
                "lst_price": 10.0,
            }
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, warehouse.lot_stock_id, 8
        )
        cls.manager = cls.env["res.users"].create(
            {
                "name": "Tour manager",
                "login": "tour-manager",
                "password": "tour-manager",
                "group_ids": [
                    Command.link(cls.env.ref(group).id) for group in MANAGER_GROUPS
                ],
            }
        )

    def _start_sandbox(self):
        if not (SETUP / "sandbox").is_dir():
            raise SkipTest("the sandbox comes with the repository only")
        sys.path.insert(0, str(SETUP))
        self.addCleanup(sys.path.remove, str(SETUP))
        from sandbox.client import Sandbox
        from sandbox.server import Server

        server = Server().start()
        shop = Sandbox(server.url)
        shop.seed(
            locations=[{"name": WAREHOUSE}],
            products=[
                {
                    "title": "Tour mug",
                    "variants": [
                        {"sku": SKU, "price": "10.00", "levels": {WAREHOUSE: 5}}
                    ],
                }
            ],
        )
        shop.advance(3600)  # its order comes after the channel was connected
        shop.place_order(lines=[{"sku": SKU, "quantity": 1}])
        return server

    @classmethod
    def _request_handler(cls, session, request, **kwargs):
        """Let calls pass to the sandbox; Odoo's guard wants one time-out."""
        return super()._request_handler(session, request, **{**kwargs, "timeout": 30})

    def setUp(self):
        super().setUp()
        self.server = self._start_sandbox()
        self.addCleanup(self.server.stop)
        work = {
            "retail.sync.channel.connect": ("_enqueue", "action_watch"),
            "retail.sync.go.live": ("action_go_live",),
        }
        for model, names in work.items():
            wizard = self.env.registry[model]
            for name in names:
                self.patch(wizard, name, self._with_work_done(getattr(wizard, name)))
        self.env["retail.sync.fuse"].search([]).unlink()  # as in a copy
        self.env["ir.default"].set(
            "retail.sync.channel.connect", "base_url", self.server.url
        )

    def _with_work_done(self, original):
        """Return ``original`` followed by what a worker would do a moment later."""

        def method(records, *args):
            result = original(records, *args)
            channel = records.channel_id.sudo()
            if channel.state in ("watch", "live"):
                channel._workflow("order")._enqueue_poll()
            records.env["retail.sync.job"].sudo()._work_off(200, ahead_s=60.0)
            return result

        return method

    def test_a_manager_connects_watches_and_goes_live(self):
        self._connect()

        order = self.env["retail.sync.order"].search([("state", "=", "imported")])
        self.assertEqual(order.channel_id.state, "live")
        self.assertEqual(order.order_id.order_line.product_id, self.product)
        self.assertEqual(order.order_id.state, "sale")
        self.assertEqual(order.channel_id._workflow("order").interval_s, 180)
        secrets = order.channel_id.sudo().secret_ids
        self.assertEqual(
            set(secrets.mapped("name")) & {"client_secret"}, {"client_secret"}
        )
        self.assertNotIn("sandbox-secret", "".join(secrets.mapped("ciphertext")))
        self.assertNotIn("sandbox-secret", str(order.channel_id.settings))

    def test_he_does_so_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        suite = self.env["ir.module.module"].search([("name", "=like", "retail_sync%")])
        suite._update_translations(["fr_FR"])
        self.manager.lang = "fr_FR"
        menu = self.env.ref("retail_sync_core.retail_sync_channel_menu")
        self.assertEqual(
            menu.with_user(self.manager).with_context(lang="fr_FR").name, "Canaux"
        )

        self._connect()

        order = self.env["retail.sync.order"].search([("state", "=", "imported")])
        self.assertEqual(order.channel_id.state, "live")
        self.assertEqual(order.order_id.order_line.product_id, self.product)

    def _connect(self):
        self.start_tour(
            "/odoo/retail-sync",
            "retail_sync_shopify_connect",
            login=self.manager.login,
            timeout=180,
        )

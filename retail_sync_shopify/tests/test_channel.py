from datetime import datetime, timedelta, timezone

from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter
from odoo.tests import TransactionCase, tagged

from .common import SECRET, SHOP, make_channel


@tagged("post_install", "-at_install")
class TestChannel(TransactionCase):
    def test_a_channel_speaks_shopify(self):
        adapter = make_channel(self.env)._make_adapter()

        self.assertIsInstance(adapter, ShopifyAdapter)
        self.assertEqual(adapter.account.settings["shop"], SHOP)
        self.assertEqual(adapter.account.secret("client_secret"), SECRET)

    def test_another_address_is_followed_in_a_sandbox_alone(self):
        address = "http://127.0.0.1:9"
        sandbox = make_channel(self.env, environment="sandbox", base_url=address)
        live = make_channel(self.env, base_url=address)

        self.assertEqual(sandbox._make_adapter().account.base_url, address)
        self.assertEqual(live._make_adapter().account.base_url, "")

    def test_the_form_asks_for_what_lets_us_in(self):
        form = make_channel(self.env)._credential_form()

        asked = {one["name"]: one for one in form["asked"]}
        self.assertTrue(asked["client_secret"]["stored"])
        self.assertFalse(asked["access_token"]["stored"])
        self.assertEqual(form["values"]["shop"], SHOP)
        self.assertNotIn(SECRET, str(form))

    def test_the_form_shows_what_is_optional_beside_what_is_needed(self):
        channel = make_channel(self.env)
        page = self.env["retail.sync.channel.connect"].create(
            {"channel_id": channel.id, "step": "access"}
        )

        self.assertIn("write_inventory", page.scopes_text.split(","))
        optional = page.optional_scopes_text.split(",")
        self.assertIn("read_all_orders", optional)
        self.assertFalse(set(optional) & set(page.scopes_text.split(",")))

    def test_a_french_manager_reads_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        channel = make_channel(self.env).with_context(lang="fr_FR")
        channel.last_test_message = (
            "Orders older than 60 days cannot be read: the app does not have the scope"
            " read_all_orders."
        )

        (shop, *_rest) = channel._credential_form()["asked"]
        (row,) = channel.read(["last_test_message"])

        self.assertEqual(shop["label"], "Boutique")
        self.assertEqual(
            row["last_test_message"],
            "Les commandes de plus de 60 jours ne peuvent pas être lues\u00a0: il"
            " manque à l'application l'autorisation read_all_orders.",
        )

    def test_a_token_is_renewed_before_it_ends(self):
        channel = make_channel(self.env)
        secrets = self.env["retail.sync.secret"]
        now = datetime.now(timezone.utc)
        self.assertTrue(channel._make_adapter().renewal_due())

        secrets._store(channel, "access_token", "one", now + timedelta(hours=20))
        self.assertFalse(channel._make_adapter().renewal_due())

        secrets._store(channel, "access_token", "two", now + timedelta(minutes=5))
        self.assertTrue(channel._make_adapter().renewal_due())

    def test_the_module_takes_its_channels_off_the_air(self):
        channel = make_channel(self.env)

        channel._let_go_of_shopify()

        self.assertEqual(channel.code, "manual")
        self.assertNotEqual(channel.state, "live")
        self.assertTrue(channel.activity_ids)

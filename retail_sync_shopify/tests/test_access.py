from odoo.addons.retail_sync_core.domain.errors import ConfigurationError
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .common import SECRET, make_channel


@tagged("post_install", "-at_install")
class TestAccess(TransactionCase):
    """Whoever never saw Shopify's Dev Dashboard gets a channel connected."""

    def setUp(self):
        super().setUp()
        self.channel = make_channel(self.env, state="draft")

    def refused(self, code):
        """Note a test that Shopify refused; return {name: what is asked}."""
        handler = self.env["retail.sync.handler.connection.test"]
        handler._note_failure(self.channel, ConfigurationError("no", code=code))
        return self.asked()

    def asked(self):
        form = self.channel._credential_form()
        return {one["name"]: one for one in form["asked"]}

    def doubted(self, asked):
        return {name for name, one in asked.items() if one["doubted"]}

    def test_the_page_leads_to_what_it_asks_for(self):
        steps = self.channel._credential_form()["steps"]

        self.assertGreater(len(steps), 4)
        said = " ".join(steps)
        for thing in ("Create app", "Release", "Install app", "client secret"):
            self.assertIn(thing, said)

    def test_what_is_empty_is_named_with_where_it_is_found(self):
        self.channel.secret_ids.unlink()
        self.channel.settings = {}

        with self.assertRaises(UserError) as caught:
            self.channel.action_test_connection()

        said = str(caught.exception)
        self.assertIn("Shop: The shop's own address", said)
        self.assertIn("Client ID: In Shopify's Dev Dashboard", said)
        self.assertIn("Client secret: ", said)
        self.assertNotIn("_", said)
        self.assertFalse(
            self.env["retail.sync.job"].search([("channel_id", "=", self.channel.id)])
        )

    def test_a_fixed_token_does_without_an_app(self):
        self.channel.secret_ids.unlink()
        self.channel.settings = {"shop": "demo-shop.myshopify.com"}
        self.env["retail.sync.secret"]._store(self.channel, "access_token", "fixed")

        self.assertTrue(self.channel.action_test_connection())
        self.assertEqual(self.doubted(self.refused("401")), {"access_token"})
        self.assertIn("fixed access token", self.channel.last_test_message)

    def test_a_secret_that_was_refused_is_to_be_typed_anew(self):
        asked = self.refused("invalid_client")
        self.assertEqual(self.doubted(asked), {"client_id", "client_secret"})
        self.assertTrue(asked["client_secret"]["stored"])

        self.channel._store_credentials({"client_secret": "another"})

        self.assertEqual(self.doubted(self.asked()), set())
        self.assertEqual(self.doubted(self.refused("404")), {"shop"})

    def test_each_reader_reads_why_in_his_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.channel.state = "live"
        self.channel.owner_id = self.env.user
        self.env.user.lang = "fr_FR"

        self.refused("402")

        english = self.channel.with_context(lang="en_US")
        french = self.channel.with_context(lang="fr_FR")
        self.assertIn("The shop is frozen", english.paused_words)
        self.assertIn("La boutique est gelée", french.paused_words)
        (row,) = french.read(["last_test_message"])
        self.assertIn("La boutique est gelée", row["last_test_message"])
        self.assertIn("La boutique est gelée", self.channel.activity_ids.note)

    def test_what_was_fetched_for_another_secret_is_not_tested(self):
        self.env["retail.sync.secret"]._store(
            self.channel, "access_token", "fetched", self.env.cr.now()
        )

        self.channel._store_credentials({"client_secret": SECRET})

        self.assertEqual(set(self.channel.secret_ids.mapped("name")), {"client_secret"})

    def test_a_secret_nobody_can_open_is_called_what_the_screen_calls_it(self):
        self.channel.sudo().secret_ids.ciphertext = "from another server"

        with self.assertRaises(UserError) as caught:
            self.env["retail.sync.secret"]._read_all(self.channel)

        self.assertIn("Client secret of Demo shop", str(caught.exception))

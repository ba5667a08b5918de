from odoo.tests import Form, tagged

from .common import RetailSyncCommon


@tagged("post_install", "-at_install")
class TestConnectMessages(RetailSyncCommon):
    """The guided connection promises no messages that cannot come."""

    def setUp(self):
        super().setUp()
        self.channel.write({"state": "draft", "environment": "production"})

    def reach(self, address):
        """Let this server have the address; return the page as it is then."""
        self.env["ir.config_parameter"].set_param("web.base.url", address)
        self.env.invalidate_all()
        return self.env["retail.sync.channel.connect"].create(
            {"channel_id": self.channel.id, "step": "messages"}
        )

    def test_an_address_nobody_reaches_shows_messages_off_and_stays_chosen(self):
        for address in ("http://shop.example.com", "https://localhost"):
            with self.subTest(address):
                wizard = self.reach(address)
                form = Form(wizard)

                self.assertFalse(form.webhook_reachable)
                with self.assertRaisesRegex(AssertionError, "readonly"):
                    form.webhook_reachable = True
                form.save()
                wizard.webhook_reachable = False
                self.assertTrue(self.channel.webhook_reachable)
                self.assertIn("no public address", wizard.webhook_note)

        wizard = self.reach("https://shop.example.com")
        self.assertTrue(wizard.webhook_reachable)
        self.assertFalse(wizard.webhook_note)

    def test_a_public_address_leaves_the_choice_to_the_person(self):
        wizard = self.reach("https://shop.example.com")
        with Form(wizard) as form:
            form.webhook_reachable = False

        self.assertFalse(self.channel.webhook_reachable)
        self.assertIn("cannot reach this server", wizard.webhook_note)

    def test_the_last_page_promises_messages_where_they_can_come(self):
        cases = [
            ("https://shop.example.com", "production", "<li>The channel tells us at"),
            ("http://shop.example.com", "production", "is asked in turns"),
            ("http://localhost:8069", "sandbox", "if it reaches localhost:8069"),
            ("https://shop.example.com", "sandbox", "<li>The channel tells us at"),
        ]
        for address, environment, said in cases:
            with self.subTest(address, environment=environment):
                self.channel.environment = environment
                wizard = self.reach(address)
                wizard.step = "outlook"

                self.assertIn(said, wizard.outlook)
                if said != cases[0][2]:
                    self.assertNotIn("<li>The channel tells us", wizard.outlook)

    def test_a_sandbox_may_be_reached_on_this_machine(self):
        self.channel.environment = "sandbox"
        wizard = self.reach("http://localhost:8069")

        self.assertTrue(wizard.webhook_reachable)
        self.assertFalse(wizard.address_is_private)
        self.assertIn("if it reaches localhost:8069", wizard.sandbox_note)
        self.channel.webhook_reachable = False
        wizard.invalidate_recordset()
        self.assertFalse(wizard.sandbox_note, "then it is asked in turns")
        self.assertFalse(self.reach("https://shop.example.com").sandbox_note)

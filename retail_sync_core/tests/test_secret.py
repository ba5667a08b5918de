import base64
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import config

from ..domain.redact import redact
from .common import SECRET, RetailSyncCommon

NO_KEY = {"RETAIL_SYNC_SECRET_KEYS": ""}


def key(letter):
    return base64.urlsafe_b64encode(letter * 32).decode()


@tagged("post_install", "-at_install")
class TestSecret(RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.secrets = self.env["retail.sync.secret"]

    def without_key(self):
        self.startPatcher(patch.dict("os.environ", NO_KEY))
        self.startPatcher(patch.dict(config.options, {"retail_sync_secret_keys": ""}))

    def keys(self, *keys):
        return patch.dict("os.environ", {"RETAIL_SYNC_SECRET_KEYS": ",".join(keys)})

    def test_what_lies_in_the_database_is_not_the_secret(self):
        self.env.cr.execute(
            "SELECT ciphertext FROM retail_sync_secret WHERE channel_id = %s",
            [self.channel.id],
        )

        stored = "".join(row[0] for row in self.env.cr.fetchall())
        self.assertTrue(stored)
        self.assertNotIn(SECRET, stored)
        self.assertEqual(redact(stored), "***")

    def test_a_new_version_stands_first_and_the_one_before_opens_for_a_while(self):
        self.secrets._store(self.channel, "webhook_secret", "newer")

        values = self.secrets._read_all(self.channel)["webhook_secret"]
        self.assertEqual(values, ("newer", SECRET))

    def test_the_one_before_ends(self):
        self.secrets._store(self.channel, "webhook_secret", "newer")
        old = self.channel.secret_ids.filtered(lambda row: row.version == 1)
        old.expires_at = fields.Datetime.now() - timedelta(seconds=1)

        values = self.secrets._read_all(self.channel)["webhook_secret"]
        self.assertEqual(values, ("newer",))

    def test_two_versions_are_kept_at_most(self):
        for value in ("b", "c", "d"):
            self.secrets._store(self.channel, "webhook_secret", value)

        rows = self.secrets.search([("channel_id", "=", self.channel.id)])
        self.assertEqual(rows.mapped("version"), [4, 3])

    def test_the_adapter_knows_when_a_secret_ends(self):
        ends = datetime(2027, 1, 1, tzinfo=timezone.utc)
        self.secrets._store(self.channel, "access_token", "t", expires_at=ends)

        account = self.channel._make_account()
        self.assertEqual(account.expires["access_token"], ends)
        self.assertNotIn("webhook_secret", account.expires)

    def test_without_a_key_nothing_is_stored_and_the_message_says_what_to_do(self):
        self.without_key()

        with self.assertRaisesRegex(UserError, "retail_sync_secret_keys"):
            self.secrets._store(self.channel, "access_token", "plain")
        self.assertFalse(
            self.secrets.search([("name", "=", "access_token")]), "nothing in clear"
        )

    def test_without_a_key_the_forms_still_open(self):
        self.without_key()

        with Form(self.channel) as form:
            form.name = "Renamed"
        self.assertEqual(self.channel.name, "Renamed")
        self.assertTrue(self.channel.read())

    def test_without_a_key_a_channel_cannot_start(self):
        self.without_key()
        self.channel.state = "draft"

        with self.assertRaisesRegex(UserError, "retail_sync_secret_keys"):
            self.channel.action_go_live()

    def test_a_key_that_is_none_is_said_so(self):
        with self.keys("short"), self.assertRaisesRegex(UserError, "32 random bytes"):
            self.secrets._fernet()

    def test_an_unknown_key_is_said_with_the_secrets_name(self):
        with self.keys(key(b"x")), self.assertRaisesRegex(UserError, "Webhook secret"):
            self.secrets._read_all(self.channel)

    def test_keys_are_rotated_without_entering_secrets_again(self):
        old, new = key(b"k"), key(b"n")
        with self.keys(new, old):
            self.secrets._rotate_all()

        with self.keys(new):
            values = self.secrets._read_all(self.channel)["webhook_secret"]
        self.assertEqual(values, (SECRET,))

    def test_storing_leaves_a_trace_without_the_secret(self):
        self.secrets._store(self.channel, "access_token", "shpat_0123456789abcdef")

        entry = self.env["retail.sync.audit"].search(
            [("action", "=", "secret.stored")], limit=1
        )
        self.assertEqual(entry.detail, {"name": "access_token", "version": 1})
        self.assertEqual(entry.channel_id, self.channel)

    def test_no_text_of_an_account_shows_a_secret(self):
        self.assertNotIn(SECRET, repr(self.channel._make_account()))

    def test_a_copied_channel_has_no_access(self):
        copy = self.channel.copy()

        self.assertFalse(copy.secret_ids)
        self.assertNotEqual(copy.token, self.channel.token)
        self.assertEqual(copy.state, "draft")

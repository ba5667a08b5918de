from odoo.tests import tagged

from .common import SECRET, RetailSyncCommon


@tagged("post_install", "-at_install")
class TestDoorMemory(RetailSyncCommon):
    """The door keeps in mind what seldom changes, and no longer than that."""

    def find(self):
        """Return (door, account) as a webhook finds them."""
        self.env.flush_all()
        return self.env["retail.sync.door"]._find(self.channel.code, self.channel.token)

    def test_a_known_address_asks_the_database_once(self):
        self.find()

        with self.assertQueryCount(0):
            self.find()

    def test_an_archived_channel_is_forgotten_at_once(self):
        self.find()

        self.channel.active = False

        self.assertEqual(self.find(), (None, None))

    def test_a_removed_channel_is_forgotten_at_once(self):
        code, token = self.channel.code, self.channel.token
        self.find()
        self.deliver(self.make_notice(body=b"x"))

        self.channel.unlink()

        door = self.env["retail.sync.door"]
        self.assertEqual(door._find(code, token), (None, None))
        self.assertFalse(self.env["retail.sync.event"].search([]).exists())
        self.assertFalse(self.env["retail.sync.event.body"].search([]))

    def test_a_new_secret_counts_at_once_beside_the_old_one(self):
        self.find()

        self.env["retail.sync.secret"]._store(
            self.channel, "webhook_secret", "another-secret"
        )

        _door, account = self.find()
        self.assertEqual(account.secrets["webhook_secret"], ("another-secret", SECRET))

    def test_a_changed_workflow_counts_at_once(self):
        self.find()

        self.channel._workflow("order").mode = "polling"

        door, _account = self.find()
        self.assertEqual(door.modes["order"], "polling")

    def test_a_turn_of_a_workflow_forgets_nothing(self):
        self.find()

        self.channel._workflow("order").write({"cursor": "7", "next_poll_at": False})
        self.env.flush_all()

        with self.assertQueryCount(0):
            self.find()

    def test_what_strangers_try_is_not_kept(self):
        self.find()
        for number in range(5):
            found = self.env["retail.sync.door"]._find("manual", f"guess-{number}")
            self.assertEqual(found, (None, None))

        cache = self.env.registry._Registry__caches["default"]
        kept = [key[-1] for key in cache if key[0] == "retail.sync.door"]
        self.assertEqual(kept, [self.channel.token])

from datetime import date
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.tests import new_test_user, tagged

from ..adapters.transport import Response
from .test_setup import KEYS, Answering, SetupCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestSetupTell(SetupCommon):
    """What must be set up reaches the managers, once, and no one else."""

    def setUp(self):
        super().setUp()
        self.manager = new_test_user(self.env, "told", groups=GROUP + "manager")
        self.operator = new_test_user(self.env, "untold", groups=GROUP + "operator")

    def look(self, status=404):
        return self.check(Answering(Response(status=status)))

    def told(self, user):
        return self.env["mail.activity"].search(
            [("res_model", "=", "retail.sync.setup"), ("user_id", "=", user.id)]
        )

    def test_what_has_changed_since_is_seen_when_the_page_is_opened(self):
        setup = self.look()
        answered_at = setup.answered_at
        self.assertNotEqual(self.line(setup, "version").code, "version_over")

        self.channel.write({"supported_until": "2020-01-01", "state": "live"})
        opened = self.env["retail.sync.setup"].action_open()

        self.assertEqual(opened["res_id"], setup.id)
        self.assertEqual(self.line(setup, "version").code, "version_over")
        self.assertFalse(setup.is_busy)
        self.assertEqual(setup.answered_at, answered_at, "no worker has looked")

    def test_how_long_something_takes_is_said_as_people_do(self):
        setup = self.look()
        line = self.line(setup, "keepalive")
        line.write({"code": "keepalive_late", "params": {"seconds": 7200}})

        self.assertIn("only after 2 h of silence", line.finding)

    def test_each_manager_is_told_once_and_nobody_else(self):
        self.look()
        self.look()

        activity = self.told(self.manager)
        self.assertEqual(len(activity), 1)
        self.assertIn("Messages reach us", activity.note)
        self.assertFalse(self.told(self.operator))

    def test_another_defect_is_told_too(self):
        self.look()
        self.told(self.manager).unlink()

        self.look()
        self.assertFalse(self.told(self.manager), "that was told")
        self.look(status=403)

        self.assertEqual(len(self.told(self.manager)), 1)

    def test_what_was_well_meanwhile_is_told_anew(self):
        setup = self.look()
        setup.line_ids.write({"result": "good", "code": "webhook"})

        setup._tell_managers()
        self.assertFalse(self.told(self.manager), "nothing is left to do")
        self.look()

        self.assertEqual(len(self.told(self.manager)), 1)

    def test_a_copy_tells_nobody(self):
        self.env["retail.sync.fuse"].search([]).unlink()

        self.look()

        self.assertFalse(self.told(self.manager))

    def test_they_read_it_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        line = self.env["retail.sync.setup.line"]
        spoken = []
        words = type(line)._words

        def listen(lines):
            spoken.append(lines.env.lang)
            return words(lines)

        self.patch(type(line), "_words", listen)

        self.look()

        self.assertIn("fr_FR", spoken)

    def test_another_companys_channel_is_not_named(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        channel = self.make_channel(
            name="Secret shop", company_id=company.id, warehouse_id=False
        )
        channel.write({"supported_until": "2027-01-01", "api_version": "2026-01"})
        setup = self.look()
        finding = self.judge._judge_versions(date(2026, 12, 1))
        setup._note({"version": finding})

        line = self.line(setup, "version")
        self.assertIn("Secret shop", line.finding)
        line.invalidate_recordset()
        mine = line.with_user(self.manager).finding
        self.assertNotIn("Secret shop", mine)
        self.assertIn("another company", mine)

    def test_every_channel_whose_key_is_lost_is_named(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = {"company_id": company.id, "warehouse_id": False}
        self.channel.name = "Shop one"
        for name, values in (("Shop two", {}), ("Secret shop", elsewhere)):
            channel = self.make_channel(name=name, **values)
            self.env["retail.sync.secret"]._store(channel, "token", "a word")
        setup = self.look()
        with patch.dict("os.environ", {KEYS: Fernet.generate_key().decode()}):
            setup._note({"key": self.judge._judge_key()})

        line = self.line(setup, "key")
        self.assertIn("of Shop one, Shop two, and Secret shop were", line.finding)
        self.assertIn("each of these channels", line.remedy)
        line.invalidate_recordset()
        mine = line.with_user(self.manager).finding
        self.assertIn("of Shop one, Shop two, and a channel of another company", mine)

    def ends(self, today):
        self.env["retail.sync.channel"]._tell_ends_of_support(today)
        return self.env["retail.sync.issue"].search(
            [("channel_id", "=", self.channel.id), ("kind", "=", "version_ends")]
        )

    def test_the_end_of_support_is_an_issue_once_and_sixty_days_ahead(self):
        self.channel.write({"supported_until": "2027-10-01", "api_version": "2026-10"})
        self.assertFalse(self.ends(date(2027, 8, 1)))

        issue = self.ends(date(2027, 8, 2))

        self.assertEqual(issue.owner_id, self.channel.owner_id)
        self.assertIn("2027-10-01", issue.title)
        self.assertIn("2026-10", issue.message)
        self.assertTrue(issue.suggestion)
        issue._close()
        self.assertEqual(self.ends(date(2027, 8, 3)), issue, "a person has seen it")

    def test_a_newer_version_closes_it(self):
        self.channel.supported_until = "2027-10-01"
        issue = self.ends(date(2027, 9, 1))

        self.channel.supported_until = "2028-01-01"

        self.assertEqual(self.ends(date(2027, 9, 2)).state, "closed")
        self.assertEqual(issue.state, "closed")

from dataclasses import replace
from datetime import timedelta, timezone

from odoo import fields
from odoo.tests import tagged

from ..adapters import base
from ..testing_orders import make_line
from .draft_common import DraftCommon


@tagged("post_install", "-at_install")
class TestDraftGone(DraftCommon):
    """What became of drafts of whose end nobody told."""

    def end_a_turn(self):
        """Let a turn of the drafts find nothing that changed."""
        self.shop.pages["draft"].append(base.Page(documents=(), as_of=self.shop.now))
        self.channel._workflow("draft")._enqueue_poll()
        self.env.flush_all()
        self.run_jobs(ahead_s=600)
        self.env.invalidate_all()

    def test_a_draft_deleted_without_a_word_is_found_a_day_later(self):
        self.draft()
        self.hear_draft()
        del self.shop.drafts["draft-1"]
        self.found().read_at = fields.Datetime.now()
        self.end_a_turn()
        self.assertEqual(self.sales().state, "draft", "it was read just now")

        self.found().read_at -= timedelta(days=1, minutes=1)
        self.end_a_turn()

        self.assertEqual(self.found().state, "deleted")
        self.assertEqual(self.sales().state, "cancel")

    def test_a_draft_that_is_there_is_asked_for_once_a_day(self):
        self.draft()
        self.hear_draft()
        self.found().read_at = fields.Datetime.now() - timedelta(days=2)
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        there = self.shop.drafts["draft-1"]
        content = replace(there.content, read_at=now)
        self.shop.drafts["draft-1"] = replace(there, content=content)
        before = len(self.shop.calls("fetch_draft"))

        for _turn in range(3):
            self.end_a_turn()

        self.assertEqual(len(self.shop.calls("fetch_draft")), before + 1)
        self.assertEqual(self.sales().state, "draft")

    def test_a_draft_that_cannot_be_applied_is_asked_for_once_a_day(self):
        self.draft()
        self.hear_draft()
        unknown = make_line("draft-line", sku="NOT-HERE", quantity=1, price="5")
        self.draft(minutes=5, lines=[unknown])
        self.found().read_at = fields.Datetime.now() - timedelta(days=2)
        before = len(self.shop.calls("fetch_draft"))

        for _turn in range(3):
            self.end_a_turn()
            self.drop_jobs()

        self.assertEqual(len(self.shop.calls("fetch_draft")), before + 1)
        self.found().asked_at -= timedelta(days=1, minutes=1)
        self.end_a_turn()
        self.assertEqual(len(self.shop.calls("fetch_draft")), before + 2)

    def drop_jobs(self):
        """Let a person give up what waits, so that nothing holds a next one back."""
        jobs = self.env["retail.sync.job"].search([("handler", "=", "draft.fetch")])
        jobs.sudo().state = "cancelled"
        self.env.flush_all()

    def test_what_an_ended_draft_says_of_people_is_forgotten(self):
        self.draft(note="Call Ann first")
        self.hear_draft()
        drafts = self.env["retail.sync.draft"]
        self.age(self.found())
        drafts._gc_notes()
        self.assertEqual(self.found().note, "Call Ann first")

        self.found().state = "ordered"
        self.env.flush_all()
        drafts._gc_notes()
        self.assertEqual(self.found().note, "Call Ann first")
        self.age(self.found())
        drafts._gc_notes()

        self.assertFalse(self.found().note)
        self.assertEqual(self.found().external_ref, "#D1")

    def age(self, draft):
        """Let nothing have become of ``draft`` for a month."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE retail_sync_draft SET write_date = write_date - interval '31 days'"
            " WHERE id = %s",
            [draft.id],
        )
        self.env.invalidate_all()

    def test_its_quotation_is_opened_from_the_list(self):
        self.draft()
        self.hear_draft()

        action = self.found().action_open_quotation()

        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", self.sales().id)
        )

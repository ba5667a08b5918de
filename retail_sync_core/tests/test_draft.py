from dataclasses import replace
from unittest.mock import patch

from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import PermanentError
from ..testing_orders import make_charge
from .draft_common import DraftCommon, DraftShopAdapter


@tagged("post_install", "-at_install")
class TestDraft(DraftCommon):
    """A draft is a quotation, and the quotation becomes the order: one sale order."""

    def test_a_draft_is_a_quotation_without_demand_or_delivery(self):
        self.draft(charges=[make_charge(price="4.90")], note="Call first")
        before = self.shirt.free_qty

        self.hear_draft()

        sale = self.sales()
        self.assertEqual(sale.state, "draft")
        self.assertAlmostEqual(sale.amount_total, 44.88, 2)
        self.assertFalse(sale.picking_ids)
        self.assertEqual(self.shirt.free_qty, before)
        self.assertFalse(
            self.env["retail.sync.demand"].search(
                [("channel_id", "=", self.channel.id)]
            )
        )
        self.assertEqual(sale.retail_sync_draft_note, "Call first")
        self.assertFalse(self.theirs())

    def test_drafts_are_left_out_by_default(self):
        self.channel.draft_policy = "ignore"
        self.draft()

        self.hear_draft()

        self.assertFalse(self.found())
        self.assertFalse(self.sales())
        self.assertFalse(self.shop.calls("fetch_draft"))

    def test_a_watched_channel_makes_no_quotation_and_makes_it_once_live(self):
        self.run_jobs()
        self.channel.state = "watch"
        self.draft()
        self.hear_draft()
        self.assertEqual(self.found().state, "watched")
        self.assertFalse(self.sales())

        self.channel.state = "live"
        jobs = self.env["retail.sync.job"]
        jobs._enqueue(self.channel, "order.watched")
        self.env.flush_all()
        self.run_jobs()

        self.assertEqual(self.sales().state, "draft")

    def test_a_changed_draft_changes_its_quotation(self):
        self.draft()
        self.hear_draft()

        self.draft(price="15.00", quantity=3, minutes=5)
        self.hear_draft()

        self.assertEqual(len(self.sales()), 1)
        self.assertAlmostEqual(self.sales().amount_total, 45.0, 2)
        self.assertEqual(self.sales().order_line.product_uom_qty, 3)

    def test_what_a_person_edited_is_not_overwritten_and_it_is_said(self):
        self.draft()
        self.hear_draft()
        self.sales().order_line.price_unit = 11.0

        self.draft(price="15.00", minutes=5)
        self.hear_draft()

        self.assertEqual(self.sales().order_line.price_unit, 11.0)
        self.assertTrue(self.found().is_behind)
        self.assertEqual(len(self.issues("draft_changed")), 1)

        self.sales().retail_sync_action_take_draft()
        self.env.flush_all()
        self.run_jobs()
        self.env.invalidate_all()

        self.assertAlmostEqual(self.sales().amount_total, 30.0, 2)
        self.assertFalse(self.found().is_behind)
        self.assertFalse(self.issues("draft_changed"))

    def test_a_deleted_draft_cancels_its_quotation(self):
        self.draft()
        self.hear_draft()
        del self.shop.drafts["draft-1"]

        self.hear_draft("drafts/delete")

        self.assertEqual(self.found().state, "deleted")
        self.assertEqual(self.sales().state, "cancel")

    def test_a_deleted_draft_leaves_what_a_person_edited_and_it_is_said(self):
        self.draft()
        self.hear_draft()
        self.sales().order_line.price_unit = 11.0
        del self.shop.drafts["draft-1"]

        self.hear_draft("drafts/delete")

        self.assertEqual(self.sales().state, "draft")
        self.assertEqual(len(self.issues("draft_changed")), 1)

    def test_the_order_takes_its_quotation_over_when_the_draft_tells_first(self):
        self.draft()
        self.hear_draft()
        self.ordered(price="18.50")
        self.draft(minutes=5, order_id="order-1")

        self.hear_draft()
        self.hear_order()

        self.assert_one_order(37.0)
        steps = self.theirs().step_ids.mapped("code")
        self.assertIn("took_quotation", steps)

    def test_the_order_takes_its_quotation_over_when_it_tells_first(self):
        self.draft()
        self.hear_draft()
        quotation = self.sales()
        self.ordered(price="18.50")
        self.draft(minutes=5, order_id="order-1")

        self.hear_order()
        self.assertEqual(self.sales(), quotation)
        self.assert_one_order(37.0)
        for _again in range(2):
            self.hear_draft()
            self.hear_order()

        self.assert_one_order(37.0)

    def test_an_order_whose_draft_is_told_of_late_needs_no_quotation(self):
        self.ordered()
        self.draft(minutes=5, order_id="order-1")

        self.hear_order()
        self.hear_draft()

        self.assert_one_order(39.98)

    def test_a_lost_order_is_fetched_when_its_draft_names_it(self):
        self.draft()
        self.hear_draft()
        self.ordered()
        self.draft(minutes=5, order_id="order-1")

        self.hear_draft()

        self.assert_one_order(39.98)

    def test_where_no_draft_may_be_asked_for_the_order_comes_all_the_same(self):
        self.draft()
        self.hear_draft()
        self.ordered()
        refused = PermanentError("denied", code="ACCESS_DENIED")

        with patch.object(DraftShopAdapter, "find_draft", side_effect=refused):
            self.hear_order()
        self.assertEqual(self.theirs().order_id.state, "sale")

        self.draft(minutes=5, order_id="order-1")
        self.hear_draft()

        kept = self.sales() - self.theirs().order_id
        self.assertEqual(kept.state, "cancel")
        self.assertEqual(self.found().state, "ordered")

    def test_an_edited_quotation_becomes_the_order_as_it_is_there(self):
        self.draft()
        self.hear_draft()
        self.sales().order_line.price_unit = 11.0
        self.ordered(price="18.50")
        self.draft(minutes=5, order_id="order-1")

        self.hear_order()

        self.assert_one_order(37.0)

    def test_a_quotation_confirmed_by_a_person_follows_the_order(self):
        self.draft()
        self.hear_draft()
        self.sales().action_confirm()
        self.ordered(price="18.50", quantity=3)
        self.draft(minutes=5, order_id="order-1")

        self.hear_order()

        self.assert_one_order(55.5)
        self.assertEqual(self.sales().order_line.product_uom_qty, 3)

    def test_a_quotation_canceled_by_a_person_becomes_the_order(self):
        self.draft()
        self.hear_draft()
        self.sales()._action_cancel()
        self.ordered()
        self.draft(minutes=5, order_id="order-1")

        self.hear_order()

        self.assert_one_order(39.98)

    def test_a_canceled_order_ends_its_quotation(self):
        self.draft()
        self.hear_draft()
        order = self.ordered()
        self.shop.put(replace(order, cancelled_at=order.updated_at))
        self.draft(minutes=5, order_id="order-1")

        self.hear_draft()
        self.hear_order()

        self.assertEqual(self.sales().state, "cancel")
        self.assertEqual(self.theirs().state, "cancelled")

    def test_a_turn_finds_changed_drafts(self):
        self.draft()
        notice = doc.Notice(
            flow=doc.Flow.DRAFT, topic="poll", external_id="draft-1", version="1"
        )
        page = base.Page(documents=(notice,), as_of=self.shop.now)
        self.shop.pages["draft"].append(page)

        self.channel._workflow("draft")._enqueue_poll()
        self.env.flush_all()
        self.run_jobs()

        self.assertEqual(self.sales().state, "draft")

    def test_the_permission_is_asked_for_where_drafts_are_wanted_only(self):
        info = base.ChannelInfo(name="Shop", scopes=("read_orders",))

        self.assertEqual(self.channel._missing_scopes(info), ["read_drafts"])
        self.assertIn("read_drafts", self.channel.scopes_text)
        self.channel.draft_policy = "ignore"
        self.assertEqual(self.channel._missing_scopes(info), [])
        self.assertNotIn("read_drafts", self.channel.scopes_text)
        self.assertNotIn("drafts/update", self.channel._wanted_topics())

from odoo.tests import tagged

from ..models.retail_sync_handler import Stop
from .common import RetailSyncCommon


@tagged("post_install", "-at_install")
class TestIssue(RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.issue_model = self.env["retail.sync.issue"]

    def park(self, external_id, kind="unknown_sku", value="MUG-9"):
        """Park a job as an import does that meets something unknown."""
        job = self.env["retail.sync.job"]._enqueue(
            self.channel,
            "order.fetch",
            order_key=f"order:{external_id}",
            payload={"external_id": external_id, "external_ref": f"#{external_id}"},
        )
        stop = Stop(kind, field="SKU", value=value, message=f"{kind} {value}")
        self.env["retail.sync.outcome"]._stop(job, stop)
        return job

    def test_the_same_cause_is_one_card_that_counts(self):
        for number in range(200):
            self.park(f"o-{number}")

        self.assertEqual(len(self.issues()), 1)
        self.assertEqual(self.issues().waiting_count, 200)

    def test_other_values_and_channels_are_other_causes(self):
        self.park("o-1")
        self.park("o-2", value="CUP-1")
        other = self.make_channel(name="Other")
        self.issue_model._raise(other, "unknown_sku", field="SKU", value="MUG-9")

        self.assertEqual(len(self.issues()), 2)
        self.assertEqual(len(self.issues(channel=other)), 1)

    def test_it_names_the_value_and_says_what_to_do(self):
        self.park("o-1")

        issue = self.issues()
        self.assertIn("MUG-9", issue.title)
        self.assertTrue(issue.suggestion)
        self.assertEqual(issue.orders_text, "#o-1")

    def test_a_product_is_named_by_its_title_beside_its_sku(self):
        told = {"params": {"title": "Oak mug"}, "field": "SKU", "value": "MUG-9"}
        for kind in ("unknown_sku", "ambiguous_sku"):
            self.issue_model._raise(self.channel, kind, **told)

        for issue in self.issues():
            self.assertIn("Oak mug (MUG-9)", issue.title)
            self.assertIn("Oak mug (MUG-9)", issue.message)

    def test_all_products_to_match_are_one_press_away(self):
        self.park("o-1")
        issue = self.issues()
        self.assertFalse(issue.to_match_count)

        rows = [
            {"channel_id": self.channel.id, "external_id": sku, "sku": sku}
            for sku in ("MUG-9", "CUP-1")
        ]
        listings = self.env["retail.sync.listing"].create(
            [{**row, "title": row["sku"]} for row in rows]
        )
        self.env.invalidate_all()

        self.assertEqual(issue.to_match_count, 2)
        action = issue.action_match_all()
        self.assertEqual(action["res_model"], "retail.sync.listing")
        found = listings.search(action["domain"])
        self.assertTrue(listings <= found)
        self.assertTrue(action["context"]["search_default_to_match"])

    def test_causes_are_grouped_by_their_words(self):
        self.park("o-1")
        self.park("o-2", kind="unknown_gateway", value="shopify_payments")
        self.park("o-3", kind="of_a_module_that_left", value="x")

        groups = self.issue_model.formatted_read_group(
            [("channel_id", "=", self.channel.id)], ["kind"], ["__count"]
        )

        self.assertEqual(
            {group["kind"]: group["__count"] for group in groups},
            {
                "Product … is not known": 1,
                "Payment method … is not mapped": 1,
                "of_a_module_that_left": 1,
            },
        )

    def test_a_payment_method_is_called_as_people_do(self):
        self.park("o-1", kind="unknown_gateway", value="shopify_payments")
        issue = self.issues()
        self.assertIn("Shopify Payments is not mapped", issue.title)

        row = self.env["retail.sync.map.gateway"].create(
            {"channel_id": self.channel.id, "gateway": "shopify_payments"}
        )
        self.assertEqual(row.display_name, "Shopify Payments")
        row.label = "Cards"
        issue.invalidate_recordset()

        self.assertIn("Cards is not mapped", issue.title)

    def test_every_kind_can_be_put_into_words_with_no_facts_at_all(self):
        for kind in [*self.issue_model._words(), "something_new"]:
            with self.subTest(kind=kind):
                issue = self.issue_model._raise(self.channel, kind, value=kind)
                self.assertTrue(issue.title)
                self.assertTrue(issue.suggestion)
                self.assertNotIn("%(", f"{issue.title}{issue.message}")

    def test_closing_lets_all_that_waited_go_on(self):
        jobs = self.park("o-1") | self.park("o-2")

        self.issues()._close("mapped")

        self.env.invalidate_all()
        self.assertEqual(jobs.mapped("state"), ["pending", "pending"])
        self.assertFalse(self.issues())

    def test_a_closed_card_counts_down_as_its_work_is_done(self):
        jobs = self.park("o-1") | self.park("o-2") | self.park("o-3")
        issue = self.issues()
        issue._close("mapped")
        self.assertEqual(issue.waiting_count, 3)

        self.env["retail.sync.outcome"]._end(jobs[0], "done")
        issue.invalidate_recordset()

        self.assertEqual(issue.waiting_count, 2)

    def test_what_fails_again_opens_a_card_anew(self):
        job = self.park("o-1")
        first = self.issues()
        first._close("mapped")

        stop = Stop("unknown_sku", field="SKU", value="MUG-9")
        self.env["retail.sync.outcome"]._stop(job, stop)

        self.assertEqual(len(self.issues()), 1)
        self.assertNotEqual(self.issues(), first)

    def test_mending_closes_by_kind_and_value(self):
        self.park("o-1")
        self.park("o-2", value="CUP-1")

        closed = self.issue_model._close_matching(self.channel, "unknown_sku", "MUG-9")

        self.assertEqual(closed, 1)
        self.assertEqual(self.issues().value, "CUP-1")

    def test_closing_twice_does_nothing_more(self):
        self.park("o-1")
        issue = self.issues()
        issue._close("one")
        issue._close("two")

        self.assertEqual(issue.close_note, "one")

    def test_who_closed_it_is_on_the_trail(self):
        self.park("o-1")
        issue = self.issues()
        issue._close("mapped")

        entry = self.env["retail.sync.audit"].search(
            [("res_model", "=", issue._name), ("res_id", "=", issue.id)]
        )
        self.assertEqual((entry.action, entry.detail), ("issue.closed", {"woken": 1}))

    def test_no_secret_and_no_address_gets_into_a_card(self):
        issue = self.issue_model._raise(
            self.channel,
            "bug",
            value="ada@example.com",
            params={"message": "token=shpat_0123456789abcdef refused"},
        )

        self.assertNotIn("ada@", issue.title)
        self.assertNotIn("shpat_", issue.message)

    def test_a_card_is_found_by_what_it_says(self):
        self.park("o-1")

        self.assertEqual(
            self.issue_model.search([("title", "ilike", "mug-9")]), self.issues()
        )

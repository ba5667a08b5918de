from odoo.tests import tagged

from .story import ShopifyStory


@tagged("post_install", "-at_install")
class TestDrafts(ShopifyStory):
    """A Shopify draft is a quotation here, and the sale order once it is ordered."""

    def setUp(self):
        super().setUp()
        self.channel.draft_policy = "quotation"
        self.work()

    def sales(self):
        return self.env["sale.order"].search(
            [("retail_sync_channel_id", "=", self.channel.id)]
        )

    def prepare(self, **given):
        made = self.shop.draft(lines=[{"sku": "MUG", "quantity": 2}], **given)
        self.hear()
        return made

    def assert_one_order(self, total):
        sale = self.sales()
        self.assertEqual((len(sale), sale.state), (1, "sale"))
        self.assertAlmostEqual(sale.amount_total, total, 2)
        self.assertEqual(len(sale.picking_ids), 1)

    def test_prepared_changed_and_ordered_whatever_is_told_first(self):
        before = self.free()
        for turn, backwards in enumerate((False, True)):
            made = self.prepare(discounts=[{"title": "Friend", "amount": "1.00"}])
            quotation = self.sales() if not turn else self.sales()[:1]
            self.assertEqual(quotation.state, "draft")
            self.assertAlmostEqual(quotation.amount_total, 19.0, 2)
            self.assertEqual(self.free(), before - 2 * turn)

            self.shop.act_on_draft(made["name"], "update", note="Call first")
            self.hear()
            done = self.shop.act_on_draft(made["name"], "complete", discounts=[])
            told = self.shop.deliver()
            self.hear(told[::-1] if backwards else told)
            self.hear(told)

            order = self.ours({"id": done["order"]})
            self.assertEqual(order.order_id, quotation)
            self.assertEqual(quotation.state, "sale")
            self.assertAlmostEqual(quotation.amount_total, 20.0, 2)
            self.assertEqual(len(quotation.picking_ids), 1)
        self.assertEqual(len(self.sales()), 2)

    def test_a_deleted_draft_cancels_its_quotation(self):
        made = self.prepare()

        self.shop.act_on_draft(made["name"], "delete")
        self.hear()

        self.assertEqual(self.sales().state, "cancel")

    def test_what_no_webhook_told_a_turn_finds(self):
        self.shop.fault("webhook_lost", "draft_orders/create")
        self.prepare()
        self.assertFalse(self.sales())

        self.channel._workflow("draft")._enqueue_poll()
        self.work()

        self.assertEqual(self.sales().state, "draft")

    def test_the_missing_permission_is_told_in_words(self):
        self.shop.settings(scopes=["write_orders", "read_locations"])

        self.channel.action_test_connection()
        self.work()

        self.assertIn("read_draft_orders", self.channel.missing_scopes)

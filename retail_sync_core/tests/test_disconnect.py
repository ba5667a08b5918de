from odoo.tests import tagged

from .history_common import HistoryCommon
from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestDisconnectHistory(HistoryCommon):
    """Whose system changes leaves no import behind that blocks the next."""

    def test_an_import_of_past_orders_ends_with_its_channel(self):
        self.past()
        begun, counted = self.ask(), self.ask()
        self.run_jobs()
        begun.action_begin()

        self.channel._disconnect()

        runs = begun | counted
        self.assertEqual(runs.mapped("state"), ["cancelled"] * 2)
        self.assertTrue(all(runs.mapped("ended_at")))
        self.assertNotIn("pending", self.jobs().mapped("state"))

    def test_connected_again_past_orders_are_imported(self):
        self.past()
        run = self.ask()
        self.run_jobs()
        run.action_begin()
        self.channel._disconnect()
        self.channel.state = "live"

        again = self.run_history()

        self.assertEqual((again.state, self.theirs().state), ("done", "imported"))


@tagged("post_install", "-at_install")
class TestDisconnectStock(StockCase):
    """Orders that will not come lower no other channel, and no run stays open."""

    def setUp(self):
        super().setUp()
        self.offer_twice()

    def offered(self):
        self.consume()
        level = self.level(self.product, self.there)
        return self.env["retail.sync.level"]._terms(level)[level.id].offered

    def order(self, **values):
        """Make the channel's order 1001."""
        return self.env["retail.sync.order"].create(
            {"channel_id": self.channel.id, "external_id": "1001", **values}
        )

    def test_what_was_sold_there_and_never_came_is_offered_again(self):
        self.note(self.product, 2)
        self.order()
        self.assertEqual(self.offered(), 8)
        generation = self.level(self.product, self.there).wanted_generation

        self.channel._disconnect()

        self.assertEqual(self.offered(), 10)
        level = self.level(self.product, self.there)
        self.assertGreater(level.wanted_generation, generation, "it is told")

    def test_a_quotation_that_came_counts_on(self):
        self.note(self.product, 2)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        sale = self.env["sale.order"].create({"partner_id": buyer.id})
        self.order(state="imported", order_id=sale.id)

        self.channel._disconnect()

        self.assertEqual(self.offered(), 8)

    def test_paused_what_was_sold_there_still_counts(self):
        self.note(self.product, 2)

        self.channel.action_pause("Lunch")

        self.assertEqual(self.offered(), 8)

    def test_a_run_over_all_stock_ends_and_the_next_one_begins(self):
        run = self.env["retail.sync.stock.run"]._start(self.channel, "compare")

        self.channel._disconnect()

        self.assertEqual(run.state, "stopped")
        self.channel.state = "live"
        again = self.env["retail.sync.stock.run"]._start(self.channel, "compare")
        self.assertNotEqual(again, run)

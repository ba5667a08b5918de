from odoo.tests import HttpCase, tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestTourPutBack(StockCase, HttpCase):
    """A browser pauses and resumes stock and puts the levels of before back."""

    def setUp(self):
        super().setUp()
        self.make_listing(self.make_product("A", 10), there=3)
        self.push()
        channels = self.env.registry["retail.sync.channel"]
        self.patch(channels, "_put_back", self._with_work_done(channels._put_back))

    @staticmethod
    def _with_work_done(original):
        """Return ``original`` followed by what a worker would do a moment later."""

        def method(records, *args):
            result = original(records, *args)
            env = records.env(su=True)
            env["retail.sync.job"]._work_off(200, ahead_s=60.0)
            env["retail.sync.workflow"]._enqueue_due()
            return result

        return method

    def test_stock_is_paused_resumed_and_put_back(self):
        self.assertEqual(self.shelf["L1", "item-A"], 10)

        self.start_tour(
            f"/odoo/retail-sync/{self.channel.id}",
            "retail_sync_core_put_back",
            login="admin",
            timeout=120,
        )

        self.assertEqual(self.shelf["L1", "item-A"], 3)
        stock = self.channel._workflow("stock")
        self.assertEqual(stock.state, "paused")
        self.assertFalse(self.channel.stock_restoring)

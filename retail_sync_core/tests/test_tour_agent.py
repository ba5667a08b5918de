from odoo.tests import HttpCase, new_test_user, tagged

from .common_orders import OrdersCommon

GROUPS = (
    "sales_team.group_sale_salesman_all_leads,retail_sync_core.retail_sync_group_viewer"
)


@tagged("post_install", "-at_install")
class TestTourAgent(OrdersCommon, HttpCase):
    """A service agent answers a buyer, holds the order and releases it."""

    def setUp(self):
        super().setUp()
        login = "retail_sync_tour_agent"
        self.agent = new_test_user(
            self.env, login, password=login, name="Tour Agent", groups=GROUPS
        )
        dialogs = self.env.registry["retail.sync.order.hold"]
        self.patch(dialogs, "action_hold", self._with_work_done(dialogs.action_hold))

    @staticmethod
    def _with_work_done(original):
        """Return ``original`` followed by what a worker would do a moment later."""

        def method(records):
            result = original(records)
            records.env["retail.sync.job"].sudo()._work_off(200, ahead_s=60.0)
            return result

        return method

    def test_an_agent_answers_holds_and_releases(self):
        order = self.import_order(self.shop.put(self.order()))
        self.import_order(self.shop.put(self.order("other-2")))
        order.order_id.picking_ids.action_assign()

        self.start_tour(
            "/odoo/retail-sync-where",
            "retail_sync_core_agent",
            login=self.agent.login,
            timeout=120,
        )

        self.assertFalse(order.hold_code or order.own_hold_ref)
        self.run_jobs()
        told = [effect.body.released for effect in self.shop.sent]
        self.assertEqual(told, [False, True])
        self.assertEqual(self.shop.sent[0].body.handle, self.shop.sent[1].body.handle)

from odoo.exceptions import UserError
from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from .race_common import RaceCase


@tagged("post_install", "-at_install")
class TestReleaseRace(RaceCase):
    """Two persons and the channel at a held order, each on a connection of its own."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean_orders)
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            order = env["retail.sync.order"]._ensure(channel, "order-1", "#1")
            order.write({"state": "hold", "hold_code": "risk", "risk": "cancel"})
            self.order_id = order.id
            release = env["retail.sync.order.release"]
            self.dialogs = [release._open(order)["res_id"] for _person in range(2)]

    def _clean_orders(self):
        with self.transaction() as env:
            env["retail.sync.order"].browse(self.order_id).unlink()

    def press(self, number):
        def step(env):
            dialog = env["retail.sync.order.release"].browse(self.dialogs[number])
            dialog.action_release()

        return step

    def steps(self):
        with self.transaction() as env:
            order = env["retail.sync.order"].browse(self.order_id)
            return order.step_ids.filtered(lambda s: s.code.startswith("released_"))

    def test_two_persons_release_it_once(self):
        self.at_once(self.press(0), self.press(1))

        self.assertEqual(len(self.steps()), 1)

    def test_who_looked_before_it_was_canceled_there_looks_again(self):
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            dialog = late["retail.sync.order.release"].browse(self.dialogs[0])
            self.assertEqual(dialog.hold_code, "risk")
            with self.transaction() as early:
                early["retail.sync.order"].browse(self.order_id).hold_code = "cancel"
            self.press(0)(late)

        with self.assertRaisesRegex(UserError, "Something else holds"):
            self.repeat(self.press(0))
        self.assertFalse(self.steps())

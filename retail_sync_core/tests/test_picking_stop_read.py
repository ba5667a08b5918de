from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..testing_orders import make_address
from .stop_common import CANCELED_AT, StopCommon


@tagged("post_install", "-at_install")
class TestPickingStopRead(StopCommon):
    """What cannot be written locks nobody out; what nobody has read stays."""

    # a change that cannot be written
    def test_a_batch_that_runs_on_does_not_stop_it_again(self):
        self.picking.move_ids.picked = False
        pickings = self.env.registry["stock.picking"]
        self.patch(pickings, "_is_in_running_batch", lambda _self: True)
        self.bring(self.three(2, version=2))

        self.acknowledge()
        self.run_jobs()
        self.env.invalidate_all()

        self.assertFalse(self.stops())
        self.assertEqual(self.picking.move_ids.product_uom_qty, 2)
        self.ship(self.picking)

    def test_a_change_that_a_draft_invoice_forbids_locks_nobody_out(self):
        self.theirs.order_id._create_invoices()
        self.bring(self.three(2, version=2))

        self.acknowledge()
        self.run_jobs()
        self.env.invalidate_all()

        self.assertFalse(self.theirs.is_to_edit)
        issue = self.issues("order_changed")
        self.assertIn("SHIRT", issue.message)
        self.assertIn("invoice is not posted", issue.message)
        self.assertEqual(self.picking.move_ids.quantity, 3, "reserved again")
        self.ship(self.picking)

    def test_fewer_than_have_left_locks_nobody_out(self):
        self.picking.move_ids.picked = False
        self.ship(self.picking, SHIRT=2)
        rest = self.theirs._open_deliveries()
        rest.move_ids.picked = True
        self.bring(self.three(1, version=2))

        self.acknowledge(rest)
        self.run_jobs()
        self.env.invalidate_all()

        self.assertIn("were shipped", self.issues("order_changed").message)
        self.ship(rest)

    def test_two_who_pick_it_both_put_their_goods_back_first(self):
        other = self.split()
        (self.picking | other).move_ids.picked = True
        self.bring(self.three(2, version=2))

        self.acknowledge()
        self.run_jobs()
        self.bring(self.three(2, version=3, note="Hello"))

        self.refuse(f"goods of {other.name} must be put back first")
        self.assertTrue(other.move_ids.picked)
        self.assertEqual(len(self.stops(other)), 1)
        self.acknowledge(other)
        self.run_jobs()
        self.env.invalidate_all()
        self.assertFalse(self.theirs.is_to_edit)
        self.assertFalse(self.issues("order_changed"))
        line = self.theirs.order_id.order_line
        self.assertEqual(line.product_uom_qty, 2)

    def test_a_cancellation_ends_what_was_to_be_changed(self):
        address = make_address(street="7 rue Neuve")
        self.bring(self.three(2, version=2, shipping_address=address))
        self.assertEqual(len(self.stops()), 2)

        self.bring(self.three(0, version=3, cancelled_at=CANCELED_AT))

        (stop,) = self.stops()
        self.assertIn("canceled", stop["title"])
        self.assertFalse(self.issues("order_changed"))

    # what the picker has read
    def test_a_press_acknowledges_only_what_was_read(self):
        self.address("7 rue Neuve", 2)
        (shown,) = self.stops()
        self.bring(self.three(0, version=3, cancelled_at=CANCELED_AT))

        self.assertFalse(self.press(shown))

        (stop,) = self.stops()
        self.assertIn("canceled", stop["title"])
        self.assertEqual(self.theirs.order_id.state, "sale")

    def test_a_press_leaves_the_other_banner(self):
        address = make_address(street="7 rue Neuve")
        self.bring(self.three(2, version=2, shipping_address=address))
        goods, place = self.stops()

        self.assertTrue(self.press(place))

        self.assertEqual([one["id"] for one in self.stops()], [goods["id"]])
        self.assertEqual(self.picking.partner_id.street, "7 rue Neuve")
        self.refuse("wants something else")

    def test_a_press_on_what_says_something_else_now_does_nothing(self):
        self.address("7 rue Neuve", 2)
        (shown,) = self.stops()
        self.address("9 rue Vieille", 3)

        self.assertFalse(self.press(shown))

        (stop,) = self.stops()
        self.assertEqual(stop["id"], shown["id"])
        self.acknowledge()
        self.assertEqual(self.picking.partner_id.street, "9 rue Vieille")

    def test_who_may_not_write_deliveries_acknowledges_nothing(self):
        self.bring(self.three(2, version=2))
        (shown,) = self.stops()
        reader = new_test_user(self.env, "stop_reader", groups="base.group_user")

        with self.assertRaises(AccessError):
            self.picking.with_user(reader).retail_sync_action_acknowledge(
                shown["id"], shown["said"]
            )

        self.assertEqual(len(self.stops()), 1)

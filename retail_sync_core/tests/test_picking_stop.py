from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_address
from .stop_common import CANCELED_AT, StopCommon


@tagged("post_install", "-at_install")
class TestPickingStop(StopCommon):
    """What changes after picking began stops that delivery until it is put right."""

    def test_nothing_stops_a_delivery_that_nobody_has_begun(self):
        self.picking.move_ids.picked = False

        self.bring(self.three(2, version=2))

        self.assertFalse(self.stops())
        self.assertEqual(self.picking.move_ids.product_uom_qty, 2)

    def test_fewer_units_stop_it_and_start_it_anew(self):
        before = self.hints()

        self.bring(self.three(2, version=2))

        (stop,) = self.stops()
        self.assertIn("SHIRT", stop["todo"])
        self.assertGreater(self.hints(), before, "open screens are told")
        self.refuse("Put the goods back")
        self.acknowledge()
        self.assertFalse(self.stops())
        self.refuse("being renewed")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.picking.move_ids.product_uom_qty, 2)
        self.assertEqual(self.picking.move_ids.quantity, 2, "reserved again")
        self.assertEqual(self.theirs.order_id.amount_total, 20.0)
        self.assertFalse(self.issues("order_changed"))
        self.ship(self.picking)

    def test_a_version_told_again_stops_it_once(self):
        for _again in range(3):
            self.bring(self.three(2, version=2))

        self.assertEqual(len(self.picking.retail_sync_stop_ids), 1)

    def test_what_was_acknowledged_is_not_asked_again(self):
        self.bring(self.three(2, version=2))
        self.acknowledge()
        self.run_jobs()

        self.bring(self.three(2, version=2))
        self.bring(self.three(2, version=3, note="Hello"))

        self.assertFalse(self.stops())

    def test_a_cancellation_stops_it_and_the_goods_back_end_it(self):
        self.bring(self.three(0, version=2, cancelled_at=CANCELED_AT))

        (stop,) = self.stops()
        self.assertIn("canceled", stop["title"])
        self.refuse("canceled")
        self.acknowledge()

        self.assertEqual(self.theirs.order_id.state, "cancel")
        self.assertEqual(self.picking.state, "cancel")
        self.assertFalse(self.issues("cancel_while_picking"))

    def test_where_the_policy_is_to_ask_the_goods_back_cancel_nothing(self):
        self.channel.cancel_policy = "ask"
        self.bring(self.three(0, version=2, cancelled_at=CANCELED_AT))

        self.acknowledge()

        self.assertEqual(self.theirs.order_id.state, "sale")
        self.assertFalse(self.stops())
        self.refuse("canceled")
        self.assertEqual(len(self.issues("cancel_while_picking")), 1)
        self.theirs.action_cancel_here()
        self.assertEqual(self.picking.state, "cancel")

    def test_what_others_still_have_in_their_hands_is_canceled_by_the_last(self):
        other = self.split()
        other.move_ids.picked = True
        self.bring(self.three(0, version=2, cancelled_at=CANCELED_AT))

        self.acknowledge()
        self.assertEqual(self.theirs.order_id.state, "sale")
        self.assertTrue(self.stops(other))
        self.assertEqual(len(self.issues("cancel_while_picking")), 1)
        self.acknowledge(other)

        self.assertEqual(self.theirs.order_id.state, "cancel")
        self.assertFalse(self.issues("cancel_while_picking"))

    def test_a_cancellation_from_here_tells_who_picks_it(self):
        action = self.theirs.order_id.retail_sync_action_cancel()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        dialog.create({}).action_cancel_order()

        self.assertEqual(self.picking.state, "cancel")
        (stop,) = self.stops()
        self.assertFalse(stop["is_open"])
        self.acknowledge()
        self.assertFalse(self.stops())

    def test_another_address_stops_it_until_the_label_is_off(self):
        address = make_address(street="7 rue Neuve")

        self.bring(self.three(version=2, shipping_address=address))

        (stop,) = self.stops()
        self.assertIn("7 rue Neuve", stop["todo"])
        self.refuse("another address")
        self.acknowledge()
        self.assertEqual(self.picking.partner_id.street, "7 rue Neuve")
        self.assertFalse(self.issues("order_changed"))
        self.ship(self.picking)

    def test_an_address_that_is_taken_back_stops_nobody(self):
        self.address("7 rue Neuve", 2)

        self.bring(self.three(version=3))

        self.assertFalse(self.stops())
        self.assertFalse(self.issues("order_changed"))
        before = self.picking.partner_id
        self.picking.retail_sync_stop_ids._acknowledge()
        self.assertEqual(self.picking.partner_id, before)
        self.ship(self.picking)

    def test_a_third_address_after_picking_was_undone_ends_the_stop(self):
        self.address("7 rue Neuve", 2)
        self.picking.move_ids.picked = False

        self.address("9 rue Vieille", 3)

        self.assertFalse(self.stops())
        self.assertFalse(self.issues("order_changed"))
        self.assertEqual(self.picking.partner_id.street, "9 rue Vieille")

    def test_a_third_address_stops_only_who_has_begun(self):
        other = self.split()
        self.address("7 rue Neuve", 2)
        self.picking.move_ids.picked = False
        other.move_ids.picked = True

        self.address("9 rue Vieille", 3)

        self.assertFalse(self.stops())
        (stop,) = self.stops(other)
        self.assertIn("9 rue Vieille", stop["todo"])
        self.assertEqual(len(self.issues("order_changed")), 1)

    def test_an_address_taken_back_leaves_what_nobody_could_write(self):
        self.picking.move_ids.picked = False
        self.theirs.order_id._create_invoices()
        self.bring(self.three(2, version=2))
        self.picking.move_ids.picked = True
        self.address("7 rue Neuve", 3, wanted=2)
        self.assertIn("another address", self.issues("order_changed").message)

        self.bring(self.three(2, version=4))

        issue = self.issues("order_changed")
        self.assertIn("SHIRT", issue.message)
        self.assertNotIn("another address", issue.message)

    def test_an_address_taken_back_leaves_what_is_said_of_the_goods(self):
        address = make_address(street="7 rue Neuve")
        self.bring(self.three(2, version=2, shipping_address=address))

        self.bring(self.three(2, version=3))

        texts = [stop["todo"] for stop in self.stops()]
        self.assertTrue(any("SHIRT" in text for text in texts))
        self.assertFalse(any("7 rue Neuve" in text for text in texts))
        self.assertEqual(len(self.issues("order_changed")), 1)

    def test_a_hold_stops_it_and_its_end_lets_it_go(self):
        self.bring(self.three(version=2, risk=doc.RiskLevel.CANCEL))
        (stop,) = self.stops()
        self.assertIn("risk of fraud", stop["todo"])
        self.acknowledge()
        self.refuse("risk of fraud")

        self.theirs.action_release()

        self.assertFalse(self.stops())
        self.ship(self.picking)

    def test_a_hold_that_ends_before_it_is_seen_stops_nobody(self):
        self.bring(self.three(version=2, risk=doc.RiskLevel.CANCEL))

        self.bring(self.three(version=3, risk=doc.RiskLevel.ACCEPT))

        self.assertFalse(self.stops())
        self.ship(self.picking)

    def test_the_backorder_of_what_has_left_is_stopped_alone(self):
        self.picking.move_ids.picked = False
        self.ship(self.picking, SHIRT=1)
        backorder = self.theirs._open_deliveries()
        backorder.move_ids.picked = True

        self.bring(self.three(2, version=2))

        self.assertFalse(self.stops())
        self.assertEqual(len(self.stops(backorder)), 1)
        self.acknowledge(backorder)
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.theirs._open_deliveries().move_ids.product_uom_qty, 1)

    def test_who_acknowledged_is_written_down(self):
        self.bring(self.three(2, version=2))

        self.acknowledge()

        row = self.picking.retail_sync_stop_ids
        self.assertEqual(row.acknowledged_by, self.picker)
        titles = [entry["title"] for entry in self.theirs.timeline["entries"]]
        self.assertTrue(any(self.picker.name in title for title in titles))

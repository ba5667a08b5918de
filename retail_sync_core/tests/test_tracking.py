from unittest.mock import patch

from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import InDoubtError
from .common import FakeShopAdapter
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestTracking(OrdersCommon):
    """Parcels that are known, or known better, after the delivery was told."""

    def delivery(self, number="JD01", tell=True, **values):
        """Return a delivery that left with ``number``; told unless ``tell`` is off."""
        order = self.import_order(self.order(**values))
        picking = order.order_id.picking_ids
        picking.carrier_tracking_ref = number
        self.ship(picking)
        if tell:
            self.run_jobs()
        return picking

    def sent(self):
        """Return [(kind, parcel numbers)] of what arrived at the shop."""
        return [
            (effect.kind, [parcel.number for parcel in effect.body.tracking])
            for effect in self.shop.sent
        ]

    def titles(self, picking):
        entries = picking.retail_sync_order_id.timeline["entries"]
        return [entry["title"] for entry in entries]

    def test_a_corrected_number_is_told_of_the_shipment_that_is_there(self):
        picking = self.delivery()
        shipment_id = picking.retail_sync_external_id

        picking.carrier_tracking_ref = "JD02"
        self.assertEqual(picking.retail_sync_state, "waiting")
        self.run_jobs()

        self.assertEqual(self.sent(), [("shipment", ["JD01"]), ("tracking", ["JD02"])])
        self.assertEqual(self.shop.sent[-1].body.shipment_ids, (shipment_id,))
        self.assertEqual(picking.retail_sync_state, "told")
        said = f"The channel has the parcels of delivery {picking.name}: JD02"
        self.assertEqual(self.titles(picking)[-1], said)

    def test_a_number_that_comes_after_the_delivery_left_is_told(self):
        picking = self.delivery(number=False)

        picking.carrier_tracking_ref = "JD01,JD02"
        self.run_jobs()

        self.assertEqual(self.sent()[1:], [("tracking", ["JD01", "JD02"])])

    def test_a_number_taken_away_is_told(self):
        picking = self.delivery()

        picking.carrier_tracking_ref = False
        self.run_jobs()

        self.assertEqual(self.sent()[1:], [("tracking", [])])

    def test_another_carrier_of_the_same_number_is_told(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Parcel service",
                "product_id": self.channel._charge_product("shipping").id,
                "delivery_type": "fixed",
            }
        )
        self.env["retail.sync.map.carrier"].create(
            {"channel_id": self.channel.id, "carrier_id": carrier.id, "name": "UPS"}
        )
        picking = self.delivery()

        picking.carrier_id = carrier
        self.run_jobs()

        (parcel,) = self.shop.sent[-1].body.tracking
        self.assertEqual(parcel, doc.Tracking(number="JD01", carrier="UPS"))

    def test_a_shipment_that_is_not_sent_yet_simply_carries_the_new_number(self):
        picking = self.delivery(tell=False)

        picking.carrier_tracking_ref = "JD02"
        self.run_jobs()

        self.assertEqual(self.sent(), [("shipment", ["JD02"])])
        self.assertEqual(self.shop.sent[0].key, self.effect(picking).key)

    def effect(self, picking):
        effects = self.effects(picking.retail_sync_order_id)
        return effects + self.effects(picking.retail_sync_order_id, "tracking")

    def test_corrections_while_the_channel_is_away_are_told_as_one(self):
        picking = self.delivery()
        self.channel.state = "paused"

        for number in ("JD02", "JD03"):
            picking.carrier_tracking_ref = number
        self.channel.state = "live"
        self.run_jobs()

        self.assertEqual(self.sent()[1:], [("tracking", ["JD03"])])

    def test_what_changes_nothing_is_not_told(self):
        picking = self.delivery()

        picking.carrier_tracking_ref = "JD01"
        picking.write({"carrier_tracking_ref": " JD01 ", "note": "Fragile"})
        self.run_jobs()

        self.assertEqual(len(self.shop.sent), 1)

    def test_a_correction_waits_until_it_is_known_whether_the_shipment_arrived(self):
        self.shop.problems.append(InDoubtError("no answer"))
        picking = self.delivery()

        picking.carrier_tracking_ref = "JD02"
        self.run_jobs()
        self.assertFalse(self.shop.sent)
        known = base.Outcome(state="applied", external_id="f-9")
        self.shop.read_backs.append(known)
        self.run_jobs(ahead_s=60)
        self.run_jobs(ahead_s=60)

        self.assertEqual(self.sent(), [("tracking", ["JD02"])])
        self.assertEqual(self.shop.sent[0].body.shipment_ids, ("f-9",))

    def test_a_correction_in_doubt_is_read_back_and_not_told_twice(self):
        picking = self.delivery()
        self.shop.problems.append(InDoubtError("no answer"))
        self.shop.read_backs.append(base.Outcome(state="applied", external_id="f-1"))

        picking.carrier_tracking_ref = "JD02"
        self.run_jobs(ahead_s=60)
        self.run_jobs(ahead_s=60)

        self.assertEqual(len(self.shop.sent), 1)
        self.assertEqual(picking.retail_sync_state, "told")

    def test_a_refused_shipment_that_is_sent_again_carries_the_new_number(self):
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        picking = self.delivery()

        picking.carrier_tracking_ref = "JD02"
        self.effect(picking).action_settle("intended", "It may ship now")
        self.run_jobs()

        self.assertEqual(self.sent()[1:], [("shipment", ["JD02"])])

    def test_a_refused_correction_asks_a_person_and_stops_nothing_else(self):
        picking = self.delivery()
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        picking.carrier_tracking_ref = "JD02"
        self.run_jobs()
        issue = self.issues("tracking_refused")
        self.assertIn("Nein.", issue.message)
        self.assertEqual(picking.retail_sync_state, "refused")

        picking.carrier_tracking_ref = "JD03"
        self.run_jobs()

        self.assertEqual(issue.state, "closed")
        self.assertEqual(picking.retail_sync_state, "told")

    def test_a_channel_that_takes_no_correction_says_that_it_is_to_be_made_there(self):
        picking = self.delivery()
        plain = (base.Shipments(settle_s=0.0),)
        self.startPatcher(patch.object(FakeShopAdapter, "capabilities", plain))

        picking.carrier_tracking_ref = "JD02"
        self.run_jobs()

        self.assertEqual(len(self.shop.sent), 1)
        self.assertIn("enter them there. JD02", self.titles(picking)[-1])

    def test_who_packs_may_correct_a_number_without_any_right_of_retail_sync(self):
        picking = self.delivery()
        packer = self.env["res.users"].create(
            {
                "name": "Packer",
                "login": "packer",
                "group_ids": [(6, 0, self.env.ref("stock.group_stock_user").ids)],
            }
        )

        picking.with_user(packer).carrier_tracking_ref = "JD02"
        self.run_jobs()

        self.assertEqual(self.sent()[1:], [("tracking", ["JD02"])])

    def test_a_delivery_the_channel_needs_not_know_is_not_told_by_its_number(self):
        shipped = doc.Shipped(external_id="f-1", lines=(("line-1", 2),))
        order = self.import_order(self.order(shipments=(shipped,)))
        order.hold_code = False  # an operator released it
        picking = order.order_id.picking_ids
        self.ship(picking)

        picking.carrier_tracking_ref = "JD02"
        self.run_jobs()

        self.assertFalse(self.shop.sent)

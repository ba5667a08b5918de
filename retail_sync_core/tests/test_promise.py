from datetime import UTC, timedelta
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import PLACED_AT, make_charge, make_line
from .common_orders import OrdersCommon

SOON = PLACED_AT.astimezone(UTC).replace(tzinfo=None) + timedelta(days=2)
LATER = SOON + timedelta(days=3)


@tagged("post_install", "-at_install")
class TestPromise(OrdersCommon):
    """When the channel wants goods to leave, Odoo's own lists sort by it."""

    def asked(self, ship_by, **values):
        line = doc.ShipmentOrderLine(
            external_id="part",
            line_id="line-1",
            quantity=Decimal(2),
            remaining=Decimal(2),
        )
        return doc.ShipmentOrder(
            **{
                "external_id": "asked",
                "state": "open",
                "can_ship": True,
                "ship_by": ship_by and ship_by.replace(tzinfo=UTC),
                "lines": (line,),
                **values,
            }
        )

    def version(self, number, *asked, **values):
        lines = [make_line(sku="SHIRT", quantity=2)]
        return self.order(lines=lines, version=number, shipment_orders=asked, **values)

    def test_the_channels_deadline_is_the_deliverys(self):
        order = self.import_order(self.version(1, self.asked(SOON)))

        self.assertEqual(order.ship_by, SOON)
        self.assertEqual(order.order_id.commitment_date, SOON)
        self.assertEqual(order.picking_ids.date_deadline, SOON)

    def test_of_several_places_the_first_deadline_counts(self):
        later = self.asked(LATER, external_id="later")
        done = self.asked(SOON - timedelta(days=1), external_id="done", state="closed")

        order = self.import_order(self.version(1, later, self.asked(SOON), done))

        self.assertEqual(order.ship_by, SOON)

    def test_without_a_deadline_odoo_plans_as_ever(self):
        order = self.import_order(self.version(1, self.asked(None)))

        self.assertFalse(order.order_id.commitment_date)
        self.assertEqual(order.picking_ids.date_deadline, order.order_id.date_order)

    def test_another_deadline_moves_the_delivery(self):
        order = self.import_order(self.version(1, self.asked(SOON)))

        self.import_order(self.version(2, self.asked(LATER)))

        self.assertEqual(order.picking_ids.date_deadline, LATER)
        self.assertIn("promise", order.step_ids.mapped("code"))

    def test_a_date_that_a_person_has_set_stays(self):
        order = self.import_order(self.version(1, self.asked(SOON)))
        mine = LATER + timedelta(days=9)
        order.order_id.commitment_date = mine

        self.import_order(self.version(2, self.asked(LATER)))

        self.assertEqual(order.order_id.commitment_date, mine)
        self.assertEqual(order.picking_ids.date_deadline, mine)

    def test_what_has_left_keeps_its_deadline(self):
        order = self.import_order(self.version(1, self.asked(SOON)))
        self.ship(order.picking_ids)

        self.import_order(self.version(2, self.asked(SOON, state="closed")))

        self.assertEqual(order.order_id.commitment_date, SOON)

    # urgent
    def sold_by(self, service, is_urgent):
        carrier = self.env["delivery.carrier"].create(
            {"name": service, "product_id": self.mug.id}
        )
        self.env["retail.sync.map.carrier"].create(
            {
                "channel_id": self.channel.id,
                "service": service,
                "carrier_id": carrier.id,
                "is_urgent": is_urgent,
            }
        )
        charge = make_charge(title=service, external_id=service)
        document = self.order(service, charges=[charge])
        return self.import_order(document).picking_ids

    def test_an_urgent_shipping_method_stands_first(self):
        slow = self.sold_by("Standard", is_urgent=False)
        fast = self.sold_by("Express", is_urgent=True)

        self.assertEqual((slow.priority, fast.priority), ("0", "1"))
        domain = [("id", "in", (slow | fast).ids)]
        self.assertEqual(self.env["stock.picking"].search(domain)[0], fast)

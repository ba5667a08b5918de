"""What the tests of sales over the counter share: a store, its shelf, makers."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from ..domain import documents as doc
from ..testing_orders import make_line
from .money_common import MoneyCommon

SOLD_AT = datetime(2026, 11, 20, 12, 5, tzinfo=timezone.utc)
BACK_AT = datetime(2026, 11, 21, 9, 30, tzinfo=timezone.utc)


class TillCommon(MoneyCommon):
    """A channel with a web warehouse and a store with a till and ten shirts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.release_on = "paid"
        cls.make_gateway("cash")
        cls.store = cls.env["stock.warehouse"].create(
            {"name": "Store", "code": "STO", "company_id": cls.company.id}
        )
        cls.shelf = cls.store.lot_stock_id
        Place = cls.env["retail.sync.location"]
        cls.web_place = Place.create(
            {
                "channel_id": cls.channel.id,
                "external_id": "web",
                "name": "Web",
                "warehouse_id": cls.warehouse.id,
            }
        )
        cls.place = Place.create(
            {
                "channel_id": cls.channel.id,
                "external_id": "store",
                "name": "Store",
                "warehouse_id": cls.store.id,
            }
        )
        cls.env["stock.quant"]._update_available_quantity(cls.shirt, cls.shelf, 10)

    @classmethod
    def shirts(cls, quantity=2, **values):
        """Return a line of shirts at 19.99, VAT in the price."""
        return make_line(
            values.pop("external_id", "line-1"),
            sku=values.pop("sku", "SHIRT"),
            quantity=quantity,
            price="19.99",
            rates=[0.2],
            included=True,
            **values,
        )

    @staticmethod
    def asked(line_id, units, place="store", **values):
        """Return what a place is asked for; at the store it is taken along."""
        remaining = values.pop("remaining", 0)
        return doc.ShipmentOrder(
            external_id=values.pop("external_id", f"fo-{line_id}-{place}"),
            location_id=place,
            state=values.pop("state", "open" if remaining else "closed"),
            taken_along=values.pop("taken_along", place == "store"),
            can_ship=bool(remaining),
            lines=(
                doc.ShipmentOrderLine(
                    external_id=f"fol-{line_id}-{place}",
                    line_id=line_id,
                    quantity=Decimal(units),
                    remaining=Decimal(remaining),
                ),
            ),
        )

    @staticmethod
    def gone(line_id, units, place="store", at=SOLD_AT, **values):
        """Return what was handed over at a till."""
        return doc.Shipped(
            external_id=values.pop("external_id", f"ship-{line_id}"),
            location_id=place,
            created_at=at,
            taken_along=True,
            lines=((line_id, Decimal(units)),),
        )

    @staticmethod
    def back(line_id="line-1", units=1, **values):
        """Return what came back over the counter."""
        return doc.Returned(
            **{
                "external_id": f"back-{line_id}",
                "line_id": line_id,
                "units": Decimal(units),
                "location_id": "store",
                "restocked": True,
                "at_till": True,
                "returned_at": BACK_AT,
                **values,
            }
        )

    @classmethod
    def track_shirts(cls, *shelves):
        """Have shirts wait for their lot at a till; none is on hand anywhere."""
        quants = cls.env["stock.quant"]
        for shelf in (*shelves, cls.warehouse.lot_stock_id):
            there = cls.shirt.with_context(location=shelf.id).qty_available
            quants._update_available_quantity(cls.shirt, shelf, -there)
        cls.shirt.tracking = "lot"
        cls.lot = cls.env["stock.lot"].create(
            {"name": "L1", "product_id": cls.shirt.id, "company_id": cls.company.id}
        )

    def at_till(self, order):
        """Return the order's pickings of what was taken along."""
        return self.pickings(order).filtered("retail_sync_at_till")

    def complete(self, picking, units):
        """Name the lot, as the person does whom the issue asks, and validate."""
        picking.move_ids.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": self.shirt.id,
                "quantity": units,
                "lot_id": self.lot.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        picking.move_ids.picked = True
        return picking.button_validate()

    def till_order(self, *payments, **values):
        """Return a sale of two shirts at the store's till, paid in cash."""
        values.setdefault("lines", [self.shirts()])
        line = values["lines"][0]
        units = int(line.quantity)
        values.setdefault("shipment_orders", (self.asked(line.external_id, units),))
        values.setdefault("shipments", (self.gone(line.external_id, units),))
        return self.order(
            payments=tuple(payments or (self.pay(gateway="cash"),)),
            **{
                "till_id": "store",
                "source": "pos",
                "taxes_included": True,
                "delivery": doc.Delivery(kind="retail"),
                "shipping_address": None,
                "billing_address": None,
                "customer": doc.Customer(),
                "fulfillment_state": doc.FulfillmentState.SHIPPED,
                "payment_state": doc.PaymentState.PAID,
                **values,
            },
        )

    def returned(self, *back, units=1, **values):
        """Return the till's sale after shirts came back: fewer wanted, cash out."""
        left = 2 - units
        refund = self.pay(
            "pay-2",
            "39.98" if not left else "19.99",
            kind="refund",
            gateway="cash",
            processed_at=BACK_AT,
        )
        state = "REFUNDED" if not left else "PARTIALLY_REFUNDED"
        values.setdefault("version", 2)
        values.setdefault("lines", [self.shirts(current_quantity=left)])
        return self.till_order(
            *values.pop("payments", (self.pay(gateway="cash"), refund)),
            returns=tuple(back or (self.back(units=units),)),
            payment_state=doc.PaymentState[state],
            **values,
        )

    def on_shelf(self, product=None, shelf=None):
        """Return the units on the store's shelf."""
        product = (product or self.shirt).with_context(
            location=(shelf or self.shelf).id
        )
        return product.qty_available

    def pickings(self, order):
        return order.order_id.picking_ids.sorted("id")

    @staticmethod
    def later(minutes):
        return SOLD_AT + timedelta(minutes=minutes)

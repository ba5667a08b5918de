"""Places that ship, and what the channel asks of them."""

from decimal import Decimal

from ..domain import documents as doc
from ..testing_orders import make_line
from .common_orders import OrdersCommon


class PlaceCommon(OrdersCommon):
    """A channel where Odoo decides between London (first), Leeds and York."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.ships_from = "odoo"
        cls.shirt = cls.make_product("TEE", company_id=False)
        cls.mug = cls.make_product("CUP", company_id=False)
        cls.places = {}
        for rank, name in enumerate(("London", "Leeds", "York"), 1):
            cls.places[name] = cls.make_place(name, rank)
        cls.london, cls.leeds, cls.york = cls.places.values()

    @classmethod
    def make_place(cls, name, rank):
        """Make a warehouse and the location of the channel that stands for it."""
        warehouse = cls.env["stock.warehouse"].create(
            {
                "name": name,
                "code": name[:5].upper(),
                "company_id": cls.company.id,
                "partner_id": cls.env["res.partner"].create({"name": name}).id,
            }
        )
        return cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": name.lower(),
                "name": name,
                "warehouse_id": warehouse.id,
                "ship_rank": rank,
            }
        )

    def stock(self, product=None, **units):
        """Put units of a product on hand: ``London=3, Leeds=1``."""
        for name, count in units.items():
            self.env["stock.quant"]._update_available_quantity(
                product or self.shirt,
                self.places[name].warehouse_id.lot_stock_id,
                count,
            )

    def buy(self, number=1, units=1, *, at="london", **values):
        """Import order ``number`` of shirts, which the channel asks ``at`` to ship."""
        values.setdefault("lines", [make_line(sku="TEE", quantity=units)])
        if at and "shipment_orders" not in values:
            asked = {line.external_id: line.quantity for line in values["lines"]}
            values["shipment_orders"] = [self.asked(at, asked)]
        document = self.shop.put(self.order(f"order-{number}", **values))
        return self.import_order(document)

    def asked(self, place, units, *, number=1, state="open"):
        """Return what the channel asks ``place`` to ship: {line id: units}."""
        name = f"asked-{place}-{number}"
        return doc.ShipmentOrder(
            external_id=name,
            location_id=place,
            state=state,
            can_ship=state == "open",
            lines=tuple(
                doc.ShipmentOrderLine(
                    external_id=f"{name}-{line_id}",
                    line_id=line_id,
                    quantity=Decimal(count),
                    remaining=Decimal(count),
                )
                for line_id, count in units.items()
            ),
        )

    def deliveries(self, order):
        """Return {place: units} of the order's open and done deliveries."""
        names = {place.warehouse_id: name for name, place in self.places.items()}
        shipped = {}
        for picking in order.order_id.picking_ids:
            if picking.state != "cancel":
                name = names.get(picking.picking_type_id.warehouse_id, "elsewhere")
                units = sum(
                    move.product_uom_qty
                    for move in picking.move_ids
                    if move.state != "cancel"
                )
                shipped[name] = shipped.get(name, 0) + units
        return {name: units for name, units in shipped.items() if units}

    def delivery(self, order, name):
        """Return the open delivery of ``order`` at a place."""
        return order.order_id.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.picking_type_id.warehouse_id
                == self.places[name].warehouse_id
            )
        )

    def said(self, order, code):
        """Return what the timeline says of ``code``, oldest first."""
        steps = order.step_ids.filtered(lambda step: step.code == code)
        return steps.sorted("id").mapped("text")

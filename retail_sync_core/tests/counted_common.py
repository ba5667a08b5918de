"""What the tests of stock counted elsewhere share: a warehouse that counts, a clock."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import ClassVar
from unittest.mock import patch

from odoo import fields

from ..adapters import base
from ..adapters.registry import ADAPTERS
from ..domain import documents as doc
from ..testing_orders import make_line, make_order
from .common import RetailSyncCommon

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


def at(minutes):
    """Return so many minutes after noon of the day on which the tests play."""
    return NOON + timedelta(minutes=minutes)


class CountingAdapter(base.Adapter):
    """A shop that counts its own stock, in memory; reports are bodies of its own."""

    code = "manual"
    label = "Counting shop"
    capabilities = (
        base.Stock(batch=250, cas=True, idempotent=True),
        base.Orders(by_id=True, webhooks=True),
        base.Shipments(settle_s=0.0),
    )
    shelf: ClassVar[dict] = {}
    asked: ClassVar[list] = []
    sent: ClassVar[list] = []
    reports: ClassVar[dict] = {}
    orders: ClassVar[dict] = {}
    page: ClassVar[int] = 2

    def read_counts(self, refs):
        """Return what lies on the shelf."""
        self.asked.append(refs)
        return tuple(
            self.shelf.get(ref)
            or doc.StockCount(item_id=ref.item_id, location_id=ref.location_id)
            for ref in refs
        )

    def fetch_counts(self, location_id, cursor):
        """Return some counts of the location a page."""
        self.asked.append((location_id, cursor))
        mine = [c for ref, c in self.shelf.items() if ref.location_id == location_id]
        start = int(cursor or 0)
        more = start + self.page < len(mine)
        return base.Page(
            documents=tuple(mine[start : start + self.page]),
            cursor=str(start + self.page) if more else "",
            more=more,
        )

    def fetch_page(self, flow, cursor, since):
        """Return that nothing changed."""
        return base.Page(documents=())

    def fetch(self, flow, external_id):
        """Return the order."""
        return self.orders[external_id]

    def read(self, flow, body):  # pylint: disable=method-required-super
        """Return the report that was laid ready under this body."""
        return self.reports[body]

    def read_levels(self, refs):
        """Return that nothing is there."""
        return tuple(doc.LevelReading(ref=ref, available=None) for ref in refs)

    def send(self, effect):
        """Take note."""
        self.sent.append(effect)
        return base.Outcome(state="applied", external_id=effect.key)

    def read_back(self, effect):
        """Return that it is not known."""
        return base.Outcome(state="not_found")

    def poll(self, effect):
        """Return that it is done."""
        return base.Outcome(state="applied")


class CountedCase(RetailSyncCommon):
    """A live channel that counts the stock of our warehouse ``W`` itself."""

    adapter = CountingAdapter
    kind = "available"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.channel.write({"order_policy": "confirm", "release_on": "always"})
        cls.house = cls.env["stock.warehouse"].create(
            {"name": "Their House", "code": "THEIR"}
        )
        cls.stock = cls.house.lot_stock_id
        cls.place = cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": "W",
                "name": "Their warehouse",
                "warehouse_id": cls.house.id,
                "stock_owner": "channel",
                "drop_units": 1000.0,
            }
        )
        cls.channel.warehouse_id = cls.house
        cls.mug = cls.make_counted("MUG")
        cls.shirt = cls.make_counted("SHIRT")
        cls.env["retail.sync.job"].search([])._cancel()

    def setUp(self):
        super().setUp()
        for store in (CountingAdapter.shelf, CountingAdapter.reports):
            store.clear()
        for store in (CountingAdapter.asked, CountingAdapter.sent):
            store.clear()
        CountingAdapter.orders.clear()
        self.startPatcher(patch.dict(ADAPTERS, {"manual": CountingAdapter}))
        self.currency_name = self.company.currency_id.name

    @classmethod
    def make_counted(cls, sku, **values):
        """Make a product, listed at the channel."""
        product = cls.make_product(sku, company_id=False, **values)
        cls.list_product(product)
        return product

    @classmethod
    def list_product(cls, product, **values):
        """List ``product`` at the channel."""
        sku = product.default_code
        return cls.env["retail.sync.listing"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": f"item-{sku}",
                "variant_id": f"variant-{sku}",
                "sku": sku,
                "title": product.name,
                "product_id": product.id,
                **values,
            }
        )

    def listing(self, product):
        """Return the product's listing."""
        return self.env["retail.sync.listing"].search(
            [("product_id", "=", product.id), ("channel_id", "=", self.channel.id)]
        )

    # what is said
    def count(self, product, quantity, minute=0, **values):
        """Return a count of ``product``, so many minutes after noon."""
        values.setdefault("as_of", at(minute))
        values.setdefault("counts", self.kind)
        values.setdefault("item_id", f"item-{product.default_code}" if product else "")
        values.setdefault("location_id", "W")
        return doc.StockCount(
            quantity=None if quantity is None else Decimal(str(quantity)), **values
        )

    def say(self, product, quantity, minute=0, **values):
        """Take in what the warehouse says, as a report does; return how many are new.

        What the books show afterwards is settled, as far as marks go.
        """
        return self.take(self.count(product, quantity, minute, **values))

    def take(self, *counts, source="report"):
        """Take in counts of the location."""
        readings = self.env["retail.sync.stock.reading"]
        fresh, _doubtful = readings._take(self.place, list(counts), source)
        self.env.flush_all()
        return len(fresh)

    def settle(self):
        """Work off marks and jobs until nothing is due."""
        self.run_jobs()
        self.env.invalidate_all()

    def held(self, product, location=None):
        """Return our units of the product at the location."""
        location = location or self.stock
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", location.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def reading(self, product):
        """Return the reading of the product."""
        return self.env["retail.sync.stock.reading"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.place.id)]
        )

    def adjustments(self, product):
        """Return what was booked, oldest first."""
        return self.env["retail.sync.stock.adjustment"].search(
            [("product_id", "=", product.id)], order="id"
        )

    # orders
    def sell(self, product, units, minute, external_id="order-1", **values):
        """Import an order of the channel that was placed so many minutes after noon."""
        values.setdefault("updated_at", at(minute))
        document = make_order(
            external_id,
            currency=self.currency_name,
            created_at=at(minute),
            lines=[
                make_line(
                    sku=product.default_code,
                    item_id=f"item-{product.default_code}",
                    quantity=units,
                    price="10",
                )
            ],
            **values,
        )
        importer = self.env["retail.sync.importer.order"].with_user(
            self.channel.user_id
        )
        order = importer._import(self.channel.with_user(self.channel.user_id), document)
        self.env.flush_all()
        return order.sudo()

    def note(self, product, units, minute=None, order="order-1", **values):
        """Tell of a sold order line that is not imported yet."""
        demand = doc.Demand(
            order_id=order,
            line_id="1",
            item_id=f"item-{product.default_code}",
            quantity=Decimal(units),
            placed_at=None if minute is None else at(minute),
            **values,
        )
        self.env["retail.sync.demand"]._note(self.channel, [demand])

    def ship(self, order, units=None, minute=None):
        """Validate the order's open delivery, whole or in part; at which time."""
        picking = order.order_id.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )[:1]
        if units is not None:
            picking.move_ids.write({"quantity": units, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        if minute is not None:
            self.date(picking.move_ids, minute)
        return picking

    def date(self, moves, minute):
        """Let done moves have happened so many minutes after noon."""
        moves.write({"date": at(minute).replace(tzinfo=None)})
        self.env.flush_all()

    def move(self, product, units, source, target, minute):
        """Do a move that is no sale of the channel."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": units,
                "location_id": source.id,
                "location_dest_id": target.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.write({"quantity": units, "picked": True})
        move._action_done()
        self.date(move, minute)
        return move


class CountedFlowCase(CountedCase):
    """Figures come as they do: a hint and a reading, all in turns, a report."""

    def setUp(self):
        super().setUp()
        self.orders_are_in()

    def orders_are_in(self):
        """Let the channel's orders have been fetched just now."""
        workflow = self.channel._workflow("order")
        workflow.last_success_at = fields.Datetime.now() + timedelta(hours=1)

    def lay(self, product, quantity, minute=0, **values):
        """Let the shop have so many."""
        count = self.count(product, quantity, minute, **values)
        ref = doc.LevelRef(item_id=count.item_id, location_id=count.location_id)
        CountingAdapter.shelf[ref] = count

    def hint(self, product, place="W", event_id=""):
        """Let the shop say that a level changed."""
        return self.deliver(
            doc.Notice(
                flow=doc.Flow.STOCK,
                topic="inventory_levels/update",
                external_id=f"item-{product.default_code}",
                external_ref=place,
                event_id=event_id or f"e-{product.default_code}-{place}",
            )
        )

    def report(self, *counts, whole=False, name="r-1"):
        """Let a stock report come."""
        body = name.encode()
        CountingAdapter.reports[body] = doc.StockReport(counts=counts, whole=whole)
        return self.deliver(
            doc.Notice(
                flow=doc.Flow.STOCK,
                topic="report",
                external_id=name,
                event_id=name,
                body=body,
            ),
            source="file",
        )

"""What the stock tests share: a channel whose shelf is in memory, stock of ours."""

from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar
from unittest.mock import patch

from odoo import fields
from odoo.tests.common import TransactionCase

from ..adapters import base
from ..adapters.registry import ADAPTERS
from ..domain import documents as doc


class ShelfAdapter(base.Adapter):
    """A channel in memory: levels by (location, item), compared when it can compare."""

    code = "manual"
    label = "Shelf"
    capabilities = (
        base.Stock(batch=250, cas=True, idempotent=True),
        base.Orders(),
    )
    shelf: ClassVar[dict] = {}
    sent: ClassVar[list] = []
    reads: ClassVar[list] = []
    pages: ClassVar[dict] = {}
    faults: ClassVar[list] = []

    def read_levels(self, refs):
        """Return what lies on the shelf."""
        self.reads.append(refs)
        return tuple(
            doc.LevelReading(ref=ref, available=self.shelf.get(self._spot(ref)))
            for ref in refs
        )

    def send(self, effect):
        """Set the levels, one by one; a fault of the script comes first."""
        self.sent.append(effect)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        items = tuple(self._set(effect.kind, write) for write in effect.body.levels)
        if callable(fault):
            fault(effect)
        return base.Outcome(state="applied", items=items)

    def _set(self, kind, write):
        spot = self._spot(write.ref)
        now = self.shelf.get(spot)
        if now is None and kind == "stock":
            return base.ItemOutcome(ref=write.ref, state="inactive")
        compares = self.capability(base.Stock).cas and write.expected is not None
        if compares and now != write.expected:
            return base.ItemOutcome(ref=write.ref, state="conflict", actual=now)
        self.shelf[spot] = write.quantity
        return base.ItemOutcome(ref=write.ref, state="applied", actual=write.quantity)

    def read_back(self, effect):
        """Return that nothing is known."""
        return base.Outcome(state="not_found")

    def poll(self, effect):
        """Return that all is confirmed."""
        return base.Outcome(state="applied")

    def fetch_page(self, flow, cursor, since):
        """Return the page of the script."""
        return self.pages[flow, cursor]

    def _spot(self, ref):
        return ref.location_id, ref.item_id


class StockCase(TransactionCase):
    """A live channel on the shelf, one mapped warehouse, makers for the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["retail.sync.fuse"]._confirm()
        cls.env.cr.execute("DELETE FROM retail_sync_stock_mark")
        cls.warehouse = cls.env["stock.warehouse"].create(
            {"name": "Shelf House", "code": "SHLF"}
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.channel = cls.env["retail.sync.channel"].create(
            {"name": "Shelf", "code": "manual", "state": "live"}
        )
        cls.channel._workflow("stock").gather_s = 0
        cls.env["retail.sync.bucket"]._ensure()
        cls.env.cr.execute(
            "UPDATE retail_sync_bucket SET capacity = 100000, tokens = 100000"
        )
        cls.place = cls._make_place("L1", cls.warehouse)

    def setUp(self):
        super().setUp()
        for store in (ShelfAdapter.shelf, ShelfAdapter.pages):
            store.clear()
        for store in (ShelfAdapter.sent, ShelfAdapter.reads, ShelfAdapter.faults):
            store.clear()
        self.startPatcher(patch.dict(ADAPTERS, {"manual": ShelfAdapter}))
        self.shelf = ShelfAdapter.shelf

    @classmethod
    def _make_place(cls, external_id, warehouse, **values):
        return cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": external_id,
                "name": external_id,
                "warehouse_id": warehouse.id,
                **values,
            }
        )

    def can(self, **traits):
        """Let the channel write stock with these traits for this test."""
        traits = {"batch": 250, "cas": True, "idempotent": True, **traits}
        capabilities = (base.Stock(**traits), base.Orders())
        self.startPatcher(patch.object(ShelfAdapter, "capabilities", capabilities))

    def make_product(self, sku, quantity=0.0, location=None, **values):
        """Make a product with so many units on our shelf."""
        product = self.env["product.product"].create(
            {"name": sku, "default_code": sku, "is_storable": True, **values}
        )
        if quantity:
            self.put(product, quantity, location)
        return product

    def put(self, product, quantity, location=None):
        """Add units to our stock."""
        self.env["stock.quant"]._update_available_quantity(
            product, location or self.stock, quantity
        )
        self.env.flush_all()

    def offer_twice(self):
        """Let ten of ``product`` be offered here and by ``other``, a live channel."""
        self.product = self.make_product("A", 10)
        self.make_listing(self.product, there=10)
        self.other = self.channel.copy({"name": "Other", "state": "live"})
        self.there = self.env["retail.sync.location"].create(
            {
                "channel_id": self.other.id,
                "external_id": "O1",
                "name": "O1",
                "warehouse_id": self.warehouse.id,
            }
        )
        self.make_listing(self.product, channel=self.other)

    def make_listing(self, product, channel=None, there=None, **values):
        """Make a matched listing; ``there`` units lie on the channel's shelf."""
        item = f"item-{product.default_code}"
        listing = self.env["retail.sync.listing"].create(
            {
                "channel_id": (channel or self.channel).id,
                "external_id": item,
                "variant_id": f"variant-{product.default_code}",
                "sku": product.default_code,
                "title": product.name,
                "product_id": product.id,
                **values,
            }
        )
        if there is not None:
            self.shelf["L1", item] = there
        return listing

    def make_move(self, product, quantity, source=None, target=None, reserve=False):
        """Make a confirmed move of demand, reserved on wish."""
        spots = (source or self.stock) | (target or self.customers)
        company = spots.company_id[:1] or self.env.company
        move = (
            self.env["stock.move"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "location_id": (source or self.stock).id,
                    "location_dest_id": (target or self.customers).id,
                }
            )
        )
        move._action_confirm()
        if reserve:
            move._action_assign()
        return move

    def note(self, product, quantity, order="1001", line="1", **values):
        """Tell of a sold order line that is not imported."""
        demand = doc.Demand(
            order_id=order,
            line_id=line,
            item_id=f"item-{product.default_code}",
            quantity=Decimal(quantity),
            **values,
        )
        self.env["retail.sync.demand"]._note(self.channel, [demand])

    def consume(self):
        """Turn all marks into wanted levels."""
        self.env.flush_all()
        while self.env["retail.sync.stock.mark"]._consume():
            pass
        self.env.invalidate_all()

    def level(self, product, place=None):
        """Return the level of the product at the location."""
        return self.env["retail.sync.level"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "=", (place or self.place).id),
            ]
        )

    def push(self, ahead_s=0.0, jobs=500):
        """Work off marks and jobs until nothing is due, at most ``jobs``.

        A job that waits for less than ``ahead_s`` seconds is due, also one that has
        just put itself off: where one waits for something, say few ``jobs``.
        """
        with ExitStack() as stack:
            stack.enter_context(self.enter_registry_test_mode())
            ran = self.env["retail.sync.job"]._work_off(jobs, ahead_s=ahead_s)
        self.env.invalidate_all()
        return ran

    def in_step(self, product, there=None):
        """Make the level of ``product`` known: read and acknowledged."""
        if there is not None:
            self.shelf["L1", f"item-{product.default_code}"] = there
        self.push()
        ShelfAdapter.sent.clear()
        ShelfAdapter.reads.clear()

    def orders_are_in(self):
        """Note that the channel's orders were fetched just now."""
        workflow = self.channel._workflow("order")
        workflow.last_success_at = fields.Datetime.now() + timedelta(hours=1)

    def issues(self, kind):
        """Return the open issues of ``kind``."""
        return self.env["retail.sync.issue"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("kind", "=", kind),
                ("state", "=", "open"),
            ]
        )

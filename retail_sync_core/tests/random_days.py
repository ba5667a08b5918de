"""What random days in a warehouse share: the verbs, and an independent reckoning."""

import random
from datetime import timedelta

from odoo import Command, fields

from .random_reckoning import Reckoning
from .random_verbs import MoreVerbs
from .stock_common import StockCase

AHEAD = 5


class RandomDays(MoreVerbs, Reckoning, StockCase):
    """After each step the set-based figure equals the ORM's; no change is unmarked.

    Two companies with a house and a channel each sell the same products; one channel
    offers a house, a shelf in it, and a room together with another house; there what is
    to come within days is offered, too.
    """

    VERBS = (
        "receive",
        "receive_a_kit_abroad",
        "expect",
        "postpone",
        "arrive",
        "demand",
        "reserve",
        "unreserve",
        "deliver",
        "come_back",
        "cancel",
        "transfer",
        "count",
        "scrap_some",
        "know_an_order",
        "merge",
        *MoreVerbs.VERBS,
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env.ref("stock.stock_location_suppliers")
        cls.scrap = cls.env["stock.location"].create(
            {"name": "Scrap", "usage": "inventory"}
        )
        cls.rack, cls.room = cls.env["stock.location"].create(
            [
                {"name": "Shelf", "location_id": cls.stock.id},
                {"name": "Room", "location_id": cls.stock.id},
            ]
        )
        cls.deep = cls.env["stock.location"].create(
            {"name": "Deep", "location_id": cls.rack.id}
        )
        cls.quarantine = cls.env["stock.location"].create(
            {"name": "Quarantine", "location_id": cls.stock.id}
        )
        cls.place.left_out_ids = cls.quarantine
        cls.other_house = cls.env["stock.warehouse"].create(
            {"name": "Other House", "code": "OTHR"}
        )
        cls.inner = cls._make_place("L2", cls.warehouse, location_id=cls.rack.id)
        cls.inner.location_id = cls.rack
        cls.inner.offers_consigned = True
        cls.group = cls._make_place("L3", cls.warehouse, incoming_days=AHEAD)
        cls.group.location_id = cls.room
        cls.group.also_ids = cls.other_house.lot_stock_id
        cls._go_abroad()

    @classmethod
    def _go_abroad(cls):
        """Make another company with a house and a channel of its own."""
        cls.abroad = cls.env["res.company"].create({"name": "Abroad"})
        house = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.abroad.id)], limit=1
        )
        cls.far = house.lot_stock_id
        cls.far_channel = cls.env["retail.sync.channel"].create(
            {
                "name": "Far",
                "code": "manual",
                "state": "live",
                "company_id": cls.abroad.id,
            }
        )
        cls.far_place = cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.far_channel.id,
                "external_id": "F1",
                "name": "F1",
                "warehouse_id": house.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.random = random.Random(0)
        self.products = [self.make_product(f"P{n}") for n in range(3)]
        self.products.append(
            self.make_product("KG", uom_id=self.env.ref("uom.product_uom_kgm").id)
        )
        self.kits = self.make_kits()
        for product in (*self.products, *self.kits):
            self.make_listing(product)
        self.dozen = self.make_product("DOZ")
        self.make_listing(self.dozen, uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.make_more()
        for product in (self.fresh_goods, *self.plain):
            self.make_listing(product)
        self.products += [self.dozen, *self.plain]
        for product in (*self.products, *self.kits):
            self.make_listing(product, channel=self.far_channel)
        self.all_products = list(self.products)
        self.places()._mark()
        self.consume()
        self.begin()

    def make_kits(self):
        """Make a kit and a kit of that kit, where manufacturing is installed."""
        if "mrp.bom" not in self.env:
            return []
        kits = []
        for name, parts in (("KIT", [(0, 2), (1, 1)]), ("NEST", [(-1, 2), (2, 3)])):
            kit = self.make_product(name)
            lines = [
                Command.create(
                    {
                        "product_id": (
                            kits[0] if index < 0 else self.products[index]
                        ).id,
                        "product_qty": units,
                    }
                )
                for index, units in parts
            ]
            self.env["mrp.bom"].create(
                {
                    "product_tmpl_id": kit.product_tmpl_id.id,
                    "type": "phantom",
                    "bom_line_ids": lines,
                }
            )
            kits.append(kit)
        return kits

    def begin(self):
        """Begin a history: nothing has happened yet."""
        self.moves, self.demands = self.env["stock.move"], {}
        self.receipts = self.env["stock.move"]
        self.products, self.kept = list(self.all_products), {}

    def places(self):
        """Return the places of both channels."""
        return self.place | self.inner | self.group | self.far_place

    def play(self, steps):
        """Play one history and take it back; ``steps``: (verb, seed) of each."""
        with self.env.cr.savepoint() as savepoint:
            self.begin()
            figures = self.figures()
            for number, (verb, seed) in enumerate(steps):
                self.random = random.Random(seed)
                raised = self.generations()
                getattr(self, verb)()
                self.env.flush_all()
                before, figures = figures, self.figures()
                told = f"step {number}, {verb}, seed {seed}"
                self.assertEqual(figures, self.reckoned(), told)
                self.consume()
                after = self.generations()
                unseen = [
                    key
                    for key in figures
                    if figures[key] != before[key] and after[key] <= raised[key]
                ]
                self.assertEqual(unseen, [], f"not raised: {told}")
            savepoint.rollback()
        self.env.invalidate_all()

    # both reckonings
    def levels(self):
        """Return all levels."""
        return self.env["retail.sync.level"].search(
            [("channel_id", "in", (self.channel | self.far_channel).ids)]
        )

    def generations(self):
        """Return {(listing, place): how often it was raised}."""
        return {
            (level.listing_id, level.location_id): level.wanted_generation
            for level in self.levels()
        }

    def figures(self):
        """Return {(listing, place): units offered} by our statement."""
        levels = self.levels()
        terms = levels._terms(levels)
        told = {level_id: term.offered for level_id, term in terms.items()}
        self.assertEqual(levels._offered(levels), told, "both ways of the statement")
        return {
            (level.listing_id, level.location_id): told[level.id] for level in levels
        }

    def reckoned(self):
        """Return the same by the ORM, product by product."""
        self.env.invalidate_all()
        return {
            (level.listing_id, level.location_id): self.reckon(
                level.listing_id, level.location_id
            )
            for level in self.levels()
        }

    # what happens in a day
    def some(self):
        """Return a product that is no kit, and units of it."""
        return self.random.choice(self.products), self.random.randint(1, 9)

    def spot(self):
        """Return one of our locations, of either company."""
        return self.random.choice([*self.home(), self.far])

    def home(self):
        """Return the locations of the first company's house."""
        return [self.stock, self.rack, self.deep, self.room]

    def receive(self):
        product, units = self.some()
        move = self.make_move(product, units, source=self.supplier, target=self.spot())
        self.finish(move)

    def receive_a_kit_abroad(self):
        """There it is a product like any other: the list of its parts is not theirs."""
        if self.kits:
            kit = self.random.choice(self.kits)
            units = self.random.randint(1, 9)
            self.finish(
                self.make_move(kit, units, source=self.supplier, target=self.far)
            )

    def expect(self):
        product, units = self.some()
        target = self.random.choice([*self.home(), self.other_house.lot_stock_id])
        move = self.make_move(product, units, source=self.supplier, target=target)
        self.receipts |= move
        self.set_day(move)

    def set_day(self, move):
        """Let a receipt come before or after the days that are offered ahead."""
        days = self.random.choice((0, AHEAD - 1, AHEAD + 1))
        move.date = fields.Datetime.now() + timedelta(days=days)

    def postpone(self):
        for move in self.open_receipts():
            self.set_day(move)

    def arrive(self):
        for move in self.open_receipts():
            self.finish(move)

    def open_receipts(self):
        """Return one receipt that is still to come, or none."""
        return self.receipts.filtered(lambda m: m.state not in ("done", "cancel"))[:1]

    def demand(self):
        product, units = self.some()
        self.moves |= self.make_move(product, units, source=self.spot())

    def reserve(self):
        self.moves.filtered(lambda m: m.state in ("confirmed", "partially_available"))[
            :2
        ]._action_assign()

    def unreserve(self):
        self.moves.filtered(lambda m: m.state in ("assigned", "partially_available"))[
            :1
        ]._do_unreserve()

    def deliver(self):
        ready = self.moves.filtered(lambda m: m.state == "assigned")[:1]
        if ready:
            self.finish(ready)

    def finish(self, move):
        """Do a move as it is planned."""
        move._action_assign()
        move.quantity = move.product_uom_qty
        move.picked = True
        move._action_done()

    def cancel(self):
        planned = self.moves | self.receipts
        open_moves = planned.filtered(lambda m: m.state not in ("done", "cancel"))
        if open_moves:
            self.random.choice(list(open_moves))._action_cancel()

    def transfer(self):
        product, units = self.some()
        source = self.random.choice(self.home())
        target = self.random.choice([*self.home(), self.other_house.lot_stock_id])
        self.moves |= self.make_move(
            product, units, source=source, target=target, reserve=True
        )

    def count(self):
        product, units = self.some()
        spot = self.spot()
        quant = self.env["stock.quant"].with_company(spot.company_id)
        quant.with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": spot.id,
                "inventory_quantity": units,
            }
        ).action_apply_inventory()

    def scrap_some(self):
        product, _units = self.some()
        source = self.random.choice(self.home())
        self.finish(self.make_move(product, 1, source=source, target=self.scrap))

    def come_back(self):
        product, units = self.some()
        self.finish(
            self.make_move(product, units, source=self.customers, target=self.spot())
        )

    def know_an_order(self):
        number = self.random.randint(1, 4)
        product = self.random.choice([*self.products, *self.kits])
        units = self.random.randint(1, 3)
        self.env["retail.sync.demand"]._drop(self.channel, f"o{number}")
        self.note(
            product,
            units,
            order=f"o{number}",
            location_id="L1",
            placed_at=fields.Datetime.now(),
        )
        self.demands[number] = (product, units)

    def merge(self):
        self.env["stock.quant"]._merge_quants()
        self.env["stock.quant"].invalidate_model()

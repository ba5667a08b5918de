"""What random days in a warehouse share: the verbs, and an independent reckoning."""

import math
import random

from odoo import Command, fields

from .stock_common import StockCase


class RandomDays(StockCase):
    """After each step the set-based figure equals the ORM's; no change is unmarked.

    Two companies with a house and a channel each sell the same products; one channel
    offers a house and a shelf in it.
    """

    VERBS = (
        "receive",
        "receive_a_kit_abroad",
        "demand",
        "reserve",
        "deliver",
        "come_back",
        "cancel",
        "transfer",
        "count",
        "scrap_some",
        "know_an_order",
        "merge",
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
        cls.other_house = cls.env["stock.warehouse"].create(
            {"name": "Other House", "code": "OTHR"}
        )
        cls.inner = cls._make_place("L2", cls.warehouse, location_id=cls.rack.id)
        cls.inner.location_id = cls.rack
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
        self.products.append(self.dozen)
        for product in (*self.products, *self.kits):
            self.make_listing(product, channel=self.far_channel)
        for place in (self.place, self.inner, self.far_place):
            place._mark()
        self.consume()
        self.moves = self.env["stock.move"]
        self.demands = {}

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

    def play(self, steps):
        """Play one history and take it back; ``steps``: (verb, seed) of each."""
        with self.env.cr.savepoint() as savepoint:
            self.begin()
            figures = self.figures()
            for number, (verb, seed) in enumerate(steps):
                self.random = random.Random(seed)
                self.env.cr.execute("DELETE FROM retail_sync_stock_mark")
                getattr(self, verb)()
                self.env.flush_all()
                before, figures = figures, self.figures()
                told = f"step {number}, {verb}, seed {seed}"
                self.assertEqual(figures, self.reckoned(), told)
                changed = {key[0] for key in figures if figures[key] != before[key]}
                self.assertLessEqual(changed, self.touched(), f"unmarked: {told}")
            savepoint.rollback()
        self.env.invalidate_all()

    # both reckonings
    def levels(self):
        """Return all levels."""
        return self.env["retail.sync.level"].search(
            [("channel_id", "in", (self.channel | self.far_channel).ids)]
        )

    def figures(self):
        """Return {(product, place): units offered} by our statement."""
        levels = self.levels()
        terms = levels._terms(levels)
        told = {level_id: term.offered for level_id, term in terms.items()}
        self.assertEqual(levels._offered(levels), told, "both ways of the statement")
        return {
            (level.product_id, level.location_id): told[level.id] for level in levels
        }

    def reckoned(self):
        """Return the same by the ORM, product by product."""
        self.env.invalidate_all()
        return {
            (level.product_id, level.location_id): self.reckon(
                level.product_id, level.location_id
            )
            for level in self.levels()
        }

    def reckon(self, product, place):
        """Return what may be offered: what Odoo finds free, less open demand."""
        free = self.free(product, place)
        if product == self.dozen and place != self.far_place:
            free /= 12
        return max(0, math.floor(free + 1e-6))

    def free(self, product, place):
        """Return free units less demand nobody reserved; of kits, by their parts."""
        needs = self.parts_of(product, place.company_id)
        if needs:
            return min(self.free(part, place) / qty for part, qty in needs.items())
        at = product.with_company(place.company_id).with_context(
            location=place.location_id.id, allowed_company_ids=place.company_id.ids
        )
        inside = place.location_id
        unreserved = sum(
            max(0.0, move.product_qty - sum(move.move_line_ids.mapped("quantity")))
            for move in self.moves.filtered(
                lambda m: (
                    m.product_id == product
                    and m.state in ("waiting", "confirmed", "partially_available")
                )
            )
            if self.is_in(move.location_id, inside)
            and not self.is_in(move.location_dest_id, inside)
        )
        known = 0 if place == self.far_place else self.known_demand(product)
        free = at.free_qty
        if product in self.kits:
            # Odoo's superuser sees a kit in every company; a user of that one does not
            quants = self.env["stock.quant"]
            free = quants._get_available_quantity(
                product, place.location_id, allow_negative=True
            )
        return free - unreserved - known - self.at_tills(product, place)

    def parts_of(self, product, company):
        """Return {part: units} of what is a kit in ``company``; else nothing."""
        Bom = self.env["mrp.bom"].with_company(company)
        bom = Bom._bom_find(product, company_id=company.id, bom_type="phantom")[product]
        needs = {}
        for line, data in bom.explode(product, 1)[1] if bom else ():
            needs[line.product_id] = needs.get(line.product_id, 0) + data["qty"]
        return needs

    def at_tills(self, product, place):
        """Return units sold at tills and not booked; there are none here."""
        return 0

    def is_in(self, location, root):
        """Return whether ``location`` is ``root`` or below it."""
        return location.parent_path.startswith(root.parent_path)

    def known_demand(self, product):
        """Return units of orders that are known and not imported."""
        total = 0.0
        for sold, units in self.demands.values():
            total += units * self.takes(sold, product)
        return total

    def takes(self, sold, part):
        """Return how many ``part`` one unit of ``sold`` takes."""
        if sold == part:
            return 12 if sold == self.dozen else 1
        return self.parts_of(sold, self.channel.company_id).get(part, 0)

    def touched(self):
        """Return the products whose figures the marks cover, as a worker reads them."""
        self.env.cr.execute("SELECT product_id FROM retail_sync_stock_mark")
        ids = {row[0] for row in self.env.cr.fetchall()}
        if None in ids:
            return {level.product_id for level in self.levels()}
        for others in self.env["retail.sync.stock.mark"]._find_touched(ids).values():
            ids = ids | set(others)
        return set(self.env["product.product"].browse(ids))

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

    def demand(self):
        product, units = self.some()
        self.moves |= self.make_move(product, units, source=self.spot())

    def reserve(self):
        self.moves.filtered(lambda m: m.state in ("confirmed", "partially_available"))[
            :2
        ]._action_assign()

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
        open_moves = self.moves.filtered(lambda m: m.state not in ("done", "cancel"))
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

import os
import random
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from .counted_common import CountedCase, at

ROUNDS = int(os.environ.get("RETAIL_SYNC_RANDOM_ROUNDS") or 6)
STEPS = 14


class Warehouse:
    """A third-party warehouse: what really lies there, and what it tells of it.

    :ivar told: messages for us, in the order in which they came to be
    """

    def __init__(self, rnd, kind):
        self.rnd, self.kind = rnd, kind
        self.now, self.on_hand = 0, 0
        self.orders, self.told = {}, []
        self.receive()
        self.count()

    def step(self):
        """Let something happen."""
        verbs = [self.receive, self.shrink, self.sell, self.sell, self.ship, self.ship]
        verbs += [self.cancel, self.take_back, self.wholesale, self.count, self.count]
        self.now += self.rnd.randrange(1, 30)
        self.rnd.choice(verbs)()

    @property
    def available(self):
        """Return what is free to sell."""
        open_units = sum(o["units"] for o in self.orders.values() if o["is"] == "open")
        return self.on_hand - open_units

    def receive(self):
        self.on_hand += self.rnd.randrange(1, 20)

    def shrink(self):
        self.on_hand -= min(self.available, self.rnd.randrange(3))

    def sell(self):
        if not self.available:
            return
        units = self.rnd.randrange(1, min(4, self.available) + 1)
        key = f"o-{len(self.orders)}"
        self.orders[key] = {"units": units, "is": "open", "placed": self.now}
        self.told.append(("order", (key, 1)))
        if self.rnd.random() < 0.5:
            self.told.append(("note", key))

    def pick(self, state):
        found = [key for key, order in self.orders.items() if order["is"] == state]
        return self.rnd.choice(found) if found else None

    def ship(self):
        if key := self.pick("open"):
            self.orders[key].update({"is": "shipped", "shipped": self.now})
            self.on_hand -= self.orders[key]["units"]
            self.told.append(("shipped", key))

    def cancel(self):
        if key := self.pick("open"):
            self.orders[key].update({"is": "cancelled", "cancelled": self.now})
            self.told.append(("order", (key, 2)))

    def take_back(self):
        if key := self.pick("shipped"):
            self.orders[key]["is"] = "returned"
            self.on_hand += 1
            self.told.append(("returned", self.now))

    def wholesale(self):
        """Somebody else's goods leave; we know at once, for it is our delivery."""
        if self.available:
            self.on_hand -= 1
            self.told.append(("wholesale", self.now))

    def count(self):
        figure = self.available if self.kind == "available" else self.on_hand
        self.told.append(("count", (figure, self.now, len(self.told))))


@tagged("post_install", "-at_install")
class TestCountedRandom(CountedCase):
    """Whatever happens there, in whichever order and however often we are told of it:
    our books end equal to the unit."""

    def test_what_is_free_to_sell_is_counted(self):
        self._play("available")

    def test_what_lies_there_is_counted(self):
        self._play("on_hand")

    def _play(self, kind):
        self.kind = kind
        for number in range(ROUNDS):
            seed = f"{kind} {number}"
            with self.subTest(seed=seed):
                self._round(random.Random(seed), seed)

    def _round(self, rnd, seed):
        product = self.make_counted(f"R{seed.replace(' ', '')}")
        house = Warehouse(rnd, self.kind)
        for _step in range(STEPS):
            house.step()
        house.now += 1
        house.count()
        messages = [*house.told, *rnd.choices(house.told, k=len(house.told) // 2)]
        rnd.shuffle(messages)
        done = set()
        while messages:
            message = messages.pop(0)
            if not self._hear(product, house, message, seed, done):
                messages.append(message)  # its order is not here yet
            if rnd.random() < 0.3:
                self.settle()
        self.settle()

        self.assertEqual(self.held(product), house.on_hand, house.told)
        self.assertEqual(self.reading(product).state, "applied")

    def _hear(self, product, house, message, seed, done):
        """Take in one message; False when it is too early for it."""
        what, key = message
        match what:
            case "count":
                figure, minute, number = key
                self.say(product, figure, minute, sequence=number)
            case "note":
                order = house.orders[key]
                self.note(product, order["units"], order["placed"], f"{seed} {key}")
            case "order":
                name, version = key
                order = house.orders[name]
                self._hear_order(product, order, f"{seed} {name}", version)
            case "shipped":
                return self._hear_shipped(house.orders[key], f"{seed} {key}")
            case _ if message not in done:
                done.add(message)
                customers = self.env.ref("stock.stock_location_customers")
                ends = (customers, self.stock)
                if what == "wholesale":
                    ends = ends[::-1]
                self.move(product, 1, *ends, minute=key)
        return True

    def _hear_order(self, product, order, external_id, version):
        values = {"version": version}
        if version > 1:
            values["cancelled_at"] = at(order["cancelled"])
        self.sell(product, order["units"], order["placed"], external_id, **values)

    def _hear_shipped(self, order, external_id):
        ours = self.env["retail.sync.order"].search(
            [("external_id", "=", external_id), ("order_id", "!=", False)]
        )
        if not ours:
            return False
        pickings = ours.order_id.picking_ids
        if pickings.state != "done":
            counted_at = at(order["shipped"]).replace(tzinfo=None)
            pickings.retail_sync_counted_at = counted_at
            self.ship(ours, units=order["units"])
        return True

    def test_the_terms_of_one_figure_are_told(self):
        self.say(self.mug, 12)
        self.sell(self.mug, 2, minute=5)
        self.say(self.mug, 30, minute=6)

        row = self.adjustments(self.mug)[-1]

        self.assertEqual((row.sold, row.left, row.moved), (2, 0, 0))
        self.assertIn("plus 2 sold there that have not left here", row.explanation)
        count = doc.StockCount(location_id="W", quantity=Decimal(1))
        self.assertEqual((count.item_id, count.counts), ("", "available"))

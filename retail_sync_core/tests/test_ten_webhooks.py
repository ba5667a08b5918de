import random

from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line, make_order
from .common import RetailSyncCommon

SHUFFLES = 6
ON_HAND, SOLD = 10, 3


@tagged("post_install", "-at_install")
class TestTenWebhooks(RetailSyncCommon):
    """Ten webhooks of one order change once what all channels offer.

    They come in any order, twice, before its import, after it and after its goods left.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shirt = cls.make_product("SHIRT", ON_HAND)
        cls.other = cls.make_channel(name="Other channel")
        for channel in (cls.channel, cls.other):
            cls.env["retail.sync.location"].create(
                {
                    "channel_id": channel.id,
                    "external_id": "place-1",
                    "name": "House",
                    "warehouse_id": cls.warehouse.id,
                }
            )
            cls.env["retail.sync.listing"].create(
                {
                    "channel_id": channel.id,
                    "external_id": "item-1",
                    "variant_id": "variant-1",
                    "sku": "SHIRT",
                    "title": "Shirt",
                    "product_id": cls.shirt.id,
                }
            )

    def setUp(self):
        super().setUp()
        self.run_jobs()

    def offered(self):
        """Return what the other channel may offer now."""
        self.env.flush_all()
        levels = self.env["retail.sync.level"].search(
            [("channel_id", "=", self.other.id)]
        )
        (units,) = levels._offered(levels).values()
        return units

    def order(self, **values):
        """Return the order as the shop has it."""
        line = make_line(sku="SHIRT", quantity=SOLD, price="20.00")
        currency = self.company.currency_id.name
        return make_order("order-1", currency=currency, lines=[line], **values)

    def notices(self):
        """Return ten notices of the order in a random order; two came twice."""
        demand = doc.Demand(
            order_id="order-1", line_id="line-1", sku="SHIRT", quantity=SOLD
        )
        notices = [
            self.make_notice(
                event_id=f"evt-{number % 8}",
                topic="orders/create" if number == 0 else "orders/updated",
                demand=(demand,),
            )
            for number in range(10)
        ]
        random.shuffle(notices)
        return notices

    def ship(self):
        """Let the goods of the order leave, where it is imported."""
        picking = self.env["retail.sync.order"].search([]).order_id.picking_ids
        for move in picking.move_ids.filtered(lambda m: m.state == "assigned"):
            move.quantity, move.picked = move.product_uom_qty, True
            move._action_done()

    def cancel(self):
        """Let the channel cancel the order, and tell of it."""
        now = self.order().updated_at
        self.shop.put(self.order(version=9, cancelled_at=now))
        self.deliver(
            self.make_notice(flow=doc.Flow.CANCELLATION, topic="orders/cancelled")
        )
        self.run_jobs()

    def play(self, *happenings):
        """Yield what is offered after each notice; between them work goes on."""
        self.shop.put(self.order())
        for notice in self.notices():
            self.deliver(notice)
            told = [self.offered()]
            for happens in random.sample(happenings, random.randint(0, 1)):
                happens()
                told.append(self.offered())
            yield from told

    def test_availability_changes_once(self):
        self.assertEqual(self.offered(), ON_HAND)
        for seed in range(SHUFFLES):
            random.seed(seed)
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                told = set(self.play(self.run_jobs, self.ship))

                self.assertEqual(told, {ON_HAND - SOLD})
                self.run_jobs()
                self.ship()
                self.assertEqual(self.offered(), ON_HAND - SOLD)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_late_ones_take_nothing_of_what_a_cancellation_gave_back(self):
        for seed in range(SHUFFLES):
            random.seed(seed)
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.shop.put(self.order())
                first, *late = self.notices()
                self.deliver(first)
                if seed % 2:
                    self.run_jobs()
                before = self.offered()
                self.cancel()
                told = {self.offered()}
                for notice in late:
                    self.deliver(notice)
                    told.add(self.offered())
                self.run_jobs()

                self.assertEqual((before, told), (ON_HAND - SOLD, {ON_HAND}))
                self.assertEqual(self.offered(), ON_HAND)
                savepoint.rollback()
            self.env.invalidate_all()

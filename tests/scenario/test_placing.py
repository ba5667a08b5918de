"""Odoo decides which place ships; one gives it back, and the next one does."""

import random

from matrix_check import ask, changes, disagreements, snapshot
from odoo.tests import tagged
from story import ON_HAND, PLACE, ShopifyStory

STORE = "Store"
MOVE = "FulfillmentOrderMove"


@tagged("post_install", "-at_install")
class TestPlacing(ShopifyStory):
    """Two places, against the real adapter: the shop asks who Odoo chose."""

    places = (PLACE, STORE)

    def setUp(self):
        super().setUp()
        self.channel.ships_from = "odoo"

    def map_places(self):
        self.store = self.env["stock.warehouse"].create(
            {"name": STORE, "code": "STO", "company_id": self.company.id}
        )
        for place in self.channel.location_ids:
            is_store = place.name == STORE
            place.warehouse_id = self.store if is_store else self.warehouse
            place.ship_rank = 2 if is_store else 1

    def put(self, units, warehouse):
        self.env["stock.quant"]._update_available_quantity(
            self.mug, warehouse.lot_stock_id, units
        )
        self.work()

    def delivery(self, placed):
        """Return what is still to leave, and from which warehouse."""
        open_ones = self.ours(placed).order_id.picking_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )
        return open_ones, open_ones.picking_type_id.warehouse_id

    def asked(self, placed):
        """Return {place: units} that the shop asks for."""
        answer = self.shop.graphql(
            """query ($id: ID!) { order(id: $id) { fulfillmentOrders(first: 9) { nodes {
                 status assignedLocation { name }
                 lineItems(first: 9) { nodes { remainingQuantity } } } } } }""",
            id=placed["id"],
        )
        found = {}
        for node in answer["data"]["order"]["fulfillmentOrders"]["nodes"]:
            units = sum(x["remainingQuantity"] for x in node["lineItems"]["nodes"])
            if node["status"] in ("OPEN", "IN_PROGRESS") and units:
                name = node["assignedLocation"]["name"]
                found[name] = found.get(name, 0) + units
        return found

    def moves(self):
        return [one for one in self.shop.calls() if one["operation"] == MOVE]

    def agree(self, placed):
        theirs = ask(self.shop, placed["id"])
        self.assertFalse(disagreements(theirs, self.ours(placed), invoiced=False))
        self.assertFalse(self.issues().mapped("message"))

    def test_whoever_has_all_of_it_ships_and_the_shop_is_told(self):
        self.put(20, self.store)
        placed = self.buy(ON_HAND + 2)
        self.hear()
        self.hear()

        self.assertEqual(self.delivery(placed)[1], self.store)
        self.assertEqual(self.asked(placed), {STORE: ON_HAND + 2})
        self.assertEqual(self.offered(), ON_HAND)
        self.assertEqual(self.shop.level("MUG", STORE)["available"], 20 - ON_HAND - 2)

    def test_given_back_the_next_place_ships_and_is_told_right(self):
        self.put(5, self.store)
        placed = self.buy(2)
        self.hear()
        first, where = self.delivery(placed)
        self.assertEqual((where, self.asked(placed)), (self.warehouse, {PLACE: 2}))

        line = first.move_ids.sale_line_id
        first._retail_sync_give_back({line: (2.0, 2.0)}, "missing", "Not there")
        self.work()
        self.hear()

        second, where = self.delivery(placed)
        self.assertEqual((where, self.asked(placed)), (self.store, {STORE: 2}))
        self.assertEqual(len(self.moves()), 1)
        # what nobody found is not offered
        self.assertEqual(self.offered(), ON_HAND - 2)
        self.assertEqual(self.shop.level("MUG", STORE)["available"], 3)
        self.ship(second, tracking="JD0001")
        self.hear()
        self.assertEqual(self.asked(placed), {})
        self.agree(placed)

    def test_told_again_in_any_order_nothing_moves(self):
        self.put(20, self.store)
        placed = self.buy(ON_HAND + 2)
        self.hear()
        self.hear()
        self.ship(self.delivery(placed)[0])
        self.hear()
        before, moves = snapshot(self.env), len(self.moves())
        again = list(self.shop.received)
        random.Random(11).shuffle(again)

        self.hear(again)

        self.assertFalse(changes(before, snapshot(self.env)))
        self.assertEqual(len(self.moves()), moves)
        self.agree(placed)

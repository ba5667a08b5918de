import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestLevelTerms(StockCase):
    """What is offered, term by term."""

    def terms(self, product, place=None):
        """Return the terms of the product's level as they are now."""
        self.consume()
        level = self.level(product, place)
        return self.env["retail.sync.level"]._terms(level)[level.id]

    def test_what_is_reserved_is_not_offered(self):
        product = self.make_product("A", 10)
        self.make_listing(product)
        self.make_move(product, 4, reserve=True)

        terms = self.terms(product)

        self.assertEqual((terms.on_hand, terms.reserved, terms.offered), (10, 4, 6))

    def test_confirmed_demand_that_nothing_reserves_is_not_offered(self):
        product = self.make_product("A", 10)
        self.make_listing(product)
        self.make_move(product, 4)

        terms = self.terms(product)

        self.assertEqual((terms.reserved, terms.unreserved, terms.offered), (0, 4, 6))

    def test_partly_reserved_demand_counts_once(self):
        product = self.make_product("A", 3)
        self.make_listing(product)
        self.make_move(product, 5, reserve=True)

        terms = self.terms(product)

        self.assertEqual((terms.reserved, terms.unreserved, terms.offered), (3, 2, 0))

    def test_canceled_demand_is_offered_again(self):
        product = self.make_product("A", 10)
        self.make_listing(product)
        move = self.make_move(product, 4)
        self.consume()
        move._action_cancel()

        self.assertEqual(self.terms(product).offered, 10)

    def test_a_move_within_the_location_takes_nothing(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf 1", "location_id": self.stock.id, "usage": "internal"}
        )
        product = self.make_product("A", 10)
        self.make_listing(product)
        self.make_move(product, 4, target=shelf)

        self.assertEqual(self.terms(product).offered, 10)

    def test_stock_below_the_mapped_location_counts(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf 1", "location_id": self.stock.id, "usage": "internal"}
        )
        product = self.make_product("A", 10, shelf)
        self.make_listing(product)

        self.assertEqual(self.terms(product).offered, 10)

    def test_a_chain_of_moves_counts_its_units_once(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.place.location_id = self.warehouse.view_location_id
        product = self.make_product("A", 10)
        self.make_listing(product)
        partner = self.env["res.partner"].create({"name": "Buyer"})
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 4})
                ],
            }
        )
        order.action_confirm()

        self.assertEqual(self.terms(product).offered, 6)

    def test_the_most_specific_buffer_counts(self):
        product = self.make_product("A", 10)
        listing = self.make_listing(product)
        self.channel.buffer_qty = 1
        offered = [self.terms(product).offered]
        self.place.buffer_qty = 2
        offered.append(self.terms(product).offered)
        listing.buffer_qty = 3
        offered.append(self.terms(product).offered)

        self.assertEqual(offered, [9, 8, 7])

    def test_share_cap_and_a_level_set_by_hand_limit_the_offer(self):
        product = self.make_product("A", 10)
        listing = self.make_listing(product)
        self.channel.share = 50
        offered = [self.terms(product).offered]
        listing.cap_qty = 3
        offered.append(self.terms(product).offered)
        listing.write(
            {
                "fixed_qty": 1,
                "fixed_until": fields.Datetime.now() + timedelta(days=1),
                "fixed_reason": "One is kept for the window.",
            }
        )
        offered.append(self.terms(product).offered)
        listing.fixed_until = fields.Datetime.now() - timedelta(days=1)
        offered.append(self.terms(product).offered)

        self.assertEqual(offered, [5, 3, 1, 3])

    def test_an_archived_product_is_offered_with_nothing(self):
        product = self.make_product("A", 10)
        self.make_listing(product)
        self.consume()
        generation = self.level(product).wanted_generation
        product.active = False

        self.assertEqual(self.terms(product).offered, 0)
        self.assertGreater(self.level(product).wanted_generation, generation)

    def test_half_units_are_never_rounded_up(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        product = self.make_product("A", 2.9, uom_id=kilogram.id)
        self.make_listing(product)

        self.assertEqual(self.terms(product).offered, 2)

    def test_another_companys_stock_is_not_ours(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        other = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        product = self.make_product("A", 10)
        self.put(product, 5, other.lot_stock_id)
        self.make_listing(product)

        self.assertEqual(self.terms(product).on_hand, 10)

    def test_a_quant_that_only_reserves_takes_off(self):
        """Odoo makes one, of no quantity at all, where another holds the first one."""
        product = self.make_product("ONLY", 10)
        self.make_listing(product)
        self.consume()
        level = self.level(product)
        self.env["stock.quant"].create(
            {
                "product_id": product.id,
                "location_id": self.stock.id,
                "reserved_quantity": 3,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT FROM stock_quant WHERE product_id = %s AND quantity IS NULL",
            [product.id],
        )
        self.assertEqual(self.env.cr.rowcount, 1)

        self.assertEqual(level._offered(level), {level.id: 7})
        self.assertEqual(level._terms(level)[level.id].offered, 7)

    def test_the_explanation_names_every_term(self):
        product = self.make_product("A", 10)
        self.make_listing(product, cap_qty=4)
        self.make_move(product, 1, reserve=True)
        self.make_move(product, 2)
        self.note(product, 1)
        self.consume()

        text = self.level(product).explanation

        for words in (
            "4 offered",
            "10 on hand",
            "1 reserved",
            "2 sold and not reserved",
            "1 sold on channels",
            "0 kept back",
            "100 %",
            "Never more than 4",
            "has not been told",
        ):
            self.assertIn(words, text)


@tagged("post_install", "-at_install")
class TestLevelOracle(StockCase):
    """The one statement against the ORM's figures, on random stock."""

    def test_free_quantity_equals_the_orms_on_random_stock(self):
        chance = random.Random(20261123)
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        second = self._make_place("L2", other)
        spots = [self.stock, other.lot_stock_id] + [
            self.env["stock.location"].create(
                {"name": f"S{n}", "location_id": parent.id, "usage": "internal"}
            )
            for n, parent in enumerate((self.stock, self.stock, other.lot_stock_id))
        ]
        products = self.env["product.product"]
        for number in range(30):
            products |= self.make_random(f"R{number}", chance, spots)
        self.consume()

        for place, warehouse in ((self.place, self.warehouse), (second, other)):
            levels = self.env["retail.sync.level"].search(
                [("location_id", "=", place.id), ("product_id", "in", products.ids)]
            )
            terms = self.env["retail.sync.level"]._terms(levels)
            here = products.with_context(location=warehouse.lot_stock_id.id)
            free = {product.id: product.free_qty for product in here}
            outgoing = {product.id: product.outgoing_qty for product in here}
            self.assertEqual(len(levels), len(products))
            for level in levels:
                said = terms[level.id]
                self.assertEqual(
                    float(said.on_hand - said.reserved), free[level.product_id.id]
                )
                self.assertLessEqual(
                    float(said.unreserved), outgoing[level.product_id.id]
                )

    def make_random(self, sku, chance, spots):
        """Make a product with stock and moves as ``chance`` has it."""
        product = self.make_product(sku)
        self.make_listing(product)
        for spot in chance.sample(spots, chance.randint(0, 4)):
            self.put(product, chance.randint(1, 30), spot)
        for _move in range(chance.randint(0, 4)):
            source, target = chance.choice(
                [(chance.choice(spots), self.customers), chance.sample(spots, 2)]
            )
            move = self.make_move(
                product, chance.randint(1, 12), source, target, chance.random() < 0.6
            )
            if move.state == "assigned" and chance.random() < 0.3:
                move.picked = True
                move._action_done()
        return product

    def test_the_number_of_queries_does_not_grow_with_the_levels(self):
        products = [self.make_product(f"Q{n}", 5) for n in range(40)]
        for product in products:
            self.make_listing(product)
        self.consume()
        levels = self.env["retail.sync.level"].search(
            [("location_id", "=", self.place.id)]
        )
        one, many = levels[:1], levels
        self.env["retail.sync.stock.rule"]._kinds_in_use()

        self.assertEqual(self.count_queries(one), self.count_queries(many))

    def count_queries(self, levels):
        """Return how many queries the terms of ``levels`` take."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["retail.sync.level"]._terms(levels)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestLevelKits(StockCase):
    """Kits offer what their scarcest component allows."""

    def setUp(self):
        super().setUp()
        if "mrp.bom" not in self.env:
            self.skipTest("Manufacturing is not installed here.")

    def make_kit(self, sku, **parts):
        """Make a kit of {product: units}."""
        kit = self.make_product(sku, is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": product.id, "product_qty": units})
                    for product, units in parts.pop("of")
                ],
            }
        )
        return kit

    def offered(self, product):
        """Return what is offered of the product now."""
        self.consume()
        level = self.level(product)
        return self.env["retail.sync.level"]._terms(level)[level.id].offered

    def test_a_kit_offers_what_its_scarcest_component_allows(self):
        first, second = self.make_product("P1", 10), self.make_product("P2", 3)
        kit = self.make_kit("KIT", of=[(first, 2), (second, 1)])
        self.make_listing(kit)

        self.assertEqual(self.offered(kit), 3)
        self.assertEqual(
            self.offered(kit), kit.with_context(location=self.stock.id).free_qty
        )

    def test_a_change_of_a_component_marks_the_kits_above_it(self):
        part = self.make_product("P1", 10)
        inner = self.make_kit("IN", of=[(part, 2)])
        outer = self.make_kit("OUT", of=[(inner, 2)])
        self.make_listing(outer)
        self.consume()
        generation = self.level(outer).wanted_generation

        self.put(part, 5)
        self.consume()

        self.assertEqual(self.level(outer).wanted_generation, generation + 1)
        self.assertEqual(self.offered(outer), 3)

    def test_an_order_of_a_kit_that_is_not_imported_takes_its_components(self):
        part = self.make_product("P1", 10)
        kit = self.make_kit("KIT", of=[(part, 3)])
        self.make_listing(kit)
        self.make_listing(part)
        self.note(kit, 2)

        self.assertEqual((self.offered(part), self.offered(kit)), (4, 1))

from odoo.tests import tagged

from .counted_common import CountedCase, at


@tagged("post_install", "-at_install")
class TestCountedLots(CountedCase):
    """Less of a product kept by lots: they go as deliveries take them. More: which?"""

    def blocked(self, product):
        """Return the code of why the figure is not booked, with its state."""
        reading = self.reading(product)
        return reading.state, reading.reason_code

    def put_lot(self, product, name, units, location=None, day=1):
        """Put units of a lot on our shelf, in since that day of the tests."""
        lot = self.env["stock.lot"].create({"name": name, "product_id": product.id})
        self.env["stock.quant"]._update_available_quantity(
            product,
            location or self.stock,
            units,
            lot_id=lot,
            in_date=at(1440 * day).replace(tzinfo=None),
        )
        return lot

    def held_lots(self, product):
        """Return {lot: units} that we hold of the product."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", self.stock.id),
                ("quantity", "!=", 0),
            ]
        )
        return {quant.lot_id.name: quant.quantity for quant in quants}

    def test_missing_lots_go_as_deliveries_take_them(self):
        wine = self.make_counted("WINE", tracking="lot")
        shelf = self.env["stock.location"].create(
            {"name": "A1", "location_id": self.stock.id}
        )
        self.put_lot(wine, "new", 4, day=9)
        self.put_lot(wine, "old", 3, location=shelf, day=2)

        self.say(wine, 3)

        self.assertEqual(self.held_lots(wine), {"new": 3})
        self.assertEqual(self.blocked(wine), ("applied", False))
        self.assertEqual(len(self.adjustments(wine).move_ids.lot_ids), 2)

    def test_missing_serial_numbers_go_last_come_first_where_that_is_the_rule(self):
        bike = self.make_counted("BIKE", tracking="serial")
        bike.categ_id = self.env["product.category"].create(
            {
                "name": "Bikes",
                "removal_strategy_id": self.env.ref("stock.removal_lifo").id,
            }
        )
        for day in (1, 2, 3):
            self.put_lot(bike, f"n{day}", 1, day=day)

        self.say(bike, 1)

        self.assertEqual(self.held_lots(bike), {"n1": 1})

    def test_a_loss_of_lots_waits_for_a_person_as_any(self):
        self.place.write({"drop_share": 30.0, "drop_units": 2.0})
        wine = self.make_counted("WINE", tracking="lot")
        self.put_lot(wine, "2024", 9)

        self.say(wine, 1)
        self.assertEqual(self.held_lots(wine), {"2024": 9})
        self.issues("count_drop").action_mend()

        self.assertEqual(self.held_lots(wine), {"2024": 1})

    def test_new_lots_are_not_guessed(self):
        wine = self.make_counted("WINE", tracking="lot")
        self.say(wine, 6)
        self.assertEqual(self.blocked(wine), ("blocked", "tracked"))
        issue = self.issues("count_blocked")
        self.assertIn("says 6 of [WINE] Wine", issue.message)
        self.assertIn("at Their warehouse; we hold 0", issue.message)
        self.assertIn("Physical Inventory with its lots", issue.message)
        self.assertEqual(self.held(wine), 0)
        lot = self.env["stock.lot"].create({"name": "2024", "product_id": wine.id})

        self.env["stock.quant"]._update_available_quantity(
            wine, self.stock, 6, lot_id=lot
        )
        self.settle()

        self.assertEqual(self.blocked(wine), ("applied", False))
        self.assertFalse(self.issues("count_blocked"))

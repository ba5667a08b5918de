from odoo.tests import tagged
from odoo.tools import SQL

from .. import stock_triggers
from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestMark(StockCase):
    """Whatever changes stock leaves a mark; what is consumed raises the level."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 10)
        self.make_listing(self.product)
        self.consume()

    def marks(self):
        """Return the (product, location) pairs noted since the last call."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM retail_sync_stock_mark RETURNING product_id, location_id"
        )
        return set(self.env.cr.fetchall())

    def generation(self):
        """Return how often the level of the product was raised."""
        self.consume()
        return self.level(self.product).wanted_generation

    @property
    def quant(self):
        """Return the product's stock."""
        return self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("location_id", "=", self.stock.id)]
        )

    def test_stock_that_comes_and_goes_is_marked(self):
        self.put(self.product, 1)

        self.assertEqual(self.marks(), {(self.product.id, self.stock.id)})

    def test_a_reservation_is_marked(self):
        self.make_move(self.product, 1)
        self.marks()
        self.env["stock.move"].search(
            [("product_id", "=", self.product.id)]
        )._action_assign()

        self.assertIn((self.product.id, self.stock.id), self.marks())

    def test_raw_sql_on_stock_is_marked(self):
        self.marks()
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = quantity + 1 WHERE id = %s",
            [self.quant.id],
        )

        self.assertEqual(self.marks(), {(self.product.id, self.stock.id)})

    def test_stock_that_becomes_anothers_or_of_another_lot_is_marked(self):
        """Odoo merges contacts by raw SQL, in whatever table names them."""
        owner = self.env["res.partner"].create({"name": "Owner"})
        lot = self.env["stock.lot"].create({"name": "1", "product_id": self.product.id})
        self.marks()
        seen = []
        for column, value in (("owner_id", owner.id), ("lot_id", lot.id)):
            self.env.cr.execute(
                SQL(
                    "UPDATE stock_quant SET %s = %s WHERE id = %s",
                    SQL.identifier(column),
                    value,
                    self.quant.id,
                )
            )
            self.env.invalidate_all()
            seen.append(self.marks())

        self.assertEqual(seen, [{(self.product.id, self.stock.id)}] * 2)

    def test_a_write_that_changes_no_figure_is_not_marked(self):
        self.marks()
        self.quant.write({"user_id": self.env.uid})

        self.assertFalse(self.marks())

    def test_demand_is_marked_when_it_comes_changes_and_goes(self):
        pair = (self.product.id, self.stock.id)
        seen = []
        move = self.make_move(self.product, 2)
        seen.append(pair in self.marks())
        move.product_uom_qty = 3
        seen.append(pair in self.marks())
        move._action_cancel()
        seen.append(pair in self.marks())

        self.assertEqual(seen, [True, True, True])

    def test_a_draft_move_is_not_marked(self):
        self.marks()
        self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )

        self.assertFalse(self.marks())

    def test_many_marks_raise_a_level_once(self):
        before = self.generation()
        for _change in range(5):
            self.put(self.product, 1)

        self.assertEqual(self.generation(), before + 1)

    def test_stock_elsewhere_raises_nothing(self):
        before = self.generation()
        elsewhere = self.env["stock.warehouse"].create({"name": "E", "code": "ELSE"})
        self.put(self.product, 1, elsewhere.lot_stock_id)

        self.assertEqual(self.generation(), before)

    def test_buffers_shares_and_mappings_raise_their_levels(self):
        changes = [
            lambda: self.place.write({"buffer_qty": 1}),
            lambda: self.channel.write({"share": 50}),
            lambda: self.level(self.product).listing_id.write({"cap_qty": 3}),
            lambda: self.product.write({"active": False}),
            lambda: self.place.write(
                {"location_id": self.warehouse.view_location_id.id}
            ),
        ]
        for change in changes:
            before = self.generation()
            change()
            self.assertGreater(self.generation(), before)

    def test_each_location_gets_one_push_job_however_much_changed(self):
        self.env["retail.sync.job"].search([])._cancel()
        for _turn in range(3):
            self.put(self.product, 1)
            self.consume()

        self.env["retail.sync.queue"]._stage()
        waiting = self.env["retail.sync.job"].search(
            [("handler", "=", "stock.push"), ("state", "=", "pending")]
        )
        self.assertEqual(waiting.mapped("identity"), ["stock:L1"])

    def test_levels_without_a_job_are_found_again(self):
        self.env["retail.sync.job"].search([])._cancel()
        self.env.cr.execute("DELETE FROM retail_sync_job")

        found = self.env["retail.sync.level"]._find_forgotten()

        self.assertEqual(found, self.place)

    def test_what_is_not_stocked_at_all_gets_no_level(self):
        service = self.make_product("S", is_storable=False, type="service")
        self.make_listing(service)
        self.consume()

        self.assertFalse(self.level(service))


@tagged("post_install", "-at_install")
class TestTriggers(StockCase):
    """The triggers come, stay, go, and never break a stock write."""

    def oids(self):
        """Return the identity of each of our triggers."""
        self.env.cr.execute(
            """SELECT tgname, oid FROM pg_trigger
                WHERE tgname LIKE 'retail_sync_mark_%' ORDER BY tgname"""
        )
        return dict(self.env.cr.fetchall())

    def test_triggers_that_stand_as_they_should_are_not_touched(self):
        before = self.oids()
        stock_triggers.create(self.env.cr)

        self.assertEqual(len(before), 5)
        self.assertEqual(self.oids(), before)

    def test_a_trigger_that_differs_is_made_anew(self):
        before = self.oids()
        name = "retail_sync_mark_quant_rows"
        self.env.cr.execute(f"DROP TRIGGER {name} ON stock_quant")
        self.env.cr.execute(
            f"""CREATE TRIGGER {name} AFTER INSERT ON stock_quant
                FOR EACH ROW EXECUTE FUNCTION retail_sync_mark_stock_quant()"""
        )
        stock_triggers.create(self.env.cr)

        self.env.cr.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [name]
        )
        self.assertIn("INSERT OR DELETE", self.env.cr.fetchone()[0])
        self.assertNotEqual(self.oids()[name], before[name])

    def test_dropping_leaves_nothing(self):
        stock_triggers.drop(self.env.cr)
        stock_triggers.drop(self.env.cr)

        left = self.oids()
        self.env.cr.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'retail_sync_mark_%'"
        )
        self.assertEqual((left, self.env.cr.fetchall()), ({}, []))

    def test_a_function_left_behind_breaks_no_delivery(self):
        product = self.make_product("A", 10)
        move = self.make_move(product, 4, reserve=True)
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE retail_sync_stock_mark RENAME TO retail_sync_stock_gone"
        )
        move.picked = True
        move._action_done()
        self.env.flush_all()

        self.assertEqual(move.state, "done")

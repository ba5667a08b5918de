import base64
import csv
import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .setup_common import SetupCase

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestSetupTable(SetupCase):
    """Mapping tables in a spreadsheet: out, filled in, in again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{GROUP}manager,stock.group_stock_manager"
        groups += ",account.group_account_manager"
        cls.manager = new_test_user(cls.env, login="sync_mg", groups=groups)

    def rows(self, table, channel=None, delimiter=";", records=None):
        """Return an exported table as a list of {header: cell}."""
        content = self.setup._export_table(
            channel or self.channel, table, delimiter, records
        )
        text = content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))

    def page(self, content, channel=None, **values):
        """Return the lines of a compared CSV, as a manager sees them."""
        if isinstance(content, str):
            content = content.encode()
        channel = (channel or self.second).with_user(self.manager)
        action = channel.action_open_setup_file()
        Load = self.env["retail.sync.setup.load"].with_user(self.manager)
        load = Load.with_context(**action["context"]).create(
            {"file": base64.b64encode(content), "file_name": "map.csv", **values}
        )
        action = load.action_compare()
        Line = self.env["retail.sync.setup.load.line"].with_user(self.manager)
        return Line.with_context(**action["context"]).search(action["domain"])

    def test_every_table_goes_out_and_in_unchanged(self):
        for table in self.setup._tables():
            for delimiter in (",", ";", "\t"):
                content = self.setup._export_table(self.channel, table, delimiter)
                with self.subTest(table=table, delimiter=delimiter):
                    lines = self.page(content, self.channel)
                    self.assertEqual(set(lines.mapped("effect")), {"same"})
                    self.assertEqual(set(lines.mapped("section")), {table})

    def test_what_is_not_matched_goes_out_with_the_suggestion(self):
        self.make_product("CHAIR-1")
        [row] = self.rows("products", self.second)

        self.assertEqual((row["SKU"], row["Our SKU"]), ("chair-1", ""))
        self.assertEqual(row["Suggested SKU"], "CHAIR-1")
        self.assertIn("SKU is the same", row["Why suggested"])

    def test_a_spreadsheet_maps_products_and_twice_is_once(self):
        content = "SKU;Our SKU;Keep back;Left out\nchair-1;CHAIR;2,5;no\n"
        lines = self.page(content)
        self.assertEqual(lines.mapped("row"), [2, 2])
        self.assertEqual(set(lines.mapped("effect")), {"change"})

        lines.action_load()

        listing = self.second.listing_ids
        self.assertEqual((listing.product_id, listing.buffer_qty), (self.chair, 2.5))
        self.assertEqual(listing.state, "matched")
        self.assertEqual(set(self.page(content).mapped("effect")), {"same"})
        self.assertIn("map.csv", self.second.message_ids[0].body)

    def test_leading_zeros_are_kept_and_nothing_runs(self):
        product = self.make_product("00123", barcode="0400000000017")
        self.make_listing(self.channel, "000987", sku="00123", title="=1+1")
        row = next(r for r in self.rows("products") if "00123" in r["SKU"])

        self.assertEqual(row["SKU"], '="00123"')
        self.assertEqual(row["Title"], "'=1+1")
        lines = self.page(
            f'Id there,Our SKU\n="000987",="{product.default_code}"\n', self.channel
        )
        self.assertEqual(lines.effect, "change")
        lines.action_load()
        listing = self.channel.listing_ids.filtered(lambda r: r.sku == "00123")
        self.assertEqual(listing.product_id, product)

    def test_errors_name_the_row_and_the_column(self):
        self.make_listing(self.second, "v2", sku="lamp")
        lines = self.page(
            'SKU,Our SKU,Keep back\nchair-1,GONE,1\n\nlamp,,"1,000"\nnope,CHAIR,0\n'
            "4.00638E+12,CHAIR,0\n"
        )
        wrong = {
            (line.row, line.name or ""): line.reason
            for line in lines
            if line.effect == "cannot"
        }

        self.assertIn("Product Variant GONE does not exist", wrong[2, "Our product"])
        self.assertIn("1,000 cannot stand here", wrong[4, "Keep back"])
        self.assertIn("no such product", wrong[5, ""])
        self.assertIn("A spreadsheet made the number", wrong[6, ""])

    def test_unknown_missing_and_double_columns_are_named(self):
        for content, words in (
            ("SKU,Our SKKU\na,b\n", "column Our SKKU is unknown"),
            ("Our SKU\nb\n", "column Id there is missing"),
            ("SKU,SKU,Our SKU\na,b,c\n", "column SKU stands twice"),
            ("", "Choose the file"),
            ("\n\n", "file is empty"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.page(content)

    def test_the_table_is_known_by_its_columns(self):
        lines = self.page("Gateway,Our journal\ncards,CARDM\n")

        self.assertEqual(lines.section, "payment_methods")
        lines.action_load()
        row = self.env["retail.sync.map.gateway"].search(
            [("channel_id", "=", self.second.id)]
        )
        self.assertEqual((row.gateway, row.journal_id), ("cards", self.journal))

    def test_a_carriers_row_is_changed_and_not_made_twice(self):
        content = "Shipping method there,Carrier's name there\nexpress,DHL\n"
        lines = self.page(content, self.channel)
        self.assertEqual((lines.effect, lines.there), ("change", "DHL"))
        lines.action_load()

        row = self.env["retail.sync.map.carrier"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(row.name, "DHL")

    def test_only_chosen_products_go_out(self):
        other = self.make_listing(self.channel, "v2", sku="lamp", title="Lamp")
        action = other.with_user(self.manager).action_export_table()
        number = int(action["url"].split("id=")[1].split("&")[0])
        page = self.env["retail.sync.setup.load"].browse(number)

        text = base64.b64decode(page.with_user(self.manager).own_table).decode()
        self.assertIn("lamp", text)
        self.assertNotIn("chair-1", text)

    def test_only_managers_take_a_table_out(self):
        operator = new_test_user(
            self.env, login="op", groups=f"{GROUP}operator,stock.group_stock_user"
        )
        with self.assertRaises(AccessError):
            self.channel.listing_ids.with_user(operator).action_export_table()
        both = self.channel.listing_ids | self.second.listing_ids
        with self.assertRaisesRegex(UserError, "one channel"):
            both.with_user(self.manager).action_export_table()

    def test_many_rows_are_loaded_with_few_marks_and_the_next_row_is_a_batch(self):
        products = [self.make_product(f"M{n}") for n in range(30)]
        for n in range(30):
            self.make_listing(self.second, f"m{n}", sku=f"m-{n}", title=f"M {n}")
        content = "SKU,Our SKU\n" + "".join(f"m-{n},M{n}\n" for n in range(30))
        lines = self.page(content)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        lines.action_load()
        self.env.flush_all()
        used = self.env.cr.sql_log_count - before

        listings = self.second.listing_ids.filtered(lambda r: r.title.startswith("M "))
        self.assertEqual(len(listings.product_id), len(products))
        self.assertLess(used, 30 * 4 + 100)

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import RetailSyncCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestSuggestion(RetailSyncCommon):
    """What a listing probably is, with its reason; a person accepts it."""

    def make_listing(self, number="1", channel=None, **values):
        """Make a listing that was not matched."""
        return self.env["retail.sync.listing"].create(
            {
                "channel_id": (channel or self.channel).id,
                "external_id": number,
                "title": f"Nothing {number}",
                **values,
            }
        )

    def make_variants(self):
        """Make a product in three colours; return the variants by colour."""
        colour = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [(0, 0, {"name": n}) for n in ("Red", "Blue", "Green")],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Quaint sofa",
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": colour.id,
                            "value_ids": [(6, 0, colour.value_ids.ids)],
                        },
                    )
                ],
            }
        )
        return {
            variant.product_template_variant_value_ids.name: variant
            for variant in template.product_variant_ids
        }

    def test_each_rule_has_its_reason(self):
        one = self.make_product("ZX-100", barcode="4000000000017")
        two = self.make_product("4000000000024")
        for values, product, words in (
            ({"barcode": "4000000000017"}, one, "barcode is the same"),
            ({"sku": " zx-100"}, one, "SKU is the same."),
            ({"barcode": "4000000000024"}, two, "SKU on one side"),
            ({"sku": "zx 100"}, one, "but for case"),
            ({"title": "Nothing alike", "sku": "other"}, None, None),
        ):
            with self.subTest(values=values):
                listing = self.make_listing(str(values), **values)
                self.assertEqual(listing.suggested_id, product or one.browse())
                self.assertIn(words or "", listing.suggestion_reason or "")

    def test_what_cannot_be_told_apart_says_so_and_is_not_accepted(self):
        for sku in ("ZX-100", "ZX 100"):
            self.make_product(sku)
        listing = self.make_listing(sku="zx/100")

        self.assertFalse(listing.suggested_id)
        self.assertIn("Several are", listing.suggestion_reason)
        self.assertIn("[ZX-100]", listing.suggestion_reason)
        with self.assertRaisesRegex(UserError, "Nothing was matched"):
            listing.action_accept_suggestion()
        self.assertFalse(listing.product_id)

    def test_a_name_that_is_alike_is_suggested_with_how_much(self):
        product = self.make_product("N1", name="Quaint walnut armchair")
        self.make_product("N2", name="Quaint walnut bookshelf")
        listing = self.make_listing(title="Walnut ARMCHAIR, quaint")

        self.assertEqual(listing.suggested_id, product)
        self.assertIn("100 %", listing.suggestion_reason)

    def test_two_names_as_near_are_never_the_first(self):
        self.make_product("N1", name="Quaint walnut armchair")
        self.make_product("N2", name="Walnut armchair quaint")
        listing = self.make_listing(title="Quaint walnut armchair")

        self.assertFalse(listing.suggested_id)
        self.assertIn("Several are", listing.suggestion_reason)

    def test_what_another_listing_has_is_not_suggested_by_its_name(self):
        product = self.make_product("N1", name="Quaint walnut armchair")
        self.make_listing("taken", product_id=product.id)

        self.assertFalse(
            self.make_listing(title="Quaint walnut armchair").suggestion_reason
        )

    def test_the_variant_that_is_left_is_suggested(self):
        variants = self.make_variants()
        family = {"product_external_id": "p1"}
        self.make_listing("r", product_id=variants["Red"].id, **family)
        green = self.make_listing("g", title="Sofa / green", **family)

        self.assertEqual(green.suggested_id, variants["Green"])
        self.assertIn("Other variants", green.suggestion_reason)

        self.make_listing("b", product_id=variants["Blue"].id, **family)
        green.title = "Sofa, the last one"
        green.invalidate_recordset(["suggested_id"])
        self.assertEqual(green.suggested_id, variants["Green"])

    def test_another_companys_product_is_not_suggested(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.make_product("ZX-100", company_id=company.id)

        self.assertFalse(self.make_listing(sku="zx100").suggestion_reason)

    def test_accepting_matches_and_wakes_what_waited(self):
        product = self.make_product("ZX-100")
        listing = self.make_listing(sku="zx100")
        issue = self.env["retail.sync.issue"]._raise(
            self.channel, "unknown_sku", field="SKU", value="zx100"
        )
        operator = new_test_user(
            self.env, login="op", groups=f"{GROUP}operator,stock.group_stock_user"
        )

        listing.with_user(operator).action_accept_suggestion()

        self.assertEqual((listing.product_id, listing.state), (product, "matched"))
        self.assertIn("accepted", listing.match_reason)
        self.assertIn("but for case", listing.match_reason)
        self.assertEqual(issue.state, "closed")

    def test_of_many_only_the_sure_ones_are_accepted(self):
        sure, twice = self.make_product("ZX-100"), self.make_product("YY-1")
        self.make_product("YY 1")
        rows = self.make_listing("a", sku="zx100") | self.make_listing("b", sku="yy1")

        action = rows.action_accept_suggestion()

        self.assertEqual(rows.mapped("product_id"), sure)
        self.assertNotIn(twice, rows.product_id)
        self.assertIn("Left open: 1", action["params"]["message"])

    def test_another_suggestion_than_the_one_seen_is_not_accepted(self):
        seen = self.make_product("ZX-100")
        listing = self.make_listing(sku="zx100")
        self.assertEqual(listing.suggested_id, seen)
        seen.active = False
        self.make_product("ZX 100")

        with self.assertRaisesRegex(UserError, "another product is suggested"):
            listing.with_context(retail_sync_seen=seen.id).action_accept_suggestion()
        self.assertFalse(listing.product_id)

    def test_a_choice_of_a_person_meanwhile_is_kept(self):
        self.make_product("ZX-100")
        other = self.make_product("OTHER")
        listing = self.make_listing(sku="zx100")
        listing.product_id = other

        with self.assertRaises(UserError):
            listing.action_accept_suggestion()
        self.assertEqual(listing.product_id, other)

    def test_a_viewer_accepts_nothing(self):
        self.make_product("ZX-100")
        listing = self.make_listing(sku="zx100")
        viewer = new_test_user(self.env, login="vw", groups=f"{GROUP}viewer")

        with self.assertRaises(AccessError):
            listing.with_user(viewer).action_accept_suggestion()

    def test_the_number_of_queries_does_not_grow_with_the_page(self):
        for number in range(30):
            self.make_product(f"ZX-{number}00")
        rows = [self.make_listing(f"i{n}", sku=f"zx{n}00") for n in range(30)]
        few, many = rows[:2], rows[2:]

        self.assertLess(self.queries(many), self.queries(few) + 5)

    def queries(self, rows):
        """Return how many queries the suggestions of these listings take."""
        listings = self.env["retail.sync.listing"].union(*rows)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        listings.mapped("suggestion_reason")
        return self.env.cr.sql_log_count - before

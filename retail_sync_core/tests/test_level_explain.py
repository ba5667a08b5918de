from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestLevelExplain(StockCase):
    """The figure of a level and its explanation agree, whenever they are read."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 89)
        self.make_listing(self.product, there=3)
        self.consume()

    def test_what_no_turn_has_worked_out_yet_shows_its_figure(self):
        level = self.level(self.product)

        self.assertEqual(level.sent_generation, 0, "no turn came by")
        self.assertEqual(level.offer_qty, 89)
        self.assertTrue(level.explanation.startswith("89 offered"))

    def test_a_change_shows_at_once_before_it_is_told(self):
        self.push()
        self.put(self.product, 5)
        level = self.level(self.product)
        level.invalidate_recordset()

        self.assertEqual((level.wanted_qty, level.offer_qty), (89, 94))
        self.assertTrue(level.explanation.startswith("94 offered"))

    def test_of_an_archived_product_none_is_offered(self):
        level = self.level(self.product)
        self.product.action_archive()
        level.invalidate_recordset()

        self.assertEqual(level.offer_qty, 0)
        self.assertTrue(level.explanation.startswith("0 offered"))

    def test_in_brief_only_what_is_not_zero_is_said(self):
        self.make_move(self.product, 4, reserve=True)
        level = self.level(self.product)
        terms = self.env["retail.sync.level"]._terms_and_parts(level)[level.id]

        self.assertEqual(level._explain_briefly(*terms), "89 on hand, less 4 reserved.")

from lxml import etree
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestLocationLeftOut(StockCase):
    """A location is left out and taken in again, wherever it is shown."""

    def buttons(self, view_type, place):
        """Return (name, asks before) of the buttons that a row shows."""
        shown = {"state": place.state, "is_at_work": place.is_at_work}
        arch = etree.fromstring(place.get_view(view_type=view_type)["arch"])
        return [
            (button.get("name"), bool(button.get("confirm")))
            for button in arch.iter("button")
            if button.get("name") in ("action_ignore", "action_unignore")
            and not safe_eval(button.get("invisible"), dict(shown))
        ]

    def test_each_location_can_be_left_out_or_taken_in_again(self):
        bare = self._make_place("L2", self.warehouse.browse())
        out = self._make_place("L3", self.warehouse)
        out.action_ignore()
        for view_type in ("list", "form"):
            with self.subTest(view_type):
                self.channel.state = "draft"
                self.assertEqual(
                    [self.buttons(view_type, p) for p in (bare, self.place, out)],
                    [
                        [("action_ignore", False)],
                        [("action_ignore", False)],
                        [("action_unignore", False)],
                    ],
                )
                self.channel.state = "live"
                self.assertEqual(
                    [self.buttons(view_type, p) for p in (bare, self.place, out)],
                    [
                        [("action_ignore", False)],
                        [("action_ignore", True)],
                        [("action_unignore", False)],
                    ],
                )

    def test_what_is_left_out_keeps_its_figure_there_until_it_is_taken_in(self):
        product = self.make_product("A", 10)
        self.make_listing(product, there=0)
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 10)
        ShelfAdapter.sent.clear()

        self.place.action_ignore()
        self.put(product, -4)
        self.push()
        self.assertEqual(ShelfAdapter.sent, [])
        self.assertEqual(self.shelf["L1", "item-A"], 10, "it goes on selling that")

        self.place.action_unignore()
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 6)

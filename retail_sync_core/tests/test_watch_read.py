from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .watch_common import WatchCommon


@tagged("post_install", "-at_install")
class TestWatchRead(WatchCommon):
    """An order that is not here shows what the channel says of it."""

    def setUp(self):
        super().setUp()
        self.channel.sudo().order_policy = "confirm"
        self.watch()

    def unknown(self, **values):
        lines = [
            make_line("line-1", sku="SHIRT", quantity=2, price="19.99"),
            make_line("line-2", sku="NOBODY", title="A hat", price="5.00"),
        ]
        values.setdefault("payment_state", doc.PaymentState.PAID)
        return self.order(lines=lines, **values)

    def lines(self):
        return [
            (x.title, x.sku, x.quantity, x.unit_price) for x in self.theirs().line_ids
        ]

    def test_one_that_needs_a_person_shows_total_state_and_lines(self):
        document = self.unknown()

        self.tell(document)

        order = self.theirs()
        self.assertEqual(order.state, "waiting")
        self.assertEqual(Decimal(str(order.amount_total)), document.total)
        self.assertEqual(order.currency_id.name, document.currency)
        self.assertEqual(order.payment_state, "paid")
        self.assertEqual(
            self.lines(),
            [("SHIRT", "SHIRT", 2.0, 19.99), ("A hat", "NOBODY", 1.0, 5.0)],
        )
        self.assertFalse(order.version, "it is looked at as if it were new")

    def test_one_in_a_currency_that_is_off_shows_it_all_the_same(self):
        euro = self.env.ref("base.EUR").sudo()
        euro.active = False

        self.tell(self.unknown(currency="EUR"))

        order = self.theirs()
        self.assertEqual((order.state, order.currency_id), ("waiting", euro))
        self.assertEqual(len(order.line_ids), 2)

    def test_a_watched_order_shows_its_lines_as_they_are_now(self):
        line = make_line(sku="SHIRT", quantity=2, price="19.99")
        self.tell(self.order(lines=[line]))
        self.assertEqual(self.lines(), [("SHIRT", "SHIRT", 2.0, 19.99)])

        line = make_line(sku="SHIRT", quantity=3, price="19.99")
        self.shop.put(self.order(lines=[line], version=2))
        self.theirs().sudo()._fetch_soon()
        self.run_jobs()

        self.assertEqual(self.lines(), [("SHIRT", "SHIRT", 3.0, 19.99)])

    def test_one_that_was_left_out_and_needs_a_person_now_says_so(self):
        self.channel.sudo().import_since = "2030-01-01"
        self.tell(self.unknown())
        self.assertEqual(self.theirs().state, "ignored")

        self.go_live()

        order = self.theirs()
        self.assertEqual(order.state, "waiting")
        self.assertTrue(order.waiting_for)

    def test_imported_each_line_stands_once_beside_its_sale_order_line(self):
        self.tell(self.unknown())
        self.make_product("NOBODY")

        self.go_live()

        order = self.theirs()
        self.assertEqual(order.state, "imported")
        self.assertEqual(len(order.line_ids), 2)
        self.assertTrue(all(line.sale_line_id for line in order.line_ids))

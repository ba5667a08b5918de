"""A person refunds from here, in any stage, and both sides tell the same story."""

from decimal import Decimal
from itertools import product

from matrix_check import ask, balance, cents, changes, money_disagrees, snapshot, units
from odoo.exceptions import UserError
from odoo.tests import tagged
from story import ON_HAND, PLACE, ShopifyStory

GATEWAYS = ("shopify_payments", "gift_card")


class RefundHere(ShopifyStory):
    """Three mugs at 9.99 with shipping, in a shop whose channel books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write({"refund_limit": 1000, "notify_customer": False})

    def setUp(self):
        super().setUp()
        for number, gateway in enumerate(GATEWAYS):
            self.journal(number, gateway)
        self.channel.write(
            {"invoice_policy": "import", "post_payments": True, "book_since": False}
        )

    def journal(self, number, gateway):
        journal = self.env["account.journal"].create(
            {"name": gateway, "code": f"RF{number}", "type": "bank"}
        )
        maps = self.env["retail.sync.map.gateway"]
        known = maps.search(
            [("channel_id", "=", self.channel.id), ("gateway", "=", gateway)]
        )
        values = {"journal_id": journal.id}
        if known:
            known.write(values)
        else:
            maps.create({"channel_id": self.channel.id, "gateway": gateway, **values})

    def bought(self, *, shipped=0, two=False, **given):
        if two:
            given["payments"] = [
                {"amount": "14.87", "gateway": "gift_card"},
                {"amount": "20.00", "gateway": "shopify_payments"},
            ]
        placed = self.shop.place_order(
            lines=[{"sku": "MUG", "quantity": 3, "price": "9.99"}],
            shipping={"title": "Standard", "price": "4.90"},
            **given,
        )
        self.hear()
        order = self.ours(placed)
        if shipped:
            self.ship(
                order.order_id.picking_ids, units=shipped if shipped < 3 else None
            )
            self.hear()
        return placed, order

    def dialog(self, order, user=None, **units):
        """Open the dialog on the money; ``units`` {how or "never_left": units}."""
        self.shop.advance(60)
        order = order.with_user(user) if user else order
        action = order.action_refund()
        dialog = order.env[action["res_model"]].browse(action["res_id"])
        for back, count in units.items():
            row = dialog.line_ids.filtered(
                lambda one, never=back == "never_left": one.has_left != never
            )
            row.units = count
            if back != "never_left":
                row.back = back
        dialog.action_next()
        self.work()
        self.assertEqual(dialog.offer_state, "told")
        return dialog

    def decide(self, dialog, tenders=None, **amounts):
        """Enter amounts, press, and let all follow; return the refund."""
        for row in dialog.part_ids:
            row.amount = amounts.get(row.kind, row.amount)
        for row in dialog.tender_ids:
            if tenders:
                row.amount = tenders.get(row.payment_id.gateway, 0.0)
        dialog.action_refund()
        refund = dialog.order_id.refund_ids.sorted("id")[-1:]
        self.work()
        self.hear()
        return refund.sudo()

    def agree(self, placed, order):
        """Check order, invoices, payments and the channel against one another."""
        theirs = ask(self.shop, placed["id"])
        sale = order.order_id
        beyond = sum(
            cents(line.price_total)
            for line in sale.order_line
            if line.retail_sync_kind == "back"
        )
        worth = theirs.total + beyond
        found = money_disagrees(theirs, order)
        pairs = {
            "wanted": (units(sale, "product_uom_qty"), theirs.wanted),
            "total": (cents(sale.amount_total), worth),
            "invoices": (balance(sale), worth),
            "money": (theirs.received - theirs.refunded, worth),
            "open": ([m.name for m in sale.invoice_ids if m.amount_residual], []),
        }
        found += [f"{k}: {a} is not {b}" for k, (a, b) in pairs.items() if a != b]
        self.assertFalse(found, "\n".join(found))
        self.assertFalse(self.issues().mapped("message"))


@tagged("post_install", "-at_install")
class TestRefundHereMatrix(RefundHere):
    """Two refunds of a unit each, before and after delivery and invoice."""

    def play(self, back, payments, invoiced):
        shipped = 0 if back == "never_left" else 3
        self.channel.invoice_policy = "import" if invoiced == "before" else "manual"
        placed, order = self.bought(shipped=shipped, two=payments == "two")
        for _time in range(2):
            refund = self.decide(self.dialog(order, **{back: 1}))
            self.assertEqual((refund.state, refund.is_told), ("done", True))
            self.assertEqual(cents(refund.amount), Decimal("9.99"))
        if invoiced == "after":
            order.order_id._create_invoices(final=True).action_post()
            self.work()
        theirs = ask(self.shop, placed["id"])
        self.assertEqual(theirs.refunded, Decimal("19.98"))
        self.assertEqual(theirs.wanted, {"MUG": 1})
        self.agree(placed, order)


def _test_of(cell):
    def test(self):
        self.play(*cell)

    return test


for _cell in product(
    ("never_left", "kept", "put_back"), ("one", "two"), ("before", "after")
):
    _name = f"test_{_cell[0]}_to_{_cell[1]}_invoiced_{_cell[2]}"
    setattr(TestRefundHereMatrix, _name, _test_of(_cell))


@tagged("post_install", "-at_install")
class TestRefundHere(RefundHere):
    def test_shipping_alone(self):
        for shipped in (0, 3):
            with self.subTest(shipped=shipped):
                placed, order = self.bought(shipped=shipped)
                dialog = self.dialog(order)

                self.decide(dialog, shipping=4.9)

                self.assertEqual(ask(self.shop, placed["id"]).refunded, Decimal("4.90"))
                self.agree(placed, order)

    def test_an_amount_alone(self):
        placed, order = self.bought(shipped=3)

        self.decide(self.dialog(order), goodwill=5)

        self.assertEqual(ask(self.shop, placed["id"]).refunded, Decimal("5.00"))
        self.agree(placed, order)

    def test_a_person_shifts_the_money_between_payments(self):
        placed, order = self.bought(shipped=3, two=True)
        dialog = self.dialog(order, kept=2)
        self.assertEqual(
            {row.payment_id.gateway: row.amount for row in dialog.tender_ids},
            {"gift_card": 14.87, "shopify_payments": 5.11},
        )

        self.decide(dialog, {"gift_card": 4.98, "shopify_payments": 15})

        back = order.payment_ids.filtered(lambda one: one.kind == "refund")
        self.assertEqual(
            {one.gateway: one.amount for one in back},
            {"gift_card": 4.98, "shopify_payments": 15.0},
        )
        self.agree(placed, order)

    def test_no_payment_gives_back_more_than_it_took(self):
        _placed, order = self.bought(shipped=3, two=True)
        dialog = self.dialog(order, kept=2)

        with self.assertRaisesRegex(UserError, "At most"):
            self.decide(dialog, {"gift_card": 14.98, "shopify_payments": 5})
        with self.assertRaisesRegex(UserError, "make them equal"):
            self.decide(dialog, {"gift_card": 1, "shopify_payments": 5})

    def test_put_back_goods_are_expected_and_raise_no_difference(self):
        placed, order = self.bought(shipped=3)

        self.decide(self.dialog(order, put_back=1))

        (receipt,) = order.order_id.picking_ids.filtered("retail_sync_refund_ref")
        self.assertEqual(self.offered(), ON_HAND - 3)
        receipt.button_validate()
        self.work()
        self.hear()
        self.assertEqual(self.offered(), ON_HAND - 2)
        self.assertFalse(self.env["retail.sync.drift"].search([]))
        self.assertEqual(self.shop.level("MUG", PLACE)["available"], ON_HAND - 2)
        self.agree(placed, order)

    def test_told_again_nothing_changes(self):
        placed, order = self.bought(shipped=3)
        self.decide(self.dialog(order, kept=1))
        before = snapshot(self.env)

        self.hear(list(self.shop.received))
        self.shop.send_webhook(placed["name"], "orders/updated")
        self.hear()

        self.assertFalse(changes(before, snapshot(self.env)))

    def test_a_refusal_is_told_and_may_be_asked_again(self):
        placed, order = self.bought()
        dialog = self.dialog(order, never_left=1)
        self.shop.fulfill(placed["name"])

        refund = self.decide(dialog)

        self.assertEqual(refund.state, "refused")
        issue = self.issues("refund_refused")
        self.assertIn("Shopify has 1 units less", issue.message)
        self.assertEqual(order._refundable_money(), 34.87)

from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .watch_common import PLACED, WatchCommon

LONG_AGO = PLACED - timedelta(days=30)


@tagged("post_install", "-at_install")
class TestWatchOutlook(WatchCommon):
    """Each order that is looked at says what would become of it, and why."""

    def setUp(self):
        super().setUp()
        since = (PLACED - timedelta(days=1)).replace(tzinfo=None)
        self.channel.sudo().import_since = since
        self.channel.sudo().order_policy = "confirm"
        self.watch()

    def paid(self, external_id="order-1", **values):
        values.setdefault("payment_state", doc.PaymentState.PAID)
        return self.order(external_id, **values)

    def shipped(self, external_id="order-1", sku="SHIRT"):
        line = make_line(sku=sku, quantity=2, price="19.99")
        left = doc.Shipped(external_id="s-1", lines=(("line-1", Decimal(2)),))
        return self.paid(external_id, lines=[line], shipments=(left,))

    def outlook(self, external_id="order-1"):
        order = self.theirs(external_id)
        order.invalidate_recordset()
        return order.outlook, order.outlook_note or ""

    def test_open_delivered_on_hold_and_left_out(self):
        self.tell(
            self.paid("open"),
            self.shipped("shipped"),
            self.paid("unpaid", payment_state=doc.PaymentState.PENDING),
            self.paid("risky", risk=doc.RiskLevel.CANCEL),
            self.paid("old", created_at=LONG_AGO),
            self.paid("test", test=True),
        )

        self.assertEqual(self.outlook("open"), ("open", ""))
        outlook, why = self.outlook("shipped")
        self.assertEqual((outlook, "no stock" in why), ("delivered", True))
        outlook, why = self.outlook("unpaid")
        self.assertEqual((outlook, "not paid" in why), ("hold", True))
        outlook, why = self.outlook("risky")
        self.assertEqual((outlook, "fraud" in why), ("hold", True))
        outlook, why = self.outlook("old")
        self.assertEqual((outlook, "placed before" in why), ("left_out", True))
        outlook, why = self.outlook("test")
        self.assertEqual((outlook, "test order" in why), ("left_out", True))

    def test_the_dialog_names_the_moment_in_the_readers_zone(self):
        wizard = self.env["retail.sync.go.live"].with_user(self.manager)
        wizard = wizard.with_context(tz="Europe/Paris").new(
            {"channel_id": self.channel.id, "since": "2026-11-20 12:00:00"}
        )

        self.assertIn("1:00", wizard.terms)
        self.assertIn("Europe/Paris", wizard.terms)
        self.assertNotIn("number", wizard.terms)
        wizard.first_number = 1001
        self.assertIn("1001", wizard.terms)

    def test_the_channels_date_number_and_policies_are_tried_out(self):
        self.tell(
            self.paid("old", created_at=LONG_AGO),
            self.paid("low", external_ref="#7"),
            self.shipped("shipped"),
        )
        self.channel.sudo().write(
            {
                "import_since": False,
                "import_from_number": 8,
                "shipped_policy": "skip",
                "order_policy": "quotation",
            }
        )

        outlook, why = self.outlook("old")
        self.assertEqual((outlook, "quotation" in why), ("open", True))
        self.assertIn("number", self.outlook("low")[1])
        outlook, why = self.outlook("shipped")
        self.assertEqual((outlook, "shipped before" in why), ("left_out", True))

    def test_shipped_goods_with_lots_are_left_out(self):
        self.shirt.tracking = "lot"
        self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-SHIRT",
                "variant_id": "variant-SHIRT",
                "sku": "SHIRT",
                "title": "Shirt",
                "product_id": self.shirt.id,
            }
        )
        document = self.shipped()
        document = self.paid(
            lines=[make_line(sku="SHIRT", quantity=2, item_id="item-SHIRT")],
            shipments=document.shipments,
        )
        self.tell(document)

        outlook, why = self.outlook()
        self.assertEqual((outlook, "lots" in why), ("left_out", True))

    def test_a_product_nobody_knows_is_named_by_title_and_sku(self):
        line = make_line(
            sku="STRANGE", quantity=1, external_id="gid://shop/LineItem/1", title="Odd"
        )
        self.tell(self.paid(lines=[line]))

        outlook, why = self.outlook()
        self.assertEqual(outlook, "waiting")
        self.assertIn("Odd (STRANGE)", why)
        self.assertNotIn("gid", why)
        step = self.theirs().step_ids.filtered(lambda s: s.code == "parked")
        self.assertIn("Odd (STRANGE)", step.text)

    def test_the_list_shows_them_all(self):
        self.tell(self.paid("open"), self.paid("old", created_at=LONG_AGO))

        action = self.channel.action_open_watched()

        orders = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(orders, self.theirs("open") | self.theirs("old"))

    def asked(self, **answers):
        """Return the dialog before going live, with these answers."""
        action = self.channel.action_ask_live()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).new(answers)
        names = ("open_count", "delivered_count", "left_out_count", "waiting_count")
        return wizard, tuple(wizard[name] for name in names)

    def test_the_dialog_counts_them_by_what_is_answered(self):
        self.tell(
            self.paid("open"),
            self.paid("unpaid", payment_state=doc.PaymentState.PENDING),
            self.shipped("shipped"),
            self.paid("low", external_ref="#7"),
            self.paid("old", created_at=LONG_AGO),
            self.paid("strange", lines=[make_line(sku="STRANGE", quantity=1)]),
        )

        wizard, counts = self.asked()
        self.assertEqual(counts, (3, 1, 1, 1))
        self.assertNotIn("were not read", wizard.story or "")

        wizard, counts = self.asked(
            since=LONG_AGO.replace(tzinfo=None) - timedelta(days=1),
            first_number=8,
            shipped_policy="skip",
        )
        self.assertEqual(counts, (3, 0, 2, 1))
        self.assertIn("were not read", wizard.story)

    def test_live_it_is_as_it_said(self):
        self.tell(
            self.paid("open"),
            self.shipped("shipped"),
            self.paid("unpaid", payment_state=doc.PaymentState.PENDING),
            self.paid("old", created_at=LONG_AGO),
        )
        said = {name: self.outlook(name)[0] for name in ("open", "unpaid", "old")}

        self.go_live()

        self.assertEqual(said, {"open": "open", "unpaid": "hold", "old": "left_out"})
        states = {name: self.theirs(name).state for name in said}
        self.assertEqual(
            states, {"open": "imported", "unpaid": "hold", "old": "ignored"}
        )
        self.assertEqual(self.theirs("shipped").order_id.picking_ids.state, "done")

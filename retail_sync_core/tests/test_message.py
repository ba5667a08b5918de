from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..testing_orders import make_line
from .common_orders import OrdersCommon

CANCELED_AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
SALES = (
    "sales_team.group_sale_salesman_all_leads,stock.group_stock_user,"
    "retail_sync_core.retail_sync_group_viewer"
)


@tagged("post_install", "-at_install")
class TestMessage(OrdersCommon):
    """Who writes to the buyer about what, and that Odoo does so once."""

    def setUp(self):
        super().setUp()
        self.env["mail.mail"].search([]).unlink()

    def by(self, sender, *events):
        """Have ``sender`` write about ``events``."""
        for event in events:
            self.channel._message(event).sender = sender

    def mails(self):
        return self.env["mail.mail"].search([], order="id")

    def subjects(self):
        return self.mails().mapped("subject")

    def placed(self, **values):
        lines = [make_line(sku="SHIRT", quantity=2)]
        return self.import_order(self.shop.put(self.order(lines=lines, **values)))

    def titles(self, order):
        order.invalidate_recordset(["timeline"])
        return [entry["title"] for entry in order.timeline["entries"]]

    def left(self, number="JD01"):
        order = self.placed()
        picking = order.order_id.picking_ids
        picking.carrier_tracking_ref = number
        self.ship(picking)
        return order

    def promised(self, order, days):
        """Have ``order`` promised for so many days from now."""
        order.order_id.commitment_date = fields.Datetime.now() + timedelta(days=days)
        order.order_id.picking_ids.date_deadline = order.order_id.commitment_date
        order.invalidate_recordset(["late_since"])
        self.assertEqual(bool(order.late_since), days < 0)
        return order

    def late(self, **values):
        return self.promised(self.placed(**values), -2)

    # the table
    def test_a_channel_has_a_row_for_each_event(self):
        rows = self.channel.buyer_message_ids
        senders = {row.event: row.sender for row in rows}
        self.assertEqual(
            senders,
            {
                "confirmed": "channel",
                "ready": "channel",
                "shipped": "channel",
                "parcel": "channel",
                "canceled": "channel",
                "refunded": "channel",
                "late": "nobody",
            },
        )
        self.assertTrue(all(rows.mapped("template_id")))
        self.assertTrue(all(rows.mapped("note")))

    def test_the_old_switch_is_these_rows(self):
        self.channel.notify_customer = False
        self.assertEqual(self.channel._message("shipped").sender, "nobody")
        self.assertEqual(self.channel._message("canceled").sender, "nobody")
        self.assertEqual(self.channel._message("confirmed").sender, "channel")
        silent = self.make_channel(name="Silent", notify_customer=False)
        self.assertFalse(silent.notify_customer)

    def test_what_nobody_can_do_is_refused(self):
        with self.assertRaises(ValidationError):
            self.by("channel", "late")
        row = self.channel._message("late")
        with self.assertRaises(ValidationError):
            row.write({"sender": "odoo", "template_id": False})

    def test_the_channel_is_told_to_write_as_the_row_says(self):
        self.by("nobody", "shipped")
        order = self.left()
        self.run_jobs()
        order.order_id.picking_ids.carrier_tracking_ref = "JD02"
        self.run_jobs()

        told = [(one.kind, one.body.notify_customer) for one in self.shop.sent]
        self.assertEqual(told, [("shipment", False), ("tracking", True)])
        self.assertFalse(self.mails())

    # Odoo writes
    def test_odoo_writes_once_whatever_is_told_again(self):
        self.by("odoo", "confirmed", "shipped")
        order = self.placed()
        self.assertEqual(self.subjects(), ["Your order #order-1"])

        self.placed()
        order._announce("confirmed")
        self.ship(order.order_id.picking_ids)
        order._intend_shipment(order.order_id.picking_ids)

        self.assertEqual(
            self.subjects(),
            ["Your order #order-1", "Your order #order-1 is on its way"],
        )
        self.assertEqual(self.mails()[0].recipient_ids, order.order_id.partner_id)
        self.assertIn("Odoo writes to the buyer: Shipped.", self.titles(order))

    def test_it_writes_in_the_buyers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.by("odoo", "late")
        order = self.late()
        order.order_id.partner_id.lang = "fr_FR"
        template = self.channel._message("late").template_id
        template.with_context(lang="fr_FR").subject = "En retard"

        order._announce_late()

        self.assertEqual(self.subjects(), ["En retard"])

    def test_another_parcel_number_is_written_of_once(self):
        self.by("odoo", "parcel")
        picking = self.left().order_id.picking_ids
        self.run_jobs()

        for number in ("JD02", "JD02", "JD03"):
            picking.carrier_tracking_ref = number
        self.assertEqual(len(self.mails()), 2)

    def test_a_cancellation_is_written_of_whoever_canceled(self):
        self.by("odoo", "canceled")
        here, there = self.placed(), self.placed(external_id="order-2")

        here.order_id._action_cancel()
        self.placed(external_id="order-2", version=2, cancelled_at=CANCELED_AT)

        self.assertEqual(there.state, "cancelled")
        self.assertEqual(
            self.subjects(),
            ["Your order #order-1 is canceled", "Your order #order-2 is canceled"],
        )

    def test_no_address_is_said_on_the_timeline(self):
        self.by("odoo", "shipped")
        order = self.placed()
        order.order_id.partner_id.email = False
        self.ship(order.order_id.picking_ids)

        self.assertFalse(self.mails())
        said = "The buyer has no e-mail address: nothing said of: Shipped."
        self.assertIn(said, self.titles(order))

    def test_nothing_is_written_of_orders_from_before_or_in_a_copy(self):
        self.by("odoo", "shipped")
        old, ours = self.placed(), self.placed(external_id="order-2")
        self.channel.live_at = old.placed_at + timedelta(seconds=1)
        self.ship(old.order_id.picking_ids)
        self.channel.live_at = False
        self.env["retail.sync.fuse"].search([]).unlink()
        self.ship(ours.order_id.picking_ids)

        self.assertFalse(self.mails())

    # once more
    def test_the_channel_is_asked_to_write_again_and_never_twice_in_doubt(self):
        order = self.left()
        self.assertFalse(order.can_write_again)
        self.run_jobs()
        order.invalidate_recordset(["can_write_again"])
        self.assertTrue(order.can_write_again)

        order.action_write_again()
        with self.assertRaisesRegex(UserError, "still on its way"):
            order.action_write_again()
        self.run_jobs()

        again = self.shop.sent[-1]
        self.assertEqual((again.kind, again.body.again), ("tracking", True))
        self.assertTrue(again.body.notify_customer)
        self.assertEqual([one.number for one in again.body.tracking], ["JD01"])

    def test_a_message_in_doubt_is_asked_about(self):
        order = self.left()
        self.run_jobs()
        order.action_write_again()
        self.shop.outcomes.append(base.Outcome(state="unknown"))
        self.shop.read_backs += [base.Outcome(state="unknown")] * 9

        for _turn in range(9):
            self.run_jobs(ahead_s=600)

        sent = [one for one in self.shop.sent if one.kind == "tracking"]
        self.assertEqual(len(sent), 1)
        self.assertTrue(self.issues("effect_in_doubt"))

    def test_odoo_writes_again_by_whoever_asked(self):
        self.by("odoo", "shipped")
        order = self.left()
        seller = new_test_user(self.env, "again_seller", name="Sal", groups=SALES)

        order.with_user(seller).action_write_again()

        self.assertEqual(self.subjects(), ["Your order #order-1 is on its way"] * 2)
        self.assertIn("Sal had Odoo write to the buyer: Shipped.", self.titles(order))
        picker = new_test_user(self.env, "again_p", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            order.with_user(picker).action_write_again()

    def test_where_nobody_writes_there_is_nothing_to_send_again(self):
        self.by("nobody", "shipped")
        order = self.left()
        self.run_jobs()

        self.assertFalse(order.can_write_again)

    # late
    def test_late_orders_are_written_of_once_for_each_date(self):
        order = self.late()
        Order = self.env["retail.sync.order"]
        Order._announce_all_late(self.channel)
        self.assertFalse(self.mails())

        self.by("odoo", "late")
        for _turn in range(2):
            Order._announce_all_late(self.channel)
        self.assertEqual(self.subjects(), ["Your order #order-1 is late"])

        self.promised(order, -1)
        Order._announce_all_late(self.channel)
        self.assertEqual(len(self.mails()), 2)

    def test_chosen_late_orders_are_shown_before_they_are_written_of(self):
        late, mute = self.late(), self.late(external_id="order-2")
        mute.order_id.partner_id = self.env["res.partner"].create({"name": "Mute"})
        early = self.promised(self.placed(external_id="order-3"), 2)
        seller = new_test_user(self.env, "late_seller", groups=SALES)

        orders = (late | mute | early).with_user(seller)
        dialog = (
            self.env["retail.sync.order.tell"]
            .with_user(seller)
            .browse(orders.action_tell_late()["res_id"])
        )
        self.assertEqual((dialog.told, dialog.left_out), ("#order-1", "#order-2"))
        self.assertEqual(dialog.subject, "Your order #order-1 is late")
        self.assertIn("We are sorry", dialog.body)
        self.assertFalse(self.mails())

        dialog.action_tell()
        dialog.action_tell()
        self.assertEqual(self.subjects(), ["Your order #order-1 is late"])
        with self.assertRaisesRegex(UserError, "None of these"):
            early.with_user(seller).action_tell_late()

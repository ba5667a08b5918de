from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..adapters import base
from .restore_common import RestoreCommon


@tagged("post_install", "-at_install")
class TestRestorationGoods(RestoreCommon):
    """What the lost database shipped and wrote is neither told nor written again."""

    def odoo_writes(self, *events):
        for event in events:
            self.channel._message(event).sender = "odoo"

    def mails(self):
        return self.env["mail.mail"].search([], order="id")

    def sent_by_the_queue(self, mails):
        """Return the ids of ``mails`` that would leave now."""
        left = []

        def leave(these, *_args, **_kwargs):
            left.extend(these.ids)

        server = self.env["ir.mail_server"]
        with (
            patch.object(type(mails), "_send", leave),
            patch.object(type(server), "_connect__", lambda *_args, **_kwargs: None),
        ):
            mails.send()
        return left

    def lost(self):
        return self.utc(self.lost_at - timedelta(hours=1))

    def test_a_delivery_that_the_channel_has_is_booked_and_joined(self):
        order = self.import_order(self.placed())
        self.changed(self.placed(version=2, shipments=(self.shipment(),)))
        self.restore()

        self.catch_up()

        picking = order.order_id.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.date_done, self.lost().replace(tzinfo=None))
        self.assertEqual(picking.retail_sync_state, "told")
        self.assertEqual(picking.retail_sync_external_id, "F1")
        self.assertFalse(order.hold_code)
        self.assertEqual(self.shop.sent, [])
        self.assertEqual(self.line().booked, 1)

    def test_a_part_leaves_the_rest_to_be_delivered(self):
        order = self.import_order(self.placed(units=3))
        self.changed(
            self.placed(units=3, version=2, shipments=(self.shipment(units=2),))
        )
        self.restore()

        self.catch_up()

        done = order.order_id.picking_ids.filtered(lambda one: one.state == "done")
        rest = order.order_id.picking_ids - done
        self.assertEqual(sum(done.move_ids.mapped("quantity")), 2)
        self.assertEqual(sum(rest.move_ids.mapped("product_uom_qty")), 1)
        self.ship(rest)
        self.run_jobs(50)
        (effect,) = self.shop.sent
        self.assertEqual([int(n) for _line, n in effect.body.lines], [1])

    def test_an_order_that_came_and_left_meanwhile_is_booked_whole(self):
        self.changed(self.placed(created_at=self.lost(), shipments=(self.shipment(),)))
        self.restore()

        self.catch_up()

        self.assertEqual(self.theirs().order_id.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.shop.sent, [])

    def test_what_came_left_and_was_refunded_meanwhile_is_booked_in_that_order(self):
        whole = self.placed(created_at=self.lost())
        (line,) = whole.lines
        back = replace(
            whole,
            lines=(replace(line, current_quantity=Decimal(1)),),
            shipments=(self.shipment(units=Decimal(2)),),
            current_total=whole.total / 2,
        )
        self.changed(back)
        self.restore()

        self.catch_up()

        order = self.theirs()
        self.assertEqual(order.order_id.picking_ids[:1].state, "done")
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        self.assertEqual(self.line().blocked, 0)

    def test_what_others_shipped_is_still_a_persons(self):
        order = self.import_order(self.placed())
        strange = self.shipment(place="place-9")
        self.changed(self.placed(version=2, shipments=(strange,)))
        self.restore()

        self.catch_up()

        self.assertEqual(order.hold_code, "elsewhere")
        self.assertNotEqual(order.order_id.picking_ids.state, "done")

    def test_a_delivery_made_here_and_told_by_the_lost_one_is_joined(self):
        order = self.import_order(self.placed())
        self.ship(order.order_id.picking_ids)
        effect = self.effects(order)
        self.assertEqual(effect.state, "intended")
        self.shop.read_backs.append(base.Outcome(state="applied", external_id="F1"))
        self.changed(self.placed(version=2, shipments=(self.shipment(),)))
        self.restore()

        self.catch_up()

        self.assertEqual((effect.state, effect.external_id), ("applied", "F1"))
        self.assertEqual(self.shop.sent, [])
        self.assertEqual(self.line().booked, 0)
        self.assertFalse(order.hold_code)

    def test_what_odoo_cannot_book_is_left_to_a_person(self):
        order = self.import_order(self.placed())
        self.shirt.tracking = "lot"
        order.order_id.picking_ids.move_line_ids.unlink()
        self.changed(self.placed(version=2, shipments=(self.shipment(),)))
        self.restore()

        self.catch_up()

        line = self.line()
        self.assertEqual((line.state, line.booked), ("released", 0))
        self.assertEqual(line.blocked, 1)
        self.assertIn("person", line.step)
        self.assertEqual(order.hold_code, "elsewhere")

    # e-mails
    def test_no_buyer_is_written_to_of_what_happened_before(self):
        self.odoo_writes("confirmed", "shipped", "canceled", "refunded")
        order = self.import_order(self.placed())
        self.env["mail.mail"].search([]).unlink()
        self.changed(
            self.placed(version=2, shipments=(self.shipment(),)),
            self.placed("order-2", created_at=self.lost()),
        )
        self.restore()

        self.catch_up()

        self.assertFalse(self.mails())
        self.assertTrue(self.theirs("order-2").order_id)
        self.assertTrue(
            [t for t in self.titles(self.theirs("order-2")) if "restored" in t]
        )
        self.assertTrue(order.order_id.picking_ids.state == "done")

    def test_what_happens_after_is_written_when_the_channel_has_caught_up(self):
        self.odoo_writes("confirmed")
        self.restore()
        now = self.utc(fields.Datetime.now())
        self.import_order(self.placed("order-3", created_at=now))

        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(self.sent_by_the_queue(mail), [])
        self.catch_up()
        self.assertEqual(self.sent_by_the_queue(mail), mail.ids)

    def test_a_mail_that_was_queued_in_the_backup_is_not_sent(self):
        self.odoo_writes("confirmed")
        order = self.import_order(self.placed())
        mail = self.mails()
        self.assertEqual(mail.state, "outgoing")
        self.restore(until=fields.Datetime.now() + timedelta(seconds=5))

        self.assertEqual(mail.state, "cancel")
        self.assertTrue([t for t in self.titles(order) if "restored" in t])

    def test_a_copy_sends_no_queued_mail(self):
        self.odoo_writes("confirmed")
        self.import_order(self.placed())
        self.env.cr.execute("UPDATE retail_sync_fuse SET identity = 'elsewhere'")

        self.assertEqual(self.sent_by_the_queue(self.mails()), [])

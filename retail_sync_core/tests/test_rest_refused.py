from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .undo_common import CANCELED_AT, UndoCommon


@tagged("post_install", "-at_install")
class TestRestRefused(UndoCommon):
    """The channel did not cancel the rest: its deliveries are made again, once."""

    def refused(self, shipped=1):
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=shipped)
        self.run_jobs()
        self.cancel(order)
        (effect,) = self.effects(order, "cancellation")
        effect.sudo().state = "unknown"
        effect.action_settle("abandoned", "they refuse")
        return order

    def open_units(self, order):
        return sum(order._open_deliveries().move_ids.mapped("product_uom_qty"))

    def test_one_press_makes_the_deliveries_again(self):
        order = self.refused()
        issue = self.issues("rest_refused")
        self.assertIn("they refuse", issue.message)
        self.assertEqual(self.open_units(order), 0)

        issue.action_mend()

        self.assertFalse(order.is_rest_cancelled)
        self.assertEqual(self.open_units(order), 2)
        self.assertEqual(issue.state, "closed")
        self.assertFalse(self.issues("refund_open"), "it is sold again")

    def test_a_second_press_makes_nothing(self):
        order = self.refused()

        order.action_deliver_rest()
        order.action_deliver_rest()

        self.assertEqual(self.open_units(order), 2)

    def test_what_came_back_is_not_delivered_again(self):
        order = self.refused()
        done = order.order_id.picking_ids.filtered(lambda one: one.state == "done")
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=done.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": 1.0, "to_refund": True})
        back = wizard._create_return()
        back.move_ids.write({"quantity": 1.0, "picked": True})
        back.button_validate()

        order.action_deliver_rest()

        self.assertEqual(self.open_units(order), 2)

    def test_it_is_shipped_and_told_like_any_other(self):
        order = self.refused()
        order.action_deliver_rest()

        self.ship(order._open_deliveries())
        self.run_jobs()

        told = [self.told(effect) for effect in self.effects(order)]
        self.assertEqual(told, [{"line-1": 1}, {"line-1": 2}])

    def test_while_the_channel_is_asked_nothing_is_made(self):
        order = self.refused()
        self.effects(order, "cancellation").sudo().state = "sent"

        with self.assertRaisesRegex(UserError, "wait for its answer"):
            order.action_deliver_rest()
        self.assertTrue(order.is_rest_cancelled)

    def test_canceled_there_meanwhile_nothing_is_made(self):
        order = self.refused()
        self.import_order(self.three(3, version=2, cancelled_at=CANCELED_AT))

        with self.assertRaisesRegex(UserError, "nothing of it is delivered"):
            order.action_deliver_rest()

    def test_taken_off_there_meanwhile_nothing_is_made(self):
        order = self.refused()
        self.import_order(self.three(1, version=2))

        with self.assertRaisesRegex(UserError, "wanted anymore"):
            order.action_deliver_rest()
        self.assertEqual(self.open_units(order), 0)

    def parcels(self, order):
        """Return our parcel, and the one by which they shipped the rest."""
        (told,) = self.effects(order)
        return tuple(
            doc.Shipped(external_id=parcel, lines=(("line-1", Decimal(units)),))
            for parcel, units in ((told.external_id, 1), ("theirs", 2))
        )

    def test_what_they_shipped_meanwhile_is_said_instead(self):
        order = self.refused()

        self.import_order(self.three(3, version=2, shipments=self.parcels(order)))

        self.assertFalse(self.issues("rest_refused"))
        issue = self.issues("rest_shipped")
        self.assertIn("shipped over there", issue.title)
        self.assertFalse(self.issues("refund_open"), "the customer has it")
        issue.action_close()
        self.import_order(
            self.three(3, version=3, note="more", shipments=self.parcels(order))
        )
        self.assertFalse(self.issues("rest_shipped"), "it is told once")

    def test_an_older_issue_says_it_when_it_is_pressed(self):
        order = self.refused()
        issue = self.issues("rest_refused")
        look = patch.object(type(order), "_look_at_refused_rest", lambda _self: None)
        with look:
            self.import_order(self.three(3, version=2, shipments=self.parcels(order)))
        self.assertEqual(self.issues("rest_refused"), issue)

        issue.action_mend()

        self.assertFalse(self.issues("rest_refused"))
        self.assertTrue(self.issues("rest_shipped"))

    def test_they_tell_that_they_shipped_it_before_they_refuse(self):
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        self.run_jobs()
        self.cancel(order)
        self.import_order(self.three(3, version=2, shipments=self.parcels(order)))
        (effect,) = self.effects(order, "cancellation")

        effect.sudo().state = "unknown"
        effect.action_settle("abandoned", "they were shipped")

        self.assertFalse(self.issues("rest_refused"))
        self.assertTrue(self.issues("rest_shipped"))

    def five(self, wanted=5, theirs=(2,), ours=(), **values):
        """Return five shirts, of which another warehouse shipped ``theirs``."""
        line = make_line(
            sku="SHIRT", quantity=5, current_quantity=wanted, price="10.00"
        )
        parcels = [*ours, *((f"theirs-{n}", units) for n, units in enumerate(theirs))]
        shipped = tuple(
            doc.Shipped(external_id=parcel, lines=(("line-1", Decimal(units)),))
            for parcel, units in parcels
        )
        paid = self.pay(value="50.00")
        return self.paid_order(paid, lines=[line], shipments=shipped, **values)

    def refused_after_others(self):
        """Refuse the rest, two, when two left elsewhere and one from here."""
        order = self.bring(self.five())
        self.ship(order.order_id.picking_ids, SHIRT=1)
        self.run_jobs()
        self.cancel(order)
        (effect,) = self.effects(order, "cancellation")
        self.assertEqual(self.told(effect), {"line-1": 2})
        effect.sudo().state = "unknown"
        effect.action_settle("abandoned", "they refuse")
        self.assertTrue(self.issues("rest_refused"))
        return order

    def then(self, order, wanted, theirs):
        (told,) = self.effects(order)
        ours = ((told.external_id, 1),)
        self.import_order(self.five(wanted, theirs, ours, version=2))
        self.assertFalse(self.issues("rest_refused"))
        return self.issues("rest_shipped")

    def test_taken_off_there_after_others_shipped_asks_nobody(self):
        order = self.refused_after_others()

        self.assertFalse(self.then(order, wanted=3, theirs=(2,)))

    def test_what_others_shipped_before_is_not_told_of(self):
        order = self.refused_after_others()

        issue = self.then(order, wanted=5, theirs=(2, 2))

        self.assertIn("Units: 2.", issue.message)

    def test_what_others_shipped_before_makes_up_for_nothing(self):
        """One of the two left there since, the other is somebody's to send."""
        order = self.refused_after_others()
        (told,) = self.effects(order)

        self.import_order(self.five(5, (2, 1), ((told.external_id, 1),), version=2))

        self.assertEqual(order._units_of_rest_shipped(), 1)

    def test_of_a_rest_taken_off_in_part_what_was_shipped_is_told_of(self):
        order = self.refused_after_others()

        issue = self.then(order, wanted=4, theirs=(2, 1))

        self.assertIn("Units: 1.", issue.message)

    def test_asked_for_once_more_nothing_is_said_to_be_shipped(self):
        order = self.refused_after_others()

        self.cancel(order)

        self.assertFalse(self.issues("rest_refused"))
        self.assertFalse(self.issues("rest_shipped"))

    def test_taken_off_there_meanwhile_asks_nobody(self):
        self.refused()

        self.import_order(self.three(1, version=2))

        self.assertFalse(self.issues("rest_refused"))
        self.assertFalse(self.issues("rest_shipped"))

    def test_only_operators_of_the_company_may(self):
        order = self.refused()
        viewer = new_test_user(
            self.env,
            "rest-viewer",
            groups="retail_sync_core.retail_sync_group_viewer",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "rest-stranger",
            groups="retail_sync_core.retail_sync_group_operator",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        for user in (viewer, stranger):
            with self.assertRaises(AccessError):
                order.with_user(user).action_deliver_rest()

        operator = new_test_user(
            self.env,
            "rest-operator",
            groups="retail_sync_core.retail_sync_group_operator",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order.with_user(operator).action_deliver_rest()
        self.assertEqual(self.open_units(order), 2)

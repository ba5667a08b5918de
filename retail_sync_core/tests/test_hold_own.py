from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import InDoubtError
from ..testing_orders import make_line
from .common import FakeShopAdapter
from .common_orders import OrdersCommon

SALES = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"


def request(external_id="fo-1", state="open", held_by_us=False):
    """Return what a place is asked to ship."""
    return doc.ShipmentOrder(
        external_id=external_id,
        state=state,
        holds=("Other: Call first.",) if state == "on_hold" else (),
        held_by_us=held_by_us,
    )


@tagged("post_install", "-at_install")
class TestHoldOwn(OrdersCommon):
    """A person holds an order: here at once, at the channel soon after."""

    def setUp(self):
        super().setUp()
        self.seller = new_test_user(self.env, "hold_seller", groups=SALES)
        self.theirs = self.bring(request())
        self.picking = self.theirs.order_id.picking_ids

    def bring(self, *requests, version=1, **values):
        document = self.order(
            lines=[make_line(sku="SHIRT", quantity=2)],
            shipment_orders=requests,
            version=version,
            **values,
        )
        return self.import_order(self.shop.put(document))

    def hold(self, user=None, **answers):
        """Answer the dialog of the sales order as ``user`` does."""
        sale = self.theirs.order_id.with_user(user or self.seller)
        self.env.invalidate_all()
        action = sale.retail_sync_action_hold()
        dialog = (
            self.env[action["res_model"]]
            .with_user(user or self.seller)
            .with_context(**action["context"])
            .create(answers)
        )
        dialog.action_hold()

    def release(self, user=None):
        sale = self.theirs.order_id.with_user(user or self.seller)
        sale.retail_sync_action_release_own()

    def sent(self):
        return [
            ("release" if one.body.released else "hold", one.body.handle)
            for one in self.shop.sent
            if one.kind == "hold"
        ]

    def titles(self):
        return [entry["title"] for entry in self.theirs.timeline["entries"]]

    def test_whoever_sells_holds_it_here_at_once_and_there_soon_after(self):
        self.hold(reason="customer", note="Away until Friday")

        self.assertEqual(self.theirs.hold_code, "ours")
        with self.assertRaisesRegex(UserError, r"hold_seller .*wait \(Away until"):
            self.picking.button_validate()
        self.assertFalse(self.shop.sent)
        self.run_jobs()
        self.assertEqual(self.sent(), [("hold", self.theirs.own_hold_ref)])
        body = self.shop.sent[0].body
        self.assertEqual(body.places, ("fo-1",))
        self.assertEqual((body.reason, body.note), ("customer", "Away until Friday"))
        self.assertIn("The channel holds it, too.", self.titles())

    def test_released_it_leaves_again_and_the_channel_is_told_of_that_hold(self):
        self.hold()
        self.run_jobs()
        ref = self.theirs.own_hold_ref
        self.bring(request(state="on_hold", held_by_us=True), version=2)
        self.assertEqual(self.theirs.hold_code, "ours")

        self.release()

        # what the channel said last is our own hold: it keeps nothing here
        self.assertFalse(self.theirs.hold_code)
        self.ship(self.picking)
        self.run_jobs()
        self.assertEqual(self.sent(), [("hold", ref), ("release", ref)])
        kinds = [one.kind for one in self.shop.sent]
        self.assertEqual(kinds, ["hold", "hold", "shipment"])

    def test_a_hold_of_theirs_outlives_ours(self):
        self.hold()
        self.bring(request(state="on_hold"), version=2)

        self.release()

        self.assertEqual(self.theirs.hold_code, "channel")

    def test_released_before_the_channel_heard_of_it_nothing_is_held_there(self):
        self.hold()
        self.release()
        self.run_jobs()

        self.assertEqual([verb for verb, _ref in self.sent()], ["release"])

    def test_a_hold_is_told_once_when_the_answer_was_lost(self):
        self.shop.problems.append(InDoubtError("no answer"))
        self.shop.read_backs.append(base.Outcome(state="applied", external_id="fo-1"))
        self.hold()
        self.run_jobs(ahead_s=60)
        self.run_jobs(ahead_s=60)

        self.assertFalse(self.sent())
        self.assertEqual(self.effects(self.theirs, "hold").state, "applied")

    def test_it_ends_by_itself(self):
        until = fields.Datetime.now() + timedelta(hours=2)
        self.hold(until=until)
        self.run_jobs()
        self.assertEqual(self.theirs.hold_code, "ours")

        self.theirs.own_hold_until = fields.Datetime.now() - timedelta(seconds=1)
        self.run_jobs(ahead_s=7300)

        self.assertFalse(self.theirs.hold_code or self.theirs.own_hold_ref)
        self.assertEqual([verb for verb, _ref in self.sent()], ["hold", "release"])

    def test_the_end_of_one_hold_does_not_end_the_next(self):
        self.hold(until=fields.Datetime.now() + timedelta(hours=2))
        self.release()
        self.hold()

        self.run_jobs(ahead_s=7300)

        self.assertEqual(self.theirs.hold_code, "ours")

    def test_a_time_that_is_over_is_refused(self):
        with self.assertRaisesRegex(UserError, "still to come"):
            self.hold(until=fields.Datetime.now() - timedelta(minutes=1))

    def test_what_is_being_picked_stops_and_goes_on(self):
        self.picking.move_ids.picked = True
        self.hold()
        self.assertEqual(self.picking.retail_sync_stop_ids.kind, "hold")

        self.release()

        self.assertTrue(self.picking.retail_sync_stop_ids.acknowledged_at)

    def test_what_is_split_off_is_held_there_too_and_asked_once(self):
        self.hold()
        self.run_jobs()
        held = request(state="on_hold", held_by_us=True)
        for version, risk in ((2, doc.RiskLevel.NONE), (3, doc.RiskLevel.ACCEPT)):
            self.bring(held, request("fo-2"), version=version, risk=risk)
            self.run_jobs()

        self.assertEqual(len(self.sent()), 2)
        self.assertEqual(self.shop.sent[-1].body.places, ("fo-1", "fo-2"))

    def test_a_refusal_is_asked_about_and_stops_nothing_else(self):
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        self.hold()
        self.run_jobs()
        self.assertEqual(self.issues("hold_refused").params["answer"], "Nein.")

        self.release()
        self.ship(self.picking)
        self.run_jobs()

        self.assertIn("shipment", [one.kind for one in self.shop.sent])
        self.assertFalse(self.issues("hold_refused"))

    def test_a_channel_that_takes_no_hold_is_held_here_alone(self):
        capabilities = tuple(
            one for one in FakeShopAdapter.capabilities if type(one).__name__ != "Holds"
        )
        self.patch(FakeShopAdapter, "capabilities", capabilities)

        self.hold()
        self.run_jobs()

        self.assertEqual(self.theirs.hold_code, "ours")
        self.assertFalse(self.sent())

    def test_only_what_can_be_held_offers_it(self):
        self.assertTrue(self.theirs.can_hold)
        self.hold()
        self.assertFalse(self.theirs.can_hold)
        with self.assertRaisesRegex(UserError, "nothing to hold"):
            self.hold()
        self.release()
        self.ship(self.picking)
        self.theirs.invalidate_recordset(["can_hold"])
        self.assertFalse(self.theirs.can_hold)

    def test_what_the_channel_noted_is_told(self):
        self.bring(request(state="on_hold"), version=2)

        self.assertEqual(
            self.theirs.hold_reason,
            f"{self.channel.name} asks to hold order {self.theirs.display_name}:"
            " Other: Call first.",
        )
        self.assertEqual(self.picking.retail_sync_hold_reason, self.theirs.hold_reason)

    def test_neither_a_picker_nor_a_viewer_holds(self):
        for groups in (
            "stock.group_stock_user",
            "retail_sync_core.retail_sync_group_viewer",
        ):
            login = f"hold_{groups[-6:]}"
            with self.subTest(groups), self.assertRaises(AccessError):
                self.hold(new_test_user(self.env, login, groups=groups))

    def test_an_operator_who_does_not_sell_holds_and_releases(self):
        operator = new_test_user(
            self.env, "hold_op", groups="retail_sync_core.retail_sync_group_operator"
        )
        self.theirs.with_user(operator).action_hold()
        dialog = self.env["retail.sync.order.hold"].with_user(operator)
        dialog.create({"sale_id": self.theirs.order_id.id}).action_hold()
        self.assertEqual(self.theirs.own_hold_user_id, operator)

        self.theirs.with_user(operator).action_release_own()

        self.assertFalse(self.theirs.hold_code)
        audited = self.env["retail.sync.audit"].search(
            [("res_model", "=", self.theirs._name), ("res_id", "=", self.theirs.id)]
        )
        self.assertEqual(audited.mapped("action"), ["hold.released", "order.held"])

    def test_a_canceled_order_is_not_held_anymore(self):
        self.hold()
        self.theirs.order_id._action_cancel()

        self.assertFalse(self.theirs.own_hold_ref)

from dataclasses import replace
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from .return_common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnMade(ReturnCommon):
    """A return that a person makes on a delivery is told by the channel's policy."""

    def setUp(self):
        super().setUp()
        self.order = self.came_and_left()
        self.channel.return_telling = "made"
        self.tell()
        self.delivery = self.order.order_id.picking_ids

    def make(self, units=2, user=None, reason="defective"):
        """Return the receipt that a person makes with Odoo's own button."""
        wizard = (
            self.env["stock.return.picking"]
            .with_user(user or self.env.user)
            .with_context(
                active_id=self.delivery.id,
                active_ids=self.delivery.ids,
                active_model="stock.picking",
            )
            .create({"picking_id": self.delivery.id, "retail_sync_reason": reason})
        )
        wizard.product_return_moves.quantity = units
        action = wizard.action_create_returns()
        return self.env["stock.picking"].browse(action["res_id"])

    def making(self):
        return self.effects(self.order, "return_made").sorted("id")

    def told_units(self):
        return [int(body.lines[0][1]) for body in self.sent("return_made")]

    def dispositions(self):
        return [
            [(one.kind, int(one.units), one.location_id) for one in body.lines]
            for body in self.sent("disposition")
        ]

    def echo(self, number=1, units=2, effect=None, **values):
        """Have the channel tell of the return that we made."""
        effect = effect or self.making()[-1:]
        asked = self.ask(units, state=values.pop("state", "open"), number=number)
        mark = effect.key[:12]
        self.tell(replace(asked, made_by=mark, **values))
        return self.order.return_ids.filtered(lambda one: one.made_by == mark)

    def receipts(self):
        return self.coming_back(self.order)

    def test_never_nothing_is_told(self):
        self.channel.return_telling = "never"

        self.ship(self.make())
        self.work()

        self.assertFalse(self.making())

    def test_made_it_is_told_at_once_with_its_reason_and_delivery(self):
        receipt = self.make()
        self.work()

        (body,) = self.sent("return_made")
        self.assertEqual(body.lines, (("line-1", Decimal(2)),))
        self.assertEqual((body.reason, body.reference), ("defective", receipt.name))
        shipment = self.effects(self.order, "shipment")
        self.assertEqual(body.shipments, (shipment.external_id,))
        codes = self.order.step_ids.mapped("code")
        self.assertIn("return_made_there", codes)

    def test_received_it_is_told_when_the_goods_are_here(self):
        self.channel.return_telling = "received"

        receipt = self.make()
        self.work()
        self.assertFalse(self.making())
        self.ship(receipt, SHIRT=1)
        self.work()

        self.assertEqual(self.told_units(), [1])
        self.ship(self.receipts() - receipt)
        self.work()
        self.assertEqual(self.told_units(), [1, 1])

    def test_its_echo_makes_no_other_receipt_and_what_came_is_told(self):
        receipt = self.make()
        self.work()

        for _time in range(3):
            mine = self.echo()

        self.assertEqual(self.receipts(), receipt)
        self.assertEqual(receipt.retail_sync_return_id, mine)
        self.assertTrue(mine.made_here)
        self.ship(receipt)
        self.work()
        self.assertEqual(self.dispositions(), [[("restocked", 2, "web")]])
        self.assertEqual(self.told_units(), [2])

    def test_received_before_the_echo_it_is_told_with_it(self):
        receipt = self.make()
        self.ship(receipt, SHIRT=1)
        self.work()
        self.assertFalse(self.dispositions())

        mine = self.echo()
        self.work()

        self.assertEqual(self.dispositions(), [[("restocked", 1, "web")]])
        rest = self.receipts() - receipt
        self.assertEqual(rest.retail_sync_return_id, mine)
        self.assertEqual(rest.move_ids.product_uom_qty, 1)

    def test_the_echo_comes_before_the_answer(self):
        self.shop.outcomes.append(base.Outcome(state="unknown"))
        receipt = self.make()
        effect = self.making()
        self.assertEqual(effect.state, "intended")

        mine = self.echo(effect=effect)
        self.work()

        self.assertEqual(receipt.retail_sync_return_id, mine)
        self.assertEqual(self.receipts(), receipt)
        self.assertEqual(self.told_units(), [2])

    def test_a_buyers_return_takes_no_receipt_that_is_told_as_another(self):
        receipt = self.make(1)

        self.tell(self.ask(2, state="open"))

        self.assertFalse(receipt.retail_sync_return_id)
        theirs = self.receipts() - receipt
        self.assertEqual(theirs.retail_sync_return_id, self.order.return_ids)
        self.assertEqual(theirs.move_ids.product_uom_qty, 2)

    def test_what_is_in_a_return_or_refunded_there_is_not_told(self):
        self.tell(self.ask(2, state="requested"))

        self.make(3)
        self.work()

        self.assertEqual(self.told_units(), [1])
        self.assertIn("return_known", self.order.step_ids.mapped("code"))
        self.tell(self.ask(2, state="requested"))
        self.assertEqual(self.told_units(), [1])

    def test_a_refund_of_it_joins_the_receipt(self):
        receipt = self.make()
        self.work()
        mine = self.echo()
        self.ship(receipt)
        self.work()
        before = self.on_web_shelf()

        row = doc.Returned(
            external_id="refund-line-1",
            line_id="line-1",
            units=Decimal(2),
            restocked=False,
            return_id=mine.external_id,
        )
        asked = replace(
            self.ask(2, state="open", refunded=2), made_by=self.making().key[:12]
        )
        self.tell(asked, returns=(row,))

        self.assertEqual(self.receipts(), receipt)
        self.assertEqual(self.on_web_shelf(), before)

    def test_a_lost_answer_is_read_back_and_not_repeated(self):
        self.shop.outcomes.append(base.Outcome(state="unknown"))

        self.make()
        self.work()

        self.assertEqual(self.told_units(), [2])
        self.assertEqual(self.making().state, "applied")

    def test_a_refusal_asks_a_person_who_tells_it_again(self):
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        receipt = self.make()
        self.work()
        issue = self.issues("return_not_made")
        self.assertIn("Nein.", issue.message)

        issue.action_mend()
        self.work()

        self.assertEqual(self.told_units(), [2, 2])
        self.assertEqual(issue.state, "closed")
        self.assertEqual(receipt.state, "assigned")

    def test_a_refused_one_is_taken_by_the_return_that_a_person_makes_there(self):
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        receipt = self.make()
        self.work()

        self.tell(self.ask(2, state="open"))

        self.assertEqual(self.receipts(), receipt)
        self.assertEqual(receipt.retail_sync_return_id, self.order.return_ids)

    def test_canceled_before_it_is_sent_nothing_is_told(self):
        receipt = self.make()

        receipt.action_cancel()
        self.work()

        self.assertFalse(self.sent("return_made"))
        self.assertEqual(self.making().state, "abandoned")

    def test_canceled_before_anything_came_it_is_canceled_there(self):
        receipt = self.make()
        self.work()
        self.echo()

        receipt.action_cancel()
        self.work()

        (body,) = self.sent("return")
        self.assertEqual(body.action, "cancel")
        self.assertFalse(self.issues("return_short"))

    def test_canceled_before_the_echo_it_is_canceled_with_it(self):
        receipt = self.make()
        self.run_jobs()
        receipt.action_cancel()

        self.echo()
        self.echo()
        self.work()

        self.assertEqual([body.action for body in self.sent("return")], ["cancel"])

    def test_the_rest_is_missing_once_a_part_came(self):
        receipt = self.make()
        self.work()
        self.echo()
        self.ship(receipt, SHIRT=1)
        self.work()

        self.open_receipts(self.order).action_cancel()
        self.work()

        self.assertFalse(self.sent("return"))
        self.assertEqual(
            self.dispositions(), [[("restocked", 1, "web")], [("missing", 1, "")]]
        )

    def test_the_warehouse_is_asked_why_on_the_screen(self):
        packer = new_test_user(self.env, "made-screen", "stock.group_stock_user")
        wizards = self.env["stock.return.picking"].with_user(packer)
        screen = Form(wizards.with_context(default_picking_id=self.delivery.id))
        self.assertTrue(screen.retail_sync_asks_why)
        screen.retail_sync_reason = "size_too_small"
        with screen.product_return_moves.edit(0) as row:
            row.quantity = 1
        action = screen.save().action_create_returns()
        receipt = self.env["stock.picking"].browse(action["res_id"])
        with Form(receipt) as form:
            self.assertEqual(form.retail_sync_return_reason, "size_too_small")
        self.work()

        self.assertEqual(self.sent("return_made")[0].reason, "size_too_small")

    def test_in_exchange_the_return_is_told_and_no_other_shipment(self):
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": self.delivery.id, "retail_sync_reason": "wrong_item"}
        )
        wizard.product_return_moves.quantity = 1
        wizard.action_create_exchanges()
        self.work()
        self.assertEqual(self.told_units(), [1])

        self.ship(self.open_receipts(self.order))
        again = self.order._open_deliveries()
        self.ship(again)
        self.work()

        self.assertEqual(again.move_ids.product_uom_qty, 1)
        self.assertEqual(len(self.effects(self.order, "shipment")), 1)
        self.assertEqual(self.told_units(), [1])

    def test_who_returns_needs_no_right_of_retail_sync(self):
        packer = new_test_user(self.env, "made-packer", "stock.group_stock_user")

        receipt = self.make(user=packer).with_user(packer)
        self.work()
        self.echo()
        receipt.action_cancel()
        self.work()

        self.assertEqual(self.told_units(), [2])
        self.assertEqual([body.action for body in self.sent("return")], ["cancel"])

    def test_what_the_channel_asked_for_is_not_told_as_made_here(self):
        self.tell(self.ask(3, state="open"))

        self.ship(self.receipts())
        self.work()

        self.assertFalse(self.making())


@tagged("post_install", "-at_install")
class TestReturnShort(ReturnCommon):
    """A person cancels the receipt of what a buyer was promised to bring back."""

    def setUp(self):
        super().setUp()
        self.order = self.came_and_left()
        self.tell(self.ask(2, state="open"))
        self.asked = self.order.return_ids
        self.receipt = self.coming_back(self.order)

    def test_a_person_is_asked_and_nothing_is_told(self):
        self.receipt.action_cancel()
        self.work()

        self.assertTrue(self.asked.is_short)
        self.assertEqual(self.issues("return_short").value, "#1-R1")
        self.assertFalse(self.sent("return") + self.sent("disposition"))

    def test_expected_again_there_is_a_receipt(self):
        self.receipt.action_cancel()

        self.asked.action_expect_again()

        again = self.open_receipts(self.order)
        self.assertEqual(again.move_ids.product_uom_qty, 2)
        self.assertEqual(again.retail_sync_return_id, self.asked)
        self.assertFalse(self.issues("return_short").filtered(_is_open))
        with self.assertRaises(UserError):
            self.asked.action_expect_again()

    def test_not_coming_it_is_canceled_there(self):
        self.receipt.action_cancel()

        self.asked.action_not_coming()
        self.work()

        self.assertEqual([body.action for body in self.sent("return")], ["cancel"])
        self.assertFalse(self.issues("return_short").filtered(_is_open))
        self.tell(self.ask(2, state="canceled"))
        self.assertFalse(self.open_receipts(self.order))

    def test_not_coming_after_a_part_the_rest_is_missing(self):
        self.ship(self.receipt, SHIRT=1)
        self.open_receipts(self.order).action_cancel()

        self.asked.action_not_coming()
        self.work()

        told = [
            [(one.kind, int(one.units)) for one in body.lines]
            for body in self.sent("disposition")
        ]
        self.assertEqual(told, [[("restocked", 1)], [("missing", 1)]])
        self.assertFalse(self.asked.is_short)

    def test_canceled_by_the_channel_nobody_is_asked(self):
        self.tell(self.ask(2, state="canceled"))

        self.assertEqual(self.receipt.state, "cancel")
        self.assertFalse(self.issues("return_short"))

    def test_settled_there_the_question_is_closed(self):
        self.receipt.action_cancel()

        missing = self.disposed(units=2, kind="missing")
        self.tell(self.ask(2, state="open", disposed=[missing]))

        self.assertFalse(self.issues("return_short").filtered(_is_open))


def _is_open(issue):
    return issue.state == "open"

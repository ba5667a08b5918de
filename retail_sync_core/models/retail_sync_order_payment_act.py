from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import base
from ..domain import documents as doc
from .retail_sync_effect import SETTLED
from .retail_sync_handler_order_pay import KIND

UNPAID = (
    doc.PaymentState.PENDING.value,
    doc.PaymentState.PARTIALLY_PAID.value,
    doc.PaymentState.EXPIRED.value,
)
MAY_HAVE_MOVED = ("success", "pending", "unknown")


class RetailSyncOrder(models.Model):
    """What a person may do with an order's money at the channel, from here."""

    _inherit = "retail.sync.order"

    can_capture = fields.Boolean(string="Can capture", compute="_compute_can_act")
    can_void = fields.Boolean(string="Can void", compute="_compute_can_act")
    can_mark_paid = fields.Boolean(string="Can mark paid", compute="_compute_can_act")
    can_give_back = fields.Boolean(string="Can give back", compute="_compute_can_act")
    money_under_way = fields.Char(
        string="Money under way",
        compute="_compute_can_act",
        help="What the channel was asked and has not done.",
    )

    @api.depends("payment_state", "payment_ids.status", "state")
    @api.depends_context("lang")
    def _compute_can_act(self):
        for order in self:
            can = order._money_actions()
            held = can & {"capture", "void"} and order._free_authorizations()
            order.can_capture = "capture" in can and bool(held)
            order.can_void = "void" in can and bool(held)
            order.can_mark_paid = (
                "mark_paid" in can
                and order.payment_state in UNPAID
                and not order.cancelled_at
                and order.state in ("imported", "hold")
            )
            order.can_give_back = (
                "refund" in can
                and order._owed_back() > 0
                and not order._is_refund_under_way()
                and not order._is_cancellation_unread()
            )
            asked = order._money_effects() if can else ()
            order.money_under_way = ", ".join(
                order._money_words(effect._get_document()) for effect in asked
            )

    def _money_actions(self):
        """Return what the channel lets us do with money (names of actions)."""
        adapter = self.channel_id.sudo()._adapter_class()
        payments = adapter.capability(base.Payments) if adapter else None
        return set(payments.actions) if payments else set()

    def _money_effects(self):
        """Return what the channel was asked about this order's money and is open."""
        return (
            self.sudo()
            ._effects()
            .filtered(lambda one: one.kind == "payment" and one.state not in SETTLED)
        )

    def _done(self, action, payment_id=""):
        """Return what the channel did with the money at our asking, oldest first.

        :param action: ``refund``, or ``capture`` of the authorization ``payment_id``
        """
        done = self.sudo()._effects().sorted("id")
        asked = [
            effect._get_document()
            for effect in done
            if effect.kind == "payment" and effect.state == "applied"
        ]
        return [
            one for one in asked if (one.action, one.payment_id) == (action, payment_id)
        ]

    def _refunded_unread(self):
        """Return the money that went back at our asking and is not told yet.

        A movement that was not known when we asked is what came of it; failed or not,
        the channel has told.
        """
        rows = {
            row.external_id: row.amount
            for row in self.payment_ids.sorted("id")
            if row.kind == "refund"
        }
        unread = 0.0
        for asked in self._done("refund"):
            left = float(asked.amount)
            for external_id in [one for one in rows if one not in asked.known]:
                if self.currency_id.compare_amounts(left, 0.0) > 0:
                    left -= rows.pop(external_id)
            unread += max(left, 0.0)
        return self.currency_id.round(unread)

    def _is_capture_unread(self, payment):
        """Return whether money of that authorization was taken and is not told yet."""
        rows = self.payment_ids.sorted("id").filtered(
            lambda row: (
                row.kind == "capture" and row.parent_id_there == payment.external_id
            )
        )
        told = rows.mapped("external_id")
        for asked in self._done("capture", payment.external_id):
            came_of_it = next((one for one in told if one not in asked.known), None)
            if came_of_it is None:
                return True
            told.remove(came_of_it)
        return False

    def _free_authorizations(self):
        """Return {authorization: what it holds} of those nobody is busy with."""
        return {
            payment: held
            for payment, held in self._open_authorizations().items()
            if not self._is_capture_unread(payment)
        }

    def _open_authorizations(self):
        """Return {authorization: what it still holds}."""
        held = {}
        for row in self.payment_ids.filtered(
            lambda one: one.kind == "authorization" and one.status == "success"
        ):
            children = self.payment_ids.filtered(
                lambda one, of=row: (
                    one.parent_id_there == of.external_id
                    and one.status in MAY_HAVE_MOVED
                )
            )
            taken = sum(
                child.amount for child in children if child.kind in ("capture", "void")
            )
            left = row.currency_id.round(row.amount - taken)
            if left > 0 and "void" not in children.mapped("kind"):
                held[row] = left
        return held

    # what the buttons open
    def action_capture(self):
        """Ask how much of the authorization is taken."""
        return self._open_money_dialog("capture")

    def action_void(self):
        """Ask whether the authorization is given up."""
        return self._open_money_dialog("void")

    def action_mark_paid(self):
        """Ask whether the money came by another way."""
        return self._open_money_dialog("mark_paid")

    def action_give_back(self):
        """Ask whether the money of a canceled order goes back."""
        return self._open_money_dialog("refund")

    def _open_money_dialog(self, action):
        self._check_operator()
        self.ensure_one()
        if action not in self._money_actions():
            raise UserError(
                self.env._(
                    "%(channel)s takes no such order from here: do it there for"
                    " %(order)s.",
                    channel=self.channel_id.name,
                    order=self.display_name,
                )
            )
        dialog = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_order_money_action"
        )
        context = {"default_order_id": self.id, "default_action": action}
        if action in ("capture", "void"):
            held = next(iter(self._free_authorizations()), None)
            context["default_payment_id"] = held and held.id
        return {**dialog, "context": context}

    def _act_on_money(self, action, payment=None, amount=0.0, *, notify=False, note=""):
        """Append the intent to do ``action`` with the order's money at the channel.

        :param payment: the authorization to capture or void
        :return: the effect
        :raises UserError: it is under way, or there is less money than that
        """
        self._claim()
        document = doc.PaymentAction(
            order_id=self.external_id,
            action=action,
            payment_id=payment.external_id if payment else "",
            amount=Decimal(str(self.currency_id.round(amount))),
            currency=(payment or self).currency_id.name,
            notify_customer=notify,
            note=note,
            known=tuple(self.payment_ids.mapped("external_id")),
        )
        self._check_may_act(document, payment)
        effect = self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "payment",
            self,
            document,
            self._order_key(),
            handler="order.pay",
            lane=0,
        )
        self._note("pay_asked", what=self._money_words(document))
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            self,
            f"money.{action}",
            {"amount": str(document.amount), "currency": document.currency},
        )
        self._judge_refund()
        return effect

    def _check_may_act(self, document, payment):
        for effect in self._money_effects():
            asked = effect._get_document()
            same = (asked.action, asked.payment_id)
            if same == (document.action, document.payment_id):
                raise self._asked_already()
        is_refund = document.action == "refund"
        if is_refund and (
            self._is_refund_under_way() or self._is_cancellation_unread()
        ):
            raise self._asked_already()
        if payment and self._is_capture_unread(payment):
            raise UserError(
                self.env._(
                    "The channel took money of this authorization and has not told yet"
                    " how much is left of it: wait a moment."
                )
            )
        held = {
            "capture": self._open_authorizations().get(payment, 0.0),
            "void": self._open_authorizations().get(payment, 0.0),
            "refund": self._owed_back() if is_refund else 0.0,
        }
        if document.action not in held:
            return
        most = held[document.action]
        wanted = float(document.amount) if document.action != "void" else 0.0
        too_much = self.currency_id.compare_amounts(wanted, most) > 0
        nothing = document.action != "void" and wanted <= 0
        if not most or too_much or nothing:
            raise UserError(
                self.env._(
                    "Of %(order)s at most %(most)s can be taken or given back.",
                    order=self.display_name,
                    most=self.currency_id.format(most),
                )
            )

    def _asked_already(self):
        return UserError(self.env._("The channel is being asked already: wait."))

    def _money_words(self, document):
        """Return what the channel is asked to do, in a person's words."""
        currency = self.env["res.currency"].search(
            [("name", "=", document.currency)], limit=1
        )
        amount = (currency or self.currency_id).format(float(document.amount))
        match document.action:
            case "capture":
                return self.env._("take %s of the authorization", amount)
            case "void":
                return self.env._("give up the authorization")
            case "refund":
                return self.env._("give %s back", amount)
            case _:
                return self.env._("mark it as paid")


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The money of %(value)s did not move"),
                self.env._("The channel was asked to %(wish)s and refused: %(answer)s"),
                self.env._(
                    "Look at the order's payments over there; ask again from the"
                    " order's page Payments, or close this."
                ),
            ),
        }

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .retail_sync_order_refund import ENDED_WITHOUT

GROUP = "retail_sync_core.retail_sync_group_manager"
KIND = "refund_waits"
LET_GO = "money.let_go"


class RetailSyncOrder(models.Model):
    """Which refunds wait for an approver, and why."""

    _inherit = "retail.sync.order"

    def _why_refund_waits(self, document, user, but=None):
        """Return why ``user`` needs an approver, as [{"code", facts}]; empty: no need.

        :param but: the refund in question, where it is known already
        """
        return [
            *self._why_above_limit(float(document.amount), user, but),
            *self._why_above_paid(document, but),
            *self._why_again(document, but),
        ]

    def _check_refund_limit(self, amount):
        """Let ``amount`` go back at once, by cancelling or with a payment, and keep who
        did: it counts in whatever that person asks for later.

        :raises UserError: a limit keeps them from it, a manager must do it
        """
        for row in self._why_above_limit(amount, self.env.user):
            raise UserError(
                self.env._(
                    "With what you asked for before, %(total)s would go back of"
                    " %(order)s; without a manager it may be %(limit)s. Ask a manager"
                    " to do it.",
                    order=self.display_name,
                    total=row["total"],
                    limit=row["limit"],
                )
            )
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, LET_GO, {"amount": str(amount)}
        )

    def _why_above_limit(self, amount, user, but=None):
        """What the person asked for of this order before counts, too: no limit is
        split."""
        if user.has_group(GROUP):
            return []
        before = self.sudo().refund_ids.filtered(
            lambda one: one.user_id == user and one.state not in ENDED_WITHOUT
        )
        if but:
            before -= but.sudo()
        currency = self.company_id.currency_id
        total = self.currency_id._convert(
            amount + sum(before.mapped("amount")) + self._let_go_by(user),
            currency,
            self.company_id,
            fields.Date.context_today(self),
        )
        limit = self.channel_id.sudo().refund_limit
        if currency.compare_amounts(total, limit) <= 0:
            return []
        facts = {"total": currency.format(total), "limit": currency.format(limit)}
        return [{"code": "limit", **facts}]

    def _let_go_by(self, user):
        """Return what the person has let go back of this order without a refund of its
        own."""
        rows = (
            self.env["retail.sync.audit"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("action", "=", LET_GO),
                    ("user_id", "=", user.id),
                ]
            )
        )
        return sum(float(row.detail["amount"]) for row in rows)

    def _why_above_paid(self, document, but):
        here = self._refundable_money(but)
        if self.currency_id.compare_amounts(float(document.amount), here) <= 0:
            return []
        return [{"code": "paid", "most": self.currency_id.format(here)}]

    def _why_again(self, document, but):
        """Units that somebody refunded before, or that left in the meantime."""
        sent = self._refund_to_send(document, but=but, beyond=False)
        units = {}
        for sign, lines in ((1, document.lines), (-1, sent.lines)):
            for one in lines:
                known = units.get(one.line_id, 0.0)
                units[one.line_id] = known + sign * float(one.units)
        names = {line.external_id: line.title or line.sku for line in self.line_ids}
        missing = [
            f"{count:g} × {names.get(line_id) or line_id}"
            for line_id, count in units.items()
            if count > 0
        ]
        return [{"code": "again", "units": ", ".join(missing)}] if missing else []


class RetailSyncOrderRefund(models.Model):
    """A refund that waits: four eyes look at it, and one of them answers."""

    _inherit = "retail.sync.order.refund"

    def _await_approver(self):
        order = self.order_id
        order._note_about(self, "refund_waits", why=self._why_words())
        self.env["retail.sync.issue"]._raise(
            order.channel_id,
            KIND,
            field=self.env._("Order"),
            value=order.display_name,
            params={
                "amount": self._sum_words(),
                "user": self.sudo().user_id.name,
                "why": self._why_words(),
            },
            record=self,
            about=(self,),
        )

    def _check_may_answer(self):
        """Let a manager answer, and not the one who asks, as long as there is another.

        :raises AccessError: not a manager
        :raises UserError: it does not wait anymore, or it is their own
        """
        if not self.env.user.has_group(GROUP):
            raise AccessError(self.env._("Only managers may answer this."))
        self.check_access("read")
        if self.state != "waiting":
            raise UserError(self.env._("This refund does not wait anymore."))
        if self.sudo().user_id == self.env.user and self._other_approvers():
            raise UserError(
                self.env._(
                    "You asked for it yourself: another manager must approve it."
                )
            )

    def _other_approvers(self):
        """Return the managers of the company beside whoever asked."""
        return (
            self.env.ref(GROUP)
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and user != self.sudo().user_id
                    and user.id != self.env.ref("base.user_root").id
                    and self.sudo().company_id in user.company_ids
                )
            )
        )

    def _approve(self, why):
        """Send it, as it was asked for and shown.

        Whatever came up since is shown first: then nothing is sent yet.

        :return: whether it goes
        """
        order = self.order_id
        order._claim()
        self.invalidate_recordset()
        self._check_may_answer()
        now = order._why_refund_waits(
            self._get_document(), self.sudo().user_id, but=self
        )
        shown = {row["code"] for row in self.waits or []}
        if any(row["code"] not in shown for row in now):
            self.sudo().waits = [
                *now,
                *(row for row in self.waits if row["code"] not in _codes(now)),
            ]
            return False
        self._note_answer(why, "refund.approved", "refund_approved")
        self._send()
        return True

    def _decline(self, why):
        self.order_id._claim()
        self.invalidate_recordset()
        self._check_may_answer()
        self._note_answer(why, "refund.declined", "refund_declined")
        self.sudo().state = "declined"

    def _note_answer(self, why, action, code):
        self.sudo().write(
            {
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
                "answer": why,
            }
        )
        self._answered(action)
        self.order_id._note_about(
            self, code, user=self.env.user.name, why=why, what=self._sum_words()
        )

    def _answered(self, action):
        order = self.order_id
        self.env["retail.sync.audit"]._record(
            order.channel_id,
            self,
            action,
            {"amount": str(self.amount), "order": order.id},
        )
        self.env["retail.sync.issue"]._close_about(order.channel_id, KIND, (self,))

    # what the buttons do
    def action_answer(self):
        """Open the dialog that approves or declines."""
        self.ensure_one()
        self._check_may_answer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund of %s", self.order_id.display_name),
            "res_model": "retail.sync.order.refund.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_refund_id": self.id},
        }

    def action_withdraw(self):
        """Take it back while it waits; whoever asked, or a manager."""
        self.ensure_one()
        user = self.env.user
        if self.sudo().user_id != user and not user.has_group(GROUP):
            raise AccessError(self.env._("Only who asked for it may withdraw it."))
        self.check_access("read")
        self.order_id._claim()
        self.invalidate_recordset()
        if self.state != "waiting":
            raise UserError(self.env._("This refund does not wait anymore."))
        self.sudo().state = "withdrawn"
        self._answered("refund.withdrawn")
        self.order_id._note_about(
            self, "refund_withdrawn", user=user.name, what=self._sum_words()
        )
        return True


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Approve or decline")}

    def _mend_refund_waits(self):
        return self.action_open_record()


def _codes(rows):
    return {row["code"] for row in rows}

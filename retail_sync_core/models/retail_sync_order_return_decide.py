from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import documents as doc
from .retail_sync_effect import SETTLED

KIND = "return_refused"


class RetailSyncOrderReturn(models.Model):
    """A person approves or declines what a buyer asks for; the channel is told."""

    _inherit = "retail.sync.order.return"

    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    refusal = fields.Char(
        string="Refused",
        readonly=True,
        help="Why the channel refused what was decided.",
    )
    is_under_way = fields.Boolean(
        string="Being told", compute="_compute_can_decide", compute_sudo=True
    )
    can_decide = fields.Boolean(
        string="Can be decided", compute="_compute_can_decide", compute_sudo=True
    )

    @api.depends("state")
    def _compute_can_decide(self):
        Effect = self.env["retail.sync.effect"]
        for one in self:
            asked = Effect._about_return(one, "return")
            one.is_under_way = any(effect.state not in SETTLED for effect in asked)
            waits = one.state == "requested" and not one.is_under_way
            one.can_decide = waits and one._can_tell()

    def action_approve(self):
        """Have the channel approve the returns; their goods are expected then."""
        self._decide("approve")
        return True

    def action_decline(self):
        """Ask why, then have the channel decline the returns."""
        self.order_id._check_operator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decline"),
            "res_model": "retail.sync.return.decline",
            "view_mode": "form",
            "target": "new",
            "context": {"default_return_ids": self.ids},
        }

    def _decide(self, action, reason="other", note=""):
        """Append the intent to decide each of the returns, once.

        :raises UserError: one of them is decided already, or by somebody just now
        """
        self.order_id._check_operator()
        for one in self:
            one.order_id._claim()
            one.invalidate_recordset()
            if not one.can_decide:
                raise UserError(one._why_not_to_decide())
            one.sudo()._intend_decision(action, reason, note)

    def _why_not_to_decide(self):
        if self.is_under_way:
            return self.env._("%s was decided just now: wait a moment.", self.name)
        if self.state != "requested":
            return self.env._("%s is not asked for anymore.", self.display_name)
        return self.env._("This channel takes no decisions: decide there.")

    def _intend_decision(self, action, reason, note):
        order = self.order_id
        self.write(
            {
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "refusal": False,
            }
        )
        self.env["retail.sync.effect"]._intend(
            order.channel_id,
            "return",
            self,
            doc.ReturnDecision(
                order_id=order.external_id,
                return_id=self.external_id,
                action=action,
                reason=reason,
                note=note or "",
                notify_customer=order.channel_id.notify_customer,
            ),
            order._order_key(),
            handler="return.decide",
        )
        order._note_about(self, f"return_{action}", name=self.display_name)

    def _note_decision(self, decision, outcome):
        """Keep the channel's answer; a refusal is for a person."""
        issues = self.env["retail.sync.issue"]
        order, name = self.order_id, self.display_name
        if outcome.state != "refused":
            if decision.action == "decline":
                self.sudo().write(
                    {
                        "state": "declined",
                        "decline_reason": decision.reason,
                        "decline_note": decision.note or False,
                    }
                )
            order._note_about(self, "return_decided", name=name)
            issues._close_about(self.channel_id, KIND, [self])
            return
        answer = outcome.message or outcome.code
        self.sudo().refusal = str(answer)[:300]
        order._note_about(self, "return_refused", name=name, message=answer)
        issues._raise(
            self.channel_id,
            KIND,
            field=self.env._("Return"),
            value=name,
            params={"answer": answer},
            record=self,
            about=[self],
        )


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The channel refused the decision on return %(value)s"),
                self.env._("It is as it was before: %(answer)s"),
                self.env._(
                    "Look at the return, and decide again or there; then close this."
                ),
            ),
        }

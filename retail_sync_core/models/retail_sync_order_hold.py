from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import documents as doc

RISKY = (doc.RiskLevel.INVESTIGATE.value, doc.RiskLevel.CANCEL.value)
TO_BE_SEEN = ("cancel", "total", "elsewhere")  # what differs shows on its own form
PAID = (doc.PaymentState.PAID.value, doc.PaymentState.PARTIALLY_REFUNDED.value)


class RetailSyncOrder(models.Model):
    """May the goods leave? The gravest cause counts; a person may overrule it."""

    _inherit = "retail.sync.order"

    is_held = fields.Boolean(
        string="On hold", compute="_compute_is_held", search="_search_is_held"
    )

    def _compute_is_held(self):
        for order in self:
            order.is_held = bool(order.hold_code)

    def _search_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("hold_code", "!=" if True in value else "=", False)]

    def _judge_hold(self):
        """Decide anew whether the deliveries may go, from what is known now."""
        code = self._hold_cause()
        was, sentence = self.hold_code or "", self._hold_sentence()
        if self.state in ("imported", "hold"):
            self.state = "hold" if code else "imported"
        if code == was:
            return
        self.hold_code = code or False
        if was and was != "ours":  # the end of ours says who ended it
            self._note("released", reason=sentence)
        if was:
            self._close_issues(was)
        if code:
            self._note("held", reason=self._hold_sentence())
            self._raise_hold_issue()

    def _hold_cause(self):
        """Return the code of what keeps the goods here, or nothing.

        What a person released stays released as long as the facts are the same: money
        that was pending then and is refunded now holds the goods again.
        """
        if self._is_all_shipped() or self.order_id.state == "cancel":
            return ""
        released = self.released_facts or {}
        checks = (
            ("cancel", bool(self.cancelled_at)),
            ("total", self.does_not_add_up),
            ("elsewhere", self._is_shipped_elsewhere()),
            ("risk", self.channel_id.hold_risky and self.risk in RISKY),
            ("payment", not self._has_paid_enough()),
            ("ours", self._is_held_by_us()),
            ("channel", self._is_held_there()),
        )
        return next(
            (
                code
                for code, holds in checks
                if holds and released.get(code) != self._fact(code)
            ),
            "",
        )

    def _fact(self, code):
        """Return what is known about a hold's cause, as text to compare."""
        match code:
            case "cancel":
                return str(self.cancelled_at)
            case "total":
                return f"{self.difference:.2f}"
            case "elsewhere":
                return str(sorted(self._shipped_elsewhere().items()))
            case "risk":
                return self.risk
            case "payment":
                return self.payment_state
            case "ours":
                return self.own_hold_ref or ""
            case _:
                requests = self.shipment_orders or []
                return str(sorted((r["external_id"], r["state"]) for r in requests))

    def _has_paid_enough(self):
        """Return whether the money is as far as the channel's policy asks."""
        gateways = (self.gateways or "").split(", ")
        rule = self.env["retail.sync.map.gateway"]._release_on(
            self.channel_id, gateways
        )
        authorized = self.payment_state == doc.PaymentState.AUTHORIZED.value
        return (
            rule == "always"
            or not self.amount_total
            or self.payment_state in PAID
            or (rule == "authorized" and authorized)
        )

    def _is_held_there(self):
        """Return whether each place that still has to ship was told to wait.

        What only we asked to wait is our own hold, before and after its release.
        """
        still = [
            request
            for request in self.shipment_orders or []
            if request["state"] not in ("closed", "cancelled", "incomplete")
            and not request.get("taken_along")
        ]
        waiting = [
            request
            for request in still
            if request["state"] in ("on_hold", "scheduled")
            and not request.get("held_by_us")
        ]
        return bool(still) and len(waiting) == len(still)

    def _is_all_shipped(self):
        """Return whether no delivery of it is open anymore, and one was done."""
        pickings = self.order_id.picking_ids.filtered(
            lambda one: (
                one.state != "cancel" and not one.move_ids.origin_returned_move_id
            )
        )
        return bool(pickings) and all(one._retail_sync_is_gone() for one in pickings)

    def _is_shipped_elsewhere(self):
        """Return whether others have shipped all that is wanted."""
        elsewhere = self._shipped_elsewhere()
        goods = self.line_ids.filtered(
            lambda line: (
                line.current_quantity and line.sale_line_id.product_id.type == "consu"
            )
        )
        return bool(elsewhere and goods) and all(
            elsewhere.get(line.external_id, 0.0) >= line.current_quantity
            for line in goods
        )

    def _is_being_picked(self):
        """Return whether somebody has begun to take the goods off the shelf."""
        return any(picking._is_being_picked() for picking in self.order_id.picking_ids)

    def _hold_sentence(self, code=None):
        """Return why the goods stay here, in words, or an empty string.

        :param code: another hold than the one it has
        """
        params = {"channel": self.channel_id.name, "order": self.display_name}
        sentences = {
            "cancel": self.env._(
                "%(channel)s canceled order %(order)s: do not ship it.", **params
            ),
            "total": self.env._(
                "The amounts of order %(order)s do not add up; see the differences.",
                **params,
            ),
            "elsewhere": self.env._(
                "%(channel)s says that somebody else has already shipped order"
                " %(order)s.",
                **params,
            ),
            "risk": self.env._(
                "%(channel)s sees a risk of fraud in order %(order)s.", **params
            ),
            "payment": self.env._("Order %(order)s is not paid yet.", **params),
            "ours": self._own_hold_sentence(),
            "channel": self._their_hold_sentence(params),
        }
        return sentences.get(code or self.hold_code or "", "")

    def _their_hold_sentence(self, params):
        """Return that the channel holds the order, and why as far as it says so."""
        reasons = {
            reason.rstrip(".")
            for asked in self.shipment_orders or []
            if not asked.get("held_by_us")
            for reason in asked.get("holds") or ()
        }
        if not reasons:
            return self.env._("%(channel)s asks to hold order %(order)s.", **params)
        return self.env._(
            "%(channel)s asks to hold order %(order)s: %(reasons)s.",
            reasons=", ".join(sorted(reasons)),
            **params,
        )

    def _issue_kind(self, code):
        return {"total": "total_mismatch", "cancel": "cancel_while_picking"}.get(code)

    def _raise_hold_issue(self):
        """Ask a person where only a person can decide."""
        kind = self._issue_kind(self.hold_code)
        if kind:
            self.env["retail.sync.issue"]._raise(
                self.channel_id,
                kind,
                field=self.env._("Order"),
                value=self.display_name,
                params={"explanation": self.explanation or self.hold_reason},
                record=self,
            )

    def _close_issues(self, code):
        kind = self._issue_kind(code)
        if kind:
            self.env["retail.sync.issue"]._close_matching(
                self.channel_id, kind, self.display_name
            )

    def action_ask_release(self):
        """Ask whether the goods may go in spite of the hold, and why."""
        self.ensure_one()
        self._check_operator()
        return self.env["retail.sync.order.release"]._open(self)

    def action_release(self, why=""):
        """Let the goods go in spite of the hold; it is written down who said so.

        :param why: in a person's words; where amounts differ there must be some
        """
        self._check_operator()
        why = (why or "").strip()
        for order in self.sudo().filtered("hold_code"):
            code, sentence = order.hold_code, order._hold_sentence()
            if code == "ours":
                order._release_own_hold(why)
                continue
            if code == "total" and not why:
                raise UserError(
                    self.env._("Say in a few words why %s may go.", order.display_name)
                )
            order.write(
                {
                    "released_code": code,
                    "released_facts": {
                        **(order.released_facts or {}),
                        code: order._fact(code),
                    },
                }
            )
            order._note_release(self.env.user, sentence, why)
            self.env["retail.sync.audit"]._record(
                order.channel_id, order, "hold.released", {"hold": code}
            )
            order._judge_hold()
            order._confirm_if_wanted()
        return True

    def _note_release(self, user, sentence, why):
        """Keep who released it and why: on its timeline and beside the sale order."""
        code = "released_because" if why else "released_by_hand"
        self._note(code, user=user.display_name, reason=sentence, why=why)
        if not self.order_id:  # a quotation that somebody has deleted
            return
        text = self.env._("Released in spite of: %(reason)s", reason=sentence)
        self.order_id.message_post(
            body=f"{text} {why}".strip(),
            author_id=user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )

    def _is_accepted(self):
        """Return whether a person let it go although its amounts differ."""
        released = (self.released_facts or {}).get("total")
        return self.does_not_add_up and released == self._fact("total")

    def _release_or_open(self):
        """Ask to release it from afar, unless what differs shows on its own form."""
        if self.hold_code in TO_BE_SEEN:
            return self.get_formview_action()
        return self.action_ask_release()

    def action_cancel_here(self):
        """Cancel what the channel canceled after all: the goods are on the shelf again.

        What has left stays sold, and a person is asked what is to become of it.
        """
        self._check_operator()
        for order in self.sudo().filtered("order_id"):
            if not order._has_left():
                order._cancel_here()
            elif order._open_deliveries():
                order._cancel_what_is_left()
            else:
                raise UserError(
                    self.env._(
                        "Goods of %s have left; make a return.", order.display_name
                    )
                )
        return True

    def _cancel_here(self):
        """Cancel the sale order, give its reservations back and close its issues."""
        self._cancel_sale("cancelled")

    def _end_canceled(self, code):
        """Nothing is shipped or held anymore; ``code`` says whose wish it was."""
        was = self.hold_code
        self.write({"state": "cancelled", "hold_code": False})
        self._note(code)
        self.env["retail.sync.demand"]._drop(self.channel_id, self.external_id)
        if was:
            self._close_issues(was)

    def _reopen(self):
        """The sale order is a quotation again: whether it may ship is judged anew."""
        self.filtered(lambda o: o.state == "cancelled").state = "imported"
        for order in self:
            order._judge_hold()

    def _confirm_if_wanted(self):
        """Confirm a quotation that only waited for its hold."""
        draft = self.order_id.state in ("draft", "sent")
        wanted = self.channel_id.order_policy == "confirm"
        if draft and wanted and self.hold_code not in ("total", "cancel"):
            self.order_id.action_confirm()
            self._note("confirmed", deliveries=len(self.order_id.picking_ids))

    def _check_operator(self):
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_operator"):
            raise AccessError(self.env._("Only operators may do this."))
        self.check_access("read")

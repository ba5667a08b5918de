import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

GROUP = "retail_sync_core.retail_sync_group_operator"
REASONS = [
    ("customer", "The customer asks us to wait"),
    ("address", "The address is to be checked"),
    ("stock", "The goods are not here"),
    ("date", "It is not known when it can leave"),
    ("fraud", "It may be fraud"),
    ("other", "Another reason"),
]


class RetailSyncOrder(models.Model):
    """Held by us: a person wants the goods to wait, here and at the channel."""

    _inherit = "retail.sync.order"

    own_hold_ref = fields.Char(
        string="Our hold",
        readonly=True,
        copy=False,
        help="The name under which the channel knows it.",
    )
    own_hold_reason = fields.Selection(
        REASONS, string="Why we hold it", readonly=True, copy=False
    )
    own_hold_note = fields.Char(string="Note on our hold", readonly=True, copy=False)
    own_hold_until = fields.Datetime(
        string="Held until",
        readonly=True,
        copy=False,
        help="When our hold ends by itself; empty: a person releases it.",
    )
    own_hold_user_id = fields.Many2one(
        "res.users", string="Held by", readonly=True, copy=False
    )
    can_hold = fields.Boolean(string="Can be held", compute="_compute_can_hold")

    def _compute_can_hold(self):
        for order in self:
            order.can_hold = order.sudo()._may_be_held()

    def _may_be_held(self):
        """Return whether something of it has not left, and we do not hold it yet."""
        return bool(
            self.state in ("imported", "hold")
            and self.order_id.state in ("draft", "sent", "sale")
            and not self.own_hold_ref
            and not self.cancelled_at
            and not self._is_all_shipped()
        )

    def _is_held_by_us(self):
        now = fields.Datetime.now()
        return bool(
            self.own_hold_ref and (not self.own_hold_until or self.own_hold_until > now)
        )

    def _own_hold_sentence(self):
        """Return who holds it, why and until when."""
        if not self.own_hold_ref:
            return self.env._("Order %s is held by us.", self.display_name)
        reasons = dict(self._fields["own_hold_reason"]._description_selection(self.env))
        why = reasons.get(self.own_hold_reason, "")
        if self.own_hold_note:
            why = f"{why} ({self.own_hold_note})"
        params = {
            "user": self.own_hold_user_id.sudo().name,
            "order": self.display_name,
            "why": why,
        }
        if not self.own_hold_until:
            return self.env._("%(user)s holds order %(order)s: %(why)s.", **params)
        until = format_datetime(
            self.env,
            self.own_hold_until,
            tz=self.channel_id.timezone or "UTC",
            dt_format="short",
        )
        return self.env._(
            "%(user)s holds order %(order)s until %(until)s: %(why)s.",
            until=until,
            **params,
        )

    @api.depends("own_hold_ref", "own_hold_reason", "own_hold_note", "own_hold_until")
    def _compute_hold_reason(self):
        return super()._compute_hold_reason()

    # what a person does
    def action_hold(self):
        """Ask why its goods are to wait."""
        self.ensure_one()
        self._check_service()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hold %s", self.sudo().display_name),
            "res_model": "retail.sync.order.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_sale_id": self.sudo().order_id.id},
        }

    def action_release_own(self):
        """Let the goods go that we held; a graver cause still holds them."""
        self._check_service()
        for order in self.sudo():
            order._claim()
            if order.own_hold_ref:
                order._release_own_hold()
        return True

    def _check_service(self):
        """Raise unless the user answers buyers: operators, and who sells this order."""
        if self.env.user.has_group(GROUP):
            self.check_access("read")
        elif self.env.user.has_group("sales_team.group_sale_salesman"):
            # whoever sells need not see our tables
            self.sudo().order_id.sudo(False).check_access("write")
        else:
            raise AccessError(
                self.env._("Only sales people and operators may do this.")
            )

    def _hold_here(self, reason, note="", until=False, tell=True):
        """Keep the goods here from now on; the channel is told in the background.

        :param until: when it ends by itself (naive UTC), or False
        """
        if not self._may_be_held():
            raise UserError(
                self.env._(
                    "There is nothing to hold of %s anymore: it is held by us already,"
                    " canceled, or has left.",
                    self.display_name,
                )
            )
        self.write(
            {
                "own_hold_ref": f"odoo-{uuid.uuid4().hex[:16]}",
                "own_hold_reason": reason,
                "own_hold_note": (note or "").strip() or False,
                "own_hold_until": until or False,
                "own_hold_user_id": self.env.uid,
            }
        )
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, "order.held", {"reason": reason}
        )
        self._judge_hold()
        if self.hold_code != "ours":  # something graver holds it, and says so
            self._note("held_by_us", reason=self._own_hold_sentence())
        if until:
            self._end_own_hold_later()
        if tell:
            self._intend_hold()

    def _release_own_hold(self, why="", step="own_released"):
        """End our hold; who did so, and what was held, is kept."""
        ref, said = self.own_hold_ref, self._own_hold_sentence()
        self.write(dict.fromkeys(self._own_hold_fields(), False))
        self._note(step, user=self.env.user.display_name, reason=said, why=why or "")
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, "hold.released", {"hold": "ours"}
        )
        self._judge_hold()
        self._confirm_if_wanted()
        if self._was_told_hold(ref):
            self._intend_hold(ref, released=True)

    def _end_canceled(self, code):
        """What is canceled needs no hold anymore."""
        result = super()._end_canceled(code)
        self.write(dict.fromkeys(self._own_hold_fields(), False))
        return result

    def _own_hold_fields(self):
        names = ("ref", "reason", "note", "until", "user_id")
        return [f"own_hold_{name}" for name in names]

    # its end
    def _end_own_hold_later(self):
        """Have it looked at when our hold is over."""
        left = (self.own_hold_until - fields.Datetime.now()).total_seconds()
        name = f"{self.external_id}:{self.own_hold_ref}"
        self.env["retail.sync.job"].sudo()._enqueue(
            self.channel_id,
            "order.hold.end",
            order_key=f"hold:{name}",
            identity=f"order.hold.end:{name}",
            payload={"external_id": self.external_id, "ref": self.own_hold_ref},
            delay_s=max(left, 0.0),
        )

    def _end_own_hold(self, ref):
        """Release the hold called ``ref`` if its time is over; else nothing."""
        self._lock()
        if self.own_hold_ref != ref or self._is_held_by_us():
            return self.env._("Nothing to do: this hold was ended or renewed.")
        self._release_own_hold(step="own_hold_over")
        return self.env._("The hold of %s is over.", self.display_name)

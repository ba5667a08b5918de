from collections import Counter
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import documents as doc
from .retail_sync_effect import SETTLED

KIND = "return_short"


class RetailSyncOrderReturn(models.Model):
    """Units of a return that no receipt is for: a person canceled it."""

    _inherit = "retail.sync.order.return"

    is_short = fields.Boolean(
        string="Receipt canceled", compute="_compute_is_short", compute_sudo=True
    )

    @api.depends("state", "expected", "picking_ids.state")
    def _compute_is_short(self):
        for one in self:
            one.is_short = bool(one._units_short())

    def _units_short(self):
        """Return {the channel's line: whole units} expected that nobody receives."""
        if self.state != "open" or self._is_being_told():
            return {}
        lines = self.order_id._stock_lines()
        missing = self._missing_told()
        found = {}
        for line_id, expected in (self.expected or {}).items():
            line = lines.get(line_id)
            moves = line and line._retail_sync_returns() & self.picking_ids.move_ids
            if line:
                come = sum(line._retail_sync_back(moves))
                short = round(expected - come) - missing[line_id]
                found[line_id] = short
        return {line_id: short for line_id, short in found.items() if short > 0}

    def _missing_told(self):
        """Return {the channel's line: units} told as missing and not read back yet."""
        read = {
            row["external_id"] for line in self.line_ids for row in line.disposed or []
        }
        line_of = {line.external_id: line.line_external_id for line in self.line_ids}
        found = Counter()
        effects = self.env["retail.sync.effect"].sudo()
        for effect in effects._about_return(self, "disposition"):
            lost = effect.state in ("refused", "abandoned")
            if not lost and not set(effect._their_ids()) & read:
                for part in effect._get_document().lines:
                    if part.kind == "missing":
                        found[line_of.get(part.return_line_id)] += int(part.units)
        return found

    def _is_being_told(self):
        """Return whether the channel is being told a decision on this return."""
        asked = self.env["retail.sync.effect"].sudo()._about_return(self, "return")
        return any(effect.state not in SETTLED for effect in asked)

    def _judge_short(self, *, by_hand=False):
        """Say what follows when nobody receives units anymore.

        A return made here is taken back there with its receipt. What a buyer was
        promised is a person's to say.

        :param by_hand: a person has just canceled a receipt of it
        """
        issues = self.env["retail.sync.issue"].sudo()
        for one in self:
            if not one._units_short():
                issues._close_about(one.channel_id, KIND, [one])
            elif by_hand and one.made_here and one._can_tell():
                one._give_up()
            elif by_hand:
                issues._raise(
                    one.channel_id,
                    KIND,
                    field=self.env._("Return"),
                    value=one.display_name,
                    params={"order": one.order_id.display_name},
                    record=one,
                    about=[one],
                )

    def _give_up(self):
        """Have the return canceled there, or its rest told as missing."""
        if self._is_untouched():
            self._intend_decision("cancel", "other", "")
        else:
            self._intend_missing()

    def _is_untouched(self):
        """Return whether nothing of it came, is to come, or was paid back."""
        told = self.env["retail.sync.effect"].sudo()
        return not (
            self.picking_ids.filtered(lambda one: one.state != "cancel")
            or self._known_dispositions()
            or any(self.line_ids.mapped("refunded"))
            or any(
                effect.state not in ("refused", "abandoned")
                for effect in told._about_return(self, "disposition")
            )
        )

    def _intend_missing(self):
        """Have the channel hear that the units nobody receives do not come."""
        lines = tuple(
            doc.Received(
                return_line_id=row.external_id, kind="missing", units=Decimal(part)
            )
            for line_id, units in self._units_short().items()
            for row, part in self._spread(self._rooms(line_id), units)
        )
        if not lines:
            return
        self._intend_told(self, lines)
        units = sum(part.units for part in lines)
        self.order_id._note_about(
            self, "return_missing", name=self.display_name, units=f"{units:g}"
        )

    # what the buttons do
    def action_not_coming(self):
        """Have the channel hear that the rest does not come."""
        for one in self._claim_short():
            if not one._can_tell():
                raise UserError(
                    self.env._(
                        "This channel hears nothing of returns: end %s there.",
                        one.display_name,
                    )
                )
            one._give_up()
            one._judge_short()
        return True

    def action_expect_again(self):
        """Have the warehouse expect the units once more."""
        for one in self._claim_short():
            lines = one.order_id._stock_lines()
            for line_id, units in one._units_short().items():
                one._expect(lines[line_id], units)
            one._judge_short()
        return True

    def _claim_short(self):
        """Return these without rights of the warehouse, as they are now.

        :raises UserError: nothing of one of them is missing anymore
        """
        self.order_id._check_operator()
        for one in self:
            one.order_id._claim()
            one.invalidate_recordset()
            if not one.is_short:
                raise UserError(
                    self.env._(
                        "Nothing of %s is without a receipt: look again.",
                        one.display_name,
                    )
                )
        return self.sudo()

    def _follow_goods(self):
        """Close what a person was asked once the channel says it is settled."""
        result = super()._follow_goods()
        self._judge_short()
        return result


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_cancel(self):
        """Say what becomes of a return there whose receipt a person cancels."""
        before = self.filtered(lambda one: one.state != "cancel")
        result = super().action_cancel()
        if not self.env.context.get("retail_sync_sale_canceled"):
            canceled = before.filtered(lambda one: one.state == "cancel").sudo()
            canceled.retail_sync_return_id._judge_short(by_hand=True)
        return result


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("Nobody receives what return %(value)s waits for"),
                self.env._(
                    "A receipt of it was canceled by a person. The channel, and the"
                    " buyer of %(order)s, still expect that the goods come back."
                ),
                self.env._(
                    "Open the return: expect the goods again, or say that they do not"
                    " come; then the channel hears of it."
                ),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Open the return")}

    def _mend_return_short(self):
        return self.action_open_record()

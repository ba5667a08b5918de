from decimal import Decimal

from odoo import fields, models

from ..adapters import capabilities
from ..domain import documents as doc

KIND = "return_not_made"
KIND_OF = "return_made"
GIVEN_UP = ("refused", "abandoned")
NAMED = ("requested", "open", "closed")


class RetailSyncOrder(models.Model):
    """Returns that were made here: the channel opens one for their units."""

    _inherit = "retail.sync.order"

    def _intend_return(self, picking):
        """Have the channel open a return for what ``picking`` brings back.

        Part of the user's transaction. Units that were refunded there, or are in a
        return there, are not told.
        """
        if not self.channel_id._can_make_returns():
            return
        units = self._units_to_return(picking)
        told, all_of_it = (sum(part[at] for part in units.values()) for at in range(2))
        facts = {"name": picking.name, "units": f"{told:g}"}
        if told < all_of_it:
            left = f"{all_of_it - told:g}"
            self._note_about(picking, "return_known", name=picking.name, units=left)
        if not told:
            return
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            KIND_OF,
            picking,
            doc.ReturnMade(
                order_id=self.external_id,
                reference=picking.name,
                lines=tuple(
                    (line_id, Decimal(part[0]))
                    for line_id, part in units.items()
                    if part[0]
                ),
                reason=picking.retail_sync_return_reason or "unknown",
                shipments=self._shipments_of(picking.return_id),
            ),
            self._order_key(),
            handler="return.make",
        )
        self._note_about(picking, "return_to_make", **facts)

    def _units_to_return(self, picking):
        """Return {the channel's line: (whole units to tell, units that come back)}."""
        found = {}
        for line in picking.move_ids.sale_line_id:
            line_id = line.retail_sync_external_id
            moves = line._retail_sync_returns() & picking.move_ids
            units = int(sum(line._retail_sync_back(moves)))
            if line_id and units:
                room = int(line._retail_sync_ever_left() - self._named_there(line_id))
                found[line_id] = (min(units, max(room, 0)), units)
        return found

    def _named_there(self, line_id):
        """Return the units of a line that the channel refunded, or has in returns."""
        named = sum(
            row["units"]
            for row in self.returns or []
            if row["line_id"] == line_id
            and not (row.get("return_id") or row.get("at_till"))
        )
        for one in self.return_ids.filtered(lambda one: one.state in NAMED):
            named += one._units_by_line().get(line_id, 0.0)
        for effect in self._makings():
            if not self.return_ids.filtered(lambda one, of=effect: one._is_by(of)):
                named += float(dict(effect._get_document().lines).get(line_id, 0))
        return named

    def _makings(self):
        """Return the actions that tell of returns made here, but those given up."""
        return (
            self._effects()
            .sudo()
            .filtered(
                lambda effect: effect.kind == KIND_OF and effect.state not in GIVEN_UP
            )
        )

    def _shipments_of(self, delivery):
        """Return the channel's ids of what it was told of a delivery."""
        told = self._tellings_of(delivery) if delivery else ()
        return tuple(one for effect in told for one in effect._their_ids())

    def _note_making(self, picking, outcome):
        """Keep the channel's answer; a refusal is for a person."""
        issues = self.env["retail.sync.issue"]
        name = picking.name or "-"
        if outcome.state != "refused":
            self._note_about(picking, "return_made_there", name=name)
            issues._close_about(self.channel_id, KIND, [picking])
            return
        answer = outcome.message or outcome.code
        self._note_about(picking, "return_not_made", name=name, message=answer)
        issues._raise(
            self.channel_id,
            KIND,
            field=self.env._("Receipt"),
            value=name,
            params={"answer": answer, "order": self.display_name},
            record=picking or self,
            about=[picking] if picking else [],
        )


class RetailSyncOrderReturn(models.Model):
    """A return there that our own one made: it is the same goods."""

    _inherit = "retail.sync.order.return"

    made_by = fields.Char(
        string="Made by",
        readonly=True,
        help="How the key of our own action begins that made it, as its mark says.",
    )
    made_here = fields.Boolean(string="Made here", readonly=True)

    def _is_by(self, effect):
        """Return whether ``effect`` made this return; its answer may be lost."""
        by_mark = self.made_by and (effect.key or "").startswith(self.made_by)
        return bool(by_mark or self.external_id in effect._their_ids())

    def _follow_goods(self):
        """Take our own receipts first where our own return is told back."""
        for one in self.filtered(lambda one: not one.made_here):
            made = one.order_id._effects().sudo()
            found = made.filtered(
                lambda effect, of=one: effect.kind == KIND_OF and of._is_by(effect)
            )
            if found:
                one._join_own(found[:1])
        return super()._follow_goods()

    def _join_own(self, effect):
        """Take the receipts that ``effect`` told of for this return's; tell them."""
        told = {line: float(units) for line, units in effect._get_document().lines}
        self.write({"made_here": True, "expected": {**(self.expected or {}), **told}})
        picking = effect._get_subject()
        ours = picking._with_rests() if picking else self.env["stock.picking"]
        ours = ours.filtered(lambda one: not one.retail_sync_return_id)
        ours.retail_sync_return_id = self
        for one in ours.filtered(lambda one: one.state == "done"):
            one._tell_retail_sync_return()
        if ours and set(ours.mapped("state")) == {"cancel"}:
            self._judge_short(by_hand=True)


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    def _can_make_returns(self):
        """Return whether the channel opens a return for what comes back here."""
        adapter = self.sudo()._adapter_class()
        capability = adapter.capability(capabilities.Returns) if adapter else None
        return bool(capability and capability.made)


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The channel made no return for %(value)s"),
                self.env._(
                    "The goods of %(order)s are booked here. The channel does not know"
                    " that they come back: %(answer)s"
                ),
                self.env._(
                    "Look at the order there. Once it was shipped there, tell it again;"
                    " what was refunded there needs no return. Or make the return"
                    " there: it takes this receipt. Then close this."
                ),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Tell it again")}

    def _mend_return_not_made(self):
        """Have the channel asked once more; the receipt shows what becomes of it."""
        picking = self.env["stock.picking"].browse(self.res_id).exists()
        if self.res_model == picking._name and picking:
            picking.retail_sync_order_id._check_operator()
            picking.sudo()._retail_sync_tell_made()
        return self.action_open_record()

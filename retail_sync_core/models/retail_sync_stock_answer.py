from odoo import api, models

from ..adapters.base import ItemOutcome, Levels
from ..domain.stock import can_explain
from .retail_sync_movement import naive_utc


class RetailSyncStockAnswer(models.AbstractModel):
    """What a channel's answer about stock means for the levels."""

    _name = "retail.sync.stock.answer"
    _description = "Answer About Stock"

    @api.model
    def _settle(self, effect, outcome):
        """Write down what became of each level of the batch; return a note."""
        place = effect._get_subject()
        document = effect._get_document()
        levels = self._levels_by_item(place, document)
        told = {item.ref.item_id: item for item in outcome.items}
        groups = {}
        for write in document.levels:
            level_id = levels.get(write.ref.item_id)
            item = told.get(write.ref.item_id) or self._whole(write, outcome)
            if level_id:
                groups.setdefault(item.state, []).append((level_id, write, item))
        if effect.kind == "deactivation":
            return self._settle_taken_off(groups)
        for state, rows in groups.items():
            getattr(self, f"_settle_{state}", self._settle_unknown)(place, rows)
        return self._note(groups)

    def _settle_taken_off(self, groups):
        """Note what is off the location again; what cannot be stays there with 0.

        A level that was read with its 0 units is there still.
        """
        Level = self.env["retail.sync.level"]
        rows = [row for state in groups for row in groups[state]]
        off = [
            row
            for row in rows
            if row[2].state == "inactive"
            or (row[2].state == "applied" and row[2].actual is None)
        ]
        stays = [row for row in rows if row not in off]
        text = self.env._("The channel does not stock it at this location.")
        gone = {level_id: text for level_id, _write, _item in off}
        Level._write_stopped(gone, "inactive", answered=True)
        Level._write_stopped(
            {level_id: item.message or item.state for level_id, _w, item in stays},
            answered=True,
        )
        return self.env._(
            "%(off)s taken off the location, %(stays)s stay with 0 units.",
            off=len(off),
            stays=len(stays),
        )

    def _whole(self, write, outcome):
        """Return what a level's outcome is when only the batch's was told."""
        state = outcome.state if outcome.state in ("applied", "refused") else "unknown"
        if outcome.items:
            state = "unknown"
        return ItemOutcome(
            ref=write.ref, state=state, code=outcome.code, message=outcome.message
        )

    def _note(self, groups):
        words = {
            "applied": self.env._("%s confirmed", len(groups.get("applied", ()))),
            "refused": self.env._("%s refused", len(groups.get("refused", ()))),
            "conflict": self.env._("%s changed there", len(groups.get("conflict", ()))),
            "inactive": self.env._(
                "%s not stocked there", len(groups.get("inactive", ()))
            ),
            "unknown": self.env._(
                "%s to be told again", len(groups.get("unknown", ()))
            ),
        }
        return ", ".join(text for state, text in words.items() if groups.get(state))

    def _settle_applied(self, place, rows):
        Level = self.env["retail.sync.level"]
        Level._write_acknowledged(
            {level_id: _found(write, item) for level_id, write, item in rows},
            {
                level_id: write.expected
                for level_id, write, _item in rows
                if write.expected is not None
            },
        )
        Level._write_again(
            [row[0] for row in rows if _found(row[1], row[2]) != row[1].quantity]
        )
        workflow = place.channel_id._workflow("stock")
        workflow.sudo().last_success_at = self.env.cr.now()

    def _settle_conflict(self, place, rows):
        """Their figure is not the one we know: their orders are fetched before all."""
        if not self._can_read(place):
            self._settle_refused(place, rows)
            return
        ids = [level_id for level_id, _write, _item in rows]
        self.env["retail.sync.level"]._write_again(ids, "conflict", ask=True)
        self.env["retail.sync.stock.orders"]._ask(place.channel_id)

    def _settle_inactive(self, place, rows):
        """The channel does not stock these there: have them added, or ask a person."""
        Level = self.env["retail.sync.level"]
        ids = [level_id for level_id, _write, _item in rows]
        levels = Level.browse(ids)
        tried = levels.filtered(lambda level: level.state == "inactive")
        if place.activates and not tried:
            Level._write_again(ids, "inactive")
            return
        text = self.env._("The channel does not stock it at this location.")
        Level._write_stopped(dict.fromkeys(ids, text), "inactive", answered=True)
        self.env["retail.sync.issue"]._raise(
            place.channel_id,
            "effect_refused",
            field="stock",
            value=f"inactive:{place.external_id}",
            params={"subject": place.display_name, "message": text, "count": len(ids)},
            record=place,
        )

    def _settle_refused(self, place, rows):
        errors = {
            level_id: item.message or item.code or "refused"
            for level_id, _w, item in rows
        }
        self.env["retail.sync.level"]._write_stopped(errors)
        by_code = {}
        for level_id, _write, item in rows:
            by_code.setdefault(item.code or "refused", []).append((level_id, item))
        for code, members in by_code.items():
            levels = self.env["retail.sync.level"].browse([m[0] for m in members])
            self.env["retail.sync.issue"]._raise(
                place.channel_id,
                "effect_refused",
                field="stock",
                value=code,
                params={
                    "subject": ", ".join(levels[:5].mapped("display_name")),
                    "message": (members[0][1].message or code)[:300],
                    "count": len(members),
                },
                record=levels[:1],
            )

    def _settle_unknown(self, place, rows):
        """Told once more; where nobody knows whether it was written, read before."""
        vague = [
            level_id
            for level_id, write, item in rows
            if item.actual is None or item.actual != write.expected
        ]
        clear = [row[0] for row in rows if row[0] not in set(vague)]
        self.env["retail.sync.level"]._write_again(clear)
        self._doubt(place, vague)

    @api.model
    def _doubt(self, place, level_ids):
        """Have levels read before they are told again, where that can be done."""
        state = "conflict" if self._can_read(place) else "wanted"
        self.env["retail.sync.level"]._write_again(level_ids, state)

    def _can_read(self, place):
        return issubclass(place.channel_id._adapter_class(), Levels)

    @api.model
    def _read(self, place, readings):
        """Compare what was read with what we expect; return a note.

        Movements that we know by now explain a difference. What stays unexplained is
        put before a person, and only then taken over.
        """
        Level = self.env["retail.sync.level"]
        by_item = self._by_item(place, [reading.ref.item_id for reading in readings])
        self._keep_first(by_item, readings)
        taken, missing, held = {}, [], {}
        for reading in readings:
            level = Level.browse(by_item.get(reading.ref.item_id, []))
            if not level:
                continue
            if reading.available is None or not reading.active:
                if self._is_gone(level) and self._note_gone(level):
                    held[level.id] = True
                else:
                    missing.append((level.id, None, None))
                continue
            if not self._is_explained(level, reading.available):
                drift = (
                    self.env["retail.sync.drift"].sudo()._note(level, reading.available)
                )
                self._raise_drift(level, reading.available)
                held[level.id] = drift.state == "open"
            taken[level.id] = reading.available
        Level._write_read(taken)
        self._note_clocks(readings, by_item, taken)
        self._hold(held)
        if missing:
            self._settle_inactive(place, missing)
        Level.browse(by_item.values()).suspected_by_id = False
        return self.env._(
            "%(read)s levels read, %(drifted)s differ for no reason we know.",
            read=len(taken),
            drifted=len(held),
        )

    def _keep_first(self, by_item, readings):
        """Keep what the channel had before it was told anything of ours."""
        found = {
            by_item[reading.ref.item_id]: reading.available if reading.active else None
            for reading in readings
            if reading.ref.item_id in by_item
        }
        levels = self.env["retail.sync.level"].browse(found)
        self.env["retail.sync.stock.before"].sudo()._keep_first(levels, found)

    def _note_clocks(self, readings, by_item, taken):
        levels = {by_item.get(r.ref.item_id): naive_utc(r.as_of) for r in readings}
        self.env["retail.sync.level"]._write_clocks(
            {level_id: at for level_id, at in levels.items() if level_id in taken}
        )

    def _is_gone(self, level):
        """Return whether the channel has confirmed units that it stocks no more."""
        return bool(level.acked_at and level.expected_qty and level.suspected_by_id)

    def _note_gone(self, level):
        """Write down that a level is gone over there; return whether a person is asked.

        Where nobody is asked it is stocked there again, as the location's row says.
        """
        drift = self.env["retail.sync.drift"].sudo()._note(level, None)
        if drift.state == "open":
            self._raise_drift(level, 0)
        return drift.state == "open"

    def _hold(self, held):
        """Leave the channel's figure where the policy is to ask a person.

        :param held: {level id: whether a person is asked}
        """
        text = self.env._("It differs from what we told; a person decides.")
        self.env["retail.sync.level"]._write_stopped(
            {level_id: text for level_id, asks in held.items() if asks}, answered=True
        )

    def _is_explained(self, level, found):
        """Return whether ``found`` is what the channel should have by now.

        In doubt about our own last write (no orders were asked for), either will do. A
        sale of the moment of our last reading may have been in that figure or not.
        """
        if not level.acked_at or found == level.expected_qty:
            return True
        if not level.asked_at and found == level.sent_qty:
            return True
        doubtful = self.env["retail.sync.movement"]._doubtful(level)
        return can_explain(found - level.expected_qty, doubtful)

    def _raise_drift(self, level, found):
        self.env["retail.sync.issue"]._raise(
            level.channel_id,
            "stock_drift",
            field="stock",
            value=level.display_name,
            params={
                "subject": level.display_name,
                "expected": level.expected_qty,
                "found": found,
                "difference": found - level.expected_qty,
            },
            record=level,
            about=(level,),
        )

    @api.model
    def _levels_by_item(self, place, document):
        """Return {item id: level id} of what ``document`` (``StockPush``) sets."""
        return self._by_item(place, [write.ref.item_id for write in document.levels])

    def _by_item(self, place, item_ids):
        levels = self.env["retail.sync.level"].search(
            [
                ("location_id", "=", place.id),
                ("listing_id.external_id", "in", item_ids),
                ("listing_id.channel_id", "=", place.channel_id.id),
            ]
        )
        return {level.listing_id.external_id: level.id for level in levels}


def _found(write, item):
    """Return what the channel has after a write: as it says, else as written."""
    return write.quantity if item.actual is None else item.actual

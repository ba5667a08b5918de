from odoo import models

from .retail_sync_movement import naive_utc
from .retail_sync_order_return import DECLINE_REASONS, STATES

KNOWN_STATES = {code for code, _label in STATES}
KNOWN_REASONS = {code for code, _label in DECLINE_REASONS}
NO_RETURN = "no_return"


class RetailSyncImporterOrder(models.AbstractModel):
    """Returns that were asked for at the channel: one row each, by the channel's id."""

    _inherit = "retail.sync.importer.order"

    def _note_facts(self, order, document, digest):
        result = super()._note_facts(order, document, digest)
        known = {row.external_id: row for row in order.return_ids}
        for asked in document.return_requests:
            self._note_return(order, asked, known.pop(asked.external_id, None))
        if document.return_state in ("", NO_RETURN):
            self._note_gone(order, known.values())
        return result

    def _note_gone(self, order, rows):
        """The channel names no return anymore: what was open was canceled there."""
        for row in rows:
            if row.state in ("requested", "open"):
                row.state = "canceled"
                order._note_about(row, "return_canceled_there", name=row.display_name)

    def _note_return(self, order, asked, row):
        values = self._prepare_return(order, asked)
        if row is None:
            row = self.env["retail.sync.order.return"].create(values)
            was = ""
        else:
            was = row.state
            row.write(values)
        self._note_return_lines(row, asked)
        if row.state != was:
            code = "canceled_there" if row.state == "canceled" else row.state
            order._note_about(row, f"return_{code}", name=row.display_name)

    def _prepare_return(self, order, asked):
        reason = asked.decline_reason
        return {
            "order_id": order.id,
            "external_id": asked.external_id,
            "name": asked.external_ref or False,
            "state": asked.state if asked.state in KNOWN_STATES else "open",
            "requested_at": naive_utc(asked.requested_at),
            "approved_at": naive_utc(asked.approved_at),
            "closed_at": naive_utc(asked.closed_at),
            "decline_reason": reason if reason in KNOWN_REASONS else False,
            "decline_note": asked.decline_note or False,
            "exchanged": self._exchange_words(asked),
            "made_by": asked.made_by or False,
        }

    def _exchange_words(self, asked):
        parts = [f"{units:g} x {what}".strip() for what, units in asked.exchanged]
        return ", ".join(parts) or False

    def _note_return_lines(self, row, asked):
        known = {line.external_id: line for line in row.line_ids}
        for source in asked.lines:
            values = self._prepare_return_line(source)
            line = known.pop(source.external_id, None)
            if line:
                line.write(values)
            else:
                row.line_ids.create({**values, "return_id": row.id})
        for line in known.values():
            line.unlink()

    def _prepare_return_line(self, source):
        return {
            "external_id": source.external_id,
            "line_external_id": source.line_id,
            "units": float(source.units),
            "reason": source.reason or False,
            "note": source.note or False,
            "buyer_note": source.buyer_note or False,
            "refunded": float(source.refunded),
            "disposed": [
                {
                    "external_id": one.external_id,
                    "kind": one.kind,
                    "units": float(one.units),
                    "location_id": one.location_id,
                    "at": one.at and naive_utc(one.at).isoformat(),
                }
                for one in source.disposed
            ],
        }

    def _memory(self, order):
        return {**super()._memory(order), "read_at": order.read_at or order.changed_at}

    def _follow(self, order, document, before):
        """Expect what was approved before refunds are looked at: they join it.

        What was over when the order was read last is history: it was not seen then for
        want of the permission, or by an older version of ours.
        """
        if order.order_id.state == "sale":
            read_at = before["read_at"]
            order.return_ids.filtered(
                lambda one: one.expected or not one._was_over(read_at)
            ).sorted("id")._follow_goods()
        return super()._follow(order, document, before)

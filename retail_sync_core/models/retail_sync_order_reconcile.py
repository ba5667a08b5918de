from datetime import timedelta
from decimal import Decimal

from odoo import fields, models

from ..domain.reconciling import Finding, Sums, compare_sums
from .retail_sync_effect import SETTLED

# a delivery that left a moment ago may still be on its way to the channel
ON_ITS_WAY = timedelta(hours=1)


class RetailSyncOrder(models.Model):
    """An order's document from the channel compared with what we hold of it."""

    _inherit = "retail.sync.order"

    reconciliation_line_ids = fields.One2many(
        "retail.sync.reconciliation.line", "order_id", string="Mismatches"
    )

    def _compare_whole(self, document):
        """Return the ``Finding`` values of this order, as ``document`` has it now.

        What we have not read yet is no mismatch of books: it is fetched first.
        """
        if document is None:
            return [Finding("gone", here=Decimal(1))]
        if not self.order_id and self.state == "waiting":
            return [Finding("missing", there=Decimal(1))]
        if self._is_changed_there(document):
            return [Finding("older", there=Decimal(1))]
        if not self.order_id or self._is_under_way():
            return []
        return [
            *compare_sums(self._sums_there(document), self._sums_here()),
            *self._compare_all_units(document),
            *self._find_untold(),
        ]

    def _is_changed_there(self, document):
        """Return whether ``document`` is newer than ours, and more than touched."""
        digest = self.env["retail.sync.importer.order"]._fingerprint(document)
        return document.version > (self.version or "") and digest != self.fingerprint

    def _is_under_way(self):
        """Return whether something of it is being told to the channel right now."""
        since = fields.Datetime.now() - ON_ITS_WAY
        return any(
            effect.state not in SETTLED and effect.create_date > since
            for effect in self._effects()
        )

    def _sums_there(self, document):
        refunds = (
            payment.amount
            for payment in document.payments
            if payment.kind == "refund" and payment.status == "success"
        )
        return Sums(
            total=document.total,
            refunded=sum(refunds, Decimal(0)),
            is_cancelled=bool(document.cancelled_at),
        )

    def _sums_here(self):
        """Return what our books say: of money, what was booked where we book it."""
        is_out = self.payment_ids.filtered(
            lambda row: row.kind == "refund" and row.status == "success"
        )
        if self.payment_ids.payment_id:
            is_out = is_out.filtered("payment_id")
        total = self.amount_total
        if self.hold_code != "total" and self.does_not_add_up:
            total -= self.difference
        return Sums(
            total=self._exactly(total),
            refunded=self._exactly(sum(is_out.mapped("amount"))),
            is_cancelled=self.state == "cancelled" or self.order_id.state == "cancel",
        )

    def _compare_all_units(self, document):
        """Return where units part, a finding for each line and rule."""
        findings = []
        for line in self.line_ids:
            for row in self._units_rows(line, document):
                kind = "shipment" if row["rule"] == "with_customer" else "units"
                findings.append(
                    Finding(
                        kind,
                        key=f"{line.external_id}:{row['rule']}",
                        name=self._name_rule(row),
                        there=Decimal(str(row.get("there", 0))),
                        here=Decimal(str(row.get("here", 0))),
                    )
                )
        return findings

    def _name_rule(self, row):
        deltas = self.env["retail.sync.order.delta"]
        kinds = dict(deltas._fields["kind"]._description_selection(self.env))
        if row["rule"] in kinds:
            return f"{row['line']}: {kinds[row['rule']]}"
        return self._units_sentence(row, kinds)

    def _find_untold(self):
        """Return the deliveries that left a while ago and that nobody told."""
        since = fields.Datetime.now() - ON_ITS_WAY
        left = self.order_id.picking_ids.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and picking.date_done <= since
                and picking.retail_sync_state not in ("told", False)
            )
        )
        return [
            Finding(
                "untold",
                key=str(picking.id),
                name=picking.name,
                here=Decimal(str(sum(picking.move_ids.mapped("quantity")))),
            )
            for picking in left
        ]

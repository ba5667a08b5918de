from decimal import Decimal

from odoo import Command, models

from ..domain.amounts import (
    ZERO,
    charge_parts,
    expected_total,
    line_parts,
    wanted_charges,
    wanted_units,
)


class RetailSyncImporterOrder(models.AbstractModel):
    """Our total is the channel's, or the order waits and says where they differ."""

    _inherit = "retail.sync.importer.order"

    def _settle_amounts(self, order, document, plan):
        """Make the totals equal by a small rounding line, or note that they are not.

        A difference in the tax alone is a mismatch too: nothing is hidden in tax.
        """
        missing = self._missing_total(order, document)
        tax_missing = self._missing_tax(order, plan)
        limit = Decimal(str(order.channel_id.rounding_limit))
        fits = abs(missing) <= limit and abs(tax_missing) <= limit
        if missing and fits:
            self._set_rounding(order, missing)
            order._note("rounding", amount=order.currency_id.format(float(missing)))
        rows = [] if fits else self._explain_difference(order, document)
        order.write(
            {
                "difference": float(missing),
                "does_not_add_up": not fits,
                "explanation_rows": rows,
            }
        )

    def _missing_total(self, order, document):
        """Return the channel's total less ours."""
        ours = Decimal(str(order.order_id.amount_total))
        return expected_total(document) - ours.quantize(self._step(order))

    def _missing_tax(self, order, plan):
        """Return the channel's tax, as far as it is ours to declare, less ours."""
        theirs = sum((amount for p in plan for _ours, amount in p.booked), ZERO)
        ours = Decimal(str(order.order_id.amount_tax))
        return theirs - ours.quantize(self._step(order))

    def _set_rounding(self, order, amount):
        """Put ``amount`` on the rounding line: a line of its own, without tax."""
        sale = order.order_id
        line = sale.order_line.filtered(
            lambda line: line.retail_sync_external_id == "rounding"
        )
        if line:
            line.price_unit += float(amount)
            return
        product = order.channel_id._charge_product("rounding")
        values = {
            "sequence": 9999,
            "retail_sync_external_id": "rounding",
            "retail_sync_kind": "rounding",
            "product_id": product.id,
            "name": self.env._("Rounding of %s", order.channel_id.name),
            "product_uom_qty": 1.0,
            "price_unit": float(amount),
            "technical_price_unit": -1.0,
            "discount": 0.0,
            "tax_ids": [Command.clear()],
        }
        sale.write({"order_line": [Command.create(values)]})

    def _explain_difference(self, order, document):
        """Return [label, the channel's amount, ours] for each line and the total."""
        step, currency = self._step(order), order.currency_id
        ours = {
            line.retail_sync_external_id: line.price_total
            for line in order.order_id.order_line
        }
        sources = [
            (line, line_parts(document, line, step))
            for line in document.lines
            if wanted_units(line)
        ]
        sources += [
            (charge, charge_parts(document, charge, step))
            for charge in wanted_charges(document)
        ]
        rows = [
            [
                source.title or source.external_id,
                currency.format(float(parts.gross)),
                currency.format(ours.get(source.external_id, 0.0)),
            ]
            for source, parts in sources
        ]
        rows.append(
            [
                self.env._("Total"),
                currency.format(float(expected_total(document))),
                currency.format(order.order_id.amount_total),
            ]
        )
        return rows

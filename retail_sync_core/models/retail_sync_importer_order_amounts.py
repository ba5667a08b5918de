from decimal import Decimal

from odoo import Command, api, models

from ..domain.amounts import (
    ZERO,
    charge_parts,
    expected_total,
    line_parts,
    rounded_refunds,
    sum_of_parts,
    wanted_charges,
    wanted_units,
)
from ..domain.money import quantize


class RetailSyncImporterOrder(models.AbstractModel):
    """Our total is the channel's, or the order waits and says where they differ."""

    _inherit = "retail.sync.importer.order"

    def _settle_amounts(self, order, document, plan):
        """Make the totals equal by a small rounding line, or note that they are not.

        A difference in the tax alone is a mismatch too: nothing is hidden in tax.
        """
        missing = self._missing_total(order, document)
        tax_missing = self._missing_tax(order, plan)
        limit = self._rounding_limit(order)
        missing = self._take_corrections_back(order, missing, limit)
        fits = abs(missing) <= limit and abs(tax_missing) <= limit
        if missing and fits:
            self._set_rounding(order, missing)
            order._note("rounding", amount=order.currency_id.format(float(missing)))
        rows = [] if fits else self._explain_difference(order, document, plan)
        order.write(
            {
                "difference": float(missing),
                "tax_difference": 0.0 if fits else float(tax_missing),
                "does_not_add_up": not fits,
                "explanation_rows": rows,
                "channel_amounts": self._channel_amounts(order, document, plan),
            }
        )

    def _channel_amounts(self, order, document, plan):
        """Return what the invoices must come to: total, and {our tax's id: amount}."""
        taxes = {}
        for planned in plan:
            amounts = self._leaf_amounts(planned, order.currency_id)
            for leaf, amount in amounts.items():
                taxes[str(leaf.id)] = taxes.get(str(leaf.id), ZERO) + amount
        return {
            "total": float(expected_total(document)),
            "taxes": {tax_id: float(amount) for tax_id, amount in taxes.items()},
        }

    @api.model
    def _rounding_limit(self, order):
        """Return the largest rounding line, in the order's currency.

        The channel's limit is in the company's: five cents are five yen.
        """
        limit = Decimal(str(order.channel_id.rounding_limit))
        ours = Decimal(str(order.channel_id.company_id.currency_id.rounding or 0.01))
        return quantize(limit, ours) / ours * self._step(order)

    def _take_corrections_back(self, order, missing, limit):
        """Drop what a person added to make the totals equal, once it is too much.

        Return what is missing then: the channel has mended its own amounts.
        """
        lines = order.order_id.order_line.filtered(
            lambda line: line.retail_sync_kind == "correction" and line.price_unit
        )
        if not lines or abs(missing) <= limit:
            return missing
        added = sum((Decimal(str(line.price_unit)) for line in lines), ZERO)
        if abs(missing + added) > limit or order.order_id.invoice_ids:
            return missing
        lines.price_unit = 0.0
        order._note("correction_dropped", amount=order.currency_id.format(float(added)))
        return missing + added

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

    def _explain_difference(self, order, document, plan):
        """Return [label, the channel's amount, ours, difference] line by line.

        The last rows are the tax and the total; what no line explains stands alone.
        """
        step = self._step(order)
        ours = {
            line.retail_sync_external_id: Decimal(str(line.price_total)).quantize(step)
            for line in order.order_id.order_line
        }
        rows = [
            (title, gross, ours.pop(external_id, ZERO))
            for external_id, title, gross in self._theirs(order, document)
        ]
        rows += [
            (line.name, ZERO, ours[line.retail_sync_external_id])
            for line in order.order_id.order_line
            if ours.get(line.retail_sync_external_id)
        ]
        parts = sum_of_parts(document, step)
        total = expected_total(document)
        if parts != total:
            rows.append((self.env._("In no line of the channel"), total - parts, ZERO))
        tax = sum((amount for p in plan for _ours, amount in p.booked), ZERO)
        our_tax = Decimal(str(order.order_id.amount_tax)).quantize(step)
        if tax != our_tax:
            rows.append((self.env._("Of it tax"), tax, our_tax))
        our_total = Decimal(str(order.order_id.amount_total)).quantize(step)
        rows.append((self.env._("Total"), total, our_total))
        return [self._difference_row(order, *row) for row in rows]

    def _theirs(self, order, document):
        """Yield (id, title, what the customer pays) of each line of the channel."""
        step = self._step(order)
        for line in document.lines:
            if wanted_units(line):
                parts = line_parts(document, line, step)
                own = parts.gross - parts.passed_on
                yield line.external_id, line.title or line.external_id, own
        for charge in wanted_charges(document):
            parts = charge_parts(document, charge, step)
            own = parts.gross - parts.passed_on
            yield charge.external_id, charge.title or charge.external_id, own
        passed_on = self._passed_on(order, document)
        if passed_on:
            title = self.env._("Tax paid by the channel")
            yield "channel_tax", title, passed_on
        if document.cash_rounding:
            yield "cash_rounding", self.env._("Cash rounding"), document.cash_rounding
        for refund in rounded_refunds(document):
            title = self.env._("Cash rounding of what was given back")
            yield f"cash_rounding:{refund.external_id}", title, -refund.rounding

    def _difference_row(self, order, label, theirs, ours):
        money = order.currency_id.format
        label = label.splitlines()[0] if label else ""
        return [label, money(float(theirs)), money(float(ours)), float(theirs - ours)]

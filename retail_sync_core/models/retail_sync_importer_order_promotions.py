from decimal import Decimal

from odoo import models

from ..domain.amounts import (
    ZERO,
    discount_shares,
    line_parts,
    share_of,
    wanted_charges,
    wanted_units,
)
from ..domain.amounts import charge_parts as parts_of_charge


class RetailSyncImporterOrder(models.AbstractModel):
    """What each discount took off, kept so that a promotion's margin can be seen."""

    _inherit = "retail.sync.importer.order"

    def _create_all(self, arrivals):
        """Note the discounts of new orders, however many come together."""
        result = super()._create_all(arrivals)
        for one in arrivals:
            self._keep_promotions(one.order, one.document)
        return result

    def _follow(self, order, document, before):
        """Note the discounts anew when they changed."""
        result = super()._follow(order, document, before)
        if order.order_id:
            self._keep_promotions(order, document)
        return result

    def _keep_promotions(self, order, document):
        """Let the order's rows say what ``document`` says; most orders have none."""
        rows = self._prepare_promotions(order, document)
        known = self.env["retail.sync.promotion"]
        if order.promotion_count:
            known = known.sudo().search([("order_id", "=", order.id)])
        if len(rows) == len(known) and self._same_promotions(known, rows):
            return
        known.unlink()
        known.sudo().create(rows)
        order.promotion_count = len(rows)

    def _same_promotions(self, known, rows):
        names = ("line_there", "name", "units", "amount_discount", "amount_net")
        was = sorted(tuple(str(row[name]) for name in names) for row in known)
        now = sorted(tuple(str(row[name]) for name in names) for row in rows)
        return was == now

    def _prepare_promotions(self, order, document):
        step, rows = self._step(order), []
        links = {line.external_id: line.sale_line_id for line in order.line_ids}
        for line in document.lines:
            if line.discounts and wanted_units(line):
                parts = line_parts(document, line, step)
                sold = (links.get(line.external_id), wanted_units(line), share_of(line))
                rows += self._promotion_rows(order, line, parts.net, *sold)
        for charge in wanted_charges(document):
            if charge.discounts:
                net = parts_of_charge(document, charge, step).net
                link = links.get(charge.external_id)
                one = Decimal(1)
                rows += self._promotion_rows(order, charge, net, link, one, one)
        return rows

    def _promotion_rows(self, order, source, net, sale_line, units, share):
        """Return the values for each discount of one line or charge."""
        company = order.company_id
        shares = discount_shares(source.discounts, net, share, self._step(order))
        whole = sum((amount for _discount, amount, _net in shares), ZERO)
        cost = sale_line.product_id.standard_price * float(units) if sale_line else 0.0

        def ours(amount):
            return order.currency_id._convert(
                float(amount), company.currency_id, company, order.placed_at
            )

        rows = []
        for discount, amount, part in shares:
            if not amount:
                continue
            turnover = ours(part)
            its_cost = company.currency_id.round(cost * float(amount / whole))
            rows.append(
                {
                    "order_id": order.id,
                    "sale_line_id": sale_line.id if sale_line else False,
                    "line_there": source.external_id,
                    "name": discount.code or discount.title or self.env._("Discount"),
                    "title": discount.title or False,
                    "kind": discount.kind or ("code" if discount.code else "other"),
                    "units": float(units),
                    "amount_discount": ours(amount),
                    "amount_net": turnover,
                    "amount_cost": its_cost,
                    "amount_margin": turnover - its_cost,
                }
            )
        return rows

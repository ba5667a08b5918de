from decimal import Decimal

from odoo import models

from ..domain import documents as doc

CHARGES = ("shipping", "duty", "tip", "fee")


class RetailSyncOrder(models.Model):
    """What could go back to the customer with a rest that nobody wants anymore."""

    _inherit = "retail.sync.order"

    def _back_parts(self, rest):
        """Return what our own figures say, until the channel has answered.

        :param rest: {line: units} that are canceled
        :return: a tuple of ``OfferedBack``; of charges nothing is suggested
        """
        goods = self._exactly(self._worth_of_units(rest))
        parts = [doc.OfferedBack(kind="goods", most=goods, suggested=goods)]
        for kind in CHARGES:
            most = self._exactly(self._sold_of_kind(kind))
            if most > 0:
                parts.append(doc.OfferedBack(kind=kind, most=most))
        return tuple(parts)

    def _exactly(self, amount):
        return Decimal(str(self.currency_id.round(amount)))

    def _worth_of_units(self, rest):
        """Return what was sold of these units, all in."""
        worth = 0.0
        for line, units in rest.items():
            sold = line.sale_line_id
            if sold.product_uom_qty:
                worth += sold.price_total * units / sold.product_uom_qty
        return worth

    def _sold_of_kind(self, kind):
        """Return what was sold of a kind of charge and has not been given back.

        What went back for no line went back for a fee: no channel names it.
        """
        kinds = (kind, "back") if kind == "fee" else (kind,)
        lines = self.order_id.order_line.filtered(
            lambda line: line.retail_sync_kind in kinds
        )
        return sum(lines.mapped("price_total"))

from odoo import models

from ..domain.errors import DataError


class RetailSyncImporterOrder(models.AbstractModel):
    """The terms, the delivery and the second currency, kept beside the sale order."""

    _inherit = "retail.sync.importer.order"

    def _prepare_facts(self, order, document, digest):
        self._check_currency(order, document)
        other = self.env["res.currency"]
        if document.other_currency:
            other = other.with_context(active_test=False).search(
                [("name", "=", document.other_currency)], limit=1
            )
        terms = document.terms
        return {
            **super()._prepare_facts(order, document, digest),
            "po_number": document.po_number or False,
            "terms_name": (terms.name or self.env._("On account")) if terms else False,
            "delivery_kind": document.delivery.kind,
            "cash_rounding": float(document.cash_rounding),
            "other_currency_id": other.id,
            "other_total": float(document.other_total or 0),
            "is_subscription": document.is_subscription,
        }

    def _check_currency(self, order, document):
        """Never write amounts of one currency on a sale order in another.

        :raises DataError: the channel tells a known order in another one
        """
        kept_in = order._kept_in().name
        if kept_in in (False, document.currency):
            return
        raise DataError(
            f"the order is kept in {kept_in}, not in {document.currency}",
            kind="other_currency",
            field=self.env._("Currency"),
            value=document.currency,
            params={"ours": kept_in},
        )

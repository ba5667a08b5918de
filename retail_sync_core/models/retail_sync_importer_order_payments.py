from odoo import models

from .retail_sync_order_payment import KINDS, STATUSES

KNOWN_KINDS = {code for code, _label in KINDS}
KNOWN_STATUSES = {code for code, _label in STATUSES}


class RetailSyncImporterOrder(models.AbstractModel):
    """The order's payments: one row for each movement, by the channel's id."""

    _inherit = "retail.sync.importer.order"

    def _note_facts(self, order, document, digest):
        result = super()._note_facts(order, document, digest)
        self._note_payments(order, document)
        order._settle_soon()
        order._expire_later()
        return result

    def _note_payments(self, order, document):
        """Keep each movement once; one that was awaited may have come or failed."""
        known = {row.external_id: row for row in order.payment_ids}
        fresh = {}
        for payment in document.payments:
            values = self._prepare_payment(order, payment)
            row = known.pop(payment.external_id, None)
            if row is None:
                fresh[payment.external_id] = values
            elif not row.payment_id:
                self._renew_payment(row, values)
        if document.payments:
            awaited = order.payment_ids.browse([row.id for row in known.values()])
            awaited.filtered(lambda row: row.status == "pending").status = "gone"
        if fresh:
            rows = self.env["retail.sync.order.payment"].create(list(fresh.values()))
            rows._announce_refunds()

    def _renew_payment(self, row, values):
        changed = {name: v for name, v in values.items() if _plain(row[name]) != v}
        if changed:
            row.write(changed)
            row._announce_refunds()

    def _prepare_payment(self, order, payment):
        when = payment.processed_at
        currency = self._find_currency(order.channel_id, payment.currency)
        return {
            "order_id": order.id,
            "external_id": payment.external_id,
            "parent_id_there": payment.parent_id or False,
            "kind": payment.kind if payment.kind in KNOWN_KINDS else "other",
            "status": payment.status if payment.status in KNOWN_STATUSES else "unknown",
            "gateway": payment.gateway or False,
            "currency_id": currency.id,
            "amount": float(payment.amount),
            "processed_at": when.replace(tzinfo=None) if when else False,
            "is_test": payment.test,
        }

    def _is_to_confirm(self, order, document):
        """A quotation waits for its money where the policy says so."""
        if order.channel_id.order_policy != "paid":
            return super()._is_to_confirm(order, document)
        if order.hold_code in ("total", "cancel"):
            return False
        if not order._has_paid_enough():
            order._note("awaits_money")
            return False
        return True

    def _follow(self, order, document, before):
        result = super()._follow(order, document, before)
        if order.channel_id.order_policy == "paid" and not document.cancelled_at:
            order._confirm_if_wanted()
        order._reserve_again()
        return result


def _plain(value):
    """Return a field's value as it is written."""
    return value.id if isinstance(value, models.BaseModel) else value

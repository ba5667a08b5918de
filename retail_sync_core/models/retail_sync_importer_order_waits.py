from odoo import models

# flows without work of their own: a version that brings one of these waits for it
FOLLOWED = ("hold", "return", "refund")


class RetailSyncImporterOrder(models.AbstractModel):
    """A version of an order that belongs to a paused flow waits until that is resumed.

    An order is read whole: all else that changed in that version waits with it. What
    is canceled never waits, nor does an order that is new or being renewed.
    """

    _inherit = "retail.sync.importer.order"

    def _brings_news(self, order, document, digest):
        news = super()._brings_news(order, document, digest)
        if not order.order_id or order._is_newer_than(document):
            return news
        if not news:
            order._wait_for_flow("")  # what it waited for was taken back there
            return news
        flow = self._paused_flow(order, document)
        if flow:
            # the channel's own level has moved all the same
            found = self._find_listings(order.channel_id, document.lines)
            listings = {line_id: row for line_id, row in found.items() if row}
            self._tell_levels(order, self._taken(order, document), listings)
        order._wait_for_flow(flow)
        return not flow

    def _paused_flow(self, order, document):
        """Return the paused flow that ``document`` brings something of, or ""."""
        paused = order.channel_id.sudo().workflow_ids.filtered(
            lambda workflow: workflow.state == "paused" and workflow.flow in FOLLOWED
        )
        if not paused or document.cancelled_at or self._never_waits(order):
            return ""
        brought = self._brought(order, document)
        return next((flow for flow in paused.mapped("flow") if flow in brought), "")

    def _never_waits(self, order):
        """Return whether money or goods could be given twice while ``order`` waits."""
        is_canceled = order.state == "cancelled" or order.is_rest_cancelled
        return is_canceled or order.is_to_edit

    def _brought(self, order, document):
        """Return which of the flows ``document`` brings something new of."""
        known = set(order.payment_ids.mapped("external_id"))
        came_back = {row["external_id"] for row in order.returns or []}
        held = "on_hold"
        changes = {
            "refund": any(
                payment.kind == "refund" and payment.external_id not in known
                for payment in document.payments
            ),
            "return": (document.return_state or "") != (order.return_state or "")
            or any(row.external_id not in came_back for row in document.returns),
            "hold": (document.fulfillment_state.value == held)
            != (order.fulfillment_state == held)
            or document.risk.value != order.risk,
        }
        return {flow for flow, is_new in changes.items() if is_new}

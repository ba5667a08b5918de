from odoo import models


class RetailSyncImporterOrder(models.AbstractModel):
    """An order that the channel canceled."""

    _inherit = "retail.sync.importer.order"

    def _cancel(self, order):
        """Cancel here too, all or what has not left; where that is begun ask a person.

        What is invoiced stops nobody: it is credited by the channel's policy, or a
        person is asked to.
        """
        if order.state == "cancelled":
            return
        # whatever else was to be changed is not wanted anymore
        order.is_to_edit = False
        for kind in ("address", "quantity", "hold"):
            order._end_stops(kind)
        order._close_changed_issue()
        why = self._why_not_cancel(order)
        if why:
            if order.hold_code != "cancel":
                order._note("cancel_stopped", why=why)
        elif order._has_left() and order.order_id.state != "cancel":
            order._cancel_what_is_left()
        else:
            order._cancel_here()

    def _why_not_cancel(self, order):
        """Return why this must be decided by a person, or nothing."""
        sale = order.order_id
        if sale.state == "cancel":
            return ""
        if any(one._is_being_picked() for one in order._open_deliveries()):
            return self.env._("it is being picked")
        if order._has_left() and not order._open_deliveries():
            return ""
        if order.channel_id.cancel_policy != "auto":
            return self.env._("the channel's policy is to ask")
        return ""

import re

from odoo import models

from ..domain.amounts import wanted_units


class RetailSyncImporterOrder(models.AbstractModel):
    """Orders of a channel that is only watched, and those from before it went live."""

    _inherit = "retail.sync.importer.order"

    def _watch(self, order, document):
        """Look whether ``document`` could be imported, and no more.

        Its units count as sold all the same, as they would once it is imported.

        :raises DataError: when a person must mend something first
        """
        order.channel_id._lock_date()
        self._plan_lines(order, document)
        order.left_out_code = False
        if order.state != "watched":
            order._note("watched")
            order.state = "watched"
        if self._is_past(order.channel_id, document):
            self.env["retail.sync.demand"]._drop(order.channel_id, order.external_id)
        else:
            self._tell_stock(order, document)

    def _leave_out(self, order, reason):
        order.channel_id._lock_date()
        order.left_out_code = reason
        return super()._leave_out(order, reason)

    def _prepare_facts(self, order, document, digest):
        """Keep what tells what would become of an order that is only looked at."""
        values = super()._prepare_facts(order, document, digest)
        channel = order.channel_id
        if channel._only_looks():
            had_left = self._is_past(channel, document)
            values["had_left"] = had_left
            values["needs_lots"] = had_left and self._has_tracked(channel, document)
        return values

    def _reason_to_leave_out(self, channel, document):
        reason = super()._reason_to_leave_out(channel, document)
        if reason:
            return reason
        first = channel.import_from_number
        if first and 0 < number_of(document.external_ref) < first:
            return "too_low"
        if self._is_past(channel, document) and (
            channel.shipped_policy == "skip" or self._has_tracked(channel, document)
        ):
            return "shipped_before"
        return ""

    def _is_past(self, channel, document):
        """Return whether all of an order had left before the channel went live."""
        placed = document.created_at.replace(tzinfo=None)
        before = channel.live_at and placed < channel.live_at
        if not before and not channel._only_looks():
            return False
        shipped = {}
        for shipment in document.shipments:
            if shipment.state != "success" or _is_after(shipment, channel):
                continue
            for line_id, units in shipment.lines:
                shipped[line_id] = shipped.get(line_id, 0) + units
        goods = [line for line in document.lines if line.requires_shipping]
        return bool(shipped) and all(
            shipped.get(line.external_id, 0) >= wanted_units(line) for line in goods
        )

    def _has_tracked(self, channel, document):
        """Return whether lots or serial numbers are needed that nobody knows."""
        found = self._find_listings(channel, document.lines)
        return any(
            listing.product_id.tracking != "none"
            for listing in found.values()
            if listing
        )

    def _create_sale_orders(self, arrivals):
        result = super()._create_sale_orders(arrivals)
        for one in arrivals:
            if self._is_past(one.order.channel_id, one.document):
                one.order.shipped_before = True
        return result

    def _confirm_all(self, arrivals):
        result = super()._confirm_all(arrivals)
        for one in arrivals:
            one.order._deliver_before()
        return result


def number_of(reference):
    """Return the longest number in an order's name, or 0: ``#1001-24`` gives 1001."""
    found = re.findall(r"\d+", reference or "")
    return int(max(found, key=len)) if found else 0


def _is_after(shipment, channel):
    """Return whether it left when the channel was live already: from our shelves."""
    moment = shipment.created_at
    return bool(
        not channel._only_looks()
        and moment
        and channel.live_at
        and moment.replace(tzinfo=None) >= channel.live_at
    )

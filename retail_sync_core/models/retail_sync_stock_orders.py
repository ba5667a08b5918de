from datetime import timedelta

from odoo import api, models

from ..adapters import base
from ..domain.documents import Flow

IMPORT_PATIENCE_S = 300


class RetailSyncStockOrders(models.AbstractModel):
    """Orders before stock: a figure that differs is most likely a sale on its way."""

    _name = "retail.sync.stock.orders"
    _description = "Orders Before Stock"

    @api.model
    def _ask(self, channel):
        """Have the channel's orders fetched now; False where none can be."""
        workflow = self._workflow(channel)
        if not workflow or workflow.state == "paused":
            return False
        key = f"poll:{Flow.ORDER.value}"
        self.env["retail.sync.job"]._enqueue(
            channel,
            "flow.poll",
            order_key=key,
            identity=key,
            lane=0,
            payload={"workflow_id": workflow.id, "flow": Flow.ORDER.value},
        )
        return True

    @api.model
    def _are_in(self, channel, asked_at):
        """Return whether the orders asked for at ``asked_at`` are here.

        Fetched, and imported as far as they can be: what fails is not waited for, and a
        long backlog only for some minutes. Paused orders are waited for: a sale that
        nobody reads would be written over. What was asked for before a pause counts as
        asked for when it ended.
        """
        workflow = self._workflow(channel)
        if not workflow:
            return True
        if workflow.state == "paused":
            return False
        since = self._since(channel, asked_at)
        if not since:
            return True
        if not workflow.last_success_at or workflow.last_success_at < since:
            return False
        if self.env.cr.now() - since > timedelta(seconds=IMPORT_PATIENCE_S):
            return True
        return not self._is_being_read(channel)

    @api.model
    def _since(self, channel, asked_at):
        """Return from when on the orders asked for at ``asked_at`` are waited for.

        :return: that moment, or the later one at which orders or the whole channel were
            resumed; None for neither
        """
        moments = (asked_at, self._workflow(channel).resumed_at)
        return max(filter(None, moments), default=None)

    def _is_being_read(self, channel):
        """Return whether orders or a turn of them are under way that did not fail."""
        jobs = self.env["retail.sync.job"].sudo()
        return bool(
            jobs.search_count(
                [
                    ("channel_id", "=", channel.id),
                    "|",
                    ("handler", "=like", "order.%"),
                    "&",
                    ("handler", "=", "flow.poll"),
                    ("flow", "=", Flow.ORDER.value),
                    ("state", "in", ("pending", "running", "held")),
                    ("failures", "=", 0),
                    ("lane", ">=", 0),
                ],
                limit=1,
            )
        )

    def _workflow(self, channel):
        adapter = channel._adapter_class()
        pulls = adapter and issubclass(adapter, base.Pages)
        if not pulls or not adapter.capability(base.Orders):
            return self.env["retail.sync.workflow"]
        return channel._workflow(Flow.ORDER)

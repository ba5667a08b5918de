from odoo import api, models
from odoo.tools import SQL

from ..domain.errors import DataError
from .retail_sync_handler import Apart
from .retail_sync_importer_order import NOT_HERE, QUIET, Arrival


class RetailSyncImporterOrder(models.AbstractModel):
    """Several new orders of one channel in one transaction: a backlog's fast lane.

    Only what cannot go wrong for a reason of its own stays in the batch: an order that
    changed, or that a person must mend first, is sent away to be imported alone.
    """

    _inherit = "retail.sync.importer.order"

    @api.model
    def _import_many(self, channel, documents):
        """Import ``documents`` of ``channel`` together; return our orders in order.

        :raises Apart: before anything lasting is written, with the external ids of
            those that must be imported alone; the transaction is to be rolled back
        """
        quietly = self.with_context(**QUIET)
        with quietly.env["retail.sync.order.step"]._gather() as steps:
            orders = quietly.with_env(steps.env)._import_batch(channel, documents)
        return orders.with_env(self.env)

    def _import_batch(self, channel, documents):
        channel = channel.with_env(self.env)
        orders = self._ensure_all(channel, documents)
        news = self._only_news(orders, documents)
        apart = {
            order.external_id for order, _document, _digest in news if order.order_id
        }
        arrivals = [] if apart else self._plan_all(news, apart)
        if apart:
            raise Apart(apart)
        if arrivals:
            self._create_all(arrivals)
        told = {order.id for order, _document, _digest in news}
        for order, document in zip(orders, documents, strict=True):
            if order.id not in told:
                order._judge_what_was_read()
                self._note_reading(order, document)
        return orders

    def _ensure_all(self, channel, documents):
        """Return our locked rows, in the order of ``documents``."""
        Order = self.env["retail.sync.order"]
        ids = [document.external_id for document in documents]
        rows = Order.search(
            [("channel_id", "=", channel.id), ("external_id", "in", ids)]
        )
        known = {row.external_id: row.id for row in rows}
        for document in documents:
            if document.external_id not in known:
                row = Order._ensure(
                    channel, document.external_id, document.external_ref
                )
                known[document.external_id] = row.id
        # one after the other by id, so that two batches never wait for each other
        # ORM: lock_for_update() gives up instead of waiting
        self.env.cr.execute(
            SQL(
                """SELECT id FROM retail_sync_order WHERE id = ANY(%s)
                    ORDER BY id FOR UPDATE""",
                list(known.values()),
            )
        )
        Order.invalidate_model()
        return Order.browse([known[external_id] for external_id in ids])

    def _only_news(self, orders, documents):
        """Return (order, document, digest) of the documents that change something."""
        triples = [
            (order, document, self._fingerprint(document))
            for order, document in zip(orders, documents, strict=True)
        ]
        return [triple for triple in triples if self._brings_news(*triple)]

    def _plan_all(self, news, apart):
        """Write the facts and plan the lines; add to ``apart`` who needs a person."""
        arrivals = []
        for order, document, digest in news:
            try:
                self._note_facts(order, document, digest)
                if order.state not in NOT_HERE:
                    continue
                reason = self._reason_to_leave_out(order.channel_id, document)
                if reason:
                    self._leave_out(order, reason)
                    continue
                if order.channel_id._only_looks():
                    self._watch(order, document)
                    continue
                plan = self._plan_lines(order, document)
            except DataError:
                apart.add(order.external_id)
                continue
            arrivals.append(Arrival(order, document, plan))
        return arrivals

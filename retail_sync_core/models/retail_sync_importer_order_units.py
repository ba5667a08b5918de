from odoo import models

from ..domain.documents import ZERO
from ..domain.units import Told, told_by
from .retail_sync_movement import naive_utc


class RetailSyncImporterOrder(models.AbstractModel):
    """Keeps the unit ledger: what is new in each of the channel's figures of units."""

    _inherit = "retail.sync.importer.order"

    def _create_all(self, arrivals):
        result = super()._create_all(arrivals)
        pairs = [(one.order, one.document) for one in arrivals]
        self._append_units(pairs, known={})
        return result

    def _follow(self, order, document, before):
        result = super()._follow(order, document, before)
        self._note_units([(order, document)])
        return result

    def _import_quietly(self, channel, document):
        """Compare the units, where a person asked for it, once all is written."""
        order = super()._import_quietly(channel, document)
        order._compare_units(document)
        return order

    def _import_batch(self, channel, documents):
        orders = super()._import_batch(channel, documents)
        for order, document in zip(orders, documents, strict=True):
            order._compare_units(document)
        return orders

    def _note_units(self, pairs):
        """Append to the ledger what each document says otherwise than its rows.

        :param pairs: (order, its newest document), each order locked
        """
        lines = self.env["retail.sync.order.line"].union(
            *(order.line_ids for order, _document in pairs)
        )
        sums = self.env["retail.sync.order.delta"]._sums(lines)
        return self._append_units(pairs, sums)

    def _append_units(self, pairs, known):
        values = [
            row
            for order, document in pairs
            for row in self._prepare_deltas(order, document, known)
        ]
        return self.env["retail.sync.order.delta"].sudo().create(values)

    def _prepare_deltas(self, order, document, known):
        """Return the values of the rows that ``document`` adds.

        An id that it does not name anymore stands for nothing.
        """
        line_ids = {line.external_id: line.id for line in order.line_ids}
        told = {
            (line_ids.get(entry.line_id), entry.kind, entry.key): figures
            for entry, figures in told_by(document).items()
        }
        mine = [key for key in known if key[0] in order.line_ids.ids]
        rows = []
        for key in dict.fromkeys([*told, *mine]):
            figures = told.get(key, Told(ZERO))
            units, worth, turn = known.get(key, (0.0, 0.0, 0))
            more, richer = float(figures.units) - units, float(figures.amount) - worth
            if key[0] and (more or order.currency_id.round(richer)):
                line_id, kind, name = key
                rows.append(
                    {
                        "line_id": line_id,
                        "kind": kind,
                        "key": name,
                        "turn": turn,
                        "units": more,
                        "amount": richer,
                        "told_at": naive_utc(figures.at),
                        "version": document.version,
                    }
                )
        return rows

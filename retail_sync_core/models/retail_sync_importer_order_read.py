from odoo import models

from .retail_sync_importer_order import NOT_HERE


class RetailSyncImporterOrder(models.AbstractModel):
    """What the channel says of an order that is not here: shown, and no more."""

    _inherit = "retail.sync.importer.order"

    def _watch(self, order, document):
        result = super()._watch(order, document)
        self._note_lines(order, document)
        return result

    def _create_all(self, arrivals):
        orders = self.env["retail.sync.order"].union(*(one.order for one in arrivals))
        orders.line_ids.sudo().unlink()  # made anew, each beside its sale order's
        return super()._create_all(arrivals)

    def _note_as_read(self, order, document):
        """Keep what ``document`` says of an order that waits for a person.

        Its version stays unknown: it is imported as if it had just come. Whatever was
        to become of it before, it waits now.
        """
        if order.state not in NOT_HERE:
            return
        currency = self.env["res.currency"].with_context(active_test=False)
        order.write(
            {
                **self._prepare_shown_facts(document),
                "state": "waiting",
                "currency_id": currency.search(
                    [("name", "=", document.currency)], limit=1
                ).id,
            }
        )
        self._note_lines(order, document)

    def _note_lines(self, order, document):
        """Keep the channel's lines beside nothing: there is no sale order."""
        order.line_ids.sudo().unlink()
        listings = self._find_listings(order.channel_id, document.lines)
        known = {line_id: row.id for line_id, row in listings.items() if row}
        self.env["retail.sync.order.line"].create(
            [
                {
                    **self._prepare_link_values(order, document, source),
                    "external_id": source.external_id,
                    "order_id": order.id,
                    "listing_id": known.get(source.external_id, False),
                }
                for source in (*document.lines, *document.charges)
            ]
        )

from odoo import api, models

from ..domain import documents as doc
from ..domain import sentence
from ..domain.amounts import wanted_units
from ..domain.errors import DataError
from ..domain.mapping import match_product

SERVICE_KINDS = {
    doc.LineKind.TIP: "tip",
    doc.LineKind.GIFT_CARD: "gift_card",
    doc.LineKind.CUSTOM: "custom",
}


class RetailSyncImporterOrder(models.AbstractModel):
    """Which of our products is sold: by listing, then by barcode, then by SKU."""

    _inherit = "retail.sync.importer.order"

    def _find_products(self, channel, document):
        """Return {order line id: (product, listing or none)}.

        :raises DataError: for the first line whose product a person must tell
        """
        lines = [line for line in document.lines if wanted_units(line)]
        listings = self._find_listings(channel, lines)
        open_lines = [
            line
            for line in lines
            if not listings[line.external_id].product_id and (line.sku or line.barcode)
        ]
        index = self.env["retail.sync.listing"]._index_products(channel, open_lines)
        found = {}
        for line in lines:
            listing = listings[line.external_id]
            product = listing.product_id or self._match(channel, line, index)
            found[line.external_id] = (product, listing)
        return found

    @api.model
    def _find_listings(self, channel, lines):
        """Return {order line id: listing}; one query for all lines."""
        Listing = self.env["retail.sync.listing"]
        variants = [line.variant_id for line in lines if line.variant_id]
        items = [line.item_id for line in lines if line.item_id]
        rows = Listing
        if variants or items:
            rows = Listing.search(
                [
                    ("channel_id", "=", channel.id),
                    "|",
                    ("variant_id", "in", variants),
                    ("external_id", "in", items),
                ]
            )
        by_variant = {row.variant_id: row for row in rows if row.variant_id}
        by_item = {row.external_id: row for row in rows}
        return {
            line.external_id: (
                by_variant.get(line.variant_id or None)
                or by_item.get(line.item_id or None)
                or Listing
            )
            for line in lines
        }

    def _match(self, channel, line, index):
        """Return the product of a line without a matched listing."""
        match = match_product(line.barcode, line.sku, *index)
        if match.is_unique:
            return self.env["product.product"].browse(match.ids[0])
        if line.kind in SERVICE_KINDS and not match.ids:
            return channel._charge_product(SERVICE_KINDS[line.kind])
        raise self._unknown_product(line, match)

    def _unknown_product(self, line, match):
        key = line.sku or line.barcode
        value = key or line.title or line.variant_id
        product = f"{line.title} ({key})" if line.title and key else value
        return DataError(
            sentence._("Several products here could be %(product)s.", product=product)
            if match.ids
            else sentence._(
                "%(product)s is matched with no product here.", product=product
            ),
            kind="ambiguous_sku" if match.ids else "unknown_sku",
            field=self.env._("SKU"),
            value=value,
            params={
                "title": line.title,
                "sku": line.sku,
                "barcode": line.barcode,
                "variant_id": line.variant_id,
                "item_id": line.item_id,
            },
        )

from datetime import timedelta

from odoo import api, models

from ..domain import documents as doc
from ..domain.counting import Stamp, is_absurd
from ..domain.mapping import normalize_sku
from .retail_sync_movement import naive_utc

UNKNOWN_SHOWN = 20
CLOCKS_DIFFER = timedelta(days=1)


class RetailSyncStockReading(models.Model):
    """Takes in what is said: which listing, is it newer, can it be."""

    _inherit = "retail.sync.stock.reading"

    @api.model
    def _take(
        self,
        place,
        counts,
        source,
        *,
        orders_first=False,
        by_arrival=False,
        number=None,
    ):
        """Take in ``counts`` (``StockCount``) of ``place`` and book what follows.

        :param orders_first: raise ``OrdersFirst`` where stock would go that an order on
            its way may explain
        :param by_arrival: of two figures of one moment the last counts, and is said
        :param number: of the complete reading or report that names them
        :return: (readings that are newer, items of which two figures of one moment
            differ: they must be read again)
        """
        pairs, twice = self._newest(place, counts, source)
        listings = self.env["retail.sync.listing"].browse(
            [listing.id for listing, _count in pairs]
        )
        known = self._lock(place, listings)
        self._note_named(place, counts, pairs, number)
        fresh, doubtful = self.browse(), []
        for listing, count in pairs:
            reading = known[listing.id]
            rank = self._stamp_of(count).rank(reading._stamp()) if reading.as_of else 1
            if not rank and float(count.quantity) != reading.quantity:
                if not by_arrival:
                    doubtful.append(count.item_id)
                    continue
                twice[listing], rank = (reading.quantity, count.quantity), 1
            if rank > 0 and reading._write_figure(count, source):
                fresh |= reading
        fresh._settle(orders_first=orders_first)
        self._raise_twice(place, twice)
        return fresh, doubtful

    def _newest(self, place, counts, source):
        """Return [(listing, its newest count)] of those that bring news, and {listing:
        (figure, another of the same moment)}."""
        counts = [count for count in counts if count.quantity is not None]
        listings = self._find_listings(place.channel_id, counts, source)
        newest, twice = {}, {}
        for count in counts:
            listing = listings.get(count)
            if not listing or listing.state == "ignored":
                continue
            known = newest.get(listing)
            rank = self._stamp_of(count).rank(self._stamp_of(known)) if known else 1
            if not rank and known.quantity != count.quantity:
                twice[listing] = (known.quantity, count.quantity)
            if rank >= 0:
                newest[listing] = count
        return sorted(newest.items(), key=lambda pair: pair[0].id), twice

    def _stamp_of(self, count):
        # a word without a time is true when it comes
        now = self.env.cr.now()
        as_of = naive_utc(count.as_of) or now
        # one wrong clock must not make all that follows look old
        return Stamp(now if as_of > now + CLOCKS_DIFFER else as_of, count.sequence)

    def _write_figure(self, count, source):
        """Write what is said; False where it cannot be: the known figure stays."""
        if is_absurd(count.quantity, count.counts):
            self._block("absurd", quantity=str(count.quantity)[:40])
            return False
        stamp = self._stamp_of(count)
        quantity = float(count.quantity)
        self.write(
            {
                "kind": count.counts,
                "quantity": quantity,
                "as_of": stamp.as_of,
                "changed_at": naive_utc(count.changed_at) or False,
                "sequence": False if stamp.sequence is None else str(stamp.sequence),
                "read_at": self.env.cr.now(),
                "source": source,
                "approved": self.approved and quantity == self.quantity,
                "reason_code": False,
            }
        )
        return True

    @api.model
    def _find_listings(self, channel, counts, source):
        """Return {count: listing}; what is new in a report is listed, to be matched."""
        Listing = self.env["retail.sync.listing"].sudo()
        ids = {count.item_id for count in counts} - {""}
        skus = {count.sku for count in counts if not count.item_id} - {""}
        rows = Listing.search(
            [
                ("channel_id", "=", channel.id),
                "|",
                "|",
                ("external_id", "in", list(ids | skus)),
                ("variant_id", "in", list(ids)),
                ("sku", "in", list(skus | {normalize_sku(sku) for sku in skus})),
            ]
        )
        by_id = {row.variant_id: row for row in rows if row.variant_id}
        by_id |= {row.external_id: row for row in rows}
        by_sku = {}
        for row in rows:
            by_sku.setdefault(normalize_sku(row.sku or ""), Listing.browse())
            by_sku[normalize_sku(row.sku or "")] |= row
        found, unknown = {}, []
        for count in counts:
            listing = by_id.get(count.item_id or count.sku)
            same = by_sku.get(normalize_sku(count.sku)) if count.sku else None
            if not listing and not count.item_id and same and len(same) == 1:
                listing = same
            if listing:
                found[count] = listing
            else:
                unknown.append(count)
        if source == "told":  # what the catalog has not brought yet comes with it
            return found
        return found | self._list_unknown(channel, unknown)

    def _list_unknown(self, channel, counts):
        """List what nobody has heard of, matched where that is clear.

        Its figure is kept with it and booked once a person has matched it.
        """
        Listing = self.env["retail.sync.listing"].sudo()
        first = {count.item_id or count.sku: count for count in counts}
        first.pop("", None)
        items = [
            doc.Item(external_id=key, sku=count.sku) for key, count in first.items()
        ]
        index = Listing._index_products(channel, items)
        made = Listing.create(
            [
                {
                    **Listing._prepare_match_values(item, index),
                    "channel_id": channel.id,
                    "external_id": item.external_id,
                    "sku": item.sku or False,
                    "title": item.sku or item.external_id,
                }
                for item in items
            ]
        )
        by_key = {listing.external_id: listing for listing in made}
        self._ask_for_products(channel, made)
        return {
            count: by_key[count.item_id or count.sku]
            for count in counts
            if (count.item_id or count.sku) in by_key
        }

    def _ask_for_products(self, channel, listings):
        """Raise what must be matched; of a flood the rest is on the work list."""
        kinds = {"missing": "unknown_sku", "ambiguous": "ambiguous_sku"}
        unclear = listings.filtered(lambda row: row.state in kinds)
        for listing in unclear[:UNKNOWN_SHOWN]:
            self.env["retail.sync.issue"]._raise(
                channel,
                kinds[listing.state],
                field=self.env._("Stock report"),
                value=listing.sku or listing.title,
                params={"title": listing.title},
                record=listing,
            )

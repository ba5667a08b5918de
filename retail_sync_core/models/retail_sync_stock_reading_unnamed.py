from dataclasses import replace
from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import documents as doc

SHOWN = 5
# Listings whose stock was said here, or that we hold here, and that the complete
# reading or report of this number, or one that began after it, did not name.
UNNAMED = """
SELECT i.id
  FROM retail_sync_listing i
  LEFT JOIN retail_sync_stock_reading r
       ON r.listing_id = i.id AND r.location_id = %(place)s
 WHERE i.channel_id = %(channel)s AND i.id > %(last)s AND i.state <> 'ignored'
   AND COALESCE(r.named_in, 0) < %(number)s
   AND CASE WHEN r.as_of IS NOT NULL THEN r.quantity <> 0 OR NOT %(but_none)s
            ELSE i.state = 'matched' AND EXISTS (
                 SELECT 1 FROM stock_quant
                  WHERE product_id = i.product_id AND location_id = ANY(%(spots)s)
                    AND (owner_id IS NULL OR owner_id = %(owner)s)
                    AND quantity <> 0) END
 ORDER BY i.id LIMIT %(limit)s
"""


class RetailSyncStockReading(models.Model):
    """What a complete reading or a whole report does not name, it does not have."""

    _inherit = "retail.sync.stock.reading"

    named_in = fields.Integer(
        string="Named in",
        readonly=True,
        aggregator=None,
        help="The last complete reading or report that named it.",
    )

    @api.model
    def _note_named(self, place, counts, pairs, number):
        """Note which listings the reading or report ``number`` names.

        What it names without a figure is no news, and not gone either.
        """
        if number is None:
            return
        ids = [listing.id for listing, _count in pairs]
        named = [c for c in counts if c.quantity is None and c.no_news]
        if named:
            found = self._find_listings(place.channel_id, named, "told")
            silent = self.env["retail.sync.listing"].browse(
                {listing.id for listing in found.values()}
            )
            self._lock(place, silent)
            ids += silent.ids
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_stock_reading
                      SET named_in = GREATEST(COALESCE(named_in, 0), %s)
                    WHERE location_id = %s AND listing_id = ANY(%s)""",
                number,
                place.id,
                ids,
            )
        )
        self.invalidate_model(["named_in"])

    @api.model
    def _find_unnamed(self, place, number, last_id, limit, *, but_none=False):
        """Return up to ``limit`` listings after ``last_id`` that are known at ``place``
        and that the reading or report ``number`` did not name.

        :param but_none: without those of which none was there before
        """
        roots = place.location_id | place.also_ids
        spots = self.env["stock.location"].sudo().with_context(active_test=False)
        spots = spots.search(
            Domain("id", "child_of", roots.ids)
            & ~Domain("id", "child_of", place.left_out_ids.ids)
        )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                UNNAMED,
                place=place.id,
                channel=place.channel_id.id,
                last=last_id,
                number=number,
                but_none=but_none,
                spots=spots.ids,
                owner=place.company_id.partner_id.id,
                limit=limit,
            )
        )
        return self.env["retail.sync.listing"].sudo().browse([row[0] for row in rows])

    @api.model
    def _as_none(self, place, listings, counts, as_of, sequence):
        """Return counts that say: of ``listings`` nothing is there.

        :param as_of: when that was so, in ISO form
        """
        return [
            doc.StockCount(
                location_id=place.external_id,
                item_id=listing.external_id,
                quantity=doc.ZERO,
                counts=counts,
                as_of=datetime.fromisoformat(as_of),
                sequence=sequence,
            )
            for listing in listings
        ]

    @api.model
    def _without_none(self, place, counts):
        """Return ``counts`` with none of what is not stocked there."""
        rows = self.search(
            [
                ("location_id", "=", place.id),
                ("listing_id.external_id", "in", [one.item_id for one in counts]),
            ]
        )
        kinds = {row.listing_id.external_id: row.kind for row in rows if row.as_of}
        return [
            replace(one, quantity=doc.ZERO, counts=kinds.get(one.item_id, one.counts))
            if one.quantity is None
            else one
            for one in counts
            if one.quantity is not None or not one.no_news
        ]

    @api.model
    def _raise_twice(self, place, twice):
        """Say of which products two different figures of one moment came.

        :param twice: {listing: (figure, figure that came last)}
        """
        if not twice:
            return
        lines = [
            self.env._(
                "%(product)s: %(first)s, then %(last)s",
                product=listing.display_name,
                first=f"{first:g}",
                last=f"{last:g}",
            )
            for listing, (first, last) in list(twice.items())[:SHOWN]
        ]
        if len(twice) > SHOWN:
            lines.append(self.env._("and %s more", len(twice) - SHOWN))
        self.env["retail.sync.issue"]._raise(
            place.channel_id,
            "count_twice",
            value=place.display_name,
            record=place,
            about=(place,),
        )._renew({"list": "\n".join(lines)})

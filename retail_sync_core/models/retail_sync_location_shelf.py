from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

SILENCE = timedelta(days=1)


class RetailSyncLocation(models.Model):
    """Our stock of a location that somebody else counts."""

    _inherit = "retail.sync.location"

    def _shelf(self):
        """Return where units that appear are put: the location, or its first part."""
        location = self.location_id.sudo()
        if location.usage != "view":
            return location
        stock = location.warehouse_id.lot_stock_id
        if stock.parent_path and stock.parent_path.startswith(location.parent_path):
            return stock
        return location.search(
            [("id", "child_of", location.id), ("usage", "=", "internal")],
            order="parent_path",
            limit=1,
        )

    def _own_quants(self):
        """Return the domain of the quants that are counted here."""
        roots = self.location_id | self.also_ids
        owners = [False, self.company_id.partner_id.id]
        return (
            Domain("location_id", "child_of", roots.ids)
            & ~Domain("location_id", "child_of", self.left_out_ids.ids)
            & Domain("owner_id", "in", owners)
        )

    def _take_from(self, quants, product, units):
        """Return [(quant, units)]: where missing ``units`` are taken off.

        What is free goes first, and the location itself before its parts; lots and
        serial numbers in the order in which a delivery would take them.
        """
        found = quants.search(
            self._own_quants() & Domain("product_id", "=", product.id)
        ).filtered(lambda quant: quant.quantity > 0)
        ranked = found.sorted(lambda q: (q.location_id != self.location_id, q.id))
        if product.tracking != "none":
            order = quants.browse()
            for root in self.location_id | self.also_ids:
                order |= quants._gather(product, root)
            ranked = order & found
        rest, taken = float(units), dict.fromkeys(ranked, 0.0)
        for reserved_too in (False, True):
            for quant in ranked:
                there = quant.quantity - taken[quant]
                if not reserved_too:
                    there -= max(0.0, quant.reserved_quantity)
                part = min(rest, max(0.0, there))
                taken[quant] += part
                rest = product.uom_id.round(rest - part)
        return [(quant, units) for quant, units in taken.items() if units > 0]

    def _lost_today(self, but=(), *, booked=False):
        """Return the units that figures took away within a day, and nobody approved.

        :param but: products that are left out
        :param booked: without what waits to be booked
        """
        self.env.flush_all()
        ids = [product.id for product in but]
        rows = self.env.execute_query(
            SQL(
                """SELECT SUM(GREATEST(0, -units)) FROM (
                      SELECT product_id, SUM(step) - GREATEST(0, max(rise)) AS units
                        FROM (SELECT product_id, difference AS step,
                                     SUM(difference) OVER (
                                         PARTITION BY product_id ORDER BY id) AS rise
                                FROM retail_sync_stock_adjustment
                               WHERE location_id = %(place)s
                                 AND approved_by_id IS NULL
                                 AND create_date > %(now)s - interval '1 day') y
                       GROUP BY product_id
                       UNION ALL
                      SELECT product_id, min(difference)
                        FROM retail_sync_stock_reading
                       WHERE location_id = %(place)s AND state = 'held'
                         AND NOT %(booked)s AND product_id <> ALL(%(but)s)
                       GROUP BY product_id) x""",
                place=self.id,
                now=self.env.cr.now(),
                booked=booked,
                but=ids,
            )
        )
        return Decimal(repr(rows[0][0] or 0))

    def _note_silence(self, now):
        """Say when nothing was heard of this stock for a day, or for three turns."""
        longest = max(SILENCE, 3 * timedelta(minutes=self.read_every_min))
        Issue, heard_at = self.env["retail.sync.issue"], self.heard_at
        if heard_at and now - heard_at > longest:
            Issue._raise(
                self.channel_id,
                "count_silent",
                value=self.display_name,
                record=self,
                about=(self,),
            )._renew({"since": f"{heard_at:%Y-%m-%d %H:%M} UTC"})
        else:
            Issue._close_about(self.channel_id, "count_silent", (self,))

    def _stock_counted(self):
        """Return the units that we hold here of all that is counted there."""
        readings = self.env["retail.sync.stock.reading"].sudo()
        counted = readings._search(
            [("location_id", "=", self.id), ("product_id", "!=", False)]
        )
        quants = self.env["stock.quant"].sudo()
        domain = self._own_quants() & Domain(
            "product_id", "in", counted.subselect("product_id")
        )
        [(units,)] = quants._read_group(domain, [], ["quantity:sum"])
        return Decimal(repr(units or 0.0))

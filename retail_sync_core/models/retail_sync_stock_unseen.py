from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KITS_UNTIL = "retail_sync_core.kits_seen_until"
SWEPT_UNTIL = "retail_sync_core.lots_swept_until"


class RetailSyncStockUnseen(models.AbstractModel):
    """What changes an offer without touching a quant or a move: time that passes."""

    _name = "retail.sync.stock.unseen"
    _description = "Changes of Offers That No Trigger Sees"

    @api.model
    def _mark_due(self):
        """Mark what ended by the clock, and what waits for others to show less."""
        now = fields.Datetime.now()
        ended = self.env["retail.sync.listing"].search([("fixed_until", "<=", now)])
        # written as any person would: the levels are marked by it
        ended.write({"fixed_until": False, "fixed_qty": 0.0})
        self._mark_expired(now)
        self._mark_kits()
        self._mark_arriving(now)
        self.env["retail.sync.stock.rule"]._mark_new_days(now)
        self.env["retail.sync.level"]._mark_held_back()
        self.env["retail.sync.location"]._end_applied()
        self.env["retail.sync.location"]._remind_of_counts(now)

    def _mark_expired(self, now):
        """Mark products of which a lot passed its removal date since the last look."""
        if "removal_date" not in self.env["stock.lot"]._fields:
            return
        since = self._swept_until(now)
        lots = self.env["stock.lot"].search(
            [("removal_date", ">", since), ("removal_date", "<=", now)]
        )
        self.env["retail.sync.stock.mark"]._append(
            [(product.id, None, None) for product in lots.product_id]
        )
        if lots or now - since > timedelta(hours=1):
            self.env["ir.config_parameter"].set_param(SWEPT_UNTIL, str(now))

    def _mark_kits(self):
        """Mark the products of kits whose bill of materials was edited."""
        if "mrp.bom" not in self.env:
            return
        newest = self._newest_bom()
        known = self.env["ir.config_parameter"].get_param(KITS_UNTIL)
        if newest == (known or ""):
            return
        since = datetime.fromisoformat(known) if known else None
        boms = self.env["mrp.bom"].with_context(active_test=False)
        edited = boms.search(
            [
                ("type", "=", "phantom"),
                "|",
                ("write_date", ">", since),
                ("bom_line_ids.write_date", ">", since),
            ]
            if since
            else [("type", "=", "phantom")]
        )
        products = edited.product_id | edited.product_tmpl_id.product_variant_ids
        self.env["retail.sync.stock.mark"]._append(
            [(product.id, None, None) for product in products]
        )
        self.env["ir.config_parameter"].set_param(KITS_UNTIL, newest)

    def _newest_bom(self):
        """Return when a bill of materials was last edited, as text."""
        # ORM: two maxima in one statement, asked for each minute
        rows = self.env.execute_query(
            SQL(
                """SELECT GREATEST((SELECT max(write_date) FROM mrp_bom),
                                   (SELECT max(write_date) FROM mrp_bom_line))"""
            )
        )
        return rows[0][0].isoformat() if rows[0][0] else ""

    def _swept_until(self, now):
        text = self.env["ir.config_parameter"].get_param(SWEPT_UNTIL)
        return fields.Datetime.to_datetime(text) if text else now - timedelta(days=1)

    def _mark_arriving(self, now):
        """Mark once a day what comes within the days that locations offer ahead."""
        places = self.env["retail.sync.location"].search(
            [("incoming_days", ">", 0), ("state", "=", "mapped")]
        )
        for place in places:
            if not place.arrivals_at or now - place.arrivals_at > timedelta(days=1):
                place.arrivals_at = now
                place._mark()

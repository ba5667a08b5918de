from odoo import api, fields, models


class RetailSyncLocation(models.Model):
    """Tells which tills sell from the stock that is offered here, and book late."""

    _inherit = "retail.sync.location"

    late_tills = fields.Char(
        string="Tills not closed",
        compute="_compute_late_tills",
        help="Tills here that book what they sell when their session is closed.",
    )

    @api.depends("location_id", "also_ids", "left_out_ids")
    def _compute_late_tills(self):
        # whoever maps a location need not be a cashier
        tills = (
            self.env["pos.config"]
            .sudo()
            .search([("company_id", "in", self.company_id.ids)])
        )
        for place in self.sudo():
            offered = place.location_id | place.also_ids
            late = tills.filtered(
                lambda till, place=place, offered=offered: (
                    till._retail_sync_books_late()
                    and _is_in(till._retail_sync_spot(), offered)
                    and not _is_in(till._retail_sync_spot(), place.left_out_ids)
                )
            )
            place.late_tills = ", ".join(late.mapped("name")) or False


def _is_in(spot, roots):
    """Return whether ``spot`` is one of ``roots`` or below one."""
    return any((spot.parent_path or "").startswith(root.parent_path) for root in roots)

from odoo import api, models


class RetailSyncSetupFile(models.AbstractModel):
    """Where orders ship from is part of the file; opening hours are not.

    They are records of the company's own, which another database has not.
    """

    _inherit = "retail.sync.setup.file"

    @api.model
    def _sections(self):
        sections = super()._sections()
        return {
            **sections,
            "policies": sections["policies"].extended(
                values=("ships_from", "ships_first", "pickup_days")
            ),
            "locations": sections["locations"].extended(
                values=("ships_orders", "ship_rank", "ship_limit", "counter_qty"),
                kept_back=("ship_hours_id",),
            ),
        }

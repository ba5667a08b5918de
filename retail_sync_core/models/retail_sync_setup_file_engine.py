from odoo import api, models

from .retail_sync_channel_lanes import LIMITS


class RetailSyncSetupFile(models.AbstractModel):
    """Limits of the lanes are part of the file; what is out now, or planned, is not."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _sections(self):
        sections = super()._sections()
        return {
            **sections,
            "policies": sections["policies"].extended(
                values=(*LIMITS, "reconcile_daily"),
                kept_back=("deaf_since", "deaf_reason", "out_kind_ids", "peak_ids"),
            ),
        }

from odoo import api, models


class RetailSyncSetupFile(models.AbstractModel):
    """What is out at the moment is not part of the file."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _sections(self):
        sections = super()._sections()
        return {
            **sections,
            "policies": sections["policies"].extended(
                kept_back=("deaf_since", "deaf_reason", "out_kind_ids")
            ),
        }

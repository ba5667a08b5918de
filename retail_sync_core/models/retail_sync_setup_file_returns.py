from odoo import api, models


class RetailSyncSetupFile(models.AbstractModel):
    """Whether returns that are made here are told is part of the file."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _sections(self):
        sections = super()._sections()
        return {
            **sections,
            "policies": sections["policies"].extended(values=("return_telling",)),
        }

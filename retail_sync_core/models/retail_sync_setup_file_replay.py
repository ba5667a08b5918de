from odoo import api, models


class RetailSyncSetupFile(models.AbstractModel):
    """Whether a second person approves replays is part of the file."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _sections(self):
        sections = super()._sections()
        policies = sections["policies"].extended(values=("replay_approval",))
        return {**sections, "policies": policies}

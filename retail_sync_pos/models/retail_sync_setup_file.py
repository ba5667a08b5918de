from odoo import api, models


class RetailSyncSetupFile(models.AbstractModel):
    """A rule that counts while a till is open is another one than without."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _sections(self):
        sections = super()._sections()
        rules = sections["stock_rules"].extended(keys=("while_till_is_open",))
        return {**sections, "stock_rules": rules}

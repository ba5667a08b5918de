from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # each imported order looks its customer up
    _retail_sync_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

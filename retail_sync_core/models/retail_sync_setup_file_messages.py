from odoo import api, models

from .retail_sync_setup_file import OWNED, Section


class RetailSyncSetupFile(models.AbstractModel):
    """Who writes to buyers about what is part of the file."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _sections(self):
        sections = super()._sections()
        policies = sections["policies"].extended(kept_back=("buyer_message_ids",))
        messages = Section(
            "retail.sync.message",
            keys=("event",),
            values=("sender", "template_id"),
            kept_back=(*OWNED, "sequence"),
            certain=True,
        )
        return {**sections, "policies": policies, "messages": messages}

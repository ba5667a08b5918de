from odoo import models
from odoo.exceptions import UserError


class RetailSyncListing(models.Model):
    """Which product is which goes out as CSV, for whoever maps in a spreadsheet."""

    _inherit = "retail.sync.listing"

    def action_export_table(self):
        """Hand the chosen listings out as CSV; managers only."""
        self.check_access("read")
        if len(self.channel_id) != 1:
            raise UserError(self.env._("Choose products of one channel."))
        self.channel_id._check_group("manager")
        page = self.env["retail.sync.setup.load"].create(
            {
                "channel_id": self.channel_id.id,
                "table": "products",
                "record_ids": self.ids,
            }
        )
        return page.action_download_table()

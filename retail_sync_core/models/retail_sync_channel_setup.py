from odoo import models


class RetailSyncChannel(models.Model):
    """A channel's set-up is taken along: to another database, to a second shop."""

    _inherit = "retail.sync.channel"

    def action_open_setup_file(self):
        """Open the page on which the set-up is exported, compared and loaded."""
        self.ensure_one()
        self._check_group("manager")
        return self.env["retail.sync.setup.load"]._open(self)

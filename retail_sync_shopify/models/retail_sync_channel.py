from odoo import fields, models


class RetailSyncChannel(models.Model):
    """A channel may be a Shopify shop; its adapter does the rest."""

    _inherit = "retail.sync.channel"

    code = fields.Selection(
        selection_add=[("shopify", "Shopify")],
        ondelete={"shopify": lambda channels: channels._let_go_of_shopify()},
    )

    def _let_go_of_shopify(self):
        """Stop these channels and tell who is responsible; what they made stays."""
        self._pause(self.env._("The module for Shopify was removed."))
        self.code = "manual"

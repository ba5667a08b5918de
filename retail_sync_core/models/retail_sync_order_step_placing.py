from odoo import models


class RetailSyncOrderStep(models.Model):
    """What is said of where an order ships from."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            **self._placing_sentences(),
        }

    def _placing_sentences(self):
        return {"placed": ("decided", "%(said)s")}

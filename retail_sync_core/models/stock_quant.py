import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..waking import wake_after_commit

_logger = logging.getLogger(__name__)

NOTED = {
    "quantity",
    "reserved_quantity",
    "product_id",
    "location_id",
    "lot_id",
    "owner_id",
}
APPLIES_ALL = "retail_sync_applies_all"


class StockQuant(models.Model):
    """Wakes a worker after a change of stock; what changed is noted by the trigger."""

    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        wake_after_commit(self.env.cr)
        return super().create(vals_list)

    def write(self, vals):
        if NOTED & vals.keys():
            wake_after_commit(self.env.cr)
        return super().write(vals)

    def action_apply_all(self):
        """Extension of `stock` to know that what is applied is a whole count."""
        action = super().action_apply_all()
        return {**action, "context": {**action["context"], APPLIES_ALL: True}}

    def _apply_inventory(self, date=None):
        """Extension of `stock` to end the counts of which these were the last lines."""
        result = super()._apply_inventory(date)
        whole = bool(self.env.context.get(APPLIES_ALL))
        try:
            with self.env.cr.savepoint():
                self.env["retail.sync.location"].sudo()._end_counts(self, whole)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # a level changed meanwhile: nobody's inventory is done again for that
            _logger.info("the count is ended by the next sweep or by its button")
        return result

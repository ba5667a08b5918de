from odoo import models
from odoo.tools import SQL


class RetailSyncHandlerStockPush(models.AbstractModel):
    """While levels are put back, the figures are those that the channel had before."""

    _inherit = "retail.sync.handler.stock.push"

    def _offered(self, levels):
        if not levels.channel_id.stock_restoring:
            return super()._offered(levels)
        return self.env["retail.sync.stock.before"]._targets(levels)

    def _judge(self, place, capability):
        result = super()._judge(place, capability)
        if place.channel_id.stock_restoring:
            # nothing is gathered: who puts levels back waits for it
            self.env.cr.execute(
                SQL(
                    """UPDATE retail_sync_level SET due_at = %(now)s
                        WHERE location_id = %(place)s AND due_at > %(now)s
                          AND wanted_generation > sent_generation""",
                    now=self.env.cr.now(),
                    place=place.id,
                )
            )
            self.env["retail.sync.level"].invalidate_model(["due_at"])
        return result

    def _plan_activation(self, job, place):
        """Stock nothing new there; what is not stocked is left as it is."""
        if not place.channel_id.stock_restoring:
            return super()._plan_activation(job, place)
        Level = self.env["retail.sync.level"]
        ids = Level._take_wanted(place, ["inactive"], 100000)
        text = self.env._("The channel does not stock it at this location.")
        Level._write_stopped(dict.fromkeys(ids, text), "inactive", answered=True)
        return None

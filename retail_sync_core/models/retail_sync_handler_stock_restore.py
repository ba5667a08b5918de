from odoo import models
from odoo.tools import SQL

from .retail_sync_handler import Again
from .retail_sync_handler_stock_push import ACTIVATIONS


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

    def _plan_batch(self, job, place):
        """What the channel did not stock before leaves the location, last of all."""
        step = super()._plan_batch(job, place)
        channel = place.channel_id
        if step or not channel.stock_restoring:
            return step
        ids = channel._to_take_off(place, ACTIVATIONS)
        if not ids:
            return None
        quantities = dict.fromkeys(ids, 0)
        return self._begin(job, place, "deactivation", quantities, compare=False)

    def _next(self, place, job, note):
        result = super()._next(place, job, note)
        if isinstance(result, Again) or not place or not place._may_be_told():
            return result
        channel = place.channel_id
        if channel.stock_restoring and channel._to_take_off(place):
            return Again(0.0)
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

from odoo import models

from .retail_sync_handler import Stop


class RetailSyncHandlerOrderSettle(models.AbstractModel):
    """Books an order's payments and invoices; a failure never undoes its import."""

    _name = "retail.sync.handler.order.settle"
    _inherit = "retail.sync.handler"
    _description = "Handler: Book an Order's Money"

    _needs_channel = False

    def _apply(self, job, answer):
        order = self.env["retail.sync.order"]._find_by_key(
            job.channel_id, job.order_key
        )
        if not order.order_id:
            return self.env._("Nothing to book: there is no sale order.")
        problems = order._settle_money()
        if problems:
            return Stop.of(problems[0])
        return self.env._("Booked what is due of %s.", order.display_name)


class RetailSyncHandlerOrderExpire(models.AbstractModel):
    """Gives the goods of an order free that nobody has paid for in time."""

    _name = "retail.sync.handler.order.expire"
    _inherit = "retail.sync.handler"
    _description = "Handler: Stop Waiting for the Money"

    _needs_channel = False

    def _apply(self, job, answer):
        order = self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", job.channel_id.id),
                ("external_id", "=", (job.payload or {}).get("external_id")),
            ]
        )
        return order._expire_unpaid() if order else None

from odoo import models

from .retail_sync_handler import Again, Stop

BATCH = 200


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
            return self.env._("Nothing to book: there is no sales order.")
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


class RetailSyncHandlerOrderUnpaid(models.AbstractModel):
    """Has the orders looked at that wait for money, after the policy has changed."""

    _name = "retail.sync.handler.order.unpaid"
    _inherit = "retail.sync.handler"
    _description = "Handler: Look for Orders Nobody Pays"

    _needs_channel = False

    def _apply(self, job, answer):
        last = (job.payload or {}).get("last", 0)
        Order = self.env["retail.sync.order"]
        orders = Order._find_unpaid(job.channel_id, last, BATCH)
        for order in orders:
            order._expire_later()
        if len(orders) == BATCH:
            job.sudo().payload = {**(job.payload or {}), "last": orders[-1].id}
            return Again()
        return self.env._("Orders that wait for money are looked at in their time.")

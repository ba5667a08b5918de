FLOWS = {
    "catalog.page": "catalog",
    "order.cancel": "cancellation",
    "order.fetch": "order",
    "order.import": "order",
    "order.pay": "payment",
    "shipment.push": "shipment",
    "stock.compare": "stock",
    "stock.publish": "stock",
    "stock.push": "stock",
}


def migrate(cr, version):
    """Say of the work that waits which flow it belongs to: it can be paused now."""
    cr.execute(
        """UPDATE retail_sync_job j SET flow = f.flow
             FROM unnest(%s::text[], %s::text[]) f (handler, flow)
            WHERE j.handler = f.handler AND j.flow IS NULL
              AND j.state IN ('pending', 'running', 'parked', 'dead')""",
        [list(FLOWS), list(FLOWS.values())],
    )

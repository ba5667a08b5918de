FLOWS = {
    # what a turn asks for stands in its payload, see below
    "catalog.page": "catalog",
    "flow.poll": "order",
    "history.page": "order",
    "order.cancel": "cancellation",
    "order.fetch": "order",
    "order.history": "order",
    "order.import": "order",
    "order.pay": "payment",
    "shipment.push": "shipment",
    "stock.compare": "stock",
    "stock.counted": "stock",
    "stock.publish": "stock",
    "stock.push": "stock",
    "stock.read": "stock",
    "stock.report": "stock",
    "stock.run": "stock",
    "stock.take": "stock",
    "stock.watch": "stock",
}


def migrate(cr, version):
    """Say of the work that waits which flow it belongs to: it can be paused now."""
    cr.execute(
        """UPDATE retail_sync_job j
              SET flow = CASE WHEN j.handler = 'flow.poll'
                              THEN COALESCE(NULLIF(j.payload ->> 'flow', ''), f.flow)
                              ELSE f.flow END
             FROM unnest(%s::text[], %s::text[]) f (handler, flow)
            WHERE j.handler = f.handler AND j.flow IS NULL
              AND j.state IN ('pending', 'running', 'parked', 'dead')""",
        [list(FLOWS), list(FLOWS.values())],
    )

FLOWS = (
    *("order", "draft", "stock", "shipment", "payment", "hold", "cancellation"),
    *("return", "refund", "catalog", "price", "settlement", "report"),
)


def migrate(cr, version):
    """List the workflows that are there in the order in which people think of them."""
    cr.execute(
        """UPDATE retail_sync_workflow
              SET sequence = array_position(%s::varchar[], flow) - 1
            WHERE flow = ANY(%s)""",
        [list(FLOWS), list(FLOWS)],
    )

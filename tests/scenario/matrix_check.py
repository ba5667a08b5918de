"""Independent of all our code: do both sides tell the same story, to the cent?

The channel's word is its own GraphQL answer; ours are Odoo's own documents.
"""

from decimal import Decimal
from typing import Any, NamedTuple

ORDER = """
query Judge($id: ID!) {
  order(id: $id) {
    cancelledAt
    currentTotalPriceSet { shopMoney { amount } }
    currentTotalTaxSet { shopMoney { amount } }
    totalReceivedSet { shopMoney { amount } }
    totalRefundedSet { shopMoney { amount } }
    lineItems(first: 50) { nodes { sku currentQuantity } }
    fulfillments(first: 50) {
      status
      fulfillmentLineItems(first: 50) { nodes { quantity lineItem { sku } } }
    }
  }
}
"""
CENT = Decimal("0.01")
# what a replay must leave as it is
MODELS = (
    "sale.order",
    "sale.order.line",
    "stock.picking",
    "stock.move",
    "stock.move.line",
    "account.move",
    "account.move.line",
    "account.payment",
    "account.partial.reconcile",
    "retail.sync.order.payment",
    "retail.sync.order",
    "retail.sync.order.line",
    "retail.sync.order.step",
    "retail.sync.day",
    "retail.sync.effect",
    "retail.sync.issue",
)
# when, how often and by whom it was looked at, not what it is
FLEETING = {"write_date", "write_uid", "last_seen_at", "seen_count", "read_at"}


class Theirs(NamedTuple):
    """What the channel says of an order."""

    cancelled: bool
    total: Decimal
    tax: Decimal
    wanted: dict[str, int]
    shipped: dict[str, int]
    received: Decimal
    refunded: Decimal


def ask(shop: Any, order_id: str) -> Theirs:
    """Ask the channel itself."""
    answer = shop.graphql(ORDER, id=order_id)["data"]["order"]

    def money(name: str) -> Decimal:
        return Decimal(answer[name]["shopMoney"]["amount"]).quantize(CENT)

    wanted: dict[str, int] = {}
    for line in answer["lineItems"]["nodes"]:
        add(wanted, line["sku"], line["currentQuantity"])
    shipped: dict[str, int] = {}
    for shipment in answer["fulfillments"]:
        for part in shipment["fulfillmentLineItems"]["nodes"]:
            if shipment["status"] == "SUCCESS":
                add(shipped, part["lineItem"]["sku"], part["quantity"])
    return Theirs(
        cancelled=bool(answer["cancelledAt"]),
        total=money("currentTotalPriceSet"),
        tax=money("currentTotalTaxSet"),
        wanted=wanted,
        shipped=shipped,
        received=money("totalReceivedSet"),
        refunded=money("totalRefundedSet"),
    )


def add(units: dict[str, int], sku: str, quantity: float) -> None:
    """Count units of a SKU; nothing of it is no entry."""
    if quantity:
        units[sku] = units.get(sku, 0) + int(quantity)


def cents(amount: float) -> Decimal:
    """Return an amount of Odoo's in whole cents."""
    return Decimal(str(amount)).quantize(CENT)


def disagreements(theirs: Theirs, order: Any, *, invoiced: bool) -> list[str]:
    """Return where Odoo's documents differ from the channel's, in words.

    :param invoiced: whether the invoices must cover the order by now
    """
    sale = order.order_id
    found = []

    def same(what: str, ours: object, their: object) -> None:
        if ours != their:
            found.append(f"{what}: ours {ours}, theirs {their}")

    same("shipped", units(sale, "qty_delivered"), theirs.shipped)
    if theirs.cancelled or sale.state == "cancel":
        same("canceled", sale.state == "cancel", theirs.cancelled)
        open_moves = sale.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        same("open moves", len(open_moves), 0)
        same("invoices less credit notes", balance(sale), theirs.total)
        return found
    same("wanted", units(sale, "product_uom_qty"), theirs.wanted)
    same("total", cents(sale.amount_total), theirs.total)
    same("tax", cents(sale.amount_tax), theirs.tax)
    same("lines' sum", cents(sum(sale.order_line.mapped("price_total"))), theirs.total)
    if invoiced:
        same("invoices less credit notes", balance(sale), theirs.total)
        same("their tax", balance(sale, "amount_tax_signed"), theirs.tax)
    return found


def money_disagrees(theirs: Theirs, order: Any) -> list[str]:
    """Return where the payments that are booked differ from the channel's, in words."""
    found = []
    for kind, their in (("inbound", theirs.received), ("outbound", theirs.refunded)):
        payments = order.payment_ids.payment_id.filtered(
            lambda one, way=kind: (
                one.payment_type == way and one.state in ("in_process", "paid")
            )
        )
        ours = cents(sum(payments.mapped("amount")))
        if ours != their:
            found.append(f"booked {kind}: ours {ours}, theirs {their}")
    return found


def units(sale: Any, field: str) -> dict[str, int]:
    """Return how many of each SKU: of goods only, a charge is not shipped."""
    found: dict[str, int] = {}
    for line in sale.order_line.filtered(lambda one: one.product_id.is_storable):
        add(found, line.product_id.default_code, line[field])
    return found


def balance(sale: Any, field: str = "amount_total_signed") -> Decimal:
    """Return posted invoices less posted credit notes: what of them is the order's."""
    posted = sale.invoice_ids.filtered(lambda move: move.state == "posted")
    return cents(sum(share(sale, move, field) for move in posted))


def share(sale: Any, move: Any, field: str) -> float:
    """Return what of a document is the order's."""
    lines = move.invoice_line_ids.filtered(lambda one: one.display_type == "product")
    mine = lines & sale.order_line.invoice_lines
    if mine == lines:
        return move[field]
    amount = sum(mine.mapped("price_total"))
    if field == "amount_tax_signed":
        amount -= sum(mine.mapped("price_subtotal"))
    return -amount if move.move_type == "out_refund" else amount


def neighbour_disagrees(theirs: Theirs, order: Any) -> list[str]:
    """Return what a paid receipt has felt of another one on its day's invoice."""
    found = disagreements(theirs, order, invoiced=True)
    owed = order.order_id.invoice_ids.line_ids.filtered(
        lambda line: (
            line.display_type == "payment_term"
            and line.retail_sync_receipt_id == order
            and line.amount_residual
        )
    )
    return found + [f"{line.name} is open: {line.amount_residual}" for line in owed]


def waits_for(order: Any) -> list[str]:
    """Return why a person is asked to look at the order.

    One issue stands for all that wait for the same cause; its jobs name the orders.
    """
    env, channel = order.env, order.channel_id
    reasons = [f"hold {order.hold_code}"] if order.hold_code else []
    issues = env["retail.sync.issue"].search(
        [("channel_id", "=", channel.id), ("state", "=", "open")]
    )
    jobs = env["retail.sync.job"].search(
        [
            ("channel_id", "=", channel.id),
            ("order_key", "=", order._order_key()),
            ("state", "in", ("parked", "dead")),
        ]
    )
    names = {order.display_name, order.order_id.name, *order.picking_ids.mapped("name")}
    reasons += [
        f"issue {issue.kind}"
        for issue in issues
        if issue in jobs.issue_id
        or (issue.res_model, issue.res_id) == (order._name, order.id)
        or names & {issue.value, *map(str, (issue.params or {}).values())}
    ]
    return sorted(set(reasons))


def snapshot(env: Any) -> dict[tuple[str, int], dict[str, object]]:
    """Return all stored values of all documents."""
    env.flush_all()
    env.invalidate_all()
    values = {}
    for model in MODELS:
        records = env[model].sudo().search([])
        names = [
            name
            for name, field in records._fields.items()
            if field.store and field.column_type and name not in FLEETING
        ]
        for row in records.read(names, load=None):
            values[model, row["id"]] = row
    return values


def changes(before: dict, after: dict) -> list[str]:
    """Return what differs between two snapshots, in words."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            found.append(f"{key} {'was made' if old is None else 'is gone'}")
            continue
        found += [
            f"{key} {name}: {old[name]!r} became {new[name]!r}"
            for name in old
            if old[name] != new[name]
        ]
    return found

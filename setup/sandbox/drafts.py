"""Draft orders: what a merchant prepares, changes, deletes, or has paid."""

from . import orders, placing
from .amounts import gross, shipping_net, subtotal, total, total_tax
from .fields_catalog import COMMON, listed
from .fields_orders import line_level_net
from .graph import Context, Rows, plays
from .money import add
from .store import Refused, Store, number_of

PLAIN = (
    *("currencyCode", "presentmentCurrencyCode", "taxesIncluded", "email", "phone"),
    *("tags", "poNumber", "customAttributes", "customer", "purchasingEntity"),
    *("paymentTerms", "billingAddress", "shippingAddress", "discountCodes"),
)
SOURCE = "shopify_draft_order"


def create(store: Store, given: dict) -> dict:
    """Make a draft from the description of an order, and tell of it."""
    number = len(store.table("DraftOrder")) + 1
    name, stamp = f"#D{number}", store.stamp()
    draft = {
        "id": store.gid("DraftOrder"),
        "name": name,
        "status": "OPEN",
        "createdAt": stamp,
        "completedAt": None,
        "_order": None,
    }
    _fill(store, draft, given)
    store.table("DraftOrder")[draft["id"]] = draft
    store.emit("draft_orders/create", draft)
    return draft


def _fill(store: Store, draft: dict, given: dict) -> None:
    content = placing.draw_up(store, {**given, "name": draft["name"]})
    draft.update({key: content.get(key) for key in PLAIN})
    draft.update(
        updatedAt=store.stamp(),
        note2=content["note"],
        _given=given,
        _content=content,
    )


def update(store: Store, draft: dict, given: dict) -> None:
    """Replace what ``given`` names."""
    _check_open(draft)
    _fill(store, draft, {**draft["_given"], **given})
    store.emit("draft_orders/update", draft)


def complete(store: Store, draft: dict, given: dict) -> None:
    """Make the order of it; ``given`` is what is otherwise than in the draft."""
    _check_open(draft)
    order = orders.place(store, {**draft["_given"], "source": SOURCE, **given})
    stamp = store.stamp()
    draft.update(
        status="COMPLETED", completedAt=stamp, updatedAt=stamp, _order=order["id"]
    )
    store.emit("draft_orders/update", draft)


def delete(store: Store, draft: dict, _given: dict) -> None:
    """Forget it; one that became an order stays."""
    _check_open(draft)
    del store.table("DraftOrder")[draft["id"]]
    store.emit("draft_orders/delete", draft)


def find(store: Store, reference: str) -> dict:
    """Find a draft by its id or name."""
    for draft in store.table("DraftOrder").values():
        if reference in (draft["id"], draft["name"]):
            return draft
    raise Refused(f"Draft {reference} does not exist.", ["id"], "NOT_FOUND")


def _check_open(draft: dict) -> None:
    if draft["status"] == "COMPLETED":
        raise Refused("The draft is completed already.", ["id"])


ACTIONS = {"update": update, "complete": complete, "delete": delete}


def summary(draft: dict) -> dict:
    """Give a draft in short."""
    keys = ("id", "name", "status", "updatedAt")
    return {**{key: draft[key] for key in keys}, "order": draft["_order"]}


def body(draft: dict) -> dict:
    """Give the fields of a webhook that a connector needs."""
    return {
        "id": number_of(draft["id"]),
        "admin_graphql_api_id": draft["id"],
        "name": draft["name"],
        "status": draft["status"].lower(),
        "updated_at": draft["updatedAt"],
        "order_id": number_of(draft["_order"]) if draft["_order"] else None,
    }


@plays("QueryRoot", "draftOrder")
def by_id(context: Context, _source: dict | None, arguments: dict) -> dict | None:
    return context.store.find(arguments["id"])


@plays("QueryRoot", "draftOrders")
def listing(context: Context, _source: dict | None, arguments: dict) -> Rows:
    rows = context.store.table("DraftOrder").values()
    filters = {**COMMON, "status": lambda row: row["status"]}
    return listed(context, rows, arguments, filters)


@plays("DraftOrder", "order")
def order_of(context: Context, draft: dict, _arguments: dict) -> dict | None:
    return context.store.find(draft["_order"]) if draft["_order"] else None


@plays("DraftOrder", "appliedDiscount")
def applied(_context: Context, draft: dict, _arguments: dict) -> dict | None:
    found = [
        one
        for one in draft["_content"]["discountApplications"]
        if one["targetSelection"] == "ALL" and not one["code"]
    ]
    return {"title": found[0]["title"]} if found else None


AMOUNTS = {
    "subtotalPriceSet": subtotal,
    "totalTaxSet": total_tax,
    "totalPriceSet": total,
    "lineItemsSubtotalPrice": lambda content: add(
        content, [line_level_net(content, line) for line in content["lineItems"]]
    ),
}
for _name, _function in AMOUNTS.items():
    plays("DraftOrder", _name)(lambda _c, draft, _a, f=_function: f(draft["_content"]))


@plays("DraftOrder", "lineItems")
def lines(_context: Context, draft: dict, _arguments: dict) -> list[dict]:
    content = draft["_content"]
    return [
        {
            **line,
            "id": line["id"].replace("/LineItem/", "/DraftOrderLineItem/"),
            "originalTotalSet": gross(content, line),
            "discountedTotalSet": line_level_net(content, line),
            "appliedDiscount": None,
        }
        for line in content["lineItems"]
    ]


@plays("DraftOrderLineItem", "variant")
def variant(context: Context, line: dict, _arguments: dict) -> dict | None:
    return context.store.find(line["_variant"]) if line["_variant"] else None


@plays("DraftOrder", "shippingLine")
def shipping(_context: Context, draft: dict, _arguments: dict) -> dict | None:
    content = draft["_content"]
    for line in content["shippingLines"]:
        return {**line, "_net": shipping_net(content, line)}
    return None

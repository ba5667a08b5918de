"""The money story of an order: its transactions and what they add up to."""

from datetime import timedelta
from decimal import Decimal

from . import amounts, tills
from .money import ZERO, add, at_least_zero, bag, minus, money_v2, shop_amount
from .store import Refused, Store

MANUAL_GATEWAYS = ("manual", "bank_transfer", "cash_on_delivery", "invoice")
NAMES = {
    "shopify_payments": "Shopify Payments",
    "paypal": "PayPal",
    "gift_card": "Gift card",
    "cash": "Cash",
}


def add_transaction(
    store: Store,
    order: dict,
    kind: str,
    amount: dict,
    gateway: str,
    parent: dict | None = None,
    status: str = "SUCCESS",
) -> dict:
    """Book a transaction over ``amount``, a bag."""
    stamp = store.stamp()
    number = store.number()
    transaction = {
        "id": store.gid("OrderTransaction", number),
        "kind": kind,
        "status": status,
        "test": order["test"],
        "gateway": gateway,
        "formattedGateway": NAMES.get(gateway, gateway.replace("_", " ").title()),
        "manualPaymentGateway": gateway in MANUAL_GATEWAYS,
        "manuallyCapturable": kind == "AUTHORIZATION",
        "multiCapturable": False,
        "paymentId": f"{order['name']}.{number % 1000}",
        "createdAt": stamp,
        "processedAt": stamp,
        "parentTransaction": parent and {"id": parent["id"], "kind": parent["kind"]},
        "amountSet": amount,
        "totalUnsettledSet": amount if kind == "AUTHORIZATION" else add(order, []),
        "fees": [],
        "paymentDetails": _details(gateway),
    }
    if kind == "AUTHORIZATION":
        end = store.now() + timedelta(days=7)
        transaction["authorizationExpiresAt"] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    order["transactions"].append(store.own(order, transaction))
    if status == "SUCCESS":
        store.emit("order_transactions/create", {**transaction, "_order": order["id"]})
    return transaction


def _details(gateway: str) -> dict | None:
    if gateway != "shopify_payments":
        return None
    return {
        "__typename": "CardPaymentDetails",
        "company": "Visa",
        "number": "•••• •••• •••• 4242",
        "paymentMethodName": "card",
        "wallet": None,
    }


def sum_of(order: dict, *kinds: str) -> dict:
    """Add up what succeeded of these kinds."""
    return add(
        order,
        [
            transaction["amountSet"]
            for transaction in order["transactions"]
            if transaction["kind"] in kinds and transaction["status"] == "SUCCESS"
        ],
    )


def received(order: dict) -> dict:
    return sum_of(order, "SALE", "CAPTURE")


def refunded(order: dict) -> dict:
    return sum_of(order, "REFUND")


def net_payment(order: dict) -> dict:
    return minus(order, received(order), refunded(order))


def outstanding(order: dict) -> dict:
    return at_least_zero(
        order, minus(order, amounts.current_total(order), net_payment(order))
    )


def open_authorizations(order: dict) -> list[tuple[dict, dict]]:
    """Give each authorization that still holds money, with how much."""
    found = []
    for transaction in order["transactions"]:
        if (transaction["kind"], transaction["status"]) != ("AUTHORIZATION", "SUCCESS"):
            continue
        children = [
            child
            for child in order["transactions"]
            if (child["parentTransaction"] or {}).get("id") == transaction["id"]
        ]
        if any(child["kind"] == "VOID" or child.get("_final") for child in children):
            continue
        used = add(order, [child["amountSet"] for child in children])
        left = minus(order, transaction["amountSet"], used)
        if shop_amount(left) > 0:
            found.append((transaction, left))
    return found


def capturable(order: dict) -> dict:
    return add(order, [left for _transaction, left in open_authorizations(order)])


def financial_status(order: dict) -> str:
    """Tell the state in Shopify's words; only money that moved counts."""
    paid, back = shop_amount(received(order)), shop_amount(refunded(order))
    if back:
        return "REFUNDED" if back >= paid else "PARTIALLY_REFUNDED"
    if paid:
        due = shop_amount(outstanding(order))
        return "PARTIALLY_PAID" if due else "PAID"
    if shop_amount(capturable(order)):
        return "AUTHORIZED"
    if order["cancelledAt"] or sum_of(order, "VOID") != add(order, []):
        return "VOIDED"
    return "PAID" if not shop_amount(amounts.total(order)) else "PENDING"


def start(store: Store, order: dict, given: dict) -> None:
    """Book what is paid or authorized when the order is placed."""
    state = given.get("financial") or given.get("payment") or "paid"
    total = amounts.total(order)
    if given.get("payments"):
        for payment in given["payments"]:
            kind = payment.get("kind", "SALE").upper()
            value = bag(order, payment["amount"])
            gateway = payment.get("gateway", "shopify_payments")
            made = add_transaction(store, order, kind, value, gateway)
            tills.tender(store, order, made, payment)
    elif not shop_amount(total):
        return
    elif state == "paid":
        gateway = given.get("gateway", "shopify_payments")
        made = add_transaction(store, order, "SALE", total, gateway)
        rounding = given.get("cash_rounding") if gateway == "cash" else None
        tills.tender(store, order, made, {"rounding": rounding})
    elif state == "authorized":
        gateway = given.get("gateway", "shopify_payments")
        add_transaction(store, order, "AUTHORIZATION", total, gateway)
    elif state == "pending":
        gateway = given.get("gateway", "bank_transfer")
        add_transaction(store, order, "SALE", total, gateway, status="PENDING")
    else:
        raise Refused(f"Unknown payment state {state!r}.", ["financial"])


def pay(
    store: Store, order: dict, amount: str | None = None, gateway: str | None = None
) -> None:
    """Settle what is due: capture what is authorized, else book a sale."""
    if order["cancelledAt"]:
        raise Refused("Order is cancelled.", ["id"])
    due = bag(order, amount) if amount is not None else outstanding(order)
    if shop_amount(due) <= 0:
        raise Refused("Order cannot be marked as paid.", ["id"])
    held = open_authorizations(order)
    if held and gateway is None:
        capture(store, order, held[0][0]["id"], due)
        return
    settle_pending(order)
    add_transaction(store, order, "SALE", due, gateway or _last_gateway(order))


def settle_pending(order: dict) -> None:
    """Drop the promise of a payment, for the payment itself replaces it."""
    order["transactions"] = [
        t for t in order["transactions"] if t["status"] != "PENDING"
    ]


def _last_gateway(order: dict) -> str:
    gateways = [transaction["gateway"] for transaction in order["transactions"]]
    return gateways[-1] if gateways else "manual"


def capture(
    store: Store, order: dict, parent_id: str, amount: dict, final: bool = False
) -> dict:
    """Capture from an authorization, at most what it still holds."""
    held = {
        transaction["id"]: (transaction, left)
        for transaction, left in open_authorizations(order)
    }
    if parent_id not in held:
        raise Refused("Transaction is not capturable.", ["parentTransactionId"])
    parent, left = held[parent_id]
    if not ZERO < shop_amount(amount) <= shop_amount(left):
        raise Refused("Amount exceeds what may be captured.", ["amount"])
    captured = add_transaction(
        store, order, "CAPTURE", amount, parent["gateway"], parent
    )
    captured["_final"] = final or not parent["multiCapturable"]
    return captured


def void_all(store: Store, order: dict) -> None:
    for transaction, left in open_authorizations(order):
        add_transaction(store, order, "VOID", left, transaction["gateway"], transaction)
    settle_pending(order)


def give_back(
    store: Store,
    order: dict,
    amount: dict,
    refund: dict,
    given: list | None = None,
    *,
    beyond: bool = False,
) -> None:
    """Refund to the payments of the order: those ``given``, else the oldest first.

    :param given: (payment's id, bag) pairs
    :param beyond: also more than was paid
    """
    if shop_amount(amount) > shop_amount(net_payment(order)) and not beyond:
        raise Refused("Refund amount exceeds what was paid.", ["transactions"])
    parts = given or [
        (one["payment"]["id"], one["amount"]) for one in spread_back(order, amount)
    ]
    for payment_id, value in parts:
        payment = store.find(payment_id)
        too_much = payment and shop_amount(value) > _refundable(order, payment)
        if not payment or (too_much and not beyond):
            raise Refused("Refund amount exceeds the payment.", ["transactions"])
        booked = add_transaction(
            store, order, "REFUND", value, payment["gateway"], payment
        )
        refund["transactions"].append(booked)


def spread_back(order: dict, amount: dict) -> list[dict]:
    """Tell which payments ``amount`` (a bag) would go back to, oldest first."""
    left, found = shop_amount(amount), []
    for payment in order["transactions"]:
        if payment["kind"] not in ("SALE", "CAPTURE") or payment["status"] != "SUCCESS":
            continue
        part = min(left, _refundable(order, payment))
        if part > 0:
            value = bag(order, part) if part != shop_amount(amount) else amount
            found.append({"payment": payment, "amount": value})
            left -= part
    return found


def void(store: Store, order: dict, parent_id: str) -> dict:
    """Give an authorization back that holds money."""
    held = {one["id"]: (one, left) for one, left in open_authorizations(order)}
    if parent_id not in held:
        text = "Transaction is not voidable."
        raise Refused(text, ["parentTransactionId"], "AUTH_NOT_VOIDABLE")
    parent, left = held[parent_id]
    return add_transaction(store, order, "VOID", left, parent["gateway"], parent)


def _refundable(order: dict, payment: dict) -> Decimal:
    return shop_amount(refundable_bag(order, payment))


def refundable_bag(order: dict, payment: dict) -> dict:
    """Tell what of a payment has not gone back yet."""
    back = [
        transaction["amountSet"]
        for transaction in order["transactions"]
        if transaction["kind"] == "REFUND"
        and (transaction["parentTransaction"] or {}).get("id") == payment["id"]
    ]
    return minus(order, payment["amountSet"], add(order, back))


def maximum_refundable(order: dict, payment: dict) -> dict | None:
    if payment["kind"] not in ("SALE", "CAPTURE"):
        return None
    return money_v2(_refundable(order, payment), order["currencyCode"])

"""What the adapter asked and was answered, port by port, to be played again changed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.transport import Response
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

LONGEST_TAPE = 40
SINCE = datetime(2020, 1, 1, tzinfo=timezone.utc)
UNTIL = datetime(2100, 1, 1, tzinfo=timezone.utc)
RICH = {
    "taxes": [{"title": "GST", "rate": "0.05"}, {"title": "QST", "rate": "0.09975"}],
    "shipping": [{"title": "DHL", "price": "4.90"}],
    "discounts": [{"code": "TEN", "percentage": "10"}, {"amount": "1.00"}],
    "fees": [{"name": "Deposit", "price": "0.25"}],
    "presentment_currency": "USD",
    "rate": "1.0837",
}


@dataclass
class Tape:
    """One call of a port with the answers it got.

    :ivar answers: (operation, response) in the order they came
    """

    name: str
    account: object
    call: Callable
    answers: list = field(default_factory=list)


class Recorder:
    """A transport that keeps what the bench answers."""

    def __init__(self, bench, tape):
        self.bench = bench
        self.tape = tape

    def send(self, request):
        answer = self.bench.send(request)
        self.tape.answers.append((request.operation, answer))
        return answer


class Player:
    """A transport that answers as on the tape; one answer is changed.

    :param change: makes of the payload at ``at`` what is sent instead
    """

    def __init__(self, tape, at, change):
        self.waiting = list(tape.answers)
        operation, answer = self.waiting[at]
        body = change(json.loads(answer.body))
        other = Response(status=answer.status, headers=answer.headers, body=body)
        self.waiting[at] = (operation, other)
        self.played = {}
        self.asked = 0
        self.mutated = False

    def send(self, request):
        self.asked += 1
        self.mutated |= request.mutates
        if self.asked > LONGEST_TAPE:
            raise errors.TransientError("the tape is at its end")
        for index, (operation, answer) in enumerate(self.waiting):
            if operation == request.operation:
                del self.waiting[index]
                self.played[operation] = answer
                return answer
        empty = Response(status=200, headers={}, body=b'{"data": {"order": null}}')
        return self.played.get(request.operation, empty)


def record(bench) -> list[Tape]:
    """Return a tape of each port's call, on one shop that has a bit of all."""
    tapes: list[Tape] = []

    def tape(name, call):
        made = Tape(name, bench.account(), call)
        adapter = ShopifyAdapter(made.account, Recorder(bench, made))
        outcome = call(adapter)
        tapes.append(made)
        return outcome

    _reading(bench, tape)
    _deciding(bench, tape)
    _shipping(bench, tape)
    _moving_money(bench, tape)
    return [one for one in tapes if one.answers]


def _reading(bench, tape):
    rich = bench.order(
        {"sku": "MUG", "quantity": 3, "duty": "1.50"},
        {"custom": "Engraving", "price": "3.33"},
        {"tip": True, "price": "2.00"},
        **RICH,
    )
    bench.shop.fulfill(rich["name"], lines=[{"line": "MUG", "quantity": 2}])
    bench.shop.refund(rich["name"], lines=[{"line": "MUG", "quantity": 1}])
    bench.shop.ask_return(rich["name"], lines=[{"line": "MUG", "quantity": 1}])
    draft = bench.shop.draft(lines=[{"sku": "MUG", "quantity": 1}])
    refs = (bench.ref("MUG"), bench.ref("CUP", "Store"))
    tape("test", lambda a: a.test())
    tape("renew", lambda a: a.renew())
    order = tape("order", lambda a: a.fetch("order", rich["id"]))
    place = order.return_requests[0].external_id
    tape("order of a return", lambda a: a.fetch("order", place))
    asked = order.shipment_orders[0].external_id
    tape("order of a place", lambda a: a.fetch("order", asked))
    tape("order in its currency", lambda a: a.fetch_in(rich["id"], "USD"))
    for flow in ("order", "draft", "catalog", "places", "levels"):
        tape(f"page of {flow}", lambda a, f=flow: a.fetch_page(f, "", SINCE))
    tape("levels", lambda a: a.read_levels(refs))
    tape("counts", lambda a: a.read_counts(refs))
    tape("page of counts", lambda a: a.fetch_counts(refs[0].location_id, ""))
    tape("draft", lambda a: a.fetch_draft(draft["id"]))
    tape("draft of an order", lambda a: a.find_draft(rich["id"], (draft["id"],)))
    tape("past", lambda a: a.count_past(SINCE, UNTIL))
    tape("page of the past", lambda a: a.fetch_past("", SINCE, UNTIL))
    tape("subscriptions", lambda a: a.list_subscriptions())
    made = tape("subscribe", lambda a: a.subscribe("orders/create", "https://e.test"))
    tape("unsubscribe", lambda a: a.unsubscribe(made.external_id))


def _do(bench, tape, kind, body):
    """Record an effect that is sent, read back and polled."""
    effect = bench.effect(body, kind, f"key-{kind}")
    outcome = tape(f"send {kind}", lambda a: a.send(effect))
    known = bench.effect(body, kind, f"key-{kind}", handle=outcome.handle)
    tape(f"read back {kind}", lambda a: a.read_back(known))
    tape(f"poll {kind}", lambda a: a.poll(known))
    return outcome


def _deciding(bench, tape):
    placed = bench.order()
    hold = doc.Hold(order_id=placed["id"], handle="odoo-1")
    _do(bench, tape, "hold", hold)
    bench.shop.release(placed["name"])
    address = doc.Address(
        name="Ann Miller", street="Street 2", zip="1", city="B", country_code="DE"
    )
    change = doc.AddressChange(order_id=placed["id"], address=address)
    _do(bench, tape, "address", change)
    bench.shop.set_level("MUG", "Store", available=10)
    line = bench.fetch(placed).lines[0].external_id
    wanted = ((line, bench.places["Store"], Decimal(2)),)
    move = doc.PlaceMove(order_id=placed["id"], wanted=wanted)
    _do(bench, tape, "move", move)
    counter = bench.order(delivery="PICK_UP", shipping_address=None)
    waits = doc.PickupReady(
        order_id=counter["id"], reference="1", place_id=bench.places["Main"]
    )
    _do(bench, tape, "pickup", waits)


def _shipping(bench, tape):
    order = bench.fetch(bench.order())
    told = _do(bench, tape, "shipment", bench.shipment(order))
    change = doc.TrackingChange(
        order_id=order.external_id,
        reference="1",
        shipment_ids=(told.external_id,),
        tracking=(doc.Tracking(number="JD02", carrier="DHL"),),
    )
    _do(bench, tape, "tracking", change)
    lines = [{"line": "MUG", "quantity": 1}]
    bench.shop.ask_return(bench.shop.orders()[-1]["name"], lines=lines)
    asked = bench.adapter.fetch("order", order.external_id).return_requests[-1]
    decision = doc.ReturnDecision(
        order_id=order.external_id, return_id=asked.external_id, action="approve"
    )
    _do(bench, tape, "return", decision)
    received = doc.Received(
        return_line_id=asked.lines[0].external_id,
        kind="restocked",
        units=Decimal(1),
        location_id=bench.places["Main"],
    )
    came = doc.Disposition(
        order_id=order.external_id,
        return_id=asked.external_id,
        reference="WH/IN/1",
        lines=(received,),
    )
    _do(bench, tape, "disposition", came)


def _moving_money(bench, tape):
    order = bench.fetch(bench.order({"sku": "CUP", "quantity": 2}, **RICH))
    units = (doc.RefundLine(line_id=order.lines[0].external_id, units=Decimal(1)),)
    cut = ((order.lines[0].external_id, Decimal(1)),)
    tape("offer", lambda a: a.offer_refund(order.external_id, cut))
    tape("suggestion", lambda a: a.suggest_refund(order.external_id, units))
    rest = doc.Cancellation(order_id=order.external_id, lines=cut, refund=True)
    _do(bench, tape, "cancellation", rest)
    paid = bench.fetch(bench.order())
    refund = doc.Refund(
        order_id=paid.external_id,
        currency="EUR",
        lines=(doc.RefundLine(line_id=paid.lines[0].external_id, units=Decimal(1)),),
        back=(doc.Back(kind="goods", amount=Decimal(10)),),
        tenders=(
            doc.Tender(payment_id=paid.payments[0].external_id, amount=Decimal(10)),
        ),
    )
    _do(bench, tape, "refund", refund)
    held = bench.fetch(bench.order(financial="authorized"))
    capture = doc.PaymentAction(
        order_id=held.external_id,
        action="capture",
        payment_id=held.payments[0].external_id,
        amount=Decimal(20),
        currency="EUR",
    )
    _do(bench, tape, "payment", capture)
    ref = bench.ref("CUP", "Main")
    level = doc.LevelWrite(ref=ref, quantity=7, expected=None)
    push = doc.StockPush(location_id=ref.location_id, levels=(level,))
    _do(bench, tape, "stock", push)
    ref = bench.ref("CUP", "Store")
    level = doc.LevelWrite(ref=ref, quantity=4, expected=None)
    push = doc.StockPush(location_id=ref.location_id, levels=(level,))
    _do(bench, tape, "activation", push)
    _do(bench, tape, "deactivation", push)

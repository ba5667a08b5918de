"""Returns against the sandbox: read with their order, decided, received in parts."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters import returns


@pytest.fixture
def left(bench):
    """An order of three mugs and a cup that has left."""
    placed = bench.order({"sku": "MUG", "quantity": 3}, {"sku": "CUP", "quantity": 1})
    bench.shop.fulfill(placed["name"])
    return placed


def ask(bench, placed, **values):
    lines = values.pop("lines", [{"line": "MUG", "quantity": 2, "note": "too big"}])
    bench.shop.ask_return(placed["name"], lines=lines, **values)
    return bench.fetch(placed).return_requests[-1]


def decision(bench, asked, action="approve", **values):
    body = doc.ReturnDecision(
        order_id="1", return_id=asked.external_id, action=action, **values
    )
    return bench.effect(body, "return")


def received(bench, asked, *parts, known=()):
    """Return the effect of ``parts`` (kind, units, place) of a return's first line."""
    lines = tuple(
        doc.Received(
            return_line_id=asked.lines[0].external_id,
            kind=kind,
            units=Decimal(units),
            location_id=bench.ref("MUG", place).location_id if place else "",
        )
        for kind, units, place in parts
    )
    body = doc.Disposition(
        order_id="1",
        return_id=asked.external_id,
        reference="WH/IN/1",
        lines=lines,
        known=known,
    )
    return bench.effect(body, "disposition")


def there(bench, placed):
    return bench.shop.order(placed["name"])["returns"][-1]


def test_the_usual_order_asks_for_no_returns(bench, left):
    bench.shop.clear_calls()

    assert bench.fetch(left).return_requests == ()
    assert bench.shop.calls("OrderReturns") == []


def test_a_return_that_a_buyer_asks_for_is_read(bench, left):
    asked = ask(bench, left, exchange=[{"sku": "CUP", "quantity": 1}])

    assert (asked.state, asked.external_ref) == ("requested", f"{left['name']}-R1")
    line = asked.lines[0]
    mug = bench.fetch(left).lines[0]
    assert (line.line_id, line.units, line.disposed) == (mug.external_id, 2, ())
    assert (line.buyer_note, line.reason) == ("too big", "Unwanted")
    assert [units for _what, units in asked.exchanged] == [1]
    assert asked.requested_at and not asked.approved_at


def test_more_than_a_page_of_returns_is_read(bench):
    placed = bench.order(*({"sku": "MUG", "quantity": 1} for _one in range(5)))
    bench.shop.fulfill(placed["name"])
    for number in range(5):
        lines = [{"line": number, "quantity": 1}]
        bench.shop.ask_return(placed["name"], lines=lines)

    found = bench.fetch(placed).return_requests

    assert len({one.external_id for one in found}) == 5
    assert len({one.lines[0].line_id for one in found}) == 5


def test_more_than_a_page_of_lines_is_read(bench):
    placed = bench.order(*({"sku": "MUG", "quantity": 1} for _one in range(45)))
    bench.shop.fulfill(placed["name"])
    lines = [{"line": number, "quantity": 1} for number in range(45)]
    bench.shop.ask_return(placed["name"], lines=lines, approved=True)

    found = bench.fetch(placed).return_requests[0]
    body = doc.Disposition(
        order_id="1",
        return_id=found.external_id,
        reference="WH/IN/1",
        lines=tuple(
            doc.Received(
                return_line_id=line.external_id, kind="processing", units=Decimal(1)
            )
            for line in found.lines
        ),
    )
    effect = bench.effect(body, "disposition")
    outcome = bench.adapter.send(effect)

    assert len(found.lines) == 45
    assert len(outcome.external_id.split(",")) == 45
    assert bench.adapter.read_back(effect).state == "applied"


def test_without_the_scope_the_order_is_read_and_a_warning_says_so(bench, left):
    bench.shop.ask_return(left["name"], lines=[{"line": "MUG"}])
    settings = bench.shop.state()["settings"]
    scopes = [one for one in settings["scopes"] if "returns" not in one]
    bench.shop.settings(scopes=scopes)

    assert bench.fetch(left).return_requests == ()
    told = [str(one) for one in bench.adapter.test().warnings]
    assert any("read_returns" in one for one in told)
    assert any("write_returns" in one for one in told)


@pytest.mark.parametrize(
    ("action", "status"), [("approve", "OPEN"), ("decline", "DECLINED")]
)
def test_a_decision_is_told_once(bench, left, action, status):
    asked = ask(bench, left)
    effect = decision(bench, asked, action, reason="period_over", note="too late")

    first, again = bench.adapter.send(effect), bench.adapter.send(effect)

    assert (first.state, again.state) == ("applied", "applied")
    assert there(bench, left)["status"] == status
    calls = bench.shop.calls(f"Return{action.capitalize()}Request")
    assert len(calls) == 1
    if action == "decline":
        expected = {"reason": "RETURN_PERIOD_ENDED", "note": "too late"}
        assert there(bench, left)["decline"] == expected


def test_what_was_decided_otherwise_is_refused_in_words(bench, left):
    asked = ask(bench, left)
    bench.shop.act_on_return(left["name"], "decline")

    outcome = bench.adapter.send(decision(bench, asked))

    assert (outcome.state, outcome.code) == ("refused", "decided")
    assert "declined" in str(outcome.message)


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_lost_approval_is_read_back(bench, left, fault, state):
    effect = decision(bench, ask(bench, left))
    bench.shop.fault(fault, operation="ReturnApproveRequest", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)

    assert bench.adapter.read_back(effect).state == state


def test_what_came_back_is_told_in_parts(bench, left):
    asked = ask(bench, left, approved=True)
    before = bench.shop.level("MUG", "Store")["available"]

    one = bench.adapter.send(received(bench, asked, ("restocked", 1, "Store")))
    two = bench.adapter.send(received(bench, asked, ("not_restocked", 1, "")))

    assert (one.state, two.state) == ("applied", "applied")
    assert bench.shop.level("MUG", "Store")["available"] == before + 1
    known = bench.fetch(left).return_requests[0].lines[0].disposed
    assert [one.kind for one in known] == ["restocked", "not_restocked"]
    ids = {part.external_id for part in known}
    assert {one.external_id, two.external_id} == ids


def test_what_the_return_does_not_wait_for_is_refused(bench, left):
    asked = ask(bench, left, approved=True)
    bench.adapter.send(received(bench, asked, ("missing", 2, "")))

    outcome = bench.adapter.send(received(bench, asked, ("processing", 1, "")))

    assert (outcome.state, outcome.code) == ("refused", "no_room")


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_lost_disposition_is_read_back(bench, left, fault, state):
    asked = ask(bench, left, approved=True)
    first = bench.adapter.send(received(bench, asked, ("processing", 1, "")))
    known = tuple(first.external_id.split(","))
    effect = received(bench, asked, ("processing", 1, ""), known=known)
    bench.shop.fault(fault, operation="ReverseFulfillmentOrderDispose", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)

    outcome = bench.adapter.read_back(effect)
    assert outcome.state == state
    assert not set(outcome.external_id.split(",")) & set(known)


def test_a_refund_names_its_return(bench, left):
    asked = ask(bench, left, approved=True)
    bench.shop.act_on_return(left["name"], "refund")

    order = bench.fetch(left)

    assert [row.return_id for row in order.returns] == [asked.external_id]
    assert order.return_requests[0].lines[0].refunded == 2
    assert order.lines[0].current_quantity == 1


def test_an_exchange_becomes_lines_of_the_order(bench, left):
    exchange = [{"sku": "CUP", "quantity": 1}]
    ask(bench, left, exchange=exchange, approved=True)
    bench.shop.act_on_return(left["name"], "process")

    order = bench.fetch(left)

    assert len(order.lines) == 3
    waiting = [one for one in order.shipment_orders if one.state == "open"]
    assert [line.line_id for one in waiting for line in one.lines] == [
        order.lines[2].external_id
    ]


def test_a_return_that_is_canceled_there_counts_for_none(bench, left):
    ask(bench, left, approved=True)
    bench.shop.act_on_return(left["name"], "cancel")

    assert bench.fetch(left).return_requests == ()


def test_a_change_while_it_is_read_is_a_conflict(bench, left):
    ask(bench, left)
    node = {"id": left["id"], "returnStatus": "RETURN_REQUESTED", "updatedAt": "x"}
    with pytest.raises(errors.ConflictError):
        returns.read(bench.adapter.client, node)


def test_times_are_those_of_the_shop(bench, left):
    asked = ask(bench, left, approved=True)

    assert asked.approved_at <= datetime.now(timezone.utc)

"""Returns that were made here, against the sandbox: opened once, and canceled."""

from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors


@pytest.fixture
def left(bench):
    """An order of three mugs that has left."""
    placed = bench.order({"sku": "MUG", "quantity": 3})
    bench.shop.fulfill(placed["name"])
    return placed


def cancel(bench, asked):
    body = doc.ReturnDecision(
        order_id="1", return_id=asked.external_id, action="cancel"
    )
    return bench.effect(body, "return")


def made(bench, placed, units=2, key="0123456789abcdef-digest", **values):
    """Return the effect that opens a return of ``units`` mugs."""
    mug = bench.fetch(placed).lines[0]
    body = doc.ReturnMade(
        order_id=placed["id"],
        reference="WH/IN/00007",
        lines=((mug.external_id, Decimal(units)),),
        **values,
    )
    return bench.effect(body, "return_made", key=key)


def test_it_is_opened_once_with_our_mark_and_a_reason(bench, left):
    effect = made(bench, left, reason="defective")

    first, again = bench.adapter.send(effect), bench.adapter.send(effect)

    assert (first.state, again.state) == ("applied", "applied")
    assert first.external_id == again.external_id
    assert len(bench.shop.calls("ReturnCreate")) == 1
    (found,) = bench.fetch(left).return_requests
    assert (found.external_id, found.state) == (first.external_id, "open")
    assert effect.key.startswith(found.made_by) and found.made_by
    (line,) = found.lines
    assert (line.units, line.reason) == (2, "Defective")
    assert line.note.startswith("WH/IN/00007 ")


def test_a_reason_that_is_unknown_there_is_another_one(bench, left):
    bench.adapter.send(made(bench, left, reason="colour"))

    (found,) = bench.fetch(left).return_requests
    assert found.lines[0].reason == "Other"


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_lost_answer_is_read_back_by_the_mark(bench, left, fault, state):
    bench.adapter.send(made(bench, left, units=1, key="ffffffffffffff-digest"))
    effect = made(bench, left, units=1)
    bench.shop.fault(fault, operation="ReturnCreate", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)

    assert bench.adapter.read_back(effect).state == state
    bench.adapter.send(effect)
    assert len(bench.fetch(left).return_requests) == 2


def test_one_that_was_canceled_since_is_not_opened_again(bench, left):
    effect = made(bench, left)
    bench.adapter.send(effect)
    bench.shop.act_on_return(left["name"], "cancel")

    assert bench.adapter.send(effect).state == "applied"
    assert len(bench.shop.calls("ReturnCreate")) == 1


def test_what_was_not_shipped_there_is_refused_in_words(bench):
    placed = bench.order({"sku": "MUG", "quantity": 3})

    outcome = bench.adapter.send(made(bench, placed))

    assert (outcome.state, outcome.code) == ("refused", "not_returnable")
    assert "2 units" in str(outcome.message)
    assert bench.shop.calls("ReturnCreate") == []


def test_what_was_refunded_or_is_in_a_return_is_refused(bench, left):
    bench.shop.refund(left["name"], lines=[{"line": "MUG", "quantity": 1}])
    bench.adapter.send(made(bench, left, units=1, key="ffffffffffffff-digest"))

    outcome = bench.adapter.send(made(bench, left, units=2))

    assert (outcome.state, outcome.code) == ("refused", "not_returnable")
    assert "1 units" in str(outcome.message)


def test_what_left_with_the_delivery_is_taken_first(bench):
    placed = bench.order({"sku": "MUG", "quantity": 3})
    for units in (1, 2):
        lines = [{"line": "MUG", "quantity": units}]
        bench.shop.fulfill(placed["name"], lines=lines)
    last = bench.fetch(placed).shipments[-1].external_id

    bench.adapter.send(made(bench, placed, units=2, shipments=(last,)))

    document = bench.shop.order(placed["name"])["returns"][0]
    assert [one["quantity"] for one in document["lines"]] == [2]


def test_more_lines_than_a_page_are_returnable(bench):
    placed = bench.order(*({"sku": "MUG", "quantity": 1} for _one in range(45)))
    bench.shop.fulfill(placed["name"])
    body = doc.ReturnMade(
        order_id=placed["id"],
        reference="WH/IN/1",
        lines=tuple(
            (line.external_id, Decimal(1)) for line in bench.fetch(placed).lines
        ),
    )

    outcome = bench.adapter.send(bench.effect(body, "return_made"))

    assert outcome.state == "applied"
    (found,) = bench.fetch(placed).return_requests
    assert len(found.lines) == 45


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_lost_cancellation_is_read_back(bench, left, fault, state):
    bench.adapter.send(made(bench, left))
    effect = cancel(bench, bench.fetch(left).return_requests[0])
    bench.shop.fault(fault, operation="ReturnCancel", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)

    assert bench.adapter.read_back(effect).state == state


def test_it_is_canceled_once(bench, left):
    bench.adapter.send(made(bench, left))
    effect = cancel(bench, bench.fetch(left).return_requests[0])

    first, again = bench.adapter.send(effect), bench.adapter.send(effect)

    assert (first.state, again.state) == ("applied", "applied")
    assert bench.shop.order(left["name"])["returns"][0]["status"] == "CANCELED"
    assert len(bench.shop.calls("ReturnCancel")) == 1


def test_what_was_worked_on_there_is_not_canceled(bench, left):
    bench.adapter.send(made(bench, left))
    asked = bench.fetch(left).return_requests[0]
    lines = [{"line": "MUG", "quantity": 1, "type": "MISSING"}]
    bench.shop.act_on_return(left["name"], "dispose", lines=lines)

    outcome = bench.adapter.send(cancel(bench, asked))

    assert (outcome.state, outcome.code) == ("refused", "invalid_state")

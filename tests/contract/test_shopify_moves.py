"""Another place ships: moved once, only what it ships, read back before a repeat."""

from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

MOVE = "FulfillmentOrderMove"


def make_move(bench, placed, **units):
    """Return where the lines of ``placed`` are to leave from: ``Main=1, Store=2``."""
    order = bench.fetch(placed)
    return doc.PlaceMove(
        order_id=order.external_id,
        wanted=tuple(
            (order.lines[0].external_id, bench.places[name], Decimal(count))
            for name, count in units.items()
        ),
    )


def send(bench, body, key="key-1"):
    return bench.adapter.send(bench.effect(body, "move", key))


def there(bench, placed):
    """Return {place: units} that Shopify asks for."""
    names = {place_id: name for name, place_id in bench.places.items()}
    asked = {}
    for one in bench.fetch(placed).shipment_orders:
        units = int(sum(line.remaining for line in one.lines))
        if one.state in ("open", "in_progress"):
            asked[names[one.location_id]] = asked.get(names[one.location_id], 0) + units
    return asked


def stock(bench, place="Store"):
    bench.shop.set_level("MUG", place, available=10)


def moves(bench):
    return [call for call in bench.shop.calls() if call["operation"] == MOVE]


def test_all_of_it_goes_to_another_place(bench):
    placed = bench.order()
    stock(bench)

    outcome = send(bench, make_move(bench, placed, Store=2))

    assert outcome.state == "applied"
    assert there(bench, placed) == {"Store": 2}


def test_a_part_of_a_line_goes_and_the_rest_stays(bench):
    placed = bench.order({"sku": "MUG", "quantity": 3})
    stock(bench)

    assert send(bench, make_move(bench, placed, Main=1, Store=2)).state == "applied"

    assert there(bench, placed) == {"Main": 1, "Store": 2}


def test_told_again_nothing_moves(bench):
    placed = bench.order()
    stock(bench)
    body = make_move(bench, placed, Store=2)
    send(bench, body)

    again = send(bench, body, "key-2")

    assert (again.state, again.code) == ("applied", "already")
    assert len(moves(bench)) == 1


def test_what_is_shipped_meanwhile_does_not_move(bench):
    placed = bench.order({"sku": "MUG", "quantity": 3})
    stock(bench)
    order = bench.fetch(placed)
    line = order.lines[0].external_id
    shipment = doc.Shipment(
        order_id=order.external_id,
        reference="WH/OUT/1",
        location_id=bench.places["Main"],
        lines=((line, Decimal(1)),),
    )
    bench.adapter.send(bench.effect(shipment, "shipment", "key-0"))

    assert send(bench, make_move(bench, placed, Store=2)).state == "applied"

    assert there(bench, placed) == {"Store": 2}


def test_a_place_that_never_stocked_it_is_refused_in_words(bench):
    placed = bench.order({"sku": "CUP", "quantity": 1})

    outcome = send(bench, make_move(bench, placed, Store=1))

    assert outcome.state == "refused"
    assert outcome.message == "The location does not stock all of the items."
    assert there(bench, placed) == {"Main": 1}
    assert not moves(bench)


@pytest.mark.parametrize(("fault", "moved"), [("before", 0), ("after", 1)])
def test_without_an_answer_it_is_read_back(bench, fault, moved):
    placed = bench.order()
    stock(bench)
    body = make_move(bench, placed, Store=2)
    effect = bench.effect(body, "move")
    bench.shop.fault(f"timeout_{fault}", MOVE, seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)

    expected = "applied" if moved else "not_found"
    assert bench.adapter.read_back(effect).state == expected
    send(bench, body)
    assert there(bench, placed) == {"Store": 2}


def test_nothing_else_is_taken_for_a_move(bench):
    with pytest.raises(errors.PermanentError):
        send(bench, doc.Cancellation(order_id="gid://shopify/Order/1"))


def test_a_held_order_is_left_where_it_is(bench):
    placed = bench.order()
    stock(bench)
    bench.shop.hold(placed["name"])

    outcome = send(bench, make_move(bench, placed, Store=2))

    assert (outcome.state, outcome.code) == ("applied", "already")
    assert not moves(bench)

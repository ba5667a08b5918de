"""Stock out: compare-and-set, keys, and what Shopify's refusals mean for each level."""

import pytest
from odoo.addons.retail_sync_core.adapters.base import Stock
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.stock import batches
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

GROUP = {"id": "gid://shopify/InventoryAdjustmentGroup/1", "changes": []}


def problem(index, code):
    path = ["input", "quantities", str(index), "changeFromQuantity"]
    return {
        "field": ["input"] if index is None else path,
        "message": "no",
        "code": code,
    }


def answer(*problems, group=None):
    payload = {"inventoryAdjustmentGroup": group, "userErrors": list(problems)}
    return {"inventorySetQuantities": payload}


def pushed(shopify, given, *levels):
    adapter = shopify.adapter(given)
    return adapter.send(shopify.effect(shopify.push(*levels)))


def test_a_push_compares_and_carries_its_key(shopify):
    outcome = pushed(shopify, answer(group=GROUP), (1, 12, 15), (2, 3, None))

    sent = shopify.sent()
    assert sent["idempotencyKey"] == "uuid-digest"
    assert sent["input"]["name"] == "available"
    assert sent["input"]["reason"] == "correction"
    assert sent["input"]["referenceDocumentUri"].endswith("uuid-digest")
    assert [q["changeFromQuantity"] for q in sent["input"]["quantities"]] == [15, None]
    assert b'"changeFromQuantity":null' in shopify.transport.requests[0].body
    assert outcome.state == "applied"
    assert [item.actual for item in outcome.items] == [12, 3]


def test_a_repeated_push_is_the_same_to_the_byte(shopify):
    pushed(shopify, answer(group=GROUP), (1, 12, 15))
    first = shopify.transport.requests[0].body
    pushed(shopify, answer(group=GROUP), (1, 12, 15))

    assert shopify.transport.requests[0].body == first


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("CHANGE_FROM_QUANTITY_STALE", "conflict"),
        ("ITEM_NOT_STOCKED_AT_LOCATION", "inactive"),
        ("INVALID_LOCATION", "inactive"),
        ("NON_MUTABLE_INVENTORY_ITEM", "refused"),
        ("INVALID_INVENTORY_ITEM", "refused"),
        ("SOMETHING_NEW", "refused"),
    ],
)
def test_an_error_belongs_to_its_line(shopify, code, state):
    outcome = pushed(shopify, answer(problem(1, code)), (1, 5, 4), (2, 5, 4), (3, 5, 4))

    assert outcome.state == "partial"
    assert [item.state for item in outcome.items] == ["unknown", state, "unknown"]
    assert outcome.items[1].code == code


def test_lines_that_were_written_beside_a_stale_one_count(shopify):
    changes = [
        {
            "name": "available",
            "quantityAfterChange": 5,
            "item": {"id": "gid://shopify/InventoryItem/1"},
            "location": {"id": "gid://shopify/Location/1"},
        }
    ]
    given = answer(
        problem(1, "CHANGE_FROM_QUANTITY_STALE"), group={**GROUP, "changes": changes}
    )

    outcome = pushed(shopify, given, (1, 5, 4), (2, 5, 4))

    assert [item.state for item in outcome.items] == ["applied", "conflict"]
    assert outcome.items[0].actual == 5


def test_an_error_about_the_whole_call_refuses_every_line(shopify):
    outcome = pushed(shopify, answer(problem(None, "INVALID_REASON")), (1, 5, 4))

    assert outcome.state == "refused"
    assert outcome.code == "INVALID_REASON"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("IDEMPOTENCY_CONCURRENT_REQUEST", errors.ThrottledError),
        ("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", errors.ConflictError),
        ("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", errors.PermanentError),
        ("SERVICE_UNAVAILABLE", errors.TransientError),
    ],
)
def test_trouble_with_the_key_is_no_levels_fault(shopify, code, kind):
    with pytest.raises(kind) as caught:
        pushed(shopify, answer(problem(None, code)), (1, 5, 4))
    assert type(caught.value) is kind


def test_two_thousand_levels_are_eight_calls(shopify):
    batch = ShopifyAdapter.capability(Stock).batch
    parts = list(batches(range(2000), batch))

    assert len(parts) == 8
    with pytest.raises(errors.PermanentError):
        pushed(shopify, answer(), *((n, 1, 0) for n in range(batch + 1)))


def level(number, available, active=True):
    quantities = [{"name": "available", "quantity": available}]
    return {
        "id": f"gid://shopify/InventoryItem/{number}",
        "inventoryLevel": {"isActive": active, "quantities": quantities},
    }


def refs(*numbers, place=1):
    return tuple(
        doc.LevelRef(
            item_id=f"gid://shopify/InventoryItem/{n}",
            location_id=f"gid://shopify/Location/{place}",
        )
        for n in numbers
    )


def test_levels_come_in_the_order_they_were_asked_for(shopify):
    never = {"id": "gid://shopify/InventoryItem/3", "inventoryLevel": None}
    adapter = shopify.adapter(
        {"nodes": [level(1, 10), None, never]}, {"nodes": [level(1, 7)]}
    )

    readings = adapter.read_levels(refs(3, 1, 2) + refs(1, place=2))

    assert [reading.available for reading in readings] == [None, 10, None, 7]
    assert [reading.active for reading in readings] == [False, True, False, True]


def test_many_levels_are_read_in_parts_and_smaller_ones_when_dear(shopify):
    adapter = shopify.adapter(
        shopify.error("MAX_COST_EXCEEDED"), *({"nodes": []} for _ in range(3))
    )

    readings = adapter.read_levels(refs(*range(300)))

    assert len(readings) == 300
    assert [len(shopify.sent(n)["ids"]) for n in range(4)] == [250, 125, 125, 50]


@pytest.mark.parametrize(
    ("now", "state", "items"),
    [
        ((5, 5), "applied", ["applied", "applied"]),
        ((4, 4), "not_found", ["unknown", "unknown"]),
        ((5, 3), "partial", ["applied", "conflict"]),
    ],
)
def test_a_push_is_read_back_by_its_levels(shopify, now, state, items):
    adapter = shopify.adapter({"nodes": [level(1, now[0]), level(2, now[1])]})

    outcome = adapter.read_back(shopify.effect(shopify.push((1, 5, 4), (2, 5, 4))))

    assert outcome.state == state
    assert [item.state for item in outcome.items] == items


def test_activation_gives_each_level_its_own_key(shopify):
    node = level(1, 5)["inventoryLevel"]
    done = {"inventoryLevel": node, "userErrors": []}
    adapter = shopify.adapter({"a0": done, "a1": done})

    outcome = adapter.send(
        shopify.effect(shopify.push((1, 5, None), (2, 5, None)), "activation")
    )

    sent = shopify.sent()
    assert (sent["key0"], sent["key1"]) == ("uuid-digest-0", "uuid-digest-1")
    assert outcome.state == "applied"


@pytest.mark.parametrize(
    ("reading", "state"),
    [(level(1, 5), "applied"), (level(1, 9), "conflict"), (None, "refused")],
)
def test_a_refused_activation_is_explained_by_the_level(shopify, reading, state):
    failed = {"inventoryLevel": None, "userErrors": [{"message": "already active"}]}
    adapter = shopify.adapter({"a0": failed}, {"nodes": [reading]})

    outcome = adapter.send(shopify.effect(shopify.push((1, 5, None)), "activation"))

    assert [item.state for item in outcome.items] == [state]


def test_a_refused_activation_nobody_can_explain_is_unknown(shopify):
    failed = {"inventoryLevel": None, "userErrors": [{"message": "no"}]}
    adapter = shopify.adapter({"a0": failed}, shopify.error("THROTTLED"))

    outcome = adapter.send(shopify.effect(shopify.push((1, 5, None)), "activation"))

    assert outcome.items[0].state == "unknown"

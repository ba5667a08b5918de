"""Stock out: levels set by compare-and-set, and levels woken up.

A batch is refused as a whole when one line is stale, as far as anyone has seen; Shopify
does not document it. So a line without an error in a batch with errors is *unknown*,
unless the answer says that it was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo.addons.retail_sync_core.adapters.base import Effect, ItemOutcome, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

from . import building, mutations, parsing_goods, reading
from .client import Answer, Client
from .values import reference, text

BATCH = 250
ACTIVATIONS_AT_ONCE = 50
ITEM_STATES = {
    "CHANGE_FROM_QUANTITY_STALE": "conflict",
    "COMPARE_QUANTITY_STALE": "conflict",
    # Gone in 2026-10; what replaced it is not documented, so a location that "could not
    # be found" is taken as one without the item: activating it tells the truth.
    "ITEM_NOT_STOCKED_AT_LOCATION": "inactive",
    "INVALID_LOCATION": "inactive",
}


def push(client: Client, effect: Effect) -> Outcome:
    """Set the levels of a ``StockPush``.

    :raises ConflictError: when the key's first attempt failed: a new key is needed
    :raises ThrottledError: when the same key is under way
    """
    body = _body(effect, BATCH)
    answer = client.call(
        mutations.SET_QUANTITIES,
        input=building.set_quantities(body, effect.key),
        idempotencyKey=effect.key,
    )
    payload = answer.data.get("inventorySetQuantities") or {}
    problems = [p for p in payload.get("userErrors") or () if p]
    if not problems:
        items = tuple(
            ItemOutcome(ref=level.ref, state="applied", actual=level.quantity)
            for level in body.levels
        )
        return _outcome(items, answer, payload)
    _raise_key_problems(problems, answer)
    return _outcome(_items(body, payload, problems), answer, payload)


def _body(effect: Effect, most: int) -> doc.StockPush:
    body = effect.body
    if not isinstance(body, doc.StockPush) or not body.levels:
        raise errors.PermanentError("nothing to set", code="empty")
    if len(body.levels) > most:
        raise errors.PermanentError(
            f"{len(body.levels)} levels in one call, {most} are allowed",
            code="too_many",
        )
    return body


def _raise_key_problems(problems: Sequence[Mapping], answer: Answer) -> None:
    codes = {text(problem.get("code")) for problem in problems}
    told = {"request_id": answer.request_id}
    if "IDEMPOTENCY_CONCURRENT_REQUEST" in codes:
        raise errors.ThrottledError(
            "InventorySetQuantities: the same key is under way",
            retry_after_s=2.0,
            code="IDEMPOTENCY_CONCURRENT_REQUEST",
            **told,
        )
    if "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" in codes:
        raise errors.ConflictError(
            "InventorySetQuantities: the first attempt with this key failed",
            code="IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
            **told,
        )
    if "IDEMPOTENCY_KEY_PARAMETER_MISMATCH" in codes:
        raise errors.PermanentError(
            "InventorySetQuantities: the key was used for other levels",
            code="IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
            **told,
        )
    if "SERVICE_UNAVAILABLE" in codes:
        raise errors.TransientError(
            "InventorySetQuantities: not available", code="SERVICE_UNAVAILABLE", **told
        )


def _items(
    body: doc.StockPush, payload: Mapping, problems: Sequence[Mapping]
) -> tuple[ItemOutcome, ...]:
    by_index = {_index(problem): problem for problem in problems}
    general = by_index.get(None)
    written = _written(payload)
    found = []
    for n, level in enumerate(body.levels):
        problem = by_index.get(n)
        if problem is None and level.ref in written:
            actual = written[level.ref]
            item = ItemOutcome(ref=level.ref, state="applied", actual=actual)
        elif problem is None and general is None:
            item = ItemOutcome(ref=level.ref, state="unknown", code="batch_refused")
        else:
            item = _refused(level.ref, problem or general or {})
        found.append(item)
    return tuple(found)


def _index(problem: Mapping) -> int | None:
    """Return which line an error is about: ``["input","quantities","3",...]``."""
    path = [text(part) for part in problem.get("field") or ()]
    found = next((part for part in path if part.isdigit()), None)
    return None if found is None else int(found)


def _refused(ref: doc.LevelRef, problem: Mapping) -> ItemOutcome:
    code = text(problem.get("code"))
    return ItemOutcome(
        ref=ref,
        state=ITEM_STATES.get(code, "refused"),
        code=code,
        message=text(problem.get("message")),
    )


def _written(payload: Mapping) -> dict[doc.LevelRef, int | None]:
    group = payload.get("inventoryAdjustmentGroup") or {}
    return {
        doc.LevelRef(
            item_id=reference(change.get("item")),
            location_id=reference(change.get("location")),
        ): change.get("quantityAfterChange")
        for change in group.get("changes") or ()
        if change and change.get("name") == "available"
    }


def _outcome(
    items: tuple[ItemOutcome, ...], answer: Answer, payload: Mapping
) -> Outcome:
    states = {item.state for item in items}
    state = "partial"
    if states in ({"applied"}, {"refused"}):
        state = states.pop()
    refused = next((item for item in items if item.state != "applied"), None)
    return Outcome(
        state=state,
        external_id=reference(payload.get("inventoryAdjustmentGroup")),
        code=refused.code if refused else "",
        message=refused.message if refused else "",
        items=items,
        request_id=answer.request_id,
    )


def compare(client: Client, effect: Effect) -> Outcome:
    """Return whether the levels are what a push (or activation) wanted."""
    body = _body(effect, BATCH)
    readings = reading.read_levels(client, [level.ref for level in body.levels])
    items = tuple(
        _compared(level, now) for level, now in zip(body.levels, readings, strict=True)
    )
    states = {item.state for item in items}
    if states == {"applied"}:
        return Outcome(state="applied", items=items)
    if "applied" not in states:
        return Outcome(state="not_found", items=items)
    return Outcome(state="partial", items=items)


def _compared(level: doc.LevelWrite, now: doc.LevelReading) -> ItemOutcome:
    if not now.active or now.available is None:
        state = "inactive"
    elif now.available == level.quantity:
        state = "applied"
    elif now.available == level.expected:
        state = "unknown"  # not written: sending it again is right
    else:
        state = "conflict"
    return ItemOutcome(ref=level.ref, state=state, actual=now.available)


def activate(client: Client, effect: Effect) -> Outcome:
    """Stock items where they are not stocked yet, with the level they shall have.

    The errors have no code: what they mean is read from the level itself.
    """
    body = _body(effect, ACTIVATIONS_AT_ONCE)
    answer = client.call(
        mutations.activation(len(body.levels)), **building.activate(body, effect.key)
    )
    items = []
    failed: dict[int, str] = {}
    for n, level in enumerate(body.levels):
        payload = answer.data.get(f"a{n}") or {}
        problems = [
            text(p.get("message")) for p in payload.get("userErrors") or () if p
        ]
        node = payload.get("inventoryLevel") or {}
        if problems or not node:
            failed[n] = " ".join(problems)
        actual = parsing_goods.available(node)
        items.append(ItemOutcome(ref=level.ref, state="applied", actual=actual))
    if failed:
        _explain(client, body, items, failed)
    return _outcome(tuple(items), answer, {})


def _explain(
    client: Client,
    body: doc.StockPush,
    items: list[ItemOutcome],
    failed: dict[int, str],
) -> None:
    refs = [body.levels[n].ref for n in failed]
    try:
        readings = reading.read_levels(client, refs)
    except errors.SyncError:
        # The others are settled; these are looked at again with the next reading.
        for n, message in failed.items():
            items[n] = ItemOutcome(
                ref=body.levels[n].ref, state="unknown", message=message
            )
        return
    for (n, message), now in zip(failed.items(), readings, strict=True):
        level = body.levels[n]
        state = "refused"
        if now.active and now.available is not None:
            state = "applied" if now.available == level.quantity else "conflict"
        items[n] = ItemOutcome(
            ref=level.ref,
            state=state,
            code="activation",
            message=message,
            actual=now.available,
        )

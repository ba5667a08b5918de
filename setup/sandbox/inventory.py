"""Stock levels: what an order, a shipment and a push do to them."""

from .store import Refused, Store, level_key, number_of

STATES = (
    "available",
    "committed",
    "reserved",
    "damaged",
    "safety_stock",
    "quality_control",
)
NAMES = (*STATES, "on_hand", "incoming")
MAXIMUM = 1_000_000_000
Problem = tuple[str, str, str]  # code, message, the field at fault
REASONS = frozenset(
    [
        "correction",
        "cycle_count_available",
        "damaged",
        "movement_created",
        "movement_updated",
        "movement_received",
        "movement_canceled",
        "other",
        "promotion",
        "quality_control",
        "received",
        "reservation_created",
        "reservation_updated",
        "reservation_deleted",
        "restock",
        "safety_stock",
        "shrinkage",
    ]
)


def level_at(store: Store, item_id: str, location_id: str) -> dict | None:
    return store.table("InventoryLevel").get(level_key(item_id, location_id))


def quantity(level: dict, name: str) -> int:
    """Give one quantity; on_hand is the sum of all states but incoming."""
    if name == "on_hand":
        return sum(level["_quantities"].get(state, 0) for state in STATES)
    return level["_quantities"].get(name, 0)


def changed_at(level: dict, name: str) -> str:
    """Give when a quantity last changed; a level that was never touched, when it was
    made."""
    times = level.get("_changed", {})
    if name == "on_hand":
        return max(times.values(), default=level["createdAt"])
    return times.get(name, level["createdAt"])


def activate(
    store: Store, item_id: str, location_id: str, available: int | None = None
) -> dict:
    """Stock an item at a location. A level that slept keeps its quantities
    unless a number is given."""
    level = level_at(store, item_id, location_id)
    if level is None:
        level = _new_level(store, item_id, location_id)
    elif level["isActive"] and available is not None:
        raise Refused("Available cannot be set when the item is already active there.")
    level["isActive"] = True
    if available is not None:
        change(store, level, {"available": available - quantity(level, "available")})
    store.emit("inventory_levels/connect", level)
    return level


def _new_level(store: Store, item_id: str, location_id: str) -> dict:
    stamp = store.stamp()
    query = f"?inventory_item_id={number_of(item_id)}"
    level = {
        "id": f"gid://shopify/InventoryLevel/{number_of(location_id)}{query}",
        "isActive": True,
        "canDeactivate": True,
        "createdAt": stamp,
        "updatedAt": stamp,
        "_item": item_id,
        "_location": location_id,
        "_quantities": {"available": 0, "committed": 0},
        "_changed": {},
    }
    store.table("InventoryLevel")[level_key(item_id, location_id)] = level
    return level


def change(store: Store, level: dict, deltas: dict[str, int]) -> None:
    """Add to the quantities of a level and tell who listens."""
    deltas = {name: delta for name, delta in deltas.items() if delta}
    if not deltas:
        return
    stamp = store.stamp()
    for name, delta in deltas.items():
        level["_quantities"][name] = level["_quantities"].get(name, 0) + delta
        level.setdefault("_changed", {})[name] = stamp
    level["updatedAt"] = stamp
    store.emit("inventory_levels/update", level)


def move(store: Store, item_id: str | None, location_id: str, **deltas: int) -> None:
    """Change the level of a tracked item; lines without stock change nothing."""
    item = store.find(item_id) if item_id else None
    if not item or not item["tracked"]:
        return
    level = level_at(store, item_id, location_id)
    if level is None:
        level = _new_level(store, item_id, location_id)
    change(store, level, deltas)


def set_quantities(store: Store, given: dict) -> dict:
    """Play ``inventorySetQuantities``: compare, and set all or nothing.

    With the setting ``stale_batch`` at "others" the good lines of a batch with
    stale ones are written. Shopify does not document which is true.
    """
    errors = _input_errors(store, given)
    if errors:
        return {"inventoryAdjustmentGroup": None, "userErrors": errors}
    stale = _stale_lines(store, given)
    refused = {index for index, _error in stale}
    if stale and store.settings["stale_batch"] == "nothing":
        refused = set(range(len(given["quantities"])))
    changes = []
    for index, line in enumerate(given["quantities"]):
        if index not in refused:
            changes += _set_line(store, given["name"], line)
    return {
        "inventoryAdjustmentGroup": _group(store, given, changes),
        "userErrors": [error for _index, error in stale],
    }


def _input_errors(store: Store, given: dict) -> list[dict]:
    errors = []
    if given["name"] not in ("available", "on_hand"):
        errors.append(_error("INVALID_NAME", "The quantity name is invalid.", "name"))
    if given["reason"] not in REASONS:
        errors.append(_error("INVALID_REASON", "The reason is invalid.", "reason"))
    if not _is_uri(given.get("referenceDocumentUri")):
        text = "The reference document URI is invalid."
        errors.append(
            _error("INVALID_REFERENCE_DOCUMENT", text, "referenceDocumentUri")
        )
    seen = set()
    for index, line in enumerate(given["quantities"]):
        pair = (line["inventoryItemId"], line["locationId"])
        problem = _line_problem(store, line, pair in seen)
        seen.add(pair)
        if problem:
            code, text, name = problem
            errors.append(_error(code, text, "quantities", str(index), name))
    return errors


def _is_uri(uri: str | None) -> bool:
    if uri is None:
        return True
    scheme, _sep, rest = uri.partition("://")
    if scheme == "gid":
        return len([part for part in rest.split("/") if part]) >= 3
    return bool(scheme and rest)


def _line_problem(store: Store, line: dict, repeated: bool) -> Problem | None:
    item = store.find(line["inventoryItemId"])
    if not item:
        return (
            "INVALID_INVENTORY_ITEM",
            "The specified inventory item could not be found.",
            "inventoryItemId",
        )
    if not store.find(line["locationId"]):
        return (
            "INVALID_LOCATION",
            "The specified location could not be found.",
            "locationId",
        )
    if repeated:
        return (
            "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
            "The combination of inventoryItemId and locationId must be unique.",
            "inventoryItemId",
        )
    return _number_problem(line) or _stocking_problem(store, item, line)


def _number_problem(line: dict) -> Problem | None:
    if line["quantity"] < 0:
        text = "The quantity can't be negative."
        return "INVALID_QUANTITY_NEGATIVE", text, "quantity"
    if line["quantity"] > MAXIMUM:
        text = f"The quantity can't be higher than {MAXIMUM}."
        return "INVALID_QUANTITY_TOO_HIGH", text, "quantity"
    if "changeFromQuantity" not in line:
        # A guess at the code: the schema has it, no page says when it comes.
        text = "changeFromQuantity is required: give a number or an explicit null."
        return "COMPARE_QUANTITY_REQUIRED", text, "changeFromQuantity"
    return None


def _stocking_problem(store: Store, item: dict, line: dict) -> Problem | None:
    if item.get("_bundle") or not item["tracked"]:
        return (
            "NON_MUTABLE_INVENTORY_ITEM",
            "The specified inventory item is not allowed to be adjusted via API.",
            "inventoryItemId",
        )
    level = level_at(store, item["id"], line["locationId"])
    if not level or not level["isActive"]:
        # A guess too: ITEM_NOT_STOCKED_AT_LOCATION is gone since 2026-10.
        text = "The specified inventory item is not stocked at the location."
        return "INVALID_LOCATION", text, "locationId"
    return None


def _stale_lines(store: Store, given: dict) -> list[tuple[int, dict]]:
    stale = []
    for index, line in enumerate(given["quantities"]):
        expected = line["changeFromQuantity"]
        level = level_at(store, line["inventoryItemId"], line["locationId"])
        if expected is not None and quantity(level, given["name"]) != expected:
            text = "changeFromQuantity no longer matches the persisted quantity."
            path = ("quantities", str(index), "changeFromQuantity")
            stale.append((index, _error("CHANGE_FROM_QUANTITY_STALE", text, *path)))
    return stale


def _set_line(store: Store, name: str, line: dict) -> list[dict]:
    level = level_at(store, line["inventoryItemId"], line["locationId"])
    delta = line["quantity"] - quantity(level, name)
    change(store, level, {"available": delta})
    if not delta:
        return []
    return [
        {
            "name": changed,
            "delta": delta,
            "quantityAfterChange": quantity(level, changed),
            "ledgerDocumentUri": None,
            "_item": level["_item"],
            "_location": level["_location"],
        }
        for changed in ("available", "on_hand")
    ]


def _group(store: Store, given: dict, changes: list[dict]) -> dict | None:
    if not changes:
        return None
    return {
        "id": store.gid("InventoryAdjustmentGroup"),
        "createdAt": store.stamp(),
        "reason": given["reason"],
        "referenceDocumentUri": given.get("referenceDocumentUri"),
        "changes": changes,
    }


def _error(code: str, message: str, *path: str) -> dict:
    return {"field": ["input", *path], "message": message, "code": code}

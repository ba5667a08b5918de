"""``@idempotent(key:)``: required on some mutations, answered once for each key."""

import hashlib
import json
from collections.abc import Callable

from graphql import GraphQLError, GraphQLResolveInfo, get_directive_values

REQUIRED = frozenset(
    [
        "refundCreate",
        "inventorySetQuantities",
        "inventoryAdjustQuantities",
        "inventoryMoveQuantities",
        "inventorySetOnHandQuantities",
        "inventoryActivate",
        "inventoryTransferCreate",
        "inventoryTransferCreateAsReadyToShip",
        "inventoryTransferSetItems",
        "inventoryTransferDuplicate",
        "inventoryShipmentCreate",
        "inventoryShipmentCreateInTransit",
        "inventoryShipmentAddItems",
        "inventoryShipmentReceive",
        "locationActivate",
        "locationDeactivate",
    ]
)
MAX_INPUT = 250
KEPT_KEYS = 5000


def guarded(function: Callable, info: GraphQLResolveInfo, arguments: dict) -> dict:
    """Run a mutation, or give its first answer again when its key was used.

    The same key with other arguments is refused; nothing is done then.
    """
    check_sizes(arguments)
    context = info.context
    key = key_of(info)
    if key is None:
        if info.field_name in REQUIRED:
            raise GraphQLError(
                "The @idempotent directive is required for this mutation but was "
                "not provided.",
                extensions={"code": "BAD_REQUEST"},
            )
        payload = function(context, None, arguments)
    else:
        context.idempotency_keys.append(key)
        payload = _answered_once(function, info, arguments, key)
    for name in ("userErrors", "orderCancelUserErrors"):
        context.user_errors += payload.get(name) or []
    return payload


def key_of(info: GraphQLResolveInfo) -> str | None:
    """Give the key of the field's directive.

    :raises GraphQLError: when it is empty
    """
    directive = info.schema.get_directive("idempotent")
    values = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    if values is None:
        return None
    if not values["key"].strip():
        raise GraphQLError("The idempotency key cannot be empty.")
    return values["key"]


def _answered_once(
    function: Callable, info: GraphQLResolveInfo, arguments: dict, key: str
) -> dict:
    seen = info.context.store.table("idempotency")
    text = json.dumps([info.field_name, arguments], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    record = seen.get(key)
    if record is None:
        payload = function(info.context, None, arguments)
        seen[key] = {"digest": digest, "payload": payload}
        if len(seen) > KEPT_KEYS:
            del seen[next(iter(seen))]
        return payload
    if record["digest"] == digest:
        info.context.replayed = True
        return record["payload"]
    return {
        "userErrors": [
            {
                "field": None,
                "message": "The same idempotency key cannot be used with different "
                "operation parameters.",
                "code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
            }
        ]
    }


def check_sizes(value: object) -> None:
    """Refuse input lists that are longer than Shopify takes."""
    if isinstance(value, dict):
        for part in value.values():
            check_sizes(part)
    elif isinstance(value, list):
        if len(value) > MAX_INPUT:
            raise GraphQLError(
                f"The input array size of {len(value)} is greater than the maximum "
                f"allowed of {MAX_INPUT}.",
                extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"},
            )
        for part in value:
            check_sizes(part)

"""Serve plain documents through the schema: fields, lists, connections.

A field comes from the function registered for it, else from the document's key.
What the schema promises and the sandbox does not play is an error that says so,
never a made-up value.
"""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLOutputType,
    GraphQLResolveInfo,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from .idempotency import guarded
from .schema import load_scopes
from .store import Store, kind_of

FIELDS: dict[str, dict[str, Callable]] = {}
MAX_PAGE = 250
ROOTS = ("QueryRoot", "Mutation")
# Lists that are truly empty in this shop.
EMPTY = frozenset(("metafields", "localizedFields", "merchantRequests"))


@dataclass
class Context:
    """What one request sees: the shop, and what it has to tell besides data."""

    store: Store
    scopes: frozenset[str] = frozenset()
    warnings: list[dict] = field(default_factory=list)
    idempotency_keys: list[str] = field(default_factory=list)
    replayed: bool = False
    user_errors: list[dict] = field(default_factory=list)


class Rows(list):
    """A sorted list that is paged by key, so that rows that move are met again."""

    def __init__(
        self, rows: Iterable[dict], key: Callable | None = None, reverse: bool = False
    ):
        rows = list(rows)
        super().__init__(sorted(rows, key=key, reverse=reverse) if key else rows)
        self.key = key
        self.descending = reverse


def plays(type_name: str, *names: str) -> Callable:
    """Register a function ``(context, document, arguments)`` for fields of a type."""

    def register(function: Callable) -> Callable:
        for name in names:
            FIELDS.setdefault(type_name, {})[name] = function
        return function

    return register


def resolve(source: dict, info: GraphQLResolveInfo, **arguments: object) -> object:
    """Resolve any field; the default resolver of the whole schema."""
    type_name = info.parent_type.name
    _check_scope(info)
    function = FIELDS.get(type_name, {}).get(info.field_name)
    if function and type_name == "Mutation":
        value = guarded(function, info, arguments)
    elif function:
        value = function(info.context, source, arguments)
    elif info.field_name in (source or {}):
        value = source[info.field_name]
    else:
        value = _absent(type_name, info)
    return _shaped(value, info, arguments)


def _absent(type_name: str, info: GraphQLResolveInfo) -> list | None:
    named = get_named_type(info.return_type).name
    if info.field_name in EMPTY:
        return []
    optional = not is_non_null_type(info.return_type)
    if optional and type_name not in ROOTS and not named.endswith("Connection"):
        return None
    raise GraphQLError(f"The sandbox does not play {type_name}.{info.field_name}.")


def _shaped(value: object, info: GraphQLResolveInfo, arguments: dict) -> object:
    named = get_named_type(info.return_type).name
    if isinstance(value, list) and named.endswith("Connection"):
        return connection(value, arguments)
    if isinstance(value, list) and is_list_type(_nullable(info.return_type)):
        return value[: arguments["first"]] if arguments.get("first") else value
    return value


def _nullable(type_: GraphQLOutputType) -> GraphQLOutputType:
    return type_.of_type if is_non_null_type(type_) else type_


def _check_scope(info: GraphQLResolveInfo) -> None:
    """Refuse a type that none of the granted scopes opens."""
    needed = load_scopes().get(get_named_type(info.return_type).name)
    if not needed or needed & info.context.scopes:
        return
    raise GraphQLError(
        f"Access denied for {info.field_name} field. Required access: "
        f"`{'` or `'.join(sorted(needed))}` access scope.",
        extensions={"code": "ACCESS_DENIED"},
    )


def granted(scopes: list[str]) -> frozenset[str]:
    """Give the scopes and what they imply: who may write may read."""
    implied = [s.replace("write_", "read_", 1) for s in scopes if s[:6] == "write_"]
    return frozenset([*scopes, *implied])


def type_of(
    value: dict, _info: GraphQLResolveInfo, _abstract: GraphQLAbstractType
) -> str:
    """Tell the concrete type of a document by its own word or by its id."""
    return value.get("__typename") or kind_of(value.get("id", ""))


def connection(rows: list, arguments: dict) -> dict:
    """Cut the page that ``first``, ``last``, ``after`` and ``before`` ask for."""
    size = arguments.get("first") or arguments.get("last") or 50
    if size > MAX_PAGE:
        raise GraphQLError(f"The page size may not exceed {MAX_PAGE}.")
    keys = _keys(rows)
    backwards = getattr(rows, "descending", False)
    start, end = 0, len(rows)
    if arguments.get("after"):
        start = _position(keys, _decode(arguments["after"]), backwards, True)
    if arguments.get("before"):
        end = _position(keys, _decode(arguments["before"]), backwards, False)
    if arguments.get("last") and not arguments.get("first"):
        start = max(start, end - size)
    stop = min(start + size, end)
    nodes = list(rows[start:stop])
    cursors = [_encode(key) for key in keys[start:stop]]
    return {
        "nodes": nodes,
        "edges": [
            {"node": node, "cursor": cursor}
            for node, cursor in zip(nodes, cursors, strict=True)
        ],
        "pageInfo": {
            "hasNextPage": stop < len(rows),
            "hasPreviousPage": start > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _keys(rows: list) -> list[list]:
    key = getattr(rows, "key", None)
    if key is None:
        return [[index] for index in range(len(rows))]
    return [list(key(row)) for row in rows]


def _position(keys: list[list], mark: list, backwards: bool, after: bool) -> int:
    for index, key in enumerate(keys):
        passed = key < mark if backwards else key > mark
        if passed or (not after and key == mark):
            return index
    return len(keys)


def _encode(key: list) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _decode(cursor: str) -> list:
    try:
        return json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise GraphQLError("Invalid cursor for current pagination sort.") from error

"""Documents to plain JSON data and back, by the annotations of their dataclasses."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from . import documents

_PLAIN = (str, int, float, bool, type(None))


def encode(document: object) -> dict[str, object]:
    """Return ``document`` as JSON data with its type's name; :func:`decode` undoes it.

    >>> from .documents import Cancellation
    >>> decode(encode(Cancellation(order_id="7"))) == Cancellation(order_id="7")
    True
    """
    kind = type(document)
    return {"type": f"{kind.__module__}:{kind.__qualname__}", "data": _plain(document)}


def decode(stored: Mapping[str, object]) -> object:
    """Return the document that :func:`encode` gave ``stored`` for.

    :raises ValueError: when its type is not one of ``documents``
    """
    name = str(stored.get("type", "")).rpartition(":")[2]
    kind = getattr(documents, name, None)
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        raise ValueError(f"no document is called {name!r}")
    return _build(kind, stored.get("data"))


def _plain(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, frozenset, set)):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in a stored document")


def _build(kind: object, value: object) -> object:
    """Return ``value`` as ``kind``: a type, a union or a generic alias."""
    origin = typing.get_origin(kind)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        inner = [arg for arg in typing.get_args(kind) if arg is not type(None)]
        return _build(inner[0], value)
    if origin is tuple:
        return _build_tuple(typing.get_args(kind), value)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        known = {
            name: _build(hints[name], item)
            for name, item in value.items()
            if name in hints
        }
        return kind(**known)
    if kind is Decimal:
        return Decimal(value)
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    return value


def _build_tuple(
    inner: tuple[object, ...], value: Iterable[object]
) -> tuple[object, ...]:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_build(inner[0], item) for item in value)
    return tuple(_build(kind, item) for kind, item in zip(inner, value, strict=True))

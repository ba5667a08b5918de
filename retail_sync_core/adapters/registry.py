"""Which class speaks for which code. The dictionary is the process's, not a database's:
the list a person chooses from is the ``code`` selection of the channel."""

from __future__ import annotations

from typing import TypeVar

from .base import Adapter
from .transport import HttpTransport, ReadOnlyTransport, Transport

ADAPTERS: dict[str, type[Adapter]] = {}
A = TypeVar("A", bound=type[Adapter])


def register(cls: A) -> A:
    """Register an adapter class under its ``code``; usable as a decorator."""
    if not cls.code:
        raise ValueError(f"{cls.__name__} has no code")
    ADAPTERS[cls.code] = cls
    return cls


def find_adapter(code: str) -> type[Adapter] | None:
    """Return the class for ``code``, or None when its module is not loaded."""
    return ADAPTERS.get(code)


def make_transport() -> Transport:
    """Return how requests travel: the real network."""
    return HttpTransport()


def read_only(transport: Transport) -> Transport:
    """Return ``transport`` without what may change something over there."""
    return ReadOnlyTransport(transport)

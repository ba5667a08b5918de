"""Between an answer that nobody expected and the engine: a declared error.

What reads an answer takes Shopify's schema at its word. Where an answer breaks it, the
engine must hear that this record cannot be read, and, after a mutation was answered,
that nobody can tell what it did: to send it again might do it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from odoo.addons.retail_sync_core.domain.errors import DataError, InDoubtError

from .client import Client

if TYPE_CHECKING:
    from .shopify import ShopifyAdapter

P = ParamSpec("P")
T = TypeVar("T")
Port = Callable[Concatenate["ShopifyAdapter", P], T]
_logger = logging.getLogger(__name__)
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def guarded(port: Port[P, T]) -> Port[P, T]:
    """Let the method of an adapter raise declared errors alone."""

    @wraps(port)
    def call(adapter: ShopifyAdapter, *args: P.args, **kwargs: P.kwargs) -> T:
        about = [arg for arg in args if isinstance(arg, str)]
        with readable(adapter.client, " ".join([port.__name__, *about])[:80]):
            return port(adapter, *args, **kwargs)

    return call


@contextmanager
def readable(client: Client, subject: str) -> Iterator[None]:
    """Raise what an answer that cannot be read means for ``subject``.

    :raises DataError: when nothing was changed over there meanwhile
    :raises InDoubtError: when something may have been
    """
    before = client.mutations
    try:
        yield
    except UNREADABLE as exc:
        _logger.warning("%s: the answer cannot be read", subject, exc_info=True)
        if client.mutations > before:
            raise _in_doubt(subject, exc) from exc
        raise DataError(
            f"{subject}: the answer cannot be read: {exc!r}"[:200],
            kind="bad_payload",
            field=type(exc).__name__,
            value=str(exc)[:80],
        ) from exc
    except DataError as exc:
        if client.mutations > before:
            raise _in_doubt(subject, exc) from exc
        raise


def _in_doubt(subject: str, exc: Exception) -> InDoubtError:
    return InDoubtError(
        f"{subject}: done, and the answer cannot be read: {exc!r}"[:200],
        code="bad_answer",
    )

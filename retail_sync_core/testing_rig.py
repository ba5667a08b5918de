"""What the batteries (``testing_battery``) must be told of an adapter, and how they
judge what it gives."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import ClassVar

from .adapters import base
from .adapters.transport import Response
from .domain import documents as doc
from .domain import errors
from .testing import Answer


class Rig(ABC):
    """How a battery reaches one adapter; one instance a check.

    :cvar speaks_http: False for adapters whose transport has no statuses
    """

    speaks_http: ClassVar[bool] = True

    @abstractmethod
    def adapter(self, *answers: Answer) -> base.Adapter:
        """Return an adapter that is let in and gets ``answers``."""

    # Inbox
    def request(
        self, signature: str, body: bytes | None = None
    ) -> base.IncomingRequest:
        """Return a webhook about an order.

        :param signature: ``right``, ``wrong`` or ``missing``
        """
        raise NotImplementedError

    # Pages, Lookup, Reader
    def empty_page(self) -> base.Page:
        """Return the page of orders of a channel that has none."""
        raise NotImplementedError

    def two_pages(self) -> tuple[base.Page, base.Page]:
        """Return both pages of a channel that has two pages of orders."""
        raise NotImplementedError

    def half_page(self) -> object:
        """Read a page whose answer breaks off in the middle."""
        half = Response(status=200, body=b'{"data": {"ord')
        return self.read(self.adapter(half))

    def order(self, *, unknown: bool = False) -> doc.Order:
        """Return an order as read; ``unknown``: with fields nobody has heard of."""
        raise NotImplementedError

    def read(self, adapter: base.Adapter) -> object:
        """Make a call that changes nothing."""
        return adapter.fetch_page("order", "", None)

    # Levels, Effects
    def levels(self) -> tuple[doc.LevelRef, ...]:
        """Return three levels' addresses; the channel does not stock the last."""
        raise NotImplementedError

    def levels_adapter(self) -> base.Adapter:
        """Return an adapter whose channel has the first two of :meth:`levels`."""
        raise NotImplementedError

    def counts_adapter(self) -> base.Adapter:
        """Return an adapter whose channel counts the first two of :meth:`levels`."""
        raise NotImplementedError

    def push(self, size: int = 1) -> base.Effect:
        """Return a push of ``size`` levels."""
        raise NotImplementedError

    def shipment(self) -> base.Effect:
        """Return a shipment that may be told."""
        raise NotImplementedError

    def done(self, effect: base.Effect) -> base.Adapter:
        """Return an adapter whose channel has ``effect`` done."""
        raise NotImplementedError

    def undone(self, effect: base.Effect) -> base.Adapter:
        """Return an adapter whose channel never got ``effect``."""
        raise NotImplementedError

    def accepts(self, effect: base.Effect) -> base.Adapter:
        """Return an adapter whose channel takes ``effect``."""
        raise NotImplementedError

    def left(self, adapter: base.Adapter) -> bytes:
        """Return the bytes that left last."""
        return adapter.transport.requests[-1].body


def raised(call: Callable[[], object]) -> errors.SyncError:
    """Return the ``SyncError`` that ``call`` raises; anything else fails the check."""
    try:
        found = call()
    except errors.SyncError as exc:
        return exc
    raise AssertionError(f"nothing was raised, but given: {found!r:.200}")


def expect(found: object, *kinds: type) -> None:
    """Fail unless ``found`` is exactly of one of ``kinds``."""
    names = " or ".join(kind.__name__ for kind in kinds)
    assert type(found) in kinds, f"{type(found).__name__} instead of {names}: {found}"


def frozen(document: object) -> None:
    """Fail when something in ``document`` can be changed, or is a float."""
    for where, value in _parts(document, type(document).__name__):
        assert not isinstance(value, (float, list, dict, set)), f"{where} is {value!r}"
        if dataclasses.is_dataclass(value):
            assert value.__dataclass_params__.frozen, f"{where} can be changed"
    amounts = [getattr(document, name, Decimal(0)) for name in ("total", "total_tax")]
    assert all(isinstance(amount, Decimal) for amount in amounts)


def _parts(value: object, where: str) -> Iterator[tuple[str, object]]:
    yield where, value
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in ("extra", "raw_states"):
                yield from _parts(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _parts(part, f"{where}[{number}]")

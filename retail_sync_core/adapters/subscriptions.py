"""The port of channels that tell by webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A webhook subscription over there."""

    external_id: str
    topic: str
    uri: str


@runtime_checkable
class Subscriptions(Protocol):
    """Keeps webhook subscriptions in order."""

    def list_subscriptions(self) -> tuple[Subscription, ...]:
        """Return all of ours."""
        ...

    def subscribe(self, topic: str, uri: str) -> Subscription:
        """Create one."""
        ...

    def unsubscribe(self, external_id: str) -> None:
        """Remove one; removing twice is no error."""
        ...

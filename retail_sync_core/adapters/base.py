"""The contract between Retail Sync and one channel's protocol.

An adapter is one object per turn of work: built from an :class:`Account`, with no
environment, no cursor and no record. It implements those ports it can; the engine asks
``isinstance(adapter, Port)``. Adapters do not repeat, sleep or log bodies, and raise
``SyncError`` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import ClassVar, Protocol, runtime_checkable

from ..domain.documents import NOTHING, Flow, LevelReading, LevelRef, Notice, nothing
from .capabilities import (
    Cancellations,
    Capability,
    DraftOrders,
    Orders,
    Payments,
    Refunds,
    Shipments,
    Stock,
)
from .counts import Counts
from .currency import InCurrency
from .drafts import Drafts
from .history import History, PastOrders
from .offers import Offers
from .refunding import Refunding
from .subscriptions import Subscription, Subscriptions
from .transport import Transport

__all__ = [
    "Account",
    "Adapter",
    "Cancellations",
    "Capability",
    "ChannelInfo",
    "Connection",
    "Counts",
    "Credential",
    "DraftOrders",
    "Drafts",
    "Effect",
    "Effects",
    "History",
    "InCurrency",
    "Inbox",
    "IncomingRequest",
    "ItemOutcome",
    "Levels",
    "Lookup",
    "Offers",
    "Orders",
    "Outcome",
    "Page",
    "Pages",
    "PastOrders",
    "Payments",
    "RateReading",
    "RateSpec",
    "Reader",
    "Reception",
    "Refunding",
    "Refunds",
    "Renewal",
    "Shipments",
    "Stock",
    "Subscription",
    "Subscriptions",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One thing an account needs to be let in; the connection form is made of them.

    :param note: beside the label of what is not required, else "optional"
    :param choices: (value, label) of each answer there is; none: any text
    """

    name: str
    label: str
    secret: bool = True
    required: bool = True
    help: str = ""
    note: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an adapter knows of its account; ``repr`` shows no secret.

    :param environment: ``production``, ``test`` or ``sandbox``
    :param secrets: secret credentials by name, newest first (several while rotating)
    :param settings: credentials that are no secret, and the channel's own settings
    :param expires: when a secret ends, by name, where it does
    :param base_url: only for sandboxes; adapters otherwise derive it from settings
    """

    environment: str = "production"
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    settings: Mapping[str, object] = field(default_factory=nothing)
    expires: Mapping[str, datetime] = field(default_factory=dict)
    base_url: str = ""

    def secret(self, name: str) -> str:
        """Return the newest secret called ``name``, or an empty string."""
        return next(iter(self.secrets.get(name, ())), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSpec:
    """A budget before the first answer: points, and points that come back a second.

    :param per_job: what a usual job costs, reserved before its answer tells the truth
    """

    capacity: float = 40.0
    per_s: float = 2.0
    per_job: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateReading:
    """What the channel said of its budget."""

    available: float
    capacity: float = 0.0
    per_s: float = 0.0


# -- what ports give and take ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingRequest:
    """A request at our door: the raw bytes and headers (names in lower case)."""

    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """The verdict on an incoming request.

    :param verdict: ``accepted``, ``refused`` (signature), ``unverified`` (needs a call)
    :param notices: what it tells; an accepted body nobody can read gives one notice
        with ``problem`` set
    :param status: the HTTP status to answer with; ``body`` what the vendor wants read
    """

    verdict: str
    notices: tuple[Notice, ...] = ()
    problem: str = ""
    status: int = 200
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a flow: one job, one commit.

    :param documents: ``Notice``, ``Item``, ``Place`` or ``LevelReading``
    :param cursor: where to go on; opaque to us
    :param more: whether to go on at once
    :param as_of: the channel's own clock, for the next "since"
    """

    documents: tuple[object, ...]
    cursor: str = ""
    more: bool = False
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One outside action we intend.

    :param kind: ``stock``, ``shipment``, ``tracking``, ``cancellation``, ``payment``...
    :param key: the idempotency key: the effect's uuid plus a digest of the body
    :param body: the document to act on (``StockPush``, ``Shipment``,
        ``TrackingChange``, ``Cancellation``, ``PaymentAction``)
    :param handle: what the channel gave when it accepted (a feed's id...)
    :param sent_at: when it was first sent; None before
    """

    kind: str
    key: str
    body: object
    handle: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcome:
    """What became of one part of an effect (one level of a batch).

    :param state: ``applied``, ``refused``, ``conflict``, ``inactive`` or ``unknown``
    :param actual: what the channel has now, where it told us
    """

    ref: object
    state: str
    code: str = ""
    message: str = ""
    actual: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the channel did with an effect.

    :param state: ``applied``, ``accepted`` (poll later), ``partial``, ``refused``,
        ``not_found`` (only from ``read_back``) or ``unknown``
    """

    state: str
    external_id: str = ""
    handle: str = ""
    code: str = ""
    message: str = ""
    items: tuple[ItemOutcome, ...] = ()
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelInfo:
    """What a connection test tells.

    :param account_id: the account's own id there, to notice a mix-up
    :param missing_scopes: permissions that the flows need and we do not have
    :param warnings: sentences for a person (API version ends...)
    :param clock: the channel's clock when it answered, if it tells
    """

    name: str
    account_id: str = ""
    currency: str = ""
    timezone: str = ""
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    api_version: str = ""
    supported_until: str = ""
    warnings: tuple[str, ...] = ()
    clock: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A fresh secret: stored before its first use."""

    name: str
    value: str = field(repr=False)
    expires_at: datetime | None = None


# -- the ports ---------------------------------------------------------------------


class Adapter:
    """One channel's protocol. Implement the ports it can, and no more."""

    code: ClassVar[str] = ""
    label: ClassVar[str] = ""
    credentials: ClassVar[tuple[Credential, ...]] = ()
    # how a person comes by them, step by step
    access_steps: ClassVar[tuple[str, ...]] = ()
    # which of them an error calls in question, by its code
    doubted: ClassVar[Mapping[str, tuple[str, ...]]] = NOTHING  # type: ignore[assignment]
    # what the account must be allowed to do, in the vendor's words; shown for copying
    scopes: ClassVar[tuple[str, ...]] = ()
    # what it may be allowed, too; the test warns of what is missing without
    optional_scopes: ClassVar[tuple[str, ...]] = ()
    capabilities: ClassVar[tuple[Capability, ...]] = ()
    rate: ClassVar[RateSpec] = RateSpec()
    webhook_topics: ClassVar[Mapping[str, Flow]] = NOTHING  # type: ignore[assignment]
    # whether fetch_page("stock") gives notices of stock reports, for read("stock")
    stock_reports: ClassVar[bool] = False

    def __init__(
        self,
        account: Account,
        transport: Transport,
        clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.account = account
        self.transport = transport
        self.clock = clock
        self._readings: list[RateReading] = []
        self.calls = 0

    @classmethod
    def capability(cls, kind: type) -> Capability | None:
        """Return the capability value of ``kind``, or None."""
        return next((c for c in cls.capabilities if isinstance(c, kind)), None)

    @classmethod
    def missing(cls, given: Collection[str]) -> tuple[str, ...]:
        """Return which credentials must still be entered; ``given`` are there."""
        required = (item.name for item in cls.credentials if item.required)
        return tuple(name for name in required if name not in given)

    def note_rate(self, reading: RateReading) -> None:
        """Remember what an answer said of the budget."""
        self._readings.append(reading)

    def last_rate(self) -> RateReading | None:
        """Return the newest budget reading of this turn."""
        return self._readings[-1] if self._readings else None


@runtime_checkable
class Connection(Protocol):
    """Says who we are over there, and keeps us let in."""

    def test(self) -> ChannelInfo:
        """Return who answered; raises ConfigurationError in words for a person."""
        ...

    def renewal_due(self) -> bool:
        """Return whether :meth:`renew` must be called before anything else."""
        ...

    def renew(self) -> Renewal:
        """Return a fresh secret."""
        ...


@runtime_checkable
class Inbox(Protocol):
    """Judges and reads what comes in at the door."""

    def receive(self, request: IncomingRequest) -> Reception:
        """Return the verdict; never raises for what strangers send."""
        ...


@runtime_checkable
class Pages(Protocol):
    """Reads a flow page by page."""

    def fetch_page(self, flow: str, cursor: str, since: datetime | None) -> Page:
        """Return the page at ``cursor`` ("" = the first, of what changed ``since``)."""
        ...


@runtime_checkable
class Lookup(Protocol):
    """Fetches one record in its newest version."""

    def fetch(self, flow: str, external_id: str) -> object:
        """Return the document; raises MissingError when it is not there (yet)."""
        ...


@runtime_checkable
class Reader(Protocol):
    """Reads a body that was kept with its event (no fetch by id possible)."""

    def read(self, flow: str, body: bytes) -> object:
        """Return the document; raises DataError when it cannot be read. No network."""
        ...


@runtime_checkable
class Levels(Protocol):
    """Reads stock levels."""

    def read_levels(self, refs: tuple[LevelRef, ...]) -> tuple[LevelReading, ...]:
        """Return one reading per ref, in their order."""
        ...


@runtime_checkable
class Effects(Protocol):
    """Does something over there."""

    def send(self, effect: Effect) -> Outcome:
        """Do it, once; raises InDoubtError when nobody can tell whether it happened."""
        ...

    def read_back(self, effect: Effect) -> Outcome:
        """Return whether it happened: applied, accepted, not_found or unknown."""
        ...

    def poll(self, effect: Effect) -> Outcome:
        """Return how far an accepted effect is."""
        ...

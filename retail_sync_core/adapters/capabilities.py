"""What a channel can do, as values with parameters."""

from __future__ import annotations

from dataclasses import dataclass

from .refunding import Refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How stock is written. ``confirmed_later`` = a feed: accepted before applied.

    :param takes_off: whether a product can be taken off a location again
    """

    batch: int = 100
    cas: bool = False
    idempotent: bool = False
    confirmed_later: bool = False
    settle_s: float = 0.0
    on_doubt: str = "read_back"
    takes_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """How orders arrive. ``by_id`` = the newest version can be fetched."""

    by_id: bool = True
    webhooks: bool = False
    overlap_s: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipments:
    """How shipments are told. ``on_doubt``: ``read_back`` or ``ask`` a person.

    :param tracking: whether a shipment's parcels can be changed afterwards
        (``TrackingChange``)
    """

    partial: bool = True
    tracking: bool = False
    settle_s: float = 5.0
    on_doubt: str = "read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellations:
    """Whether an order can be cancelled from here; ``partial``: the rest of it, too.

    :param refund: whether a cancellation can give the money back
    :param offers: whether the channel says what it would give back (port ``Offers``)
    """

    partial: bool = False
    refund: bool = False
    offers: bool = False
    settle_s: float = 5.0
    on_doubt: str = "read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """What can be done with an order's money (``PaymentAction.action``)."""

    actions: tuple[str, ...] = ()
    settle_s: float = 5.0
    on_doubt: str = "read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """An order can be told to wait, and to go on (``Hold``)."""

    settle_s: float = 5.0
    on_doubt: str = "read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where an order goes can be changed (``AddressChange``)."""

    settle_s: float = 5.0
    on_doubt: str = "read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickups:
    """What waits at a counter can be told (``PickupReady``), and the buyer hears."""

    settle_s: float = 5.0
    on_doubt: str = "read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """An order can be given to another place to ship (``PlaceMove``)."""

    settle_s: float = 5.0
    on_doubt: str = "read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrders:
    """What is prepared for a customer can be read (port ``Drafts``).

    :param scopes: what the account must be allowed for it, in the vendor's words
    """

    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Returns are decided here (``ReturnDecision``) and received (``Disposition``).

    :param made: what comes back without one can be told (``ReturnMade``)
    """

    made: bool = False
    settle_s: float = 5.0
    on_doubt: str = "read_back"


Capability = (
    Stock
    | Orders
    | Shipments
    | Cancellations
    | Payments
    | Holds
    | Addresses
    | Places
    | DraftOrders
    | Refunds
    | Returns
)

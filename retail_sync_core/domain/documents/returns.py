"""Returns: what a buyer wants to bring back, what was decided, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """Units of a return of which the channel knows what became of them.

    :param external_id: the channel's own id of it
    :param kind: ``restocked`` (it counts them at ``location_id``), ``not_restocked``,
        ``missing`` (they never came) or ``processing`` (looked at, repaired...)
    """

    external_id: str
    kind: str
    units: Decimal
    location_id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """Units of one order line that are to come back.

    :param external_id: the channel's own id of it
    :param reason: why, in the channel's words
    :param note: what the seller wrote; ``buyer_note`` is the buyer's own
    :param refunded: units of it that were refunded
    """

    external_id: str
    line_id: str
    units: Decimal
    reason: str = ""
    note: str = ""
    buyer_note: str = ""
    refunded: Decimal = Decimal(0)
    disposed: tuple[Disposed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequest:
    """A return that was asked for, and what became of it.

    :param state: ``requested``, ``open`` (approved), ``declined``, ``canceled`` or
        ``closed``
    :param decline_reason: ``final_sale``, ``period_over`` or ``other``
    :param exchanged: (what, units) that the buyer gets instead
    :param made_by: how the key of our own action begins that made it
    """

    external_id: str
    external_ref: str = ""
    state: str = "open"
    requested_at: datetime | None = None
    approved_at: datetime | None = None
    closed_at: datetime | None = None
    decline_reason: str = ""
    decline_note: str = ""
    lines: tuple[ReturnLine, ...] = ()
    exchanged: tuple[tuple[str, Decimal], ...] = ()
    made_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnMade:
    """A return that was made here: the channel is to open one for its units.

    :param reference: our document's name
    :param lines: (the channel's order line, units)
    :param reason: why, one of ``RETURN_REASONS``
    :param shipments: the channel's ids of the shipments they left with
    """

    order_id: str
    reference: str
    lines: tuple[tuple[str, Decimal], ...]
    reason: str = "other"
    shipments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDecision:
    """What was decided here about a return that was asked for.

    :param action: ``approve``, ``decline``, or ``cancel``: nothing of it comes back
    :param reason: of a refusal: ``final_sale``, ``period_over`` or ``other``
    :param note: of a refusal: what the buyer may read
    """

    order_id: str
    return_id: str
    action: str
    reason: str = "other"
    note: str = ""
    notify_customer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Units of a return's line that came back here, or did not."""

    return_line_id: str
    kind: str
    units: Decimal
    location_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What a receipt of a return says of its units; of money nothing.

    :param reference: our document's name
    :param known: the channel's ids of dispositions that are not this one
    """

    order_id: str
    return_id: str
    reference: str
    lines: tuple[Received, ...] = ()
    known: tuple[str, ...] = ()

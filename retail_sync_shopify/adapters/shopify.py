"""The Shopify adapter: which port leads where, what it can do, how it is let in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timezone
from decimal import Decimal
from types import MappingProxyType

from odoo.addons.retail_sync_core.adapters import base, capabilities
from odoo.addons.retail_sync_core.adapters.registry import register
from odoo.addons.retail_sync_core.adapters.transport import Transport
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.errors import PermanentError

from . import (
    access,
    addressing,
    cancellations,
    connection,
    counts,
    dispositions,
    drafts,
    history,
    holding,
    moving,
    oauth,
    orders,
    payments,
    pickups,
    reading,
    refund_offer,
    refunding,
    returns,
    returns_made,
    shipments,
    stock,
    stock_off,
    subscriptions,
    topics,
    tracking,
    webhook,
)
from .client import Client
from .guard import guarded


@register
class ShopifyAdapter(base.Adapter):
    """Speaks GraphQL Admin API with one shop."""

    code = "shopify"
    label = "Shopify"
    credentials = access.CREDENTIALS
    access_steps = access.STEPS
    doubted = access.DOUBTED
    scopes = connection.SCOPES
    optional_scopes = connection.OPTIONAL_SCOPES
    capabilities = (
        base.Stock(
            batch=stock.BATCH, cas=True, idempotent=True, settle_s=2.0, takes_off=True
        ),
        base.Orders(by_id=True, webhooks=True, overlap_s=300),
        base.Shipments(partial=True, tracking=True, settle_s=5.0),
        base.Cancellations(partial=True, refund=True, offers=True, settle_s=5.0),
        base.Payments(actions=payments.ACTIONS, settle_s=5.0),
        capabilities.Holds(settle_s=5.0),
        capabilities.Addresses(settle_s=5.0),
        capabilities.Places(settle_s=5.0),
        capabilities.Pickups(settle_s=5.0),
        base.Refunds(offers=True, beyond=True, settle_s=5.0),
        base.DraftOrders(scopes=connection.DRAFT_SCOPES),
        capabilities.Returns(made=True, settle_s=5.0),
    )
    # Standard plan: 100 points a second; the answers tell the truth (2026-11).
    rate = base.RateSpec(capacity=1000.0, per_s=100.0, per_job=50.0)
    webhook_topics = MappingProxyType(topics.SUBSCRIBED)

    def __init__(
        self,
        account: base.Account,
        transport: Transport,
        clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        super().__init__(account, transport, clock)
        self.client = Client(account, transport, self.note_rate, self._count)

    @classmethod
    def missing(cls, given: Collection[str]) -> tuple[str, ...]:
        """Return what must still be entered; a fixed token does without an app's."""
        return access.missing(given)

    def _count(self) -> None:
        self.calls += 1

    # Connection

    @guarded
    def test(self) -> base.ChannelInfo:
        """Return who answered; see :func:`connection.test`."""
        return connection.test(self.client, self.clock())

    def renewal_due(self) -> bool:
        """Return whether a managed token is missing, about to end, or was refused."""
        if self.client.token_refused:
            return oauth.is_managed(self.account)
        return oauth.renewal_due(self.account, self.clock())

    @guarded
    def renew(self) -> base.Renewal:
        """Return a fresh access token by client credentials."""
        self._count()
        return oauth.renew(self.account, self.transport, self.clock())

    # Inbox

    def receive(self, request: base.IncomingRequest) -> base.Reception:
        """Return the verdict on a webhook."""
        return webhook.receive(self.account, request)

    # Pages, Lookup, InCurrency, Levels

    @guarded
    def fetch_page(self, flow: str, cursor: str, since: datetime | None) -> base.Page:
        """Return one page of a flow; see :func:`reading.fetch_page`."""
        return reading.fetch_page(self.client, flow, cursor, since)

    @guarded
    def fetch(self, flow: str, external_id: str) -> doc.Order:
        """Return the newest version of an order."""
        if flow != "order":
            raise PermanentError(f"Shopify has no single {flow}", code="no_such_flow")
        return orders.fetch_order(self.client, external_id)

    @guarded
    def fetch_in(self, external_id: str, currency: str) -> doc.Order:
        """Return the newest version of an order, its amounts in ``currency``."""
        return orders.fetch_order(self.client, external_id, currency)

    @guarded
    def read_levels(
        self, refs: tuple[doc.LevelRef, ...]
    ) -> tuple[doc.LevelReading, ...]:
        """Return one reading per ref, in their order."""
        return reading.read_levels(self.client, refs)

    # Drafts

    @guarded
    def fetch_draft(self, external_id: str) -> doc.Draft:
        """Return a draft in its newest version."""
        return drafts.fetch_draft(self.client, external_id)

    @guarded
    def find_draft(self, order_id: str, draft_ids: tuple[str, ...]) -> str:
        """Return which of the drafts became the order."""
        return drafts.find_draft(self.client, order_id, draft_ids)

    # History

    @guarded
    def count_past(self, since: datetime, until: datetime) -> base.PastOrders:
        """Return how many orders were placed, and how far back they can be read."""
        return history.count_past(self.client, since, until, self.clock())

    @guarded
    def fetch_past(self, cursor: str, since: datetime, until: datetime) -> base.Page:
        """Return one page of the orders placed in a time, oldest first."""
        return history.fetch_past(self.client, cursor, since, until)

    # Counts

    @guarded
    def read_counts(self, refs: tuple[doc.LevelRef, ...]) -> tuple[doc.StockCount, ...]:
        """Return one count per ref, in their order."""
        return counts.read_counts(self.client, refs)

    @guarded
    def fetch_counts(self, location_id: str, cursor: str) -> base.Page:
        """Return one page of the counts of a location."""
        return counts.fetch_counts(self.client, location_id, cursor)

    # Offers

    @guarded
    def offer_refund(
        self, order_id: str, lines: tuple[tuple[str, Decimal], ...]
    ) -> doc.RefundOffer:
        """Return what Shopify would give back for these units."""
        return refund_offer.offer(self.client, order_id, lines)

    # Refunding

    @guarded
    def suggest_refund(
        self, order_id: str, lines: tuple[doc.RefundLine, ...]
    ) -> doc.RefundOffer:
        """Return what Shopify would give back, and to which payments."""
        return refunding.suggest(self.client, order_id, lines)

    # Effects

    @guarded
    def send(self, effect: base.Effect) -> base.Outcome:
        """Do it: ``stock``, ``shipment``, ``cancellation``, ``payment``..."""
        return self._verb(effect, _SEND)

    @guarded
    def read_back(self, effect: base.Effect) -> base.Outcome:
        """Return whether it happened."""
        return self._verb(effect, _READ_BACK)

    @guarded
    def poll(self, effect: base.Effect) -> base.Outcome:
        """Return how far an accepted effect is; only cancellations need it."""
        return self._verb(effect, _POLL)

    def _verb(self, effect: base.Effect, verbs: dict[str, Verb]) -> base.Outcome:
        verb = verbs.get(effect.kind)
        if verb is None:
            raise PermanentError(f"Shopify knows no {effect.kind}", code="no_such_kind")
        return verb(self.client, effect)

    # Subscriptions

    @guarded
    def list_subscriptions(self) -> tuple[base.Subscription, ...]:
        """Return all subscriptions of this app."""
        return subscriptions.list_all(self.client)

    @guarded
    def subscribe(self, topic: str, uri: str) -> base.Subscription:
        """Create one, for the fields we read only."""
        return subscriptions.create(self.client, topic, uri)

    @guarded
    def unsubscribe(self, external_id: str) -> None:
        """Remove one; removing twice is no error."""
        subscriptions.delete(self.client, external_id)


Verb = Callable[[Client, base.Effect], base.Outcome]

_SEND: dict[str, Verb] = {
    "stock": stock.push,
    "activation": stock.activate,
    "deactivation": stock_off.deactivate,
    "shipment": shipments.tell,
    "tracking": tracking.correct,
    "cancellation": cancellations.cancel,
    "payment": payments.act,
    "hold": holding.act,
    "address": addressing.change,
    "move": moving.move,
    "pickup": pickups.prepare,
    "refund": refunding.refund,
    "return": returns.decide,
    "return_made": returns_made.make,
    "disposition": dispositions.tell,
}
_READ_BACK: dict[str, Verb] = {
    "stock": stock.compare,
    "activation": stock.compare,
    "deactivation": stock.compare,
    "shipment": shipments.read_back,
    "tracking": tracking.read_back,
    "cancellation": cancellations.read_back,
    "payment": payments.read_back,
    "hold": holding.read_back,
    "address": addressing.read_back,
    "move": moving.read_back,
    "pickup": pickups.read_back,
    "refund": refunding.read_back,
    "return": returns.read_back,
    "return_made": returns_made.read_back,
    "disposition": dispositions.read_back,
}
_POLL: dict[str, Verb] = {**_READ_BACK, "cancellation": cancellations.poll}

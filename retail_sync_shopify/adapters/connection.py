"""The connection test: who answers, what we may do, how long the version lives."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from odoo.addons.retail_sync_core.adapters.base import ChannelInfo
from odoo.addons.retail_sync_core.domain.errors import ConfigurationError
from odoo.addons.retail_sync_core.domain.sentence import _

from . import queries
from .address import shop_domain
from .client import Client
from .values import text

WARN_AHEAD = timedelta(days=60)
# What the flows of this module need. write_x implies read_x.
SCOPES = (
    "read_orders",
    "write_orders",
    "read_customers",
    "read_products",
    "read_locations",
    "read_inventory",
    "write_inventory",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
)
# needed in addition where drafts are quotations
DRAFT_SCOPES = ("read_draft_orders",)
ALL_ORDERS = "read_all_orders"
# Without these an order is read all the same, but something of it is missing.
WITHOUT = {
    ALL_ORDERS: _("Orders older than 60 days cannot be read"),
    "read_companies": _("Companies that buy are not recognized"),
    "read_payment_terms": _("When an order on account is to be paid is not known"),
    "read_returns": _("Returns that buyers ask for are not seen"),
    "write_returns": _("Returns are neither approved nor received there from here"),
}
OPTIONAL_SCOPES = tuple(WITHOUT)


def test(client: Client, now: datetime) -> ChannelInfo:
    """Return who answered.

    :raises ConfigurationError: when it is another shop than the one entered
    """
    answer = client.call(queries.SHOP_CONNECTION)
    shop = answer.data.get("shop") or {}
    expected = shop_domain(client.account)
    found = text(shop.get("myshopifyDomain")).lower()
    if found != expected:
        raise ConfigurationError(
            _(
                "The token belongs to %(found)s, not to %(expected)s",
                found=found,
                expected=expected,
            ),
            code="other_shop",
            params={"found": found},
        )
    scopes = scopes_of(answer.data)
    until = supported_until(client.version)
    return ChannelInfo(
        name=text(shop.get("name")) or found,
        account_id=text(shop.get("id")),
        currency=text(shop.get("currencyCode")),
        timezone=text(shop.get("ianaTimezone")),
        scopes=scopes,
        missing_scopes=missing_scopes(scopes),
        api_version=client.answered_version or client.version,
        supported_until=until.isoformat(),
        warnings=tuple(_warnings(client, answer.data, scopes, until, now)),
        clock=answer.at,
    )


def scopes_of(data: Mapping) -> tuple[str, ...]:
    """Return what the app may do, as an answer with its installation says."""
    app = data.get("currentAppInstallation") or {}
    return tuple(sorted(text(s.get("handle")) for s in app.get("accessScopes") or ()))


def missing_scopes(granted: Collection[str]) -> tuple[str, ...]:
    """Return the scopes the flows need and the app does not have.

    >>> missing_scopes(set(SCOPES) - {"read_orders"})
    ()
    """
    implied = {
        s.replace("write_", "read_", 1) for s in granted if s.startswith("write_")
    }
    return tuple(scope for scope in SCOPES if scope not in {*granted, *implied})


def supported_until(version: str) -> date:
    """Return until when a version is supported at least: twelve months."""
    year, month = version.split("-")
    return date(int(year) + 1, int(month), 1)


def _warnings(
    client: Client, data: Mapping, scopes: Collection[str], until: date, now: datetime
) -> list[str]:
    found = []
    supported = {
        text(version.get("handle"))
        for version in data.get("publicApiVersions") or ()
        if version.get("supported")
    }
    if supported and client.version not in supported:
        found.append(
            _(
                "Shopify no longer supports API version %(version)s.",
                version=client.version,
            )
        )
    elif now.date() >= until - WARN_AHEAD:
        found.append(
            _(
                "Shopify supports API version %(version)s until %(until)s: update "
                "Retail Sync before that.",
                version=client.version,
                until=until,
            )
        )
    answered = client.answered_version
    if answered and answered != client.version:
        found.append(
            _(
                "Shopify answered with API version %(answered)s instead of %(asked)s.",
                answered=answered,
                asked=client.version,
            )
        )
    return [*found, *_without(scopes)]


def _without(scopes: Collection[str]) -> Iterator[str]:
    """Yield what is missing of an order, by the scopes that are."""
    for scope, what in WITHOUT.items():
        implied = scope.replace("read_", "write_", 1)
        if not {scope, implied} & set(scopes):
            yield _(
                "%(what)s: the app does not have the scope %(scope)s.",
                what=what,
                scope=scope,
            )

"""The access token: fixed, or fetched by client credentials and renewed each day.

Apps of the Dev Dashboard get a token for 24 hours for their own organization's shops.
Shopify, "Client credentials grant", read 2026-11.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

from odoo.addons.retail_sync_core.adapters.base import Account, Renewal
from odoo.addons.retail_sync_core.adapters.transport import (
    Request,
    Response,
    Transport,
    raise_for_status,
)
from odoo.addons.retail_sync_core.domain.errors import (
    ConfigurationError,
    TransientError,
)
from odoo.addons.retail_sync_core.domain.sentence import _

from .address import base_url

EARLY = timedelta(minutes=10)
LIFE_S = 86399
REASONS = (
    "shop_not_permitted",
    "app_not_installed",
    "application_cannot_be_found",
    "invalid_client",
)


def is_managed(account: Account) -> bool:
    """Return whether we can fetch a token ourselves."""
    return bool(account.settings.get("client_id") and account.secret("client_secret"))


def renewal_due(account: Account, now: datetime) -> bool:
    """Return whether a managed token is missing or about to end.

    A token without a known end is taken as fixed until Shopify refuses it.
    """
    if not is_managed(account):
        return False
    if not account.secret("access_token"):
        return True
    ends_at = account.expires.get("access_token")
    return ends_at is not None and now >= ends_at - EARLY


def renew(account: Account, transport: Transport, now: datetime) -> Renewal:
    """Return a fresh token.

    :raises ConfigurationError: when Shopify does not know the app or its secret
    """
    if not is_managed(account):
        raise ConfigurationError(
            _("A fixed access token cannot be renewed: enter a new one"),
            code="fixed_token",
        )
    request = _token_request(account)
    response = transport.send(request)
    if response.status in (400, 401, 403, 404):
        raise ConfigurationError(
            _(
                "Shopify gives no access token. Check the shop's address, the client "
                "ID and the client secret, and that the app is installed in the shop"
            ),
            code=_reason(response),
            request_id=response.headers.get("x-request-id", ""),
        )
    raise_for_status(request, response)
    return _renewal(response.body, now)


def _reason(response: Response) -> str:
    """Return Shopify's own word for why it gives no token, else the HTTP status.

    It answers in JSON or with a page, "Oauth error shop_not_permitted: ...".
    """
    told = response.body.decode(errors="replace")
    return next((word for word in REASONS if word in told), str(response.status))


def _token_request(account: Account) -> Request:
    form = {
        "grant_type": "client_credentials",
        "client_id": str(account.settings["client_id"]),
        "client_secret": account.secret("client_secret"),
    }
    return Request(
        method="POST",
        url=f"{base_url(account)}/admin/oauth/access_token",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        body=urlencode(form).encode(),
        operation="AccessToken",
        idempotent=True,
    )


def _token(given: object) -> str:
    """Return what can be sent as a token.

    :raises ValueError: when it cannot
    """
    found = given.strip() if isinstance(given, str) else ""
    if not found or not found.isascii() or not found.isprintable():
        raise ValueError("no token")
    return found


def _renewal(body: bytes, now: datetime) -> Renewal:
    try:
        answer = json.loads(body)
        token = _token(answer["access_token"])
        expires_at = now + timedelta(seconds=int(answer.get("expires_in") or LIFE_S))
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as exc:
        raise TransientError(
            _("Shopify's answer with the access token cannot be read"),
            code="no_token",
        ) from exc
    return Renewal(name="access_token", value=token, expires_at=expires_at)

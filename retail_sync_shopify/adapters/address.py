"""What an account's settings say; a secret leaves only for an address checked here."""

from __future__ import annotations

import re

from odoo.addons.retail_sync_core.adapters.base import Account
from odoo.addons.retail_sync_core.domain.errors import ConfigurationError
from odoo.addons.retail_sync_core.domain.sentence import _

from .queries import API_VERSION

DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
VERSION = re.compile(r"20\d\d-(?:01|04|07|10)")


def shop_domain(account: Account) -> str:
    """Return the shop's ``*.myshopify.com`` domain in lower case.

    :raises ConfigurationError: when it is none
    """
    text = str(account.settings.get("shop") or "").strip().lower()
    text = text.removeprefix("https://").rstrip("/")
    if not DOMAIN.fullmatch(text):
        raise ConfigurationError(
            _("The shop's address must look like example.myshopify.com"),
            code="bad_domain",
            params={"shop": text[:100]},
        )
    return text


def base_url(account: Account) -> str:
    """Return the address without a path; another than the shop's only in a sandbox.

    :raises ConfigurationError: when the shop's domain is none
    """
    domain = shop_domain(account)
    if account.environment == "sandbox" and account.base_url:
        return account.base_url.rstrip("/")
    return f"https://{domain}"


def order_currency(account: Account) -> str:
    """Return whose currency orders are booked in: ``shop`` or ``presentment``."""
    given = str(account.settings.get("order_currency") or "").strip().lower()
    return "presentment" if given in ("presentment", "customer") else "shop"


def api_version(account: Account) -> str:
    """Return the API version to ask for; ours unless the settings name another."""
    given = str(account.settings.get("api_version") or "")
    return given if VERSION.fullmatch(given) else API_VERSION

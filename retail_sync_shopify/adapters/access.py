"""What lets us into a shop: what is asked for, and how a person comes by it.

Shopify, "Create apps using the Dev Dashboard", read 2026-11.
"""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType

from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.domain.sentence import _

STEPS = (
    _(
        "Sign in at dev.shopify.com as somebody of the organization that owns the shop."
        " The shop's admin leads there: Settings, Apps, Develop apps, Build apps in"
        " Dev Dashboard."
    ),
    _(
        "Under Apps press Create app, choose Start from Dev Dashboard, give the app a"
        " name, such as Odoo, and press Create."
    ),
    _(
        "Under Versions enter the permissions this page lists, which Shopify calls"
        " scopes: copy the list and paste it. Leave the App URL as it is and press"
        " Release."
    ),
    _("On the app's Home press Install app, choose the shop and agree."),
    _(
        "Under Settings, Credentials, stand the client ID and the client secret. Copy"
        " both into the fields below."
    ),
    _(
        "Enter the shop's own address, which ends with .myshopify.com, and test the"
        " connection."
    ),
)
CREDENTIALS = (
    base.Credential(
        name="shop",
        label=_("Shop"),
        secret=False,
        help=_("The shop's own address, for example my-shop.myshopify.com."),
    ),
    base.Credential(
        name="client_id",
        label=_("Client ID"),
        secret=False,
        required=False,
        note=_("needed unless there is a fixed access token"),
        help=_("In Shopify's Dev Dashboard, in your app, under Settings."),
    ),
    base.Credential(
        name="client_secret",
        label=_("Client secret"),
        required=False,
        note=_("needed unless there is a fixed access token"),
        help=_(
            "Beside the client ID. Access is fetched with it, and messages are proven."
        ),
    ),
    base.Credential(
        name="access_token",
        label=_("Fixed access token"),
        required=False,
        note=_("only for an app made in the shop's admin before 2026"),
        help=_(
            "Such an app has one that never ends, shpat_..., instead of a client ID"
            " and a client secret."
        ),
    ),
    base.Credential(
        name="webhook_secret",
        label=_("Webhook secret"),
        required=False,
        note=_("only with a fixed access token"),
        help=_("The API secret key of that app. Messages are proven with it."),
    ),
    base.Credential(
        name="order_currency",
        label=_("Currency of orders"),
        secret=False,
        required=False,
        choices=(
            ("", _("The shop's own")),
            ("customer", _("The one the customer paid in")),
        ),
    ),
)
# what a person had better type anew, by Shopify's code or its HTTP status
_APP = ("client_id", "client_secret")
DOUBTED = MappingProxyType(
    {
        "bad_domain": ("shop",),
        "other_shop": ("shop",),
        "404": ("shop",),
        "moved": ("shop",),
        "application_cannot_be_found": _APP,
        "invalid_client": _APP,
        "400": _APP,
        "no_token": _APP,
        "fixed_token": ("access_token",),
        "401": (*_APP, "access_token"),
    }
)


def missing(given: Collection[str]) -> tuple[str, ...]:
    """Return what must still be entered; ``given`` has a value.

    >>> missing({"shop", "client_id"})
    ('client_secret',)
    >>> missing({"access_token"})
    ('shop',)
    """
    wanted = ("shop",) if "access_token" in given else ("shop", *_APP)
    return tuple(name for name in wanted if name not in given)

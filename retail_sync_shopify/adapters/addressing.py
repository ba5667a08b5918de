"""Where an order goes now: ``orderUpdate`` with ``shippingAddress``, read 2026-11.

It replaces the address, so that a repeat changes nothing; what is there is read first.
Shopify reckons neither taxes nor shipping anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.mapping import normalize
from odoo.addons.retail_sync_core.domain.sentence import _

from . import documents_service as documents
from . import parsing_people
from .client import Client
from .values import text

COMPARED = ("name", "company", "street", "street2", "zip", "city", "country_code")


def change(client: Client, effect: Effect) -> Outcome:
    """Have the order go to the address, unless it does already."""
    body = _body(effect)
    there = _order(client, body)
    if not there:
        return _refused(_("Shopify does not have this order."), "")
    if _has(there, body.address):
        return Outcome(state="applied", code="already")
    answer = client.call(
        documents.ORDER_ADDRESS_UPDATE,
        input={"id": body.order_id, "shippingAddress": _input(body.address)},
    )
    payload = answer.data.get("orderUpdate") or {}
    problems = [text(p.get("message")) for p in payload.get("userErrors") or () if p]
    if problems or not payload.get("order"):
        message = " ".join(problems) or _("Shopify kept the order's address.")
        return _refused(message, answer.request_id)
    return Outcome(state="applied", request_id=answer.request_id)


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether the order goes to the address."""
    body = _body(effect)
    told = _has(_order(client, body), body.address)
    return Outcome(state="applied" if told else "not_found")


def _body(effect: Effect) -> doc.AddressChange:
    if not isinstance(effect.body, doc.AddressChange):
        raise errors.PermanentError("no address was given", code="empty")
    return effect.body


def _refused(message: str, request_id: str) -> Outcome:
    return Outcome(
        state="refused", code="refused", message=message, request_id=request_id
    )


def _order(client: Client, body: doc.AddressChange) -> Mapping:
    answer = client.call(documents.ORDER_ADDRESS, id=body.order_id)
    return answer.data.get("order") or {}


def _has(order: Mapping, wanted: doc.Address) -> bool:
    """Return whether the order goes there; Shopify may write a phone its way."""
    found = parsing_people.address(order.get("shippingAddress"), order)
    return found is not None and all(
        normalize(getattr(found, name)) == normalize(getattr(wanted, name))
        for name in COMPARED
    )


def _input(address: doc.Address) -> dict[str, object]:
    """Return the ``MailingAddressInput``: what is empty is emptied there, too."""
    first, _space, last = address.name.rpartition(" ")
    return {
        "firstName": first or None,
        "lastName": last or None,
        "company": address.company or None,
        "address1": address.street or None,
        "address2": address.street2 or None,
        "zip": address.zip or None,
        "city": address.city or None,
        "provinceCode": address.state_code or None,
        "countryCode": address.country_code or None,
        "phone": address.phone or None,
    }

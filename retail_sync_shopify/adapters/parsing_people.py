"""Answers to documents: who bought, on which terms, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.mapping import first

from . import words
from .values import moment, nodes, reference, text, whole


def customer(node: Mapping) -> doc.Customer:
    """Return who bought; without a data grant only the id is left."""
    found = node.get("customer") or {}
    mail = (found.get("defaultEmailAddress") or {}).get("emailAddress")
    phone = (found.get("defaultPhoneNumber") or {}).get("phoneNumber")
    name = _names(found)
    if found and not first((name, mail, text(node.get("email")))):
        name = f"Shopify customer {_number(found)}"
    return doc.Customer(
        external_id=reference(found),
        name=name,
        email=first((text(mail), text(node.get("email")))),
        phone=first((text(phone), text(node.get("phone")))),
        company=text(_purchasing(node, "company").get("name")),
        language=text(node.get("customerLocale")),
    )


def _number(record: Mapping) -> str:
    return text(record.get("legacyResourceId")) or reference(record).rsplit("/", 1)[-1]


def _names(record: Mapping) -> str:
    names = (text(record.get("firstName")), text(record.get("lastName")))
    return " ".join(part for part in names if part)


def _purchasing(node: Mapping, part: str) -> Mapping:
    return (node.get("purchasingEntity") or {}).get(part) or {}


def company(node: Mapping) -> doc.Company | None:
    """Return the business that buys: a B2B company, or a VAT number that was entered.

    A shop without B2B asks for the number in an attribute of the order.
    """
    whole, branch = _purchasing(node, "company"), _purchasing(node, "location")
    settings = branch.get("taxSettings") or {}
    vat = text(settings.get("taxRegistrationId")) or words.vat_of(attributes(node))
    if whole:
        return doc.Company(
            external_id=reference(whole),
            name=text(whole.get("name")),
            branch_id=reference(branch),
            branch_name=text(branch.get("name")),
            vat=vat,
            reference=text(branch.get("externalId")) or text(whole.get("externalId")),
        )
    billing = node.get("billingAddress") or {}
    name = text(billing.get("company"))
    return doc.Company(external_id="", name=name, vat=vat) if vat and name else None


def attributes(node: Mapping) -> Mapping[str, str]:
    """Return the free attributes of an order or a line."""
    pairs = node.get("customAttributes") or ()
    return MappingProxyType(
        {text(p.get("key")): text(p.get("value")) for p in pairs if p}
    )


def terms(node: Mapping) -> doc.Terms | None:
    """Return when the order is to be paid, if that is not now."""
    found = node.get("paymentTerms")
    if not found:
        return None
    days = found.get("dueInDays")
    schedules = nodes(found.get("paymentSchedules"))
    return doc.Terms(
        name=text(found.get("paymentTermsName")),
        days=whole(days, field="days") if days is not None else None,
        due_at=moment(schedules[-1].get("dueAt")) if schedules else None,
    )


def address(found: Mapping | None, node: Mapping) -> doc.Address | None:
    """Return a postal address of the order ``node``."""
    if not found:
        return None
    return doc.Address(
        name=text(found.get("name")) or _names(found),
        company=text(found.get("company")),
        street=text(found.get("address1")),
        street2=text(found.get("address2")),
        zip=text(found.get("zip")),
        city=text(found.get("city")),
        state_code=text(found.get("provinceCode")),
        state_name=text(found.get("province")),
        country_code=text(found.get("countryCodeV2")),
        phone=text(found.get("phone")),
        email=text(node.get("email")),
    )


def delivery(node: Mapping) -> doc.Delivery:
    """Return how the goods reach the customer, as the fulfillment orders say.

    An order that is partly taken along or needs no shipping is told by the rest of it.
    """
    requests = [
        request
        for request in nodes(node.get("fulfillmentOrders"))
        if text(request.get("status")) not in ("CANCELLED", "INCOMPLETE")
    ]
    kinds = {}
    for request in requests:
        method = request.get("deliveryMethod") or {}
        kinds.setdefault(words.delivery_kind(text(method.get("methodType"))), request)
    for kind in ("pickup", "pickup_point", "local", "shipping", "retail", "none"):
        if kind in kinds:
            return _delivery(kind, kinds[kind])
    return doc.Delivery()


def _delivery(kind: str, request: Mapping) -> doc.Delivery:
    method = request.get("deliveryMethod") or {}
    title = text(method.get("presentedName"))
    if kind not in ("pickup", "pickup_point"):
        return doc.Delivery(kind=kind, title=title)
    destination = request.get("destination") or {}
    assigned = request.get("assignedLocation") or {}
    place = reference(destination.get("location")) or reference(
        assigned.get("location")
    )
    found = assigned if kind == "pickup" else destination
    return doc.Delivery(
        kind=kind,
        title=title,
        place=_place(found),
        place_id=place if kind == "pickup" else "",
    )


def _place(found: Mapping) -> doc.Address | None:
    """Return the address of a location or a pickup point, if there is one."""
    if not first((text(found.get("address1")), text(found.get("city")))):
        return None
    return doc.Address(
        name=text(found.get("name")) or text(found.get("company")) or _names(found),
        street=text(found.get("address1")),
        street2=text(found.get("address2")),
        zip=text(found.get("zip")),
        city=text(found.get("city")),
        state_name=text(found.get("province")),
        country_code=text(found.get("countryCode")),
        phone=text(found.get("phone")),
    )

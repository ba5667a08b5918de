"""Who buys in the sandbox, and on which terms."""

from datetime import datetime, timedelta

from .store import Store


def buyer(store: Store, given: dict, stamp: str) -> dict:
    """Make the person, the business and the terms of an order placed at ``stamp``."""
    return {
        "customer": customer(store, given),
        "purchasingEntity": company(store, given.get("company")),
        "paymentTerms": terms(store, given.get("terms"), stamp),
    }


def customer(store: Store, given: dict) -> dict | None:
    """Make the person who buys; a guest is none."""
    person = given.get("customer")
    if not person:
        return None
    number = person.get("id") or store.number()
    first, last = person.get("first_name"), person.get("last_name")
    email, phone = person.get("email"), person.get("phone")
    return {
        "id": f"gid://shopify/Customer/{number}",
        "legacyResourceId": str(number),
        "firstName": first,
        "lastName": last,
        "displayName": " ".join(filter(None, (first, last))) or email or "",
        "locale": given.get("locale", "de"),
        "taxExempt": False,
        "defaultEmailAddress": email and {"emailAddress": email},
        "defaultPhoneNumber": phone and {"phoneNumber": phone},
    }


def company(store: Store, given: dict | None) -> dict | None:
    """Make the business that buys and its branch."""
    if not given:
        return None
    branch = {
        "id": f"gid://shopify/CompanyLocation/{given.get('location_id', 1)}",
        "name": given.get("location", "Head office"),
        "externalId": given.get("reference"),
        "taxSettings": {"taxRegistrationId": given.get("vat"), "taxExempt": False},
    }
    whole = {
        "id": f"gid://shopify/Company/{given.get('id') or store.number()}",
        "name": given["name"],
        "externalId": None,
    }
    return {"__typename": "PurchasingCompany", "company": whole, "location": branch}


def terms(store: Store, given: dict | None, stamp: str) -> dict | None:
    """Make payment terms: ``days`` after ``stamp``, or ``due_at``."""
    if not given:
        return None
    days, due = given.get("days"), given.get("due_at")
    if days is not None and not due:
        start = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
        due = (start + timedelta(days=days)).isoformat()
    return {
        "id": store.gid("PaymentTerms"),
        "paymentTermsName": given.get("name", f"Net {days}"),
        "paymentTermsType": "FIXED" if days is None else "NET",
        "dueInDays": days,
        "overdue": False,
        "paymentSchedules": [{"id": store.gid("PaymentSchedule"), "dueAt": due}],
    }

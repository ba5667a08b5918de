"""Webhook subscriptions, as the app keeps them through the API."""

from urllib.parse import urlsplit

from . import API_VERSION
from .fields_catalog import COMMON, listed
from .graph import Context, Rows, plays
from .mutations import mutation
from .store import Refused, Store


def enum_topic(topic: str) -> str:
    """Give the enum's word for a header's topic: orders/create, ORDERS_CREATE."""
    return topic.replace("/", "_").upper()


@plays("QueryRoot", "webhookSubscriptions")
def subscriptions(context: Context, _source: dict | None, arguments: dict) -> Rows:
    rows = [
        row
        for row in context.store.table("WebhookSubscription").values()
        if not arguments.get("topics") or row["topic"] in arguments["topics"]
    ]
    return listed(context, rows, arguments, COMMON)


def _uri(given: dict) -> str | None:
    """Read the address; loopback may be plain http, which Shopify would refuse."""
    uri = given.get("uri") or given.get("callbackUrl")
    if uri is None:
        return None
    parts = urlsplit(uri)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise Refused("Address protocol http:// is not supported", _path("uri"))
    return uri


def _path(name: str) -> list[str]:
    return ["webhookSubscription", name]


@mutation("webhookSubscriptionCreate")
def create(store: Store, arguments: dict) -> dict:
    given = arguments["webhookSubscription"]
    uri = _uri(given)
    if not uri:
        raise Refused("Address can't be blank", _path("uri"))
    known = store.table("WebhookSubscription")
    if any(
        (one["topic"], one["uri"]) == (arguments["topic"], uri)
        for one in known.values()
    ):
        raise Refused("Address for this topic has already been taken", _path("uri"))
    number, stamp = store.number(), store.stamp()
    document = {
        "id": store.gid("WebhookSubscription", number),
        "legacyResourceId": str(number),
        "topic": arguments["topic"],
        "uri": uri,
        "callbackUrl": uri,
        "format": given.get("format") or "JSON",
        "apiVersion": {
            "handle": API_VERSION,
            "displayName": API_VERSION,
            "supported": True,
        },
        "includeFields": given.get("includeFields") or [],
        "filter": given.get("filter"),
        "metafieldNamespaces": given.get("metafieldNamespaces") or [],
        "metafields": [],
        "name": given.get("name"),
        "createdAt": stamp,
        "updatedAt": stamp,
        "_failures": 0,
    }
    known[document["id"]] = document
    return {"webhookSubscription": document}


@mutation("webhookSubscriptionUpdate")
def update(store: Store, arguments: dict) -> dict:
    document = _existing(store, arguments["id"])
    given = arguments["webhookSubscription"]
    uri = _uri(given)
    if uri:
        document["uri"] = document["callbackUrl"] = uri
    for key in ("includeFields", "filter", "metafieldNamespaces", "name", "format"):
        if given.get(key) is not None:
            document[key] = given[key]
    document["updatedAt"] = store.stamp()
    return {"webhookSubscription": document}


@mutation("webhookSubscriptionDelete")
def delete(store: Store, arguments: dict) -> dict:
    document = _existing(store, arguments["id"])
    del store.table("WebhookSubscription")[document["id"]]
    return {"deletedWebhookSubscriptionId": document["id"]}


def _existing(store: Store, gid: str) -> dict:
    document = store.table("WebhookSubscription").get(gid)
    if not document:
        raise Refused("Webhook subscription does not exist", ["id"])
    return document

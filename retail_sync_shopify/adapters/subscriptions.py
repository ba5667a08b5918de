"""Webhook subscriptions: Shopify deletes one after eight failures in a row.

The list holds those of the calling app; what the app's own settings subscribe to cannot
be seen. (Shopify, "Manage webhook subscriptions", read 2026-11.)
"""

from __future__ import annotations

from odoo.addons.retail_sync_core.adapters.base import Subscription
from odoo.addons.retail_sync_core.domain.errors import PermanentError
from odoo.addons.retail_sync_core.domain.sentence import _

from . import mutations, queries, topics
from .client import Client
from .values import next_cursor, nodes, reference, text

AT_ONCE = 100


def list_all(client: Client) -> tuple[Subscription, ...]:
    """Return all subscriptions of this app."""
    found: list[Subscription] = []
    after = None
    while True:
        answer = client.call(queries.SUBSCRIPTIONS_PAGE, first=AT_ONCE, after=after)
        connection = answer.data.get("webhookSubscriptions")
        found += [
            Subscription(
                external_id=text(node["id"]),
                topic=topics.header_name(text(node.get("topic"))),
                uri=text(node.get("uri")),
            )
            for node in nodes(connection)
        ]
        after = next_cursor(connection)
        if not after:
            return tuple(found)


def create(client: Client, topic: str, uri: str) -> Subscription:
    """Subscribe to ``topic``; one that stands already is returned.

    :raises PermanentError: when Shopify refuses this topic: mostly a missing scope
    """
    wanted: dict[str, object] = {"uri": uri, "format": "JSON"}
    if topic in topics.FIELDS:
        wanted["includeFields"] = list(topics.FIELDS[topic])
    answer = client.call(
        mutations.SUBSCRIPTION_CREATE,
        topic=topics.enum_name(topic),
        webhookSubscription=wanted,
    )
    payload = answer.data.get("webhookSubscriptionCreate") or {}
    made = reference(payload.get("webhookSubscription"))
    if made:
        return Subscription(external_id=made, topic=topic, uri=uri)
    # The errors have no code: look whether it stands already.
    for standing in list_all(client):
        if (standing.topic, standing.uri) == (topic, uri):
            return standing
    problems = [text(p.get("message")) for p in payload.get("userErrors") or () if p]
    raise PermanentError(
        _(
            "Shopify refuses the subscription to %(topic)s: %(answer)s",
            topic=topic,
            answer=" ".join(problems),
        ),
        code="subscription_refused",
        request_id=answer.request_id,
        params={"topic": topic, "scope": topics.SCOPES.get(topic, "")},
    )


def delete(client: Client, external_id: str) -> None:
    """Remove a subscription; one that is gone is no error.

    :raises PermanentError: when it stands and Shopify refuses to remove it
    """
    answer = client.call(mutations.SUBSCRIPTION_DELETE, id=external_id)
    payload = answer.data.get("webhookSubscriptionDelete") or {}
    if payload.get("deletedWebhookSubscriptionId"):
        return
    if any(one.external_id == external_id for one in list_all(client)):
        problems = [
            text(p.get("message")) for p in payload.get("userErrors") or () if p
        ]
        raise PermanentError(
            f"Shopify keeps {external_id}: {' '.join(problems)}",
            code="subscription_kept",
            request_id=answer.request_id,
        )

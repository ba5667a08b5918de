"""Deliver signed webhooks to the registered addresses, in the background."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import queue
import threading
import urllib.error
import urllib.request
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from . import API_VERSION, SANDBOX_HEADER
from .faults import WEBHOOK_KINDS, Fault, Faults
from .rest import body_of, utc_text
from .store import Store
from .subscriptions import enum_topic

KEPT = 2000
MAX_RETRIES = 8


@dataclass
class Delivery:
    """One webhook on its way to one address; a retry sends the same old body."""

    subscription_id: str
    uri: str
    body: bytes
    headers: dict[str, str]
    attempts: int = 0
    status: str = "waiting"
    answers: list = field(default_factory=list)

    def copy(self) -> Delivery:
        """Give the same webhook, not yet sent."""
        return Delivery(self.subscription_id, self.uri, self.body, dict(self.headers))

    def as_json(self) -> dict:
        return {
            "topic": self.headers["X-Shopify-Topic"],
            "uri": self.uri,
            "webhook_id": self.headers["X-Shopify-Webhook-Id"],
            "event_id": self.headers["X-Shopify-Event-Id"],
            "triggered_at": self.headers["X-Shopify-Triggered-At"],
            "attempts": self.attempts,
            "status": self.status,
            "answers": self.answers,
            "body": json.loads(self.body),
        }


Opener = Callable[[Delivery, float], int | str]


def signature(secret: str, body: bytes) -> str:
    """Sign the raw body: base64 of HMAC-SHA256."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Webhooks:
    """The queue of deliveries and the thread that works it off.

    ``opener`` is what sends a request; tests give their own.
    """

    def __init__(self, store: Store, faults: Faults, opener: Opener | None = None):
        self.store = store
        self.faults = faults
        self.opener = opener or _open
        self.queue: queue.Queue[Delivery | None] = queue.Queue()
        self.sent: deque[Delivery] = deque(maxlen=KEPT)
        self.held: list[Delivery] = []
        self.timers: dict[threading.Timer, Delivery] = {}
        self.closing = threading.Event()
        self.thread: threading.Thread | None = None
        store.listeners.append(self.announce)

    def start(self) -> None:
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.closing.set()
        for timer in list(self.timers):
            timer.cancel()
        self.queue.put(None)
        if self.thread:
            self.thread.join(timeout=10)

    def announce(self, topic: str, document: dict, times: int = 1) -> None:
        """Queue a webhook for each subscription of the topic.

        :param times: how often it is delivered, each time with the same ids
        """
        event_id = str(uuid.uuid4())
        body = None
        for one in list(self.store.table("WebhookSubscription").values()):
            if one["topic"] != enum_topic(topic):
                continue
            body = body or body_of(self.store, topic, document)
            delivery = self._delivery(one, topic, body, event_id)
            for copy in (delivery, *(delivery.copy() for _n in range(times - 1))):
                self._dispatch(copy, topic)

    def _delivery(self, one: dict, topic: str, body: dict, event_id: str) -> Delivery:
        fields = one["includeFields"]
        if fields:
            body = {key: value for key, value in body.items() if key in fields}
        raw = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": signature(self._secret(), raw),
            "X-Shopify-Shop-Domain": self.store.data["shop"]["myshopifyDomain"],
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Event-Id": event_id,
            "X-Shopify-Triggered-At": utc_text(self.store.now()),
            SANDBOX_HEADER: "1",
        }
        if one["name"]:
            headers["X-Shopify-Name"] = one["name"]
        return Delivery(one["id"], one["uri"], raw, headers)

    def _secret(self) -> str:
        return self.store.settings["client_secret"]

    def _dispatch(self, delivery: Delivery, topic: str) -> None:
        self.sent.append(delivery)
        fault = self.faults.hit({topic, enum_topic(topic)}, WEBHOOK_KINDS)
        if fault:
            self._spoil(delivery, fault)
            return
        self.queue.put(delivery)
        held, self.held = self.held, []
        for other in held:
            self.queue.put(other)

    def _spoil(self, delivery: Delivery, fault: Fault) -> None:
        if fault.kind == "webhook_lost":
            delivery.status = "lost"
        elif fault.kind == "webhook_late":
            self._later(delivery, fault.seconds)
        elif fault.kind == "webhook_reordered":
            delivery.status = "held"
            self.held.append(delivery)
        elif fault.kind == "webhook_unsigned":
            delivery.headers["X-Shopify-Hmac-Sha256"] = signature("wrong", b"")
            self.queue.put(delivery)
        else:
            again = delivery.copy()
            self.sent.append(again)
            self.queue.put(delivery)
            self.queue.put(again)

    def _later(self, delivery: Delivery, seconds: float) -> None:
        timer = threading.Timer(seconds, lambda: self._due(timer))
        timer.daemon = True
        self.timers[timer] = delivery
        timer.start()

    def _due(self, timer: threading.Timer) -> None:
        delivery = self.timers.pop(timer, None)
        if delivery:
            self.queue.put(delivery)

    def flush(self) -> None:
        """Let go of what is held back or waits for its time."""
        for timer in list(self.timers):
            timer.cancel()
            self._due(timer)
        held, self.held = self.held, []
        for delivery in held:
            self.queue.put(delivery)

    def idle(self) -> bool:
        """Tell whether nothing is queued or on its way."""
        return not self.queue.unfinished_tasks and not self.timers

    def _work(self) -> None:
        while not self.closing.is_set():
            delivery = self.queue.get()
            try:
                if delivery is not None:
                    self.deliver(delivery)
            finally:
                self.queue.task_done()

    def deliver(self, delivery: Delivery) -> None:
        """Try once; put it off when it failed and tries are left."""
        settings = self.store.settings
        delivery.attempts += 1
        answer = self.opener(delivery, settings["webhook_timeout"])
        delivery.answers.append(answer)
        good = isinstance(answer, int) and 200 <= answer < 300
        self._count(delivery, good)
        if good:
            delivery.status = "delivered"
        elif delivery.attempts > min(settings["webhook_retries"], MAX_RETRIES):
            delivery.status = "given up"
        else:
            delivery.status = "retrying"
            delay = settings["webhook_delay"] * 2 ** (delivery.attempts - 1)
            self._later(delivery, delay)

    def _count(self, delivery: Delivery, good: bool) -> None:
        """Count failures in a row; remove the subscription when it is asked for."""
        limit = self.store.settings["webhook_remove_after"]
        with self.store.lock:
            table = self.store.table("WebhookSubscription")
            one = table.get(delivery.subscription_id)
            if not one:
                return
            one["_failures"] = 0 if good else one["_failures"] + 1
            if limit and one["_failures"] >= limit:
                del table[delivery.subscription_id]

    def listing(self) -> list[dict]:
        return [delivery.as_json() for delivery in list(self.sent)]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _open(delivery: Delivery, timeout: float) -> int | str:
    """Send a delivery and give the status, or what went wrong in words."""
    request = urllib.request.Request(
        delivery.uri, data=delivery.body, headers=delivery.headers, method="POST"
    )
    try:
        with OPENER.open(request, timeout=timeout) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException) as error:
        return str(error)

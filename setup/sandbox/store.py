"""What the shop knows: one tree of plain JSON in Shopify's own words.

Keys that start with ``_`` are the sandbox's own links between documents; all
others are served as they are. One lock guards the tree.
"""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .defaults import default_settings, default_shop

FIRST_ID = 5_100_000_000_001
TABLES = (
    "Location",
    "Product",
    "ProductVariant",
    "InventoryItem",
    "InventoryLevel",
    "Order",
    "DraftOrder",
    "Job",
    "SellingPlan",
    "WebhookSubscription",
    "idempotency",
    "parents",
    "tokens",
)


class Refused(Exception):
    """What the shop does not allow, with the input path and code of a user error."""

    def __init__(
        self, message: str, field: list[str] | None = None, code: str | None = None
    ):
        super().__init__(message)
        self.field = field
        self.code = code

    def as_user_error(self) -> dict:
        return {"field": self.field, "message": str(self), "code": self.code}


class Store:
    """The shop's documents, its clock and its lock.

    :param shop: the shop's handle, ``demo-shop`` for demo-shop.myshopify.com
    :param path: where the documents outlive the process, nowhere when None
    """

    def __init__(self, shop: str = "demo-shop", path: Path | None = None):
        self.shop = shop
        self.path = Path(path) if path else None
        self.lock = threading.RLock()
        self.listeners: list[Callable[[str, dict], None]] = []
        self.offset = timedelta()
        self.dirty = False
        self.data: dict = {}
        self.reset()
        if self.path and self.path.exists():
            self.load()

    def reset(self) -> None:
        """Forget everything but the shop itself."""
        with self.lock:
            self.data = {
                "counter": FIRST_ID,
                "order_number": 1000,
                "shop": default_shop(self.shop),
                "settings": default_settings(),
                **{table: {} for table in TABLES},
            }
            self.dirty = True

    def load(self) -> None:
        """Read the documents that an earlier process left.

        :raises Refused: when the file is none of ours
        """
        try:
            found = json.loads(self.path.read_text())
            settings = {**self.settings, **found["settings"]}
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"{self.path} is no shop of a sandbox: delete it.") from error
        self.data = {**self.data, **found, "settings": settings}

    def save(self) -> None:
        """Write the documents out when they changed, whole or not at all."""
        if not self.path or not self.dirty:
            return
        with self.lock:
            self.dirty = False
            text = json.dumps(self.data)
        part = self.path.with_suffix(".part")
        part.write_text(text)
        part.replace(self.path)

    @property
    def settings(self) -> dict:
        return self.data["settings"]

    @property
    def currency(self) -> str:
        return self.data["shop"]["currencyCode"]

    # A shop's times have no fractions of a second: two changes within one
    # second carry the same updatedAt, here as there.
    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.offset

    def stamp(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def number(self) -> int:
        self.data["counter"] += 1
        return self.data["counter"]

    def gid(self, kind: str, number: int | None = None) -> str:
        return f"gid://shopify/{kind}/{number or self.number()}"

    def table(self, kind: str) -> dict[str, dict]:
        return self.data[kind]

    def find(self, gid: str) -> dict | None:
        """Give the document with this id, looking inside orders too."""
        kind = kind_of(gid)
        if kind == "InventoryLevel":
            return self.table(kind).get(level_key_of(gid))
        if kind in TABLES:
            return self.table(kind).get(gid)
        parent = self.order_of(gid)
        return next((doc for doc in walk(parent) if doc.get("id") == gid), None)

    def own(self, order: dict, document: dict) -> dict:
        """Note which order a document with an id of its own belongs to."""
        self.data["parents"][document["id"]] = order["id"]
        return document

    def order_of(self, gid: str) -> dict | None:
        order_id = self.data["parents"].get(gid)
        return self.table("Order").get(order_id) if order_id else None

    def emit(self, topic: str, document: dict) -> None:
        """Tell the listeners (webhooks) that something happened."""
        self.dirty = True
        for listener in self.listeners:
            listener(topic, document)


def kind_of(gid: str) -> str:
    """Give the type in a gid, the empty string when it is none."""
    parts = str(gid).split("/")
    return parts[3] if str(gid).startswith("gid://shopify/") and len(parts) > 4 else ""


def number_of(gid: str) -> int:
    return int(str(gid).rsplit("/", 1)[-1].split("?")[0])


def level_key(item_id: str, location_id: str) -> str:
    return f"{number_of(item_id)}@{number_of(location_id)}"


def level_key_of(level_id: str) -> str:
    location, _sep, item = level_id.rsplit("/", 1)[-1].partition("?inventory_item_id=")
    return f"{item}@{location}"


def walk(document: object) -> Iterator[dict]:
    """Go through all documents inside a document, itself first."""
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from walk(value)
    elif isinstance(document, list):
        for value in document:
            yield from walk(value)

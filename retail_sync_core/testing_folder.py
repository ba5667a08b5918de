"""A second channel for tests, unlike Shopify in every trait that the core must carry.

Orders come as files in a folder, page by page with a token; there is no fetch by id,
so the body is kept; money is text with a comma; stock is a feed that is accepted first
and confirmed, or refused in part, later; there is no compare-and-set and no idempotency
key; a shipment is a file whose name is our key. It needs no Odoo and no network.

Layout below ``settings["folder"]``::

    orders/<token>.json      {"next": "<token>" or "", "orders": [{...}, ...]}
    items.json, places.json  the catalog and the locations
    levels.json              {"<place>": {"<item>": units}}
    feeds/<key>.json         stock as we wrote it
    reports/<key>.json       {"<item>": "ok" or a reason}: the confirmation
    counts/<number>.json     {"at": time, "whole": true, "places": {"<place>": {"<SKU>":
                             units on hand}}}: stock reports, numbered in their order
    shipments/<key>.json     shipments as we wrote them
    cancellations/<key>.json cancellations as we wrote them
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from .adapters import base
from .adapters.registry import register
from .domain import documents as doc
from .domain import money
from .domain.errors import (
    ConfigurationError,
    DataError,
    PermanentError,
    TransientError,
)

BATCH = 50
# what a body that is no order of ours may raise while it is read
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
FOLDERS = {"stock": "feeds", "shipment": "shipments", "cancellation": "cancellations"}


class Folder:
    """Files as a transport: list, read, write, move."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def list(self, folder: str) -> list[str]:
        """Return the names of the files in ``folder``, sorted."""
        return sorted(p.name for p in (self.root / folder).glob("*") if p.is_file())

    def read(self, name: str) -> bytes | None:
        """Return the file's bytes, or None when there is no such file."""
        path = self.root / name
        return path.read_bytes() if path.is_file() else None

    def write(self, name: str, body: bytes) -> None:
        """Write the file whole or not at all."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(body)
        part.replace(path)

    def move(self, name: str, target: str) -> None:
        """Move the file ``name`` to ``target``."""
        (self.root / target).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).replace(self.root / target)


def text_amount(text: object, field: str) -> Decimal:
    """Return the amount that ``1.234,50`` writes."""
    return money.parse(str(text or "0").replace(".", "").replace(",", "."), field=field)


@register
class FolderAdapter(base.Adapter):
    """Speaks files."""

    code = "folder"
    label = "Files in a folder (test kit)"
    credentials = (base.Credential(name="folder", label="Folder", secret=False),)
    capabilities = (
        base.Stock(batch=BATCH, cas=False, idempotent=False, confirmed_later=True),
        base.Orders(by_id=False, webhooks=False, overlap_s=0),
        base.Shipments(settle_s=0),
        base.Cancellations(settle_s=0),
    )
    stock_reports = True

    @property
    def files(self) -> Folder:
        """Return the folder of this account."""
        return Folder(str(self.account.settings.get("folder") or "."))

    # Connection

    def test(self) -> base.ChannelInfo:
        """Return the folder's name; a missing one is a configuration error."""
        if not self.files.root.is_dir():
            raise ConfigurationError("the folder is not there", code="no_folder")
        return base.ChannelInfo(name=self.files.root.name, currency="EUR")

    def renewal_due(self) -> bool:
        """Return False: nothing expires."""
        return False

    def renew(self) -> base.Renewal:
        """Refuse: there is nothing to renew."""
        raise PermanentError("a folder has no token", code="no_token")

    # Pages, Reader

    def fetch_page(self, flow: str, cursor: str, since: datetime | None) -> base.Page:
        """Return the page that the token ``cursor`` names."""
        match flow:
            case "catalog":
                items = self._load("items.json", [])
                return base.Page(documents=tuple(_known(doc.Item, i) for i in items))
            case "places":
                places = self._load("places.json", [])
                return base.Page(documents=tuple(_known(doc.Place, p) for p in places))
            case "order":
                return self._order_page(cursor)
            case "stock":
                return self._reports_page(cursor)
        return base.Page(documents=())

    def _reports_page(self, cursor: str) -> base.Page:
        """Return the first report after the one that ``cursor`` names, if it came."""
        self.calls += 1
        names = [name for name in self.files.list("counts") if name > cursor]
        if not names:
            return base.Page(documents=(), cursor=cursor, as_of=self.clock())
        body = self.files.read(f"counts/{names[0]}") or b""
        notice = doc.Notice(
            flow=doc.Flow.STOCK,
            topic="stock report",
            external_id=names[0],
            event_id=names[0],
            body=body,
        )
        more = len(names) > 1
        return base.Page(
            documents=(notice,), cursor=names[0], more=more, as_of=self.clock()
        )

    def _order_page(self, cursor: str) -> base.Page:
        page = self._load(f"orders/{cursor or 'first'}.json", {})
        following = page.get("next") or ""
        return base.Page(
            documents=tuple(_notice(order) for order in page.get("orders", ())),
            cursor=following or cursor,
            more=bool(following and self.files.read(f"orders/{following}.json")),
            as_of=self.clock(),
        )

    def _load(self, name: str, default: Any) -> Any:
        """Return the JSON of a file; one that is half written is read again later."""
        self.calls += 1
        body = self.files.read(name)
        if not body:
            return default
        try:
            return json.loads(body)
        except (RecursionError, ValueError) as exc:
            raise TransientError(f"{name} is not whole", code="not_whole") from exc

    def read(self, flow: str, body: bytes) -> doc.Order | doc.StockReport:
        """Return the order, or stock report, that ``body`` describes."""
        try:
            data = json.loads(body)
            return _report(data) if flow == "stock" else _order(data)
        except UNREADABLE as exc:
            raise DataError(
                f"the {flow} file cannot be read",
                kind="bad_payload",
                field=type(exc).__name__,
                value=str(exc)[:80],
            ) from exc

    # Levels

    def read_levels(
        self, refs: tuple[doc.LevelRef, ...]
    ) -> tuple[doc.LevelReading, ...]:
        """Return what ``levels.json`` says of each ref."""
        held = self._load("levels.json", {})
        return tuple(
            doc.LevelReading(
                ref=ref, available=held.get(ref.location_id, {}).get(ref.item_id)
            )
            for ref in refs
        )

    # Effects

    def send(self, effect: base.Effect) -> base.Outcome:
        """Write the effect's file; stock is only accepted by that."""
        if effect.kind not in FOLDERS:
            return base.Outcome(state="refused", code="not_supported")
        if effect.kind == "stock" and len(effect.body.levels) > BATCH:
            raise PermanentError(f"a feed has at most {BATCH} levels", code="too_many")
        body = json.dumps(asdict(effect.body), default=str).encode()
        self.calls += 1
        self.files.write(_file(effect), body)
        if effect.kind == "stock":
            return base.Outcome(state="accepted", handle=effect.key)
        return base.Outcome(state="applied", external_id=effect.key)

    def read_back(self, effect: base.Effect) -> base.Outcome:
        """Return whether our file lies there."""
        if self.files.read(_file(effect)) is None:
            return base.Outcome(state="not_found")
        state = "accepted" if effect.kind == "stock" else "applied"
        return base.Outcome(state=state, handle=effect.key, external_id=effect.key)

    def poll(self, effect: base.Effect) -> base.Outcome:
        """Return the report on a feed, level by level."""
        words = self._load(f"reports/{effect.key}.json", None)
        if words is None:
            return base.Outcome(state="accepted", handle=effect.key)
        items = tuple(
            _item_outcome(level, words.get(level.ref.item_id, "missing in report"))
            for level in effect.body.levels
        )
        whole = all(item.state == "applied" for item in items)
        return base.Outcome(state="applied" if whole else "partial", items=items)


def _file(effect: base.Effect) -> str:
    return f"{FOLDERS[effect.kind]}/{effect.key}.json"


def _known(kind: type, row: dict) -> Any:
    """Return the document of ``row``; names that it does not have are left out."""
    names = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in row.items() if name in names})


def _item_outcome(level: doc.LevelWrite, word: str) -> base.ItemOutcome:
    if word == "ok":
        return base.ItemOutcome(ref=level.ref, state="applied", actual=level.quantity)
    return base.ItemOutcome(
        ref=level.ref, state="refused", code="refused", message=word
    )


def _report(data: dict) -> doc.StockReport:
    at = datetime.fromisoformat(data["at"])
    counts = tuple(
        doc.StockCount(
            location_id=place,
            sku=sku,
            quantity=Decimal(str(units)),
            counts="on_hand",
            as_of=at,
            sequence=data.get("number"),
        )
        for place, shelf in data["places"].items()
        for sku, units in shelf.items()
    )
    return doc.StockReport(counts=counts, whole=bool(data.get("whole")))


def _notice(order: dict) -> doc.Notice:
    return doc.Notice(
        flow=doc.Flow.ORDER,
        topic="order",
        external_id=str(order.get("id", "")),
        external_ref=str(order.get("number", "")),
        version=str(order.get("changed", "")),
        body=json.dumps(order).encode(),
    )


def _order(data: dict) -> doc.Order:
    changed = datetime.fromisoformat(data["changed"])
    address = _known(doc.Address, data["address"]) if data.get("address") else None
    return doc.Order(
        external_id=str(data["id"]),
        external_ref=data["number"],
        version=data["changed"],
        currency=data.get("currency", "EUR"),
        created_at=datetime.fromisoformat(data.get("placed", data["changed"])),
        updated_at=changed,
        total=text_amount(data["total"], "total"),
        total_tax=text_amount(data.get("tax"), "tax"),
        taxes_included=True,
        payment_state=doc.PaymentState(data.get("payment", "paid")),
        fulfillment_state=doc.FulfillmentState.OPEN,
        cancelled_at=changed if data.get("cancelled") else None,
        customer=_known(doc.Customer, data.get("customer", {})),
        shipping_address=address,
        billing_address=address,
        lines=tuple(_line(line) for line in data["lines"]),
    )


def _line(line: dict) -> doc.OrderLine:
    units = Decimal(str(line["units"]))
    rate, tax = line.get("tax_rate"), text_amount(line.get("tax"), "line tax")
    taxes = () if rate is None else (_tax(rate, tax),)
    return doc.OrderLine(
        external_id=str(line["id"]),
        item_id=str(line.get("item", "")),
        sku=line.get("sku", ""),
        title=line.get("title", ""),
        quantity=units,
        current_quantity=units,
        unit_price=text_amount(line["price"], "price"),
        taxes=taxes,
    )


def _tax(rate: object, amount: Decimal) -> doc.Tax:
    percent = Decimal(str(rate))
    return doc.Tax(
        title=f"{percent.normalize():f} %",
        rate=percent / 100,
        amount=amount,
        included=True,
    )

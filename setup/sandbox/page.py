"""The one HTML page: orders to act on, what was called, faults to switch."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from .control import summary
from .faults import KINDS
from .seed import levels

if TYPE_CHECKING:
    from .app import App

TEMPLATE = Path(__file__).with_name("page.html")
SHOWN = 100


def render(app: App) -> str:
    """Give the page as it is now."""
    store = app.store
    orders = [summary(store, one) for one in store.table("Order").values()]
    calls = app.endpoint.listing()[-SHOWN:]
    return Template(TEMPLATE.read_text()).substitute(
        shop=escape(store.data["shop"]["myshopifyDomain"]),
        skus="".join(
            f"<option>{escape(one['sku'] or '')}</option>"
            for one in store.table("ProductVariant").values()
        ),
        orders="".join(_order(one) for one in reversed(orders[-SHOWN:])),
        kinds="".join(
            f"<option value='{kind}'>{kind}: {escape(words)}</option>"
            for kind, words in KINDS.items()
        ),
        faults="".join(_fault(one) for one in app.faults.listing()) or _none(4),
        calls="".join(_call(one) for one in reversed(calls)) or _none(7),
        levels="".join(_level(one) for one in levels(store)[:SHOWN]) or _none(4),
        deliveries="".join(
            _delivery(one) for one in reversed(app.webhooks.listing()[-SHOWN:])
        )
        or _none(5),
    )


def _row(*cells) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _none(columns: int) -> str:
    return f"<tr><td colspan='{columns}' class='none'>nothing yet</td></tr>"


def _text(value: object) -> str:
    return escape("" if value is None else str(value))


def _order(one: dict) -> str:
    lines = ", ".join(
        f"{line['current']} x {line['sku'] or line['title']}" for line in one["lines"]
    )
    state = "cancelled" if one["cancelled"] else one["fulfillment"]
    name = _text(one["name"])
    buttons = "".join(
        f"<button data-order='{name}' data-action='{action}'>{action}</button>"
        for action in ("pay", "edit", "cancel", "refund", "fulfill", "hold", "release")
    )
    money = f"{_text(one['current_total'])} {_text(one['currency'])}"
    return _row(name, _text(lines), money, one["financial"], state, buttons)


def _fault(one: dict) -> str:
    return _row(one["kind"], _text(one["operation"]), one["times"], one["skip"])


def _call(one: dict) -> str:
    cost = f"{_text(one.get('actual_cost'))} / {_text(one.get('requested_cost'))}"
    return _row(
        _text(one["time"]),
        _text(one["operation"]),
        _text(one["kind"]),
        _text(one["key"]),
        cost,
        _text(one["fault"]),
        _text(one["outcome"]),
    )


def _level(one: dict) -> str:
    return _row(
        _text(one["sku"]), _text(one["location"]), one["available"], one["committed"]
    )


def _delivery(one: dict) -> str:
    return _row(
        _text(one["triggered_at"]),
        _text(one["topic"]),
        _text(one["uri"]),
        _text(one["status"]),
        _text(one["answers"]),
    )

"""Stock taken off a location again, as it was before the channel was told ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from odoo.addons.retail_sync_core.adapters.base import Effect, ItemOutcome, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.errors import PermanentError

from . import mutations, queries, reading
from .client import Client
from .values import text


def deactivate(client: Client, effect: Effect) -> Outcome:
    """Take the levels of a ``StockPush`` off; one that has units committed stays.

    A level that is not there, or off already, is *inactive*: that is what was wanted.
    """
    body = effect.body
    if not isinstance(body, doc.StockPush) or not body.levels:
        raise PermanentError("nothing to take off", code="empty")
    refs = [level.ref for level in body.levels]
    ids = reading.read_refs(
        client, queries.LEVEL_IDS, refs, _level_id, reading.ITEMS_AT_ONCE
    )
    there = {ref: level_id for ref, level_id in zip(refs, ids, strict=True) if level_id}
    refused = _take_off(client, there) if there else {}
    items = tuple(
        ItemOutcome(
            ref=ref,
            state="refused" if ref in refused else "inactive",
            code="deactivation" if ref in refused else "",
            message=refused.get(ref, ""),
        )
        for ref in refs
    )
    return Outcome(state="partial" if refused else "applied", items=items)


def _level_id(node: Mapping, _ref: doc.LevelRef, _at: datetime | None) -> str:
    return text((node.get("inventoryLevel") or {}).get("id"))


def _take_off(client: Client, there: Mapping[doc.LevelRef, str]) -> dict:
    """Return {ref: what Shopify says against it} of those that stay."""
    answer = client.call(
        mutations.deactivation(len(there)),
        **{f"level{n}": level_id for n, level_id in enumerate(there.values())},
    )
    refused = {}
    for n, ref in enumerate(there):
        payload = answer.data.get(f"a{n}") or {}
        told = [text(p.get("message")) for p in payload.get("userErrors") or () if p]
        if told:
            refused[ref] = " ".join(told)
    return refused

"""Whatever Shopify answers, a port gives a document or one of the declared errors.

A few thousand changed answers by default; ``RETAIL_SYNC_FUZZ=100000`` for many.
"""

import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.addons.retail_sync_core import testing_fuzz
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

sys.path.insert(0, str(Path(__file__).parent))
import fuzz_tapes

FUZZ = settings(
    max_examples=int(os.environ.get("RETAIL_SYNC_FUZZ") or 3000),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def tapes(make_bench):
    return fuzz_tapes.record(make_bench())


def play(tape, at, change):
    """Play ``tape`` with one answer changed; return the transport and what came."""
    player = fuzz_tapes.Player(tape, at, change)
    adapter = ShopifyAdapter(tape.account, player)
    try:
        return player, tape.call(adapter)
    except errors.SyncError as exc:
        return player, exc


def parts(value) -> Iterator[object]:
    """Yield each plain value in a document."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from parts(pair)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from parts(part)
    else:
        yield value


def can_be_stored(value):
    """Return whether a database keeps ``value`` and one can calculate with it."""
    match value:
        case None | bool():
            return True
        case str():
            return (
                "\x00" not in value
                and value.encode("utf-8", "ignore").decode() == value
            )
        case int():
            return abs(value) < 2**31
        case Decimal():
            return value.is_finite() and abs(value) < 10**15
        case datetime():
            return value.tzinfo is not None
        case _:
            return True


def test_the_tapes_play_as_they_were_recorded(tapes):
    came = {tape.name: play(tape, 0, testing_fuzz.as_json)[1] for tape in tapes}

    assert {n for n, one in came.items() if isinstance(one, Exception)} == set()
    assert len(tapes) > 60


@FUZZ
@given(data=st.data())
def test_a_changed_answer_gives_a_document_or_a_declared_error(tapes, data):
    tape = data.draw(st.sampled_from(tapes))
    at = data.draw(st.integers(0, len(tape.answers) - 1))
    changes = data.draw(testing_fuzz.CHANGES)

    player, came = play(
        tape,
        at,
        lambda value: testing_fuzz.as_json(testing_fuzz.changed(value, changes)),
    )

    # after a change over there, "cannot be read" would let it be sent again
    assert not (player.mutated and isinstance(came, errors.DataError)), tape.name
    unstorable = [one for one in parts(came) if not can_be_stored(one)]
    assert unstorable == [], tape.name

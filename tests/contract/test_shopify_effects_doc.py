"""The page on outside actions names each kind there is, and how it is read back."""

import re
from pathlib import Path

import pytest
from odoo.addons.retail_sync_shopify.adapters import shopify

PAGE = Path(__file__).resolve().parents[2] / "docs" / "effects.md"
ROWS = re.findall(
    r"^\| (`[^|]+) \| ([^|]+) \| ([^|]+) \|", PAGE.read_text(), re.MULTILINE
)
TOLD = {kind for row in ROWS for kind in re.findall(r"`(\w+)`", row[0])}


@pytest.mark.parametrize("kind", sorted(shopify._SEND))
def test_each_kind_is_told_and_can_be_read_back(kind):
    assert kind in TOLD
    assert kind in shopify._READ_BACK
    assert kind in shopify._POLL


def test_no_row_is_about_a_kind_that_is_gone():
    assert sorted(TOLD - set(shopify._SEND)) == []


def test_each_row_says_how_it_is_read_back():
    assert all(how.strip() for _kind, _call, how in ROWS)

"""A few minutes of the made-up market (``setup/bench oversell``) for each rule."""

import json
import subprocess
import sys

import pytest
from devenv import paths


@pytest.fixture(scope="module")
def figures():
    """Return {case: figure} of the short form."""
    command = [sys.executable, paths.SETUP / "bench", "--short", "oversell"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return {figure["case"]: figure for figure in map(json.loads, lines)}


def test_every_rule_is_played_with_the_same_stock_shown(figures):
    rules = ("naive", "peer", "ours")
    cases = [rule + shown for shown in ("", ", shared out") for rule in rules]

    assert list(figures) == cases


def test_shared_out_ours_oversells_least(figures):
    naive, peer, ours = (
        figures[f"{rule}, shared out"]["value"] for rule in ("naive", "peer", "ours")
    )

    assert ours <= min(naive, peer)


def test_free_stock_pushed_on_change_is_sold_twice(figures):
    assert figures["naive"]["oversold"] > 0


def test_with_parts_nothing_is_oversold_where_the_checkout_keeps_to_its_level(figures):
    ours = figures["ours, shared out"]["enforced"]

    assert ours["sold"] > 10
    assert (ours["own"], ours["elsewhere"]) == (0, 0)


def test_shown_by_all_only_the_delay_oversells(figures):
    ours = figures["ours"]["enforced"]

    assert ours["own"] == 0
    assert ours["elsewhere"] <= ours["bound"]

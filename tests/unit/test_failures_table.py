"""The table of failures names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "core": ROOT / "retail_sync_core" / "tests",
    "contract": ROOT / "tests" / "contract",
    "scenario": ROOT / "tests" / "scenario",
}
NAMED = sorted(
    set(
        re.findall(
            r"(core|contract|scenario)/(\w+\.py)::(test_\w+)",
            (ROOT / "docs" / "failures.md").read_text(),
        )
    )
)


@pytest.mark.parametrize(("place", "file", "name"), NAMED)
def test_the_test_that_plays_a_failure_exists(place, file, name):
    text = (PLACES[place] / file).read_text()

    assert f"def {name}(" in text

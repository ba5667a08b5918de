"""What the addons need of Python: the same in wheels and in ``requirements.txt``."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def needed():
    for path in ROOT.glob("retail_sync_*/__manifest__.py"):
        manifest = ast.literal_eval(path.read_text())
        yield from manifest.get("external_dependencies", {}).get("python", ())


def test_wheels_and_the_requirements_file_ask_for_the_same():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    listed = {line for line in lines if line and not line.startswith("#")}

    assert listed == set(needed())


def test_each_has_a_lower_bound_and_no_upper_one():
    assert all(">=" in one and "<" not in one for one in needed())

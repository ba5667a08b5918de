"""A worker is killed once at every step of a job; another one ends it, once."""

import json
from pathlib import Path

import pytest
import shop
from crash_points import POINTS, SHIPMENT

HERE = Path(__file__).parent
RUN = """
import sys
sys.path[:0] = [{here!r}, {setup!r}]
import crash_lab
crash_lab.run(env, {url!r}, {placed!r})
"""


@pytest.fixture(scope="module")
def deaths(make_cluster, make_sandbox):
    """Return what became of each point, by its name."""
    with make_cluster() as cluster, make_sandbox() as sandbox:
        shop.connect(cluster, sandbox)
        orders = shop.place(sandbox, len(POINTS))
        told = [
            order
            for point, order in zip(POINTS, orders, strict=True)
            if point.work == SHIPMENT
        ]
        shop.fetch(cluster, told, work_off=True)
        placed = [(order["id"], order["name"]) for order in orders]
        script = RUN.format(
            here=str(HERE),
            setup=str(HERE.parents[1] / "setup"),
            url=sandbox.url,
            placed=placed,
        )
        output = cluster.shell(script, seconds=900)
        (line,) = [row for row in output.splitlines() if row.startswith("DEATHS ")]
        yield json.loads(line.removeprefix("DEATHS "))


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_whoever_dies_at_a_step_loses_and_doubles_nothing(deaths, point):
    found = deaths[point.name]

    is_told = point.work == SHIPMENT
    assert found == {
        "killed": True,
        "left": [],
        "shipments": int(is_told),
        "orders": 1,
        "sales": ["sale"],
        "total": 10.0,
        "effects": ["applied"] if is_told else [],
        "issues": 0,
    }

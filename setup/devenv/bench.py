"""Measurements: found in ``setup/benchmarks``, run one after the other.

A measurement is a file ``<name>.py`` there. Its docstring's first line tells what is
measured; its function ``measure(env)`` yields :class:`Figure`.
"""

import ast
import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from . import paths, venv
from .console import Problem, say, step
from .environment import ready

FOLDER = paths.SETUP / "benchmarks"


@dataclass(frozen=True)
class Figure:
    """One measured case.

    :param value: what ours takes or does, in ``unit``
    :param floor: the same work done bare, measured in turn in the same run
    :param higher_is_better: True for a rate, False for a duration or a count
    :param beside: what is printed with it and judges nothing
    """

    case: str
    value: float
    unit: str
    floor: float
    higher_is_better: bool = True
    beside: Mapping[str, object] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Ours to the floor: 1 is at the floor, and higher is better."""
        if self.value == self.floor:
            return 1.0  # also where both are none at all
        if self.higher_is_better:
            return self.value / self.floor
        return self.floor / self.value

    def as_line(self, bench: str) -> str:
        """Return the JSON line that is printed."""
        return json.dumps(
            {
                "bench": bench,
                "case": self.case,
                "value": round(self.value, 3),
                "unit": self.unit,
                "floor": round(self.floor, 3),
                "ratio": round(self.ratio, 3),
                **self.beside,
            }
        )


def listing() -> dict[str, str]:
    """Return each measurement's name with what it measures."""
    files = sorted(FOLDER.glob("[a-z]*.py"))
    return {path.stem: _first_line(path.read_text()) for path in files}


def _first_line(source: str) -> str:
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def run(names: list[str], *, form: str = "") -> int:
    """Run the named measurements, or all; return 1 when one of them broke down.

    :param form: another form of them: ``short`` is their function ``measure_short``,
        ``with_peer`` their ``measure_with_peer``; those that have none are passed over
    """
    known = listing()
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise Problem(
            f"no measurement named {', '.join(unknown)}",
            f"known are {', '.join(known) or 'none yet'}",
        )
    venv.enter("odoo", "test")
    with ready("test") as env:
        results = [_run_one(name, env, form) for name in names or known]
    return 0 if all(results) else 1


def _run_one(name: str, env: Mapping[str, str], form: str) -> bool:
    measure: Callable[[Mapping[str, str]], Iterator[Figure]] | None
    module = importlib.import_module(f"benchmarks.{name}")
    measure = getattr(module, f"measure_{form}", None) if form else module.measure
    if measure is None:
        return True
    try:
        with step(f"Measuring {name}"):
            for figure in measure(env):
                print(figure.as_line(name), flush=True)
    except Problem as problem:
        say(f"{name}: {problem}")
        return False
    return True

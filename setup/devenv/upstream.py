"""Odoo's own tests, without the suite and with it: the same results, test by test."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import database, paths, ports, process, venv
from .console import Problem, say, step
from .tally import Tally

MODULES = (
    "sale",
    "sale_stock",
    "stock_delivery",
    "stock",
    "account",
    "point_of_sale",
)
# Odoo's tests commit nothing: a vacuum in between tells the planner that the tables are
# empty, and a join over some hundred uncommitted rows takes a quarter of a minute.
LEAVE_ALONE = """
DO $$
DECLARE name regclass;
BEGIN
    FOR name IN SELECT oid FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE 'ALTER TABLE ' || name || ' SET (autovacuum_enabled = off)';
    END LOOP;
END $$
"""
WORST_FIRST = ("error", "failed", "skipped", "passed", "started")
Outcomes = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """A test whose outcome is another with the suite installed."""

    test: str
    bare: str
    ours: str

    def __str__(self) -> str:
        return f"{self.test}: {self.bare} without the suite, {self.ours} with it"


def run(arguments: list[str], env: Mapping[str, str]) -> Tally:
    """Run both sides of each module and say where they differ.

    :param arguments: modules to limit the run to; ``--again`` takes the side without
        the suite from the run before, ``--tags=...`` replaces Odoo's ``/<module>``
    """
    tags = [a.partition("=")[2] for a in arguments if a.startswith("--tags=")]
    again = "--again" in arguments
    modules = [a for a in arguments if not a.startswith("-")] or list(MODULES)
    unknown = sorted(set(modules) - set(MODULES))
    if unknown:
        raise Problem(
            f"no tests to compare for {', '.join(unknown)}",
            f"known are {', '.join(MODULES)}",
        )
    total = Tally()
    for module in modules:
        bare = _known(module) if again else {}
        bare = bare or _run_side(module, "bare", _tags(module, tags), env)
        ours = _run_side(module, "suite", _tags(module, tags), env)
        total += _tell(module, bare, ours)
    return total


def _tags(module: str, given: list[str]) -> str:
    return given[0] if given else f"/{module}"


def _known(module: str) -> Outcomes:
    file = _file(module, "bare")
    return read(file) if file.exists() else {}


def _file(module: str, side: str) -> Path:
    return paths.LOGS / f"upstream-{module}-{side}.jsonl"


def _tell(module: str, bare: Outcomes, ours: Outcomes) -> Tally:
    """Say where the sides differ and count."""
    differences = compare(bare, ours)
    for difference in differences:
        say(f"    {difference}")
    same = len(set(bare) | set(ours)) - len(differences)
    say(f"{module}: {same} the same, {len(differences)} different")
    return Tally(passed=same, failed=len(differences))


def _run_side(module: str, side: str, tags: str, env: Mapping[str, str]) -> Outcomes:
    """Run a module's tests on a database of their own; return {test: outcome}."""
    name = f"rs_upstream_{side}_{os.getpid()}"
    file, started = _file(module, side), time.monotonic()
    file.unlink(missing_ok=True)
    with step(f"Running Odoo's tests of {module}, {side}"):
        if side == "suite":
            database.copy_template(name)
        else:
            database.copy(database.ensure_base(), name)
        database.query(name, LEAVE_ALONE)
        try:
            _odoo(name, file, tags, env)
        finally:
            database.drop(name)
    outcomes = read(file)
    say(f"    {_sum(outcomes)} ({(time.monotonic() - started) / 60:.1f} minutes)")
    return outcomes


def _odoo(name: str, file: Path, tags: str, env: Mapping[str, str]) -> None:
    log = file.with_suffix(".log")
    log.unlink(missing_ok=True)
    command = [
        *(venv.PYTHON, paths.SETUP / "devenv" / "upstream_run.py", "-d", name),
        *(f"--test-tags={tags}", "--stop-after-init", "--max-cron-threads=0"),
        *(f"--http-port={ports.free()}", f"--logfile={log}"),
    ]
    process.run_attached(command, {**env, "RETAIL_SYNC_OUTCOMES": str(file)})
    if not file.exists():
        raise Problem(f"no test of {tags} was run", "see the log", process.tail(log))


def read(file: Path) -> Outcomes:
    """Return each test's outcome; the worst of its parts, "started" if it hung."""
    told: dict[str, set[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        test, outcome = json.loads(line)
        told.setdefault(test.partition(" [")[0].partition(" (")[0], set()).add(outcome)
    return {
        test: next(word for word in WORST_FIRST if word in words)
        for test, words in told.items()
    }


def compare(bare: Outcomes, ours: Outcomes) -> list[Difference]:
    """Return where the two sides differ; a test that one has not run, too."""
    return [
        Difference(test, bare.get(test, "not run"), ours.get(test, "not run"))
        for test in sorted(set(bare) | set(ours))
        if bare.get(test) != ours.get(test)
    ]


def _sum(outcomes: Outcomes) -> str:
    words = list(outcomes.values())
    return ", ".join(
        f"{words.count(word)} {word}" for word in WORST_FIRST if word in words
    )

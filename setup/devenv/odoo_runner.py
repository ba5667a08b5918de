"""Odoo's own test runner: the tests as they run when the suite is installed.

pytest runs them all beside it; here a third of the files shows that they run this way,
too, another third each time. Tours have a part of their own.
"""

import os
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import database, odoo_source, paths, ports, process, venv
from .console import say, step
from .tally import Tally

WISH = "RETAIL_SYNC_RUNNER"
SEED = "RETAIL_SYNC_SEED"
PART = 3
OF_BROWSER = ("test_tour", "test_ui")
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def run(env: Mapping[str, str]) -> Tally:
    """Install the suite into a copy of the base with its tests on, and count."""
    database.ensure_base()
    name = f"rs_runner_{os.getpid()}"
    database.copy(database.BASE, name)
    modules = database.installable_suite()
    chosen = choose(_test_files(modules))
    try:
        with step("Running the tests by Odoo's own runner"):
            command = [
                *(venv.PYTHON, odoo_source.LAUNCHER, "-d", name),
                *("-i", ",".join(modules), "--stop-after-init"),
                "--test-tags=" + ",".join(f"/{file}" for file in chosen),
                *(f"--http-port={ports.free()}", "--max-cron-threads=0"),
                f"--logfile={paths.LOGS / 'odoo-runner.log'}",
            ]
            (paths.LOGS / "odoo-runner.log").unlink(missing_ok=True)
            code = process.run_attached(command, env)
        missing = sorted(set(modules) - database.installed_modules(name))
    finally:
        database.drop(name)
    return _count(code, missing)


def _test_files(modules: Sequence[str]) -> list[str]:
    """Return the modules' files of tests as ``module/tests/test_x.py``, no tours."""
    folders = [Path(module) / "tests" for module in modules]
    return sorted(
        str(file.relative_to(paths.ROOT))
        for folder in folders
        for file in (paths.ROOT / folder).glob("test_*.py")
        if not file.name.startswith(OF_BROWSER)
    )


def choose(files: Sequence[str]) -> list[str]:
    """Return the files to run: a third by chance, all of them with ``WISH=full``.

    The seed is told; ``SEED`` sets it.
    """
    if os.environ.get(WISH) == "full":
        return list(files)
    seed = os.environ.get(SEED) or str(random.SystemRandom().randrange(10**6))
    say(f"{SEED}={seed}; all files with {WISH}=full")
    count = -(-len(files) // PART)
    return sorted(random.Random(seed).sample(list(files), count))


def _count(code: int, missing: list[str]) -> Tally:
    log = paths.LOGS / "odoo-runner.log"
    text = log.read_text(errors="replace") if log.exists() else ""
    found = RESULT.findall(text)
    if missing or not found:
        say(f"Odoo's runner did not finish; not installed: {missing}")
        say(process.tail(log))
        return Tally(failed=1)
    failed, errors, tests = map(int, found[-1])
    bad = failed + errors
    if bad or code:
        say("\n".join(_reasons(text)))
        bad = bad or 1
    return Tally(max(tests - bad, 0), bad)


def _reasons(text: str) -> list[str]:
    """Return the log's lines from the first FAIL or ERROR on, at most 200."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if re.search(r" (FAIL|ERROR): ", line)]
    return lines[starts[0] : starts[0] + 200] if starts else lines[-50:]

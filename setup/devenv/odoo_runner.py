"""Odoo's own test runner: the tests as they run when the suite is installed."""

import os
import re
from collections.abc import Mapping

from . import database, odoo_source, paths, ports, process, venv
from .console import say, step
from .tally import Tally

RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def run(env: Mapping[str, str]) -> Tally:
    """Install the suite into a copy of the base with its tests on, and count."""
    database.ensure_base()
    name = f"rs_runner_{os.getpid()}"
    database.copy(database.BASE, name)
    modules = database.installable_suite()
    try:
        with step("Running the tests by Odoo's own runner"):
            command = [
                *(venv.PYTHON, odoo_source.LAUNCHER, "-d", name),
                *("-i", ",".join(modules), "--stop-after-init"),
                "--test-tags=" + ",".join(f"/{module}" for module in modules),
                *(f"--http-port={ports.free()}", "--max-cron-threads=0"),
                f"--logfile={paths.LOGS / 'odoo-runner.log'}",
            ]
            (paths.LOGS / "odoo-runner.log").unlink(missing_ok=True)
            code = process.run_attached(command, env)
        missing = sorted(set(modules) - database.installed_modules(name))
    finally:
        database.drop(name)
    return _count(code, missing)


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

"""Odoo's launcher, with each test's outcome written down.

The tests that Odoo runs while it installs a module (``at_install``) run here with all
modules loaded, like the others: only then is the suite there to disturb them.
Started by ``upstream.py``; ``RETAIL_SYNC_OUTCOMES`` names the file to append to.
"""

import json
import os
from pathlib import Path

import odoo.cli
from odoo.tests import loader
from odoo.tests.result import OdooTestResult

FILE = Path(os.environ["RETAIL_SYNC_OUTCOMES"])
make_suite = loader.make_suite


def note(test: object, outcome: str) -> None:
    """Append one line; what is not finished when the process dies is seen, too."""
    with FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps([test.id(), outcome]) + "\n")


def noting(method: str, outcome: str) -> None:
    """Let a method of Odoo's test result write down what it is told."""
    original = getattr(OdooTestResult, method)

    def told(self, test, *rest):
        note(test, outcome)
        return original(self, test, *rest)

    setattr(OdooTestResult, method, told)


def all_of(module_names: list[str], position: str = "at_install") -> object:
    """Make the suite of both positions where Odoo asks for the later one."""
    suite = make_suite(module_names, position)
    if position == "post_install":
        known = {test.id() for test in suite}
        early = make_suite(module_names, "at_install")
        suite.addTests(test for test in early if test.id() not in known)
    return suite


loader.make_suite = all_of
for name, word in {
    "startTest": "started",
    "addSuccess": "passed",
    "addSkip": "skipped",
    "addFailure": "failed",
    "addError": "error",
}.items():
    noting(name, word)

if __name__ == "__main__":
    odoo.cli.main()

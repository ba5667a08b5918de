"""The parts of the test suite and how each is run."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import chromium, database, odoo_runner, paths, pytest_run, upstream, venv
from .console import say, step
from .environment import ready
from .lint import run_lint
from .stage import run_in_shell
from .tally import Tally

UI_TESTS = ("test_ui*.py", "test_tour*.py")
MAKE_ASSETS = """
for name in arguments["bundles"]:
    env["ir.qweb"]._get_asset_bundle(name, css=False, js=True).js()
    env["ir.qweb"]._get_asset_bundle(name, css=True, js=False).css()
"""
BUNDLES = ("web.assets_web", "web.assets_web_print", "web.assets_tests")


@dataclass(frozen=True)
class Part:
    """A part of the suite: its name and what runs it with pytest's arguments."""

    name: str
    run: Callable[[list[str]], Tally]
    in_all: bool = True


def _pure(folder: str) -> Callable[[list[str]], Tally]:
    """Tests without Odoo and without a database."""

    def run(arguments: list[str]) -> Tally:
        path = paths.ROOT / "tests" / folder
        if _is_absent(path):
            return Tally()
        return pytest_run.run(folder, [path], ["-p", "no:odoo", *arguments])

    return run


def _is_absent(*folders: Path) -> bool:
    if any(folder.exists() for folder in folders):
        return False
    names = ", ".join(str(folder.relative_to(paths.ROOT)) for folder in folders)
    say(f"There is no {names} yet: nothing to run.")
    return True


@contextmanager
def _copy_of_template(purpose: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give a database of its own to a run, and the environment for it."""
    with ready("test") as env:
        name = f"rs_{purpose}_{os.getpid()}"
        database.copy_template(name)
        database.query(name, upstream.LEAVE_ALONE)
        try:
            yield name, env
        finally:
            database.drop(name)


def _addon_tests() -> list[Path]:
    return sorted(paths.ROOT.glob("retail_sync_*/tests"))


def _odoo(arguments: list[str]) -> Tally:
    if _is_absent(*(_addon_tests() or [paths.ROOT / "retail_sync_core" / "tests"])):
        return Tally()
    ignored = [f"--ignore-glob=*/{pattern}" for pattern in UI_TESTS]
    with _copy_of_template("odoo") as (name, env):
        return pytest_run.run(
            "odoo",
            _addon_tests(),
            [f"--odoo-database={name}", "--odoo-http", *ignored, *arguments],
            env,
        )


def _scenario(arguments: list[str]) -> Tally:
    folder = paths.ROOT / "tests" / "scenario"
    if _is_absent(folder):
        return Tally()
    with _copy_of_template("scenario") as (name, env):
        options = [f"--odoo-database={name}", "--odoo-http", *arguments]
        return pytest_run.run("scenario", [folder], options, env)


def _chaos(arguments: list[str]) -> Tally:
    """Tests that start server processes of their own on copies of the template.

    ``--minutes N``: the storm alone, for so long.
    """
    folder = paths.ROOT / "tests" / "chaos"
    if _is_absent(folder):
        return Tally()
    minutes, arguments = _minutes(arguments)
    if minutes:
        arguments = [str(folder / "test_storm.py"), *arguments]
    with ready("test") as env:
        env = {**env, "RETAIL_SYNC_STORM_MINUTES": minutes}
        env = {**env, "RETAIL_SYNC_TEMPLATE": database.ensure_template()}
        return pytest_run.run("chaos", [folder], ["-p", "no:odoo", *arguments], env)


def _minutes(arguments: list[str]) -> tuple[str, list[str]]:
    """Take ``--minutes N`` out of the arguments."""
    if "--minutes" not in arguments:
        return "", arguments
    at = arguments.index("--minutes")
    return arguments[at + 1], arguments[:at] + arguments[at + 2 :]


def _life(arguments: list[str]) -> Tally:
    """Tests that install, update and remove the suite."""
    folder = paths.ROOT / "tests" / "life"
    if _is_absent(folder):
        return Tally()
    with ready("test") as env:
        return pytest_run.run("life", [folder], ["-p", "no:odoo", *arguments], env)


def _ui(arguments: list[str]) -> Tally:
    folders = [*_addon_tests(), paths.ROOT / "tests" / "ui"]
    tests = [
        path
        for folder in folders
        for pattern in UI_TESTS
        for path in sorted(folder.glob(pattern))
    ]
    if not tests:
        say("There is no browser test yet: nothing to run.")
        return Tally()
    if not chromium.ensure():
        return Tally(skipped=len(tests))
    with _copy_of_template("ui") as (name, env):
        with step("Making the scripts and styles of the pages"):
            # A page's other requests wait for a test's cursor while one makes them,
            # and then answer with a page instead of their data.
            run_in_shell(name, MAKE_ASSETS, env, bundles=BUNDLES)
        options = [f"--odoo-database={name}", "--odoo-http", *arguments]
        return pytest_run.run("ui", tests, options, env)


def _runner(_arguments: list[str]) -> Tally:
    """The addons' tests once more, by Odoo's own runner while it installs them."""
    with ready("test") as env:
        return odoo_runner.run(env)


def _upstream(arguments: list[str]) -> Tally:
    """Odoo's own tests without the suite and with it; about 20 minutes a side."""
    chromium.ensure()  # else a side run before there is a browser skips its tours
    with ready("test") as env:
        return upstream.run(arguments, env)


def _lint(arguments: list[str]) -> Tally:
    venv.require("lint")
    return run_lint(arguments)


PARTS = {
    part.name: part
    for part in (
        Part("lint", _lint),
        Part("unit", _pure("unit")),
        Part("contract", _pure("contract")),
        Part("odoo", _odoo),
        Part("scenario", _scenario),
        Part("chaos", _chaos),
        Part("life", _life),
        Part("ui", _ui),
        Part("runner", _runner, in_all=bool(os.environ.get("CI"))),
        Part("upstream", _upstream, in_all=False),
    )
}

ALONE = ("ui",)
"""Parts that a busy machine upsets: a browser gives up on a page that comes late."""

LONGEST_FIRST = ("odoo", "runner", "chaos", "life", "scenario")


def longest_first(names: list[str]) -> list[str]:
    """Order parts so that two at a time end together: the long ones begin."""
    first = [name for name in (*ALONE, *LONGEST_FIRST) if name in names]
    return [*first, *(name for name in names if name not in first)]

"""A database to measure on, and Odoo's registry in this very process."""

import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from devenv import database, odoo_source, paths, venv
from devenv.process import run_logged

TEST_ADDON = "retail_sync_test"
TEST_ADDONS = paths.ROOT / "tests" / "addons"


@contextmanager
def fresh_database(
    env: Mapping[str, str],
    what: str,
    *,
    test_addon: bool = False,
    template: str | None = None,
) -> Iterator[str]:
    """Give a copy of the template, dropped afterwards."""
    os.environ.update(env)
    name = f"rs_bench_{what}_{os.getpid()}"
    try:
        if template:
            database.copy(template, name)
        else:
            database.copy_template(name)
        if test_addon:
            run_logged(
                [*odoo(name), "-i", TEST_ADDON, "--stop-after-init", "--no-http"],
                f"bench-{what}",
                what="the addon for tests cannot be installed",
            )
        yield name
    finally:
        _forget(name)
        database.drop(name)


def odoo(name: str) -> list[Any]:
    """Return the command that starts Odoo on a database, with the tests' addons."""
    return [
        *(venv.PYTHON, odoo_source.LAUNCHER, "-d", name),
        f"--addons-path={_addons_path()}",
    ]


def _addons_path() -> str:
    import configparser

    conf = configparser.ConfigParser(interpolation=None)
    conf.read(paths.ODOO_CONF)
    return f"{conf['options']['addons_path']},{TEST_ADDONS}"


def registry(name: str) -> Any:
    """Load the database's registry here."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    logging.getLogger("odoo").setLevel(logging.ERROR)
    config.parse_config(
        ["-c", str(paths.ODOO_CONF), "-d", name, f"--addons-path={_addons_path()}"],
        setup_logging=False,
    )
    return Registry(name)


def _forget(name: str) -> None:
    with suppress(ImportError):
        from odoo import sql_db
        from odoo.modules.registry import Registry

        Registry.delete(name)
        sql_db.close_db(name)


@contextmanager
def environment(loaded: Any) -> Iterator[Any]:
    """Give a superuser's environment whose work is committed."""
    from odoo import SUPERUSER_ID, api

    with loaded.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


def seconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(rounds: int, *measures: Callable[[], float]) -> Sequence[float]:
    """Run ``measures`` in turn (A B A B) and return the median of each.

    One round more goes before, and does not count: caches fill, plans are made.
    """
    taken: list[list[float]] = [[] for _ in measures]
    for number in range(rounds + 1):
        for kept, measure in zip(taken, measures, strict=True):
            value = measure()
            if number:
                kept.append(value)
    return [statistics.median(values) for values in taken]

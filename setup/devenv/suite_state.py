"""Databases that keep what people did in them: filled once, updated with the suite."""

import shutil
from pathlib import Path

from . import database, paths
from .console import step


def folder(name: str) -> Path:
    """Return where what belongs to a database is kept beside it."""
    return paths.WORK / "demo" / name


def ensure(name: str, *, is_fresh: bool = False) -> bool:
    """Have database ``name`` with the suite as it is now; return whether it is new.

    A new one counts as there only after :func:`mark`: one whose filling broke off is
    made again.
    """
    known = None if is_fresh else database.made_from(name)
    if known is None:
        with step(f"Making the database {name}"):
            remove(name)
            database.copy_template(name)
            folder(name).mkdir(parents=True)
        return True
    if known != database.suite_digest():
        with step(f"Updating the suite in {name}"):
            database.update(name, database.installable_suite())
            mark(name)
    return False


def mark(name: str) -> None:
    """Note that the database is complete and holds the suite as it is now."""
    database.mark(name, database.suite_digest())


def remove(name: str) -> None:
    """Remove the database and what belongs to it."""
    database.drop(name)
    shutil.rmtree(folder(name), ignore_errors=True)

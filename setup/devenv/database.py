"""Databases: made once, then copied, as installing Odoo takes a minute.

``BASE`` holds the Odoo applications the suite builds on; ``TEMPLATE`` is a copy of it
with the suite installed; ``SMALL`` has no more than the suite asks for. Each carries
the digest of what it was made from as its comment, and is made anew when that changed.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from . import odoo_source, paths, postgres, venv
from .console import Problem, step
from .locking import exclusive
from .process import run_logged, tail

BASE = "rs_base"
TEMPLATE = "rs_template"
SMALL = "rs_small"
BASE_MODULES = (
    "account",
    "mrp",
    "point_of_sale",
    "product_expiry",
    "sale_management",
    "sale_stock",
    "stock_delivery",
)
SMALL_MODULES = ("sale_stock", "stock_delivery")
DROP_ATTEMPTS = 5  # a plain DROP waits up to five seconds by itself
OWN_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()
"""
# Changes to these do not change a database.
UNINSTALLED_PARTS = {"tests", "static", "readme", "__pycache__", "README.rst"}


def query(database: str, statement: str, values: Sequence[Any] = ()) -> list[tuple]:
    """Run one statement outside any transaction and return its rows."""
    import psycopg2

    with closing(psycopg2.connect(dbname=database, **_psycopg_options())) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def _psycopg_options() -> dict[str, str]:
    if postgres.is_given():
        return {}  # libpq reads the PG variables
    libpq = postgres.connection()
    return {"host": libpq["PGHOST"], "port": libpq["PGPORT"], "user": libpq["PGUSER"]}


def exists(name: str) -> bool:
    """Return whether there is a database ``name``."""
    return bool(query("postgres", "SELECT FROM pg_database WHERE datname = %s", [name]))


def drop(name: str) -> None:
    """Remove a database with its files; its sessions are ended."""
    from psycopg2 import errors

    for attempts_left in reversed(range(DROP_ATTEMPTS)):
        try:
            query("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            break
        except errors.InsufficientPrivilege:
            # the server itself cleans up in there, which only a plain DROP may end
            query("postgres", OWN_SESSIONS, [name])
        try:
            query("postgres", f'DROP DATABASE IF EXISTS "{name}"')
            break
        except errors.ObjectInUse:
            if not attempts_left:
                raise
    shutil.rmtree(filestore(name), ignore_errors=True)


def copy(template: str, name: str) -> None:
    """Make database ``name`` as a copy of ``template``, with its files."""
    drop(name)
    query("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    if filestore(template).exists():
        # Odoo never writes into a stored file: links are enough.
        shutil.copytree(filestore(template), filestore(name), copy_function=os.link)


def filestore(name: str) -> Path:
    """Return the folder where Odoo keeps the attachments of a database."""
    return paths.ODOO_DATA / "filestore" / name


def ensure_base() -> str:
    """Have the base database and return its name."""
    return _ensure_odoo(BASE, BASE_MODULES)


def ensure_small() -> str:
    """Have a database with only those of Odoo's modules that the suite needs."""
    return _ensure_odoo(SMALL, SMALL_MODULES)


def _ensure_odoo(name: str, modules: Sequence[str]) -> str:
    digest = _digest([checkout_token(), " ".join(modules).encode()])
    with exclusive(name.removeprefix("rs_")):
        if made_from(name) != digest:
            with step(f"Installing Odoo's modules into {name} (once, about a minute)"):
                drop(name)
                install(name, modules)
                mark(name, digest)
    return name


def ensure_template() -> str:
    """Have a database with the suite of this moment installed; return its name."""
    with exclusive("template"):
        return _template()


def copy_template(name: str) -> None:
    """Make database ``name`` with the suite of this moment installed."""
    with exclusive("template"):
        copy(_template(), name)


def _template() -> str:
    ensure_base()
    digest = suite_digest()
    if made_from(TEMPLATE) != digest:
        with step("Installing the suite into the template database"):
            copy(BASE, TEMPLATE)
            install(TEMPLATE, installable_suite())
            mark(TEMPLATE, digest)
    return TEMPLATE


def installable_suite() -> list[str]:
    """Return what is installed: the suite, and whichever addon it leaves out."""
    return [*paths.SUITE_ADDONS, *paths.suite_addons()]


def install(name: str, modules: Sequence[str]) -> None:
    """Install ``modules`` into a database (made if there is none).

    :raises Problem: when Odoo fails, or leaves out a module it does not know (it then
        ends with exit code 0)
    """
    _load(name, "-i", modules)


def update(name: str, modules: Sequence[str]) -> None:
    """Bring installed ``modules`` up to date with their sources.

    :raises Problem: as :func:`install`
    """
    _load(name, "-u", modules)


def _load(name: str, option: str, modules: Sequence[str]) -> None:
    log = run_logged(
        [venv.PYTHON, odoo_source.LAUNCHER, "-d", name, option, ",".join(modules)]
        + ["--stop-after-init", "--max-cron-threads=0", "--no-http"],
        f"install-{name}",
        what=f"Odoo could not install {', '.join(modules)}",
        remedy="mend what the log says, then start again",
        env=_odoo_environment(),
    )
    missing = sorted(set(modules) - installed_modules(name))
    if missing:
        raise Problem(
            f"Odoo did not install {', '.join(missing)} (full log: {log})",
            "look for 'invalid module names' or an unmet dependency in the log",
            tail(log),
        )


def _odoo_environment() -> dict[str, str]:
    from . import config

    return config.environment()


def installed_modules(name: str) -> set[str]:
    """Return the modules that are installed in a database."""
    rows = query(name, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    return {row[0] for row in rows}


def suite_digest() -> str:
    """Return the digest of all that decides how an installed suite looks."""
    return _digest([checkout_token(), *_suite_sources()])


def checkout_token() -> bytes:
    """Return what tells this checkout's files from another's on the same server."""
    path = paths.WORK / "checkout.token"
    if not path.exists():
        path.write_text(secrets.token_hex(16))
    return path.read_bytes()


def _suite_sources() -> Iterable[bytes]:
    manifests = [paths.ROOT / "__manifest__.py"]
    folders = [paths.ROOT / name for name in paths.suite_addons()]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in sorted(manifests + files):
        relative = path.relative_to(paths.ROOT)
        if not UNINSTALLED_PARTS & set(relative.parts):
            yield str(relative).encode()
            yield path.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def made_from(name: str) -> str | None:
    """Return the digest of what a database was made from; None if it is not there."""
    rows = query(
        "postgres",
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = %s",
        [name],
    )
    return rows[0][0] if rows else None


def mark(name: str, digest: str) -> None:
    """Note what a database was made from."""
    query("postgres", f"COMMENT ON DATABASE \"{name}\" IS '{digest}'")

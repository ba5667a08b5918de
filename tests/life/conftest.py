"""Databases that live through installing, updating and removing the suite."""

import configparser
import os
import random
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from devenv import database, odoo_source, paths, venv

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "chaos")]
# 19.0.1.0.0, the first version that people could have; it has no tag
FIRST_VERSION = "0d6fdfcee9bb708d161bd51e045bd3d08df779b0"
SUITE = "retail_sync"
CORE = "retail_sync_core"
LONGEST_S = 3600


class Life:
    """One database and what is done to it; ``sources`` holds the suite's code."""

    def __init__(self, name):
        self.name = name
        self.sources = ROOT
        self.took_s = {}

    def sql(self, statement, *args):
        """Run one statement and return its rows; it is committed."""
        with closing(psycopg2.connect(dbname=self.name)) as connection:
            connection.autocommit = True
            with connection.cursor() as cr:
                cr.execute(statement, args or None)
                return cr.fetchall() if cr.description else []

    def shell(self, body):
        """Run ``body`` with ``env`` in Odoo's shell; return what it printed."""
        done = self._run(
            *("shell", "-d", self.name, "--no-http", "--log-level=warn"),
            given=f"exec({body!r})\nenv.cr.commit()\nprint('shell ended well')\n",
        )
        assert "shell ended well" in done.stdout, done.stderr[-6000:]
        return done.stdout

    def install(self, *modules):
        """Install the suite, or what is named."""
        self._load("install", "-i", ",".join(modules or (SUITE,)))

    def update(self):
        """Bring the suite up to date with the sources."""
        self._load("update", "-u", CORE)

    def uninstall(self, module=CORE):
        """Remove the suite as the Apps list does: what depends on it goes along."""
        self._timed("uninstall", "module", "uninstall", "-d", self.name, module)

    def db(self, verb, *arguments):
        """Run Odoo's own ``db``: dump, load.

        A server without ``pg_trgm`` is an error in its log, and none in the database.
        """
        done = self._run("db", verb, *arguments)
        assert done.returncode == 0, done.stderr[-6000:]

    def _load(self, what, option, modules):
        self._timed(
            *(what, "-d", self.name, option, modules),
            *("--stop-after-init", "--no-http", "--max-cron-threads=0"),
        )

    def _timed(self, what, *command):
        started = time.monotonic()
        done = self._run(*command)
        self.took_s[what] = time.monotonic() - started
        log = done.stdout + done.stderr
        (paths.LOGS / f"{self.name}-{what}.log").write_text(log)
        assert done.returncode == 0, log[-6000:]
        assert " ERROR " not in log, log[log.index(" ERROR ") - 200 :][:6000]

    def _run(self, *command, given=""):
        return subprocess.run(
            [str(venv.PYTHON), str(odoo_source.LAUNCHER), *command],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
            env={**os.environ, "ODOO_RC": str(self._configuration())},
        )

    def _configuration(self):
        """Return Odoo's configuration with the addons of ``sources``."""
        if self.sources == ROOT:
            return paths.ODOO_CONF
        conf = configparser.ConfigParser(interpolation=None)
        conf.read(paths.ODOO_CONF)
        odoo = [
            folder
            for folder in conf["options"]["addons_path"].split(",")
            if folder not in (str(paths.SETUP), str(paths.ROOT))
        ]
        own = [str(self.sources / "setup"), str(self.sources)]
        conf["options"]["addons_path"] = ",".join([*own, *odoo])
        path = self.sources / "odoo.conf"
        path.touch(mode=0o600)
        with path.open("w") as file:
            conf.write(file)
        return path

    def versions(self):
        """Return {module: version} of the suite's modules that are installed."""
        rows = self.sql(
            """SELECT name, latest_version FROM ir_module_module
                WHERE name LIKE 'retail_sync%' AND state = 'installed'"""
        )
        return dict(rows)


def make_life(template, purpose):
    """Yield a database of its own, copied from ``template``."""
    name = f"rs_life_{purpose}_{os.getpid()}_{random.randrange(10**6)}"
    database.copy(template, name)
    try:
        yield Life(name)
    finally:
        database.drop(name)


def open_shop(life, sandbox, count, then=""):
    """Connect a new shop, bring ``count`` of its orders in, run ``then``."""
    import shop

    sandbox.reset()
    shop.seed(sandbox)
    orders = shop.place(sandbox, count)
    life.shell(
        shop.CONNECT.format(url=sandbox.url)
        + shop.fetching(orders)
        + shop.WORK_OFF
        + then
    )


@pytest.fixture(scope="session")
def first_version(tmp_path_factory):
    """The sources of the first version, out of this clone's history."""
    folder = tmp_path_factory.mktemp("first_version")
    archive = folder / "sources.tar"
    done = subprocess.run(
        ["git", "-C", ROOT, "archive", "-o", archive, FIRST_VERSION],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(
            f"this clone does not hold commit {FIRST_VERSION[:7]} to update from"
            f" (git fetch --unshallow brings it): {done.stderr.strip()}"
        )
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def sandbox():
    """A shop on the loopback address."""
    from sandbox.client import Sandbox
    from sandbox.server import Server

    with Server() as server:
        yield Sandbox(server.url)

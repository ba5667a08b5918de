"""Real Odoo servers on a real database, to be killed."""

import configparser
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from devenv import database, odoo_source, paths, ports, venv

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).resolve().parents[2]
TEST_ADDON = "retail_sync_test"
PATIENCE_S = 120
LOOK_S = 0.05


def wait_until(what, done, seconds=PATIENCE_S):
    """Look until ``done()`` is true and return what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = done()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(LOOK_S)


class Cluster:
    """One database and the Odoo servers that work on it."""

    def __init__(self, name):
        self.name = name
        self.servers = []
        self.logs = paths.LOGS

    # the database
    @contextmanager
    def connection(self, dbname=None):
        connection = psycopg2.connect(dbname=dbname or self.name)
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    def sql(self, statement, *args, dbname=None):
        with self.connection(dbname) as connection, connection.cursor() as cr:
            cr.execute(statement, args or None)
            return cr.fetchall() if cr.description else []

    def shell(self, body, seconds=300):
        """Run ``body`` with ``env`` in Odoo's shell; its work is committed."""
        done = subprocess.run(
            [*self.odoo("shell"), "--no-http", "--log-level=warn"],
            input=f"exec({body!r})\nenv.cr.commit()\nprint('shell ended well')\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        assert "shell ended well" in done.stdout, done.stderr[-4000:]
        return done.stdout

    def odoo(self, *command):
        conf = configparser.ConfigParser(interpolation=None)
        conf.read(paths.ODOO_CONF)
        addons = f"{conf['options']['addons_path']},{ROOT / 'tests' / 'addons'}"
        launcher = [str(venv.PYTHON), str(odoo_source.LAUNCHER), *command]
        return [*launcher, "-d", self.name, f"--addons-path={addons}"]

    # the servers
    def start(self, *, threads=2, http=False, clock_s=0):
        """Start a prefork server; with ``http`` it answers on ``server.port``.

        :param clock_s: how far its own clock is off
        """
        command = [*self.odoo(), f"--max-cron-threads={threads}", "--workers=2"]
        port = ports.free() if http else None
        if http:
            command += [f"--http-port={port}", f"--gevent-port={ports.free()}"]
            command += [f"--db-filter=^{self.name}$"]
        else:
            command += ["--no-http"]
        log = self.logs / f"{self.name}-{len(self.servers)}.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={
                    **os.environ,
                    "ODOO_NOTIFY_CRON_CHANGES": "1",
                    "RETAIL_SYNC_TEST_CLOCK_S": str(clock_s),
                },
            )
        server.port = port
        server.log = log
        self.servers.append(server)
        return server

    def kick_until(self, what, done, seconds=PATIENCE_S):
        """Wait for ``done()``, waking the workers now and then."""
        kicked = 0.0

        def look():
            nonlocal kicked
            if time.monotonic() - kicked > 2:
                kicked = time.monotonic()
                self.kick()
            return done()

        return wait_until(what, look, seconds)

    def wait_for_http(self, server):
        """Wait until the server answers."""
        address = f"http://127.0.0.1:{server.port}/web/login"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def answers():
            try:
                with opener.open(address, timeout=30) as answer:
                    return answer.status == 200
            except OSError:
                return False

        wait_until("the server", answers)

    def kick(self):
        """Let idle workers look now: a cron thread looks first after a minute."""
        self.sql(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC'"
            " WHERE id = ANY (ARRAY("
            "SELECT c.id FROM ir_cron c JOIN retail_sync_slot s ON s.cron_id = c.id"
            " FOR NO KEY UPDATE OF c SKIP LOCKED))"
        )
        with self.connection("postgres") as connection, connection.cursor() as cr:
            cr.execute("SELECT pg_notify('cron_trigger', %s)", [self.name])

    def kill(self, server):
        """kill -9 a server with all its workers at one instant."""
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    def stop_all(self):
        for server in self.servers:
            if server.poll() is None:
                self.kill(server)


@pytest.fixture(scope="session")
def chaos_template():
    """A database with the suite and the test jobs, copied for each test."""
    name = f"rs_chaos_{os.getpid()}"
    database.copy(os.environ["RETAIL_SYNC_TEMPLATE"], name)
    cluster = Cluster(name)
    subprocess.run(
        [*cluster.odoo(), "-i", TEST_ADDON, "--stop-after-init", "--no-http"],
        check=True,
        capture_output=True,
    )
    rows = cluster.sql("SELECT state FROM ir_module_module WHERE name = %s", TEST_ADDON)
    assert rows == [("installed",)]
    yield name
    database.drop(name)


@pytest.fixture(scope="session")
def make_cluster(chaos_template):
    """Return what makes a fresh database; its servers end with it."""

    @contextmanager
    def make():
        name = f"{chaos_template}_{random.randrange(10**6)}"
        database.copy(chaos_template, name)
        made = Cluster(name)
        try:
            yield made
        finally:
            made.stop_all()
            database.drop(name)

    return make


@pytest.fixture(scope="session")
def make_sandbox():
    """Return what makes a shop on the loopback address."""
    from sandbox.client import Sandbox
    from sandbox.server import Server

    @contextmanager
    def make():
        with Server() as server:
            yield Sandbox(server.url)

    return make


@pytest.fixture
def cluster(make_cluster):
    """A fresh database with a live channel; its servers end with the test."""
    with make_cluster() as made:
        yield made


@pytest.fixture
def sandbox(make_sandbox):
    """A shop on the loopback address."""
    with make_sandbox() as made:
        yield made


@pytest.fixture(autouse=True)
def seed(request):
    """Chance that can be repeated: RETAIL_SYNC_SEED, printed when a test fails."""
    value = int(
        os.environ.get("RETAIL_SYNC_SEED") or random.SystemRandom().randrange(10**6)
    )
    random.seed(value)
    sys.stdout.write(f"RETAIL_SYNC_SEED={value}\n")
    return value

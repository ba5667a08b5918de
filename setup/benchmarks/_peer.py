"""OCA's ``queue_job`` in a database and a folder of its own, to be measured beside us.

It is taken from the package index and only run: nothing of it is imported here.
"""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from devenv import database, paths, ports, venv
from devenv.console import Problem, step
from devenv.process import run_logged
from devenv.service import Service

from . import _odoo

FOLDER = paths.WORK / "peer"
ADDONS = FOLDER / "odoo" / "addons"
PACKAGES = paths.SETUP / "requirements-peer.txt"
LOOK_S = 0.01
PATIENCE_S = 300
LEFT = "SELECT count(*) FROM queue_job WHERE state <> 'done'"
# read from a cache: a job that does nothing
ENQUEUE = """
import time
env["queue.job"].search([]).unlink()
env.cr.commit()
for number in range({count}):
    env["res.users"].with_delay().context_get()
env.cr.commit()
print("committed at", time.time())
"""


@dataclass
class Peer:
    """A database with ``queue_job`` installed, and the server that runs its jobs."""

    env: Mapping[str, str]
    name: str

    @classmethod
    @contextmanager
    def on_its_own(
        cls, env: Mapping[str, str], *, wanted: bool
    ) -> Iterator["Peer | None"]:
        """Install it into a database of its own, dropped afterwards."""
        if not wanted:
            yield None
            return
        _fetch()
        base = database.ensure_base()
        with _odoo.fresh_database(env, "peer", template=base) as name:
            peer = cls({**env, "PYTHONPATH": str(FOLDER)}, name)
            run_logged(
                [*peer.odoo(), "-i", "queue_job", "--stop-after-init", "--no-http"],
                "bench-peer-install",
                what="queue_job cannot be installed",
                env=peer.env,
            )
            yield peer

    def odoo(self, *command: str) -> list[Any]:
        """Return the command that starts Odoo with it."""
        ours = _odoo.odoo(self.name)
        program, launcher, *rest = ours
        addons = f"{rest[-1]},{ADDONS}"
        return [program, launcher, *command, *rest[:-1], addons]

    @contextmanager
    def working(self, workers: int) -> Iterator[None]:
        """Have a server that runs so many of its jobs at once."""
        port = ports.free()
        command = [
            *self.odoo(),
            *(f"--http-port={port}", f"--gevent-port={ports.free()}"),
            *("--load=base,web,queue_job", f"--workers={workers}"),
            *(f"--db-filter=^{self.name}$", "--max-cron-threads=0"),
            "--log-level=warn",
        ]
        settings = {
            "ODOO_QUEUE_JOB_CHANNELS": f"root:{workers}",
            "ODOO_QUEUE_JOB_HOST": ports.LOOPBACK,
            "ODOO_QUEUE_JOB_PORT": str(port),
        }
        page = f"http://{ports.LOOPBACK}:{port}/web/login"
        service = Service("bench-peer", command, {**self.env, **settings}, page)
        try:
            service.start()
            yield
        finally:
            service.stop()

    def rate(self, count: int) -> float:
        """Return how many jobs a second it does from their commit on."""
        started = self._enqueue(count)
        return count / (self._until_done() - started)

    def _enqueue(self, count: int) -> float:
        """Append jobs; return when they were committed."""
        done = subprocess.run(
            [str(part) for part in self.odoo("shell")]
            + ["--no-http", "--log-level=error"],
            input=f"exec({ENQUEUE.format(count=count)!r})\n",
            capture_output=True,
            text=True,
            check=False,
            env=_all_of(self.env),
            timeout=PATIENCE_S,
        )
        _before, found, moment = done.stdout.partition("committed at ")
        if not found:
            raise Problem("no jobs for queue_job", "see what it says", done.stderr)
        return float(moment.split()[0])

    def _until_done(self) -> float:
        import psycopg2

        deadline = time.time() + PATIENCE_S
        with closing(psycopg2.connect(dbname=self.name)) as connection:
            connection.autocommit = True
            with connection.cursor() as cr:
                while True:
                    cr.execute(LEFT)
                    if not cr.fetchone()[0]:
                        return time.time()
                    if time.time() > deadline:
                        raise Problem(
                            f"queue_job has jobs left after {PATIENCE_S} s",
                            "see .work/log/bench-peer.log",
                        )
                    time.sleep(LOOK_S)


def _all_of(env: Mapping[str, str]) -> dict[str, str]:
    import os

    return {**os.environ, **env}


def _fetch() -> None:
    """Have the packages in a folder that nothing else looks into."""
    stamp = FOLDER / ".installed"
    wanted = PACKAGES.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step(f"Getting the packages of {PACKAGES.name}"):
        run_logged(
            [venv.PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
            + ["--no-deps", "--upgrade", "--target", FOLDER, "-r", PACKAGES],
            "pip-peer",
            what=f"the packages of {PACKAGES.name} cannot be installed",
            remedy="check that the network reaches your Python package index",
        )
    stamp.write_text(wanted)

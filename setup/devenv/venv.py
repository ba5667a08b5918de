"""The virtual environment ``.work/venv`` and the locked requirements in it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from . import disk, paths
from .console import say, step
from .locking import exclusive
from .process import run_logged

PYTHON = paths.VENV / "bin" / "python"
SETS = ("odoo", "test", "lint")


def enter(*sets: str) -> None:
    """Go on in the virtual environment, with the requirement ``sets`` installed."""
    with exclusive("setup"):
        _ensure_venv()
        for name in sets or ("odoo",):
            _ensure_set(name)
    if Path(sys.prefix).resolve() != paths.VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def _ensure_venv() -> None:
    if PYTHON.exists() and _works():
        return
    disk.require(paths.WORK, 3000)
    with step("Making a virtual environment"):
        run_logged(
            [sys.executable, "-m", "venv", "--clear", paths.VENV],
            "venv",
            what="a virtual environment cannot be made",
            remedy="on Debian: apt-get install python3-venv",
        )


def _works() -> bool:
    done = subprocess.run(
        [PYTHON, "-c", "import pip"], capture_output=True, check=False
    )
    return done.returncode == 0


def _ensure_set(name: str) -> None:
    wanted = paths.SETUP / f"requirements-{name}.txt"
    stamp = paths.VENV / f".installed-{name}"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    with step(f"Installing the Python packages of {wanted.name}"):
        run_logged(
            [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
            + ["--no-deps", "-r", wanted],
            f"pip-{name}",
            what=f"the packages of {wanted.name} cannot be installed",
            remedy="check that the network reaches your Python package index "
            "(pip config list shows which) and that the disk has room",
        )
    stamp.write_text(digest)


def require(name: str) -> None:
    """Install one more requirement set; for a command that is already running."""
    with exclusive("setup"):
        _ensure_set(name)


def tell_python() -> None:
    """Say which Python is used."""
    say(f"Python {sys.version.split()[0]} in {paths.VENV}")

"""Odoo 19.0: from ``ODOO_HOME``, from Debian's package, or from a git checkout."""

import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

from . import debian, disk, paths
from .console import Problem, say, step
from .locking import exclusive
from .process import run_logged

SERIES = "19.0"
GIT_URL = "https://github.com/odoo/odoo.git"  # another one: ODOO_GIT_URL
LIBRARY = Path("usr/lib/python3/dist-packages")
CHECKOUT = paths.WORK / "odoo-git"
PTH = "retail_sync_odoo.pth"
LAUNCHER = paths.VENV / "bin" / "odoo-bin"

# A plain script: started as ``python -m odoo``, prefork cannot start its gevent
# process, as it runs sys.argv[0] again.
LAUNCHER_TEXT = """\
import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
"""


def ensure() -> Path:
    """Have Odoo importable in the virtual environment; return its Python folder."""
    with exclusive("setup"):
        library = _given() or _unpacked() or _cloned()
        _check_version(library)
        site = Path(sysconfig.get_paths()["purelib"])
        _write_if_other(site / PTH, f"{library}\n")
        if str(library) not in sys.path:  # this Python began before the line was there
            sys.path.append(str(library))
        _write_if_other(LAUNCHER, LAUNCHER_TEXT)
    return library


def addons_path(library: Path) -> list[str]:
    """Return the addons folders: the suite, our addons, then Odoo's."""
    own = [str(paths.SETUP), str(paths.ROOT)]
    checkout_addons = library / "addons"
    return own + ([str(checkout_addons)] if checkout_addons.is_dir() else [])


def _given() -> Path | None:
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    library = Path(home).expanduser().resolve()
    if not (library / "odoo" / "release.py").is_file():
        raise Problem(
            f"ODOO_HOME={home} is not a source checkout of Odoo",
            "name the folder that holds odoo/release.py, or unset ODOO_HOME",
        )
    return library


def _unpacked() -> Path | None:
    library = paths.ODOO_TREE / LIBRARY
    if (library / "odoo" / "release.py").is_file():
        debian.mend(paths.ODOO_TREE)
        return library
    if not debian.is_available():
        return None
    try:
        with step("Getting Odoo from Debian's package (about 130 MB)"):
            packages = debian.download()
        with step("Unpacking Odoo (1.2 GB)"):
            _unpack(packages)
    except Problem as problem:
        say(f"    Debian's package is not to be had: {problem.what}")
        return None
    return library


def _unpack(packages: list[Path]) -> None:
    disk.require(paths.WORK, 2000)
    partial = paths.WORK / "odoo.partial"
    shutil.rmtree(partial, ignore_errors=True)
    debian.unpack(packages, partial)
    for stray in ("addons", "doc", "setup"):  # packaging leftovers at the top level
        shutil.rmtree(partial / LIBRARY / stray, ignore_errors=True)
    debian.mend(partial)
    partial.rename(paths.ODOO_TREE)


def _cloned() -> Path:
    if not (CHECKOUT / "odoo" / "release.py").is_file():
        with step(f"Cloning Odoo {SERIES} with git"):
            shutil.rmtree(CHECKOUT, ignore_errors=True)
            run_logged(
                ["git", "clone", "--depth", "1", "-b", SERIES]
                + [os.environ.get("ODOO_GIT_URL") or GIT_URL, CHECKOUT],
                "odoo-git",
                what="Odoo cannot be cloned",
                remedy="check the network; or set ODOO_HOME to a source checkout of "
                f"Odoo {SERIES}, or ODOO_GIT_URL to a mirror",
                env={"GIT_TERMINAL_PROMPT": "0"},
            )
    return CHECKOUT


def _check_version(library: Path) -> None:
    release = (library / "odoo" / "release.py").read_text()
    found = re.search(r"^version_info = \((\d+), (\d+)", release, re.MULTILINE)
    series = ".".join(found.groups()) if found else "unknown"
    if series != SERIES:
        raise Problem(
            f"Odoo in {library} is version {series}, the suite needs {SERIES}",
            f"set ODOO_HOME to a checkout of branch {SERIES}, or unset it",
        )


def _write_if_other(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)

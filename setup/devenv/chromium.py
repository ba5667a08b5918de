"""A browser for the tours."""

import os
import shutil

from .console import Problem, say, step
from .process import run_logged

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a Chromium or Chrome, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> bool:
    """Have a browser; install Debian's where that is possible. Say why not."""
    if find():
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("No Chromium or Chrome here: browser tests are skipped. Install one.")
        return False
    try:
        with step("Installing Debian's chromium for the browser tests"):
            _apt("update")
            _apt("install", "-y", "--no-install-recommends", "chromium")
    except Problem as problem:
        say(f"{problem}\nBrowser tests are skipped.")
    return bool(find())


def _apt(action: str, *arguments: str) -> None:
    run_logged(
        ["apt-get", action, *arguments],
        f"apt-{action}-chromium",
        what=f"apt-get {action} failed",
        remedy="check that the network reaches your Debian mirror",
        env={"DEBIAN_FRONTEND": "noninteractive"},
    )

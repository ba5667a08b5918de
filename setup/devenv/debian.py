"""Debian packages unpacked into a folder of our own; the machine is not changed.

apt runs with lists, cache and sources of its own below the cache folder. The mirror
is the one that the machine's own package sources name.
"""

import shutil
import subprocess
from pathlib import Path

from . import paths
from .console import Problem
from .process import run_logged

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITE = "unstable"  # where odoo-19 is
OLDER_SUITE = "bookworm"  # where Font Awesome is still 4.7, whose files Odoo links to
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    f"fonts-font-awesome/{OLDER_SUITE}",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
)
DEBS = paths.CACHE / "debs"
APT = paths.CACHE / "apt"


def is_available() -> bool:
    """Return whether this machine can get and unpack Debian packages."""
    return all(shutil.which(name) for name in ("apt-get", "dpkg-deb"))


def download() -> list[Path]:
    """Return the packages as files; those of an earlier time are taken again."""
    complete = DEBS / ".complete"
    wanted = "\n".join(PACKAGES)
    if complete.exists() and complete.read_text() == wanted:
        return sorted(DEBS.glob("*.deb"))
    shutil.rmtree(DEBS, ignore_errors=True)
    DEBS.mkdir(parents=True)
    options = _private_apt()
    _apt("update", options)
    _apt("download", [*options, *PACKAGES])
    complete.write_text(wanted)
    return sorted(DEBS.glob("*.deb"))


def unpack(packages: list[Path], target: Path) -> None:
    """Unpack ``packages`` into one tree, where their relative links meet."""
    for package in packages:
        run_logged(
            ["dpkg-deb", "-x", package, target],
            "dpkg-deb",
            what=f"{package.name} cannot be unpacked",
            remedy=f"look for space on the disk, or remove {DEBS} and start again",
        )


def mend(tree: Path) -> None:
    """Put right what the package leaves open; both break every page or browser test.

    Its link to the point of sale's font names an older file of fonts-inconsolata, and
    a script of mail is left out of the package though a bundle names it.
    """
    addons = tree / "usr/lib/python3/dist-packages/odoo/addons"
    font = addons / "point_of_sale/static/src/fonts/Inconsolata.otf"
    now = tree / "usr/share/fonts/opentype/inconsolata/Inconsolata-Regular.otf"
    if not font.exists() and now.exists():
        font.unlink(missing_ok=True)
        shutil.copy(now, font)
    script = addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("/* not in Debian's package; used by video calls only */\n")


def mirror() -> str:
    """Return the archive's address as this machine's package sources have it.

    :raises Problem: when they name none
    """
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(ORIGIN)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    known = [line.split(maxsplit=2) for line in listed if line]
    archives = [
        parts[0]
        for parts in known
        if "security" not in parts[0]
        and ("debian" in parts[0] or parts[-1].strip() == "Debian")
    ]
    if not archives:
        raise Problem("no Debian mirror among this machine's package sources")
    return archives[0]


def _private_apt() -> list[str]:
    for folder in ("lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    address = mirror()
    (APT / "sources.list").write_text(
        "".join(
            f"deb {signed}{address} {suite} main\n" for suite in (SUITE, OLDER_SUITE)
        )
    )
    settings = {
        "Dir::Etc::sourcelist": APT / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::lists": APT / "lists",
        "Dir::Cache": APT / "cache",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
        "APT::Default-Release": SUITE,
    }
    return [
        part for key, value in settings.items() for part in ("-o", f"{key}={value}")
    ]


def _apt(action: str, arguments: list[str]) -> None:
    run_logged(
        ["apt-get", action, *arguments],
        f"apt-{action}",
        what=f"apt-get {action} failed",
        remedy="check that the network reaches your Debian mirror",
        cwd=DEBS,
    )

"""Where things are. Whatever is made here lies below ``WORK`` or ``CACHE``."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "setup"
WORK = ROOT / ".work"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "retail-sync"
VENV = WORK / "venv"
LOGS = WORK / "log"
ODOO_TREE = WORK / "odoo"
ODOO_CONF = WORK / "odoo.conf"
ODOO_DATA = WORK / "data"

CHECKOUT_ID = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
SUITE_ADDONS = ("retail_sync",)


def suite_addons() -> list[str]:
    """Return the names of the suite's addons that this checkout has."""
    return sorted(
        path.parent.name for path in ROOT.glob("retail_sync_*/__manifest__.py")
    )

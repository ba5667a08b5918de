"""Pure tests: the addons' domain/ and adapters/ without Odoo.

The suite's pure files import each other as ``odoo.addons.<module>...``. Where Odoo is
not loaded (``-p no:odoo``), empty packages of these names lead to the folders, and the
addons' own ``__init__`` (models, controllers) is never run.
"""

import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _package(name: str, folder: Path | None = None) -> None:
    package = types.ModuleType(name)
    package.__path__ = [str(folder)] if folder else []
    sys.modules[name] = package
    parent, _dot, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, package)


def _lead_to_pure_code() -> None:
    """Make ``odoo.addons.<module>`` importable without Odoo; do nothing within it."""
    if "odoo" in sys.modules:
        return
    _package("odoo")
    _package("odoo.addons")
    for manifest in sorted(ROOT.glob("*/__manifest__.py")):
        _package(f"odoo.addons.{manifest.parent.name}", manifest.parent)


_lead_to_pure_code()

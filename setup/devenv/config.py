"""Odoo's configuration file and the secrets of this checkout."""

import base64
import os
from pathlib import Path

from . import odoo_source, paths, postgres


def secret_key() -> str:
    """Return the key that encrypts the channels' secrets; made once per checkout."""
    path = paths.WORK / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
    return path.read_text()


def write(library: Path) -> Path:
    """Write ``.work/odoo.conf`` for the server in reach and return its path."""
    paths.ODOO_DATA.mkdir(parents=True, exist_ok=True)
    names = {"PGHOST": "db_host", "PGPORT": "db_port", "PGUSER": "db_user"}
    libpq = postgres.connection()
    options = {
        "addons_path": ",".join(odoo_source.addons_path(library)),
        "data_dir": str(paths.ODOO_DATA),
        **{names[key]: value for key, value in libpq.items() if key in names},
        "http_interface": "127.0.0.1",
        "list_db": "False",
        "without_demo": "True",
        "retail_sync_secret_keys": secret_key(),
    }
    text = "[options]\n" + "".join(f"{k} = {v}\n" for k, v in options.items())
    if not paths.ODOO_CONF.exists() or paths.ODOO_CONF.read_text() != text:
        paths.ODOO_CONF.touch(mode=0o600)
        paths.ODOO_CONF.write_text(text)
    return paths.ODOO_CONF


def environment() -> dict[str, str]:
    """Return what Odoo and its tests need to find in their environment."""
    return {
        **postgres.connection(),
        "ODOO_RC": str(paths.ODOO_CONF),
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
    }

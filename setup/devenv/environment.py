"""All that Odoo needs, in one block."""

from collections.abc import Iterator
from contextlib import contextmanager

from . import config, odoo_source, postgres, venv


@contextmanager
def ready(*sets: str) -> Iterator[dict[str, str]]:
    """Have Python, Odoo, PostgreSQL and a configuration; give Odoo's environment."""
    venv.enter("odoo", *sets)
    library = odoo_source.ensure()
    with postgres.server():
        config.write(library)
        yield config.environment()

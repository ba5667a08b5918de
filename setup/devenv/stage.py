"""The stage on which the demonstration plays: a database, Odoo and the sandbox."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import odoo_source, paths, venv
from .console import Problem

MARK = "RETAIL-SYNC-RESULT "
SHELL_WRAPPER = """
import json as _json
def _main(env, arguments):
{body}
_result = _main(env, _json.loads({arguments!r}))
env.cr.commit()
print("\\n" + {mark!r} + _json.dumps(_result, default=str))
"""


@dataclass(frozen=True)
class Stage:
    """What the demonstration needs to know, and how it reaches Odoo.

    :param is_new: the database was made by this start
    :param is_check: nobody watches; the figures are to be checked and printed
    """

    database: str
    odoo_url: str
    sandbox_url: str
    env: Mapping[str, str]
    is_new: bool
    is_check: bool
    work: Path

    def shell(self, body: str, **arguments: Any) -> Any:
        """Run ``body`` in the stage's database; see :func:`run_in_shell`."""
        return run_in_shell(self.database, body, self.env, **arguments)


def run_in_shell(
    database: str, body: str, env: Mapping[str, str], **arguments: Any
) -> Any:
    """Run ``body`` as a function of (env, arguments) in Odoo's shell.

    What it returns comes back through JSON; its work is committed.

    :raises Problem: when it fails, with its traceback
    """
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    script = SHELL_WRAPPER.format(
        body=indented, arguments=json.dumps(arguments, default=str), mark=MARK
    )
    done = subprocess.run(
        [venv.PYTHON, odoo_source.LAUNCHER, "shell", "-d", database]
        + ["--no-http", "--log-level=warn"],
        input=f"exec({script!r})\n",
        env={**_environment(), **env},
        cwd=paths.SETUP,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode or not found:
        raise Problem(
            f"a script for {database} failed",
            "mend what it says",
            "\n".join(done.stderr.splitlines()[-25:]),
        )
    return json.loads(found[-1].removeprefix(MARK))


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(paths.SETUP)}

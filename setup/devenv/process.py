"""Run other programs: quietly, with a log, and with the reason when they fail."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import paths
from .console import Problem

TAIL_LINES = 25


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """Return the last ``lines`` of a log."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def run_logged(
    command: Sequence[object],
    log_name: str,
    *,
    what: str,
    remedy: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
) -> Path:
    """Run ``command`` with its output in ``.work/log/<log_name>.log``.

    :raises Problem: when it fails, with the end of what it said
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / f"{log_name}.log"
    with log.open("wb") as output:
        try:
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                user=user,
                group=_group_of(user),
                extra_groups=[] if user else None,
                check=False,
            )
        except FileNotFoundError as error:
            raise Problem(f"{what}: {command[0]} is not installed", remedy) from error
    if done.returncode:
        raise Problem(f"{what} (full log: {log})", remedy, tail(log))
    return log


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid


def run_attached(
    command: Sequence[object], env: Mapping[str, str], cwd: Path | None = None
) -> int:
    """Run ``command`` on this terminal and return its exit code.

    Ctrl-C reaches the whole foreground group, so here it is left to the program;
    a SIGTERM for us is handed on, as otherwise only we would end.
    """
    child = subprocess.Popen(
        [str(part) for part in command], env={**os.environ, **env}, cwd=cwd
    )
    with _signals_to(child):
        code = child.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _signals_to(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    def hand_on(signum: int, _frame: object) -> None:
        child.send_signal(signum)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
    }
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)

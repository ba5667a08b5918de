"""A program that runs in the background for as long as we do."""

import ctypes
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence

from . import paths
from .console import Problem, step
from .process import tail

PR_SET_PDEATHSIG = 1
STOP_PATIENCE_S = 15
# Loopback: a proxy of the environment must not see these calls.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
POLL_S = 0.2


class Service:
    """A background program with a log; its session is its own, so that Ctrl-C is ours.

    :param name: for messages and the log ``.work/log/<name>.log``
    :param address: the page that answers once it is ready
    """

    def __init__(
        self,
        name: str,
        command: Sequence[object],
        env: Mapping[str, str],
        address: str,
    ) -> None:
        self.name = name
        self.command = [str(part) for part in command]
        self.env = {**os.environ, **env}
        self.address = address
        self.log = paths.LOGS / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, patience_s: float = 90) -> None:
        """Start it and wait until its page answers.

        :raises Problem: when it ends or stays silent, with the end of its log
        """
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        with step(f"Starting {self.name}"), self.log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - no threads here
            )
            self._wait(patience_s)

    def _wait(self, patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        while not self._answers():
            self.check()
            if time.monotonic() > deadline:
                raise Problem(
                    f"{self.name} does not answer at {self.address} (log: {self.log})",
                    "see what it says",
                    tail(self.log),
                )
            time.sleep(POLL_S)

    def _answers(self) -> bool:
        try:
            with OPENER.open(self.address, timeout=30) as answer:
                return answer.status < 400
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def check(self) -> None:
        """Raise a :class:`Problem` if it has ended by itself."""
        if self.process is not None and self.process.poll() is not None:
            raise Problem(
                f"{self.name} ended with exit code {self.process.returncode}"
                f" (log: {self.log})",
                "see what it says",
                tail(self.log),
            )

    def stop(self) -> None:
        """End it and what it started; by force when it takes too long."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _end_with_parent() -> None:
    """Have the kernel end the child when we are killed (Linux; elsewhere nothing)."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

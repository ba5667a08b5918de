"""Run several parts at the same time, each as a command of its own.

Most parts keep one core busy and wait for PostgreSQL in turn, so two of them take
hardly longer than one. What a part says is kept until it ends and then shown whole.
"""

import re
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .console import say
from .tally import Tally

AT_ONCE = 2
LOOK_EVERY = 0.2
"""Seconds between two looks at what runs."""

LAST_LINE = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?")

Command = Callable[[str], Sequence[object]]


@dataclass
class Run:
    """A part that runs: its process, its log, when it began (monotonic seconds)."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    began: float

    @classmethod
    def start(cls, name: str, command: Sequence[object]) -> "Run":
        """Start a part; all it says goes to ``.work/log/test-<name>.log``."""
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        log = paths.LOGS / f"test-{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        say(f"=== {name} begins (log: {log})")
        return cls(name, process, log, time.monotonic())

    def result(self) -> Tally:
        """Show what the part said, and return its count."""
        text = self.log.read_text(errors="replace").rstrip()
        took = time.monotonic() - self.began
        say(f"\n=== {self.name} ended after {took:.0f} s\n{text}")
        return read(text, self.process.returncode)


def read(text: str, code: int) -> Tally:
    """Return the count that a part printed last; without one it is a failure."""
    last = LAST_LINE.fullmatch(text.rpartition("\n")[2].strip())
    if last is None:
        return Tally(failed=1)
    counted = Tally(*(int(number or 0) for number in last.groups()))
    if code and not counted.failed:
        return counted + Tally(failed=1)
    return counted


def run(names: Sequence[str], command: Command, alone: Container[str] = ()) -> Tally:
    """Run the parts, two at a time and in this order, and add up their counts.

    A part that is named in ``alone`` has the machine for itself.
    """
    waiting, running, total = deque(names), [], Tally()
    with _nothing_left(running):
        while waiting or running:
            while waiting and _has_room(waiting[0], running, alone):
                name = waiting.popleft()
                running.append(Run.start(name, command(name)))
            time.sleep(LOOK_EVERY)
            for ended in [one for one in running if one.process.poll() is not None]:
                running.remove(ended)
                total += ended.result()
    return total


def _has_room(name: str, running: Sequence[Run], alone: Container[str]) -> bool:
    """Return whether a part may begin beside those that run."""
    if name in alone or any(one.name in alone for one in running):
        return not running
    return len(running) < AT_ONCE


@contextmanager
def _nothing_left(running: list[Run]) -> Iterator[None]:
    """End what still runs when we are ended ourselves."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        for one in running:
            one.process.terminate()
        for one in running:
            one.process.wait()

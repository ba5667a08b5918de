"""Locks between the commands of one checkout; a killed holder lets go of its own."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from . import paths


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Hold ``.work/<name>.lock`` alone; wait for whoever has it."""
    paths.WORK.mkdir(exist_ok=True)
    with (paths.WORK / f"{name}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield

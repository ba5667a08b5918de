"""What a person sees while a command works, and how it says what is wrong."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Problem(Exception):
    """Something a person must mend: what is missing, and what to do about it."""

    def __init__(self, what: str, remedy: str = "", details: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        parts = [f"Error: {self.what}"]
        if self.remedy:
            parts.append(f"What to do: {self.remedy}")
        if self.details:
            parts.append("The last lines it said:\n" + _indent(self.details))
        return "\n".join(parts)


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines())


def say(text: str = "") -> None:
    """Tell a person something. Standard error, so that results stay apart."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that ``title`` is being done, and how long it took."""
    started = time.monotonic()
    say(f"==> {title} ...")
    try:
        yield
    except BaseException:
        say(f"    {title}: stopped after {time.monotonic() - started:.1f} s")
        raise
    say(f"    done in {time.monotonic() - started:.1f} s")


def run_command(main: Callable[[list[str]], int]) -> None:
    """Run ``main`` with the command's arguments and leave with its exit code."""
    try:
        code = main(sys.argv[1:])
    except Problem as problem:
        say(str(problem))
        code = 1
    except KeyboardInterrupt:
        say("Interrupted.")
        code = 130
    sys.stdout.flush()
    sys.exit(code)

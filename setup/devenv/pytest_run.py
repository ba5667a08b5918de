"""Run pytest and count, by its own report, what it did."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from . import paths, process, venv
from .tally import Tally

NOTHING_COLLECTED = 5


def run(
    name: str,
    tests: Sequence[Path],
    arguments: Sequence[str],
    env: Mapping[str, str] | None = None,
) -> Tally:
    """Run ``tests`` from the repository's root; the report goes to ``.work/log``."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    report = paths.LOGS / f"pytest-{name}.xml"
    report.unlink(missing_ok=True)
    chosen = [argument for argument in arguments if _is_path(argument)]
    code = process.run_attached(
        [venv.PYTHON, "-m", "pytest", "-q", f"--rootdir={paths.ROOT}"]
        + [f"--config-file={paths.ROOT / 'pyproject.toml'}", f"--junitxml={report}"]
        + [*([] if chosen else tests), *arguments],
        env or {},
        cwd=paths.ROOT,
    )
    return _count(report, code)


def _is_path(argument: str) -> bool:
    path = argument.split("::")[0]
    return not path.startswith("-") and path.endswith(".py") and Path(path).exists()


def _count(report: Path, code: int) -> Tally:
    if not report.exists():
        return Tally(failed=1)
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    total = Tally()
    for suite in suites:
        read = {key: int(suite.get(key, 0)) for key in ("tests", "skipped")}
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        passed = read["tests"] - read["skipped"] - failed
        total += Tally(max(passed, 0), failed, read["skipped"])
    if code not in (0, NOTHING_COLLECTED) and not total.failed:
        total += Tally(failed=1)  # it broke down after the tests
    return total

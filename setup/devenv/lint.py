"""The checks of ``setup/test lint``; each counts as one test."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from . import paths
from .console import Problem, say
from .process import run_logged
from .tally import Tally

BIN = paths.VENV / "bin"
NODE = paths.WORK / "node"
PRETTIER = paths.SETUP / "prettier"
PURE_SKIPPED = r"--ignore-paths=^.*/(static|domain|adapters)/.*$"
PRETTY_ENDINGS = (".xml", ".js", ".scss")
TEXT_ENDINGS = {
    *(".cfg", ".cjs", ".css", ".csv", ".graphql", ".html", ".in", ".js", ".json"),
    *(".md", ".pot", ".py", ".rst", ".scss", ".sh", ".sql", ".toml", ".txt", ".xml"),
    *(".yaml", ".yml", ""),
}


class Unavailable(Exception):
    """A tool that this machine cannot have; its check is skipped."""


def run_lint(arguments: Sequence[str]) -> Tally:
    """Run all checks, or those named; show what each found. "fix" mends first."""
    if "fix" in arguments:
        fix()
        arguments = [name for name in arguments if name != "fix"]
    unknown = sorted(set(arguments) - set(CHECKS))
    if unknown:
        raise Problem(f"no check named {', '.join(unknown)}", f"known: {list(CHECKS)}")
    return sum((_one(name) for name in arguments or CHECKS), Tally())


def _one(name: str) -> Tally:
    try:
        findings = list(CHECKS[name]())
    except Unavailable as reason:
        say(f"{name}: skipped: {reason}")
        return Tally(skipped=1)
    say(f"{name}: " + (f"{len(findings)} findings" if findings else "good"))
    for finding in findings:
        say(f"    {finding}")
    return Tally(failed=1) if findings else Tally(passed=1)


def tracked() -> list[Path]:
    """Return the files git has or would take, links and deleted ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = {paths.ROOT / name for name in listed.split("\0") if name}
    return sorted(path for path in files if path.is_file() and not path.is_symlink())


def _addons() -> list[str]:
    return paths.suite_addons()


def _output_of(*command: object) -> Iterator[str]:
    """Yield the lines of a checker that found something."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        yield from (line for line in lines if line.strip())


def _ruff() -> Iterator[str]:
    check = [BIN / "ruff", "check", "--quiet", "--output-format=concise"]
    yield from _output_of(*check, ".", *_commands())


def _ruff_format() -> Iterator[str]:
    check = [BIN / "ruff", "format", "--check", "--quiet", "--output-format=concise"]
    yield from _output_of(*check, ".", *_commands())


def _commands() -> list[Path]:
    """Return the Python commands in ``setup/``, whose names have no ending."""
    return [
        path
        for path in sorted(paths.SETUP.iterdir())
        if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env python3")
    ]


def _pylint() -> Iterator[str]:
    """pylint-odoo's mandatory set; pure code has no ORM and no translations."""
    rc = paths.ROOT / ".pylintrc-mandatory"
    # a model's parts stand in several small files on purpose
    split = "--disable=consider-merging-classes-inherited"
    options = [f"--rcfile={rc}", "--score=n", "--persistent=n", "--jobs=2", split]
    pure = [path for addon in _addons() for path in _pure_parts(paths.ROOT / addon)]
    if _addons():
        skip = "--ignore-patterns=^testing.*"
        yield from _output_of(BIN / "pylint", *options, skip, PURE_SKIPPED, *_addons())
    if pure:
        off = "--disable=method-required-super,translation-required"
        off += ",prefer-env-translation"  # no environment there: domain/sentence.py
        yield from _output_of(BIN / "pylint", *options, off, *pure)


def _pure_parts(addon: Path) -> list[Path]:
    folders = [addon / name for name in ("domain", "adapters")]
    return [*filter(Path.is_dir, folders), *addon.glob("testing*.py")]


def _oca_module() -> Iterator[str]:
    off = "--disable=xml-header-wrong,xml-field-numeric-without-eval"
    if _addons():
        yield from _output_of(BIN / "oca-checks-odoo-module", off, *_addons())


def _oca_po() -> Iterator[str]:
    files = [path for path in tracked() if path.suffix in (".po", ".pot")]
    if files:
        yield from _output_of(BIN / "oca-checks-po", *files)


def _pretty(option: str) -> Iterator[str]:
    """prettier with plugin-xml over the addons' views, data, scripts and styles."""
    files = [
        path
        for path in tracked()
        if path.suffix in PRETTY_ENDINGS and "static/lib" not in str(path)
    ]
    if files:
        program = prettier()
        plugin = (
            NODE / "node_modules" / "@prettier" / "plugin-xml" / "src" / "plugin.js"
        )
        config = PRETTIER / "prettier.json"
        options = [f"--config={config}", f"--plugin={plugin}", "--log-level=warn"]
        yield from _output_of(program, *options, option, *files)


def _xml() -> Iterator[str]:
    yield from _pretty("--check")


def fix() -> None:
    """Write Python, XML, JavaScript and styles the way the checks want them."""
    for command in (["check", "--fix"], ["format"]):
        for line in _output_of(BIN / "ruff", *command, "--quiet", ".", *_commands()):
            say(line)
    for line in _pretty("--write"):
        say(line)


def prettier() -> Path:
    """Return prettier's program, installed by npm into ``.work``."""
    if not shutil.which("npm"):
        raise Unavailable("npm is not installed (apt-get install npm)")
    program = NODE / "node_modules" / ".bin" / "prettier"
    wanted = (PRETTIER / "package.json").read_text()
    manifest = NODE / "package.json"
    if not program.exists() or manifest.read_text() != wanted:
        NODE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PRETTIER / name, NODE / name)
        try:
            run_logged(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                "npm",
                what="npm cannot install prettier",
                cwd=NODE,
            )
        except Problem as problem:
            raise Unavailable(problem.what) from problem
    return program


def _hygiene() -> Iterator[str]:
    """Line ends, spaces at them, merge marks, links, commands that may run."""
    for path in tracked():
        if path.suffix in TEXT_ENDINGS and "static/lib" not in str(path):
            yield from _untidy(path)
    for path in _commands():
        if not path.stat().st_mode & 0o111:
            yield f"{path.name}: not executable"
    for link in sorted((paths.SETUP / "retail_sync").rglob("*")):
        if link.is_symlink() and not link.exists():
            yield f"{link}: leads nowhere"


def _untidy(path: Path) -> Iterator[str]:
    name = path.relative_to(paths.ROOT)
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        if path.suffix:
            yield f"{name}: not UTF-8"
        return
    if "\r" in text:
        yield f"{name}: has carriage returns"
    if text and not text.endswith("\n"):
        yield f"{name}: no line end at the end"
    if text.endswith("\n\n"):
        yield f"{name}: empty lines at the end"
    if name.name != "LICENSE" and re.search(r"[ \t]+$", text, re.MULTILINE):
        yield f"{name}: spaces at a line's end"
    if re.search(r"^(<{7} |>{7} |={7}$)", text, re.MULTILINE):
        yield f"{name}: a merge conflict"


def _json() -> Iterator[str]:
    for path in tracked():
        if path.suffix == ".json":
            try:
                json.loads(path.read_text())
            except ValueError as error:
                yield f"{path.relative_to(paths.ROOT)}: {error}"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "ruff": _ruff,
    "ruff-format": _ruff_format,
    "pylint-odoo": _pylint,
    "oca-module": _oca_module,
    "oca-po": _oca_po,
    "xml": _xml,
    "json": _json,
    "hygiene": _hygiene,
}

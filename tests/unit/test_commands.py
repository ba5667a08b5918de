"""The commands' own judgement: what counts as passed, what a ratio means."""

import re
import socket
import sys

import pytest
from devenv import (
    debian,
    odoo_runner,
    paths,
    ports,
    pytest_run,
    side_by_side,
    upstream,
)
from devenv.bench import Figure
from devenv.console import Problem
from devenv.parts import longest_first
from devenv.tally import Tally

REPORT = '<testsuite tests="5" failures="1" errors="1" skipped="1"/>'


@pytest.fixture
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "LOGS", tmp_path)
    return tmp_path


def test_parts_add_up():
    assert str(Tally(3, 1) + Tally(2, 0, 4)) == "5 passed, 1 failed, 4 skipped"


def test_pytests_report_is_counted(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(f"<testsuites>{REPORT}</testsuites>")

    assert pytest_run._count(report, 1) == Tally(passed=2, failed=2, skipped=1)


def test_a_run_that_broke_down_is_a_failure(tmp_path):
    assert pytest_run._count(tmp_path / "none.xml", 3) == Tally(failed=1)


def test_a_run_that_broke_down_after_good_tests_is_a_failure(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text('<testsuite tests="2" failures="0" errors="0" skipped="0"/>')

    assert pytest_run._count(report, 3) == Tally(passed=2, failed=1)


def test_a_part_without_tests_is_no_failure(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text('<testsuite tests="0" failures="0" errors="0" skipped="0"/>')

    assert pytest_run._count(report, pytest_run.NOTHING_COLLECTED) == Tally()


def test_odoos_last_result_counts(logs):
    (logs / "odoo-runner.log").write_text(
        "x 0 failed, 0 error(s) of 7 tests when loading database\n"
        "x 1 failed, 2 error(s) of 9 tests when loading database\n"
    )

    assert odoo_runner._count(1, missing=[]) == Tally(passed=6, failed=3)


def test_odoos_runner_takes_a_third_by_a_seed_or_all(monkeypatch):
    files = [f"m/tests/test_{number}.py" for number in range(10)]
    monkeypatch.delenv("RETAIL_SYNC_RUNNER", raising=False)
    taken = set()
    for seed in "12345":
        monkeypatch.setenv("RETAIL_SYNC_SEED", seed)
        chosen = odoo_runner.choose(files)
        assert len(chosen) == 4
        assert chosen == odoo_runner.choose(files)
        taken |= {tuple(chosen)}
    assert len(taken) > 1

    monkeypatch.setenv("RETAIL_SYNC_RUNNER", "full")
    assert odoo_runner.choose(files) == files


def test_a_module_that_odoo_left_out_is_a_failure(logs):
    (logs / "odoo-runner.log").write_text("0 failed, 0 error(s) of 7 tests\n")

    assert odoo_runner._count(0, missing=["retail_sync"]) == Tally(failed=1)


@pytest.mark.parametrize(
    ("higher_is_better", "ratio"), [(True, 0.5), (False, 2.0)], ids=["rate", "duration"]
)
def test_a_higher_ratio_is_better(higher_is_better, ratio):
    figure = Figure("case", 50.0, "unit", 100.0, higher_is_better)

    assert figure.ratio == ratio


def test_none_at_all_is_at_the_floor_of_none():
    assert Figure("case", 0.0, "units", 0.0, higher_is_better=False).ratio == 1.0
    assert Figure("case", 3.0, "units", 0.0, higher_is_better=False).ratio == 0.0


def test_a_taken_port_names_the_variable_to_change():
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()

        with pytest.raises(Problem) as caught:
            ports.claim(other.getsockname()[1], "RETAIL_SYNC_PORT")

    assert "RETAIL_SYNC_PORT" in caught.value.remedy


def test_every_package_is_named_once():
    names = [name.partition("/")[0] for name in debian.PACKAGES]

    assert len(names) == len(set(names))


def test_a_problem_says_what_to_do():
    text = str(Problem("no room", "make room", "disk full"))

    assert text.splitlines() == [
        "Error: no room",
        "What to do: make room",
        "The last lines it said:",
        "    disk full",
    ]


def test_a_test_that_fails_only_with_the_suite_is_a_difference(tmp_path):
    bare, ours = tmp_path / "bare", tmp_path / "ours"
    bare.write_text('["a.T.x", "started"]\n["a.T.x", "passed"]\n["a.T.y", "error"]\n')
    ours.write_text(
        '["a.T.x", "started"]\n["a.T.x (n=1)", "failed"]\n["a.T.x", "passed"]\n'
        '["a.T.y", "error"]\n["a.T.z", "started"]\n'
    )

    found = upstream.compare(upstream.read(bare), upstream.read(ours))

    assert [str(one) for one in found] == [
        "a.T.x: passed without the suite, failed with it",
        "a.T.z: not run without the suite, started with it",
    ]


SAYS = {
    "good": "print('a test'); print('3 passed, 0 failed, 1 skipped')",
    "bad": "print('2 passed, 1 failed'); raise SystemExit(1)",
    "torn": "print('9 passed, 0 failed'); raise SystemExit(137)",
    "mute": "print('Killed')",
}


def test_parts_side_by_side_add_up_and_are_shown_whole(logs, capsys):
    total = side_by_side.run([*SAYS], lambda name: (sys.executable, "-c", SAYS[name]))

    assert total == Tally(passed=14, failed=3, skipped=1)
    shown = capsys.readouterr().err
    assert "=== good ended" in shown
    assert "a test\n3 passed, 0 failed, 1 skipped" in shown


def test_nothing_is_left_running_when_a_part_cannot_start(logs, monkeypatch):
    """The second cannot start; the first, which would wait for ever, is ended."""
    started = []

    def start(name, command, begin=side_by_side.Run.start):
        if started:
            raise Problem("no second")
        started.append(begin(name, command))
        return started[0]

    monkeypatch.setattr(side_by_side.Run, "start", start)
    waits = (sys.executable, "-c", "import signal; signal.pause()")

    with pytest.raises(Problem, match="no second"):
        side_by_side.run(["first", "second"], lambda name: waits)

    assert started[0].process.returncode is not None


def test_a_part_that_wants_the_machine_for_itself_has_it(logs, capsys):
    ends = (sys.executable, "-c", "print('1 passed, 0 failed')")
    names = ["first", "browser", "second", "third"]

    total = side_by_side.run(names, lambda name: ends, alone=("browser",))

    assert total == Tally(passed=4)
    shown = capsys.readouterr().err
    told = re.findall(r"=== (\w+) (begins|ended)", shown)
    at = told.index(("browser", "begins"))
    assert told[at - 1 : at + 2] == [
        ("first", "ended"),
        ("browser", "begins"),
        ("browser", "ended"),
    ]


def test_the_browser_and_long_parts_begin():
    assert longest_first(["lint", "life", "ui", "unit", "odoo"]) == [
        "ui",
        "odoo",
        "life",
        "lint",
        "unit",
    ]

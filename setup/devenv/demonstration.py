"""``setup/run``: bring everything up, let a day of the retailer happen, and look."""

import json
import os
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from . import odoo_source, paths, ports, suite_state, venv
from .console import Problem, say, step
from .environment import ready
from .service import Service
from .stage import Stage

DATABASE = "retail_sync_demo"
LOGIN = "admin"
ODOO_PORT = 8069
SANDBOX_PORT = 8071


def run(*, is_fresh: bool) -> int:
    """Bring the demonstration up and stay until Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    with ready() as env, ExitStack() as stack:
        stage, services = _set_up(stack, env, is_check=False, is_fresh=is_fresh)
        figures = _play(stage)
        figures["seconds"] = round(time.monotonic() - started, 1)
        _show(stage, figures)
        _stay(services)
    return 0


def check() -> int:
    """Do the same on free ports, print the figures as one JSON line and leave.

    :return: 0 only when all was checked and holds
    """
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    figures: dict[str, Any] = {"ok": False}
    try:
        with ready() as env, ExitStack() as stack:
            stage, _services = _set_up(stack, env, is_check=True, is_fresh=True)
            figures = _play(stage)
    except Problem as problem:
        say(str(problem))
        figures["problems"] = [problem.what]
    except Exception as error:  # noqa: BLE001 - the last line must say it is not ok
        say(traceback.format_exc())
        figures["problems"] = [f"{type(error).__name__}: {error}"]
    figures["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(figures, default=str), flush=True)
    return 0 if figures["ok"] is True else 1


def _interrupt(_signum: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _set_up(
    stack: ExitStack, env: dict[str, str], *, is_check: bool, is_fresh: bool
) -> tuple[Stage, list[Service]]:
    name = f"rs_check_{os.getpid()}" if is_check else DATABASE
    odoo_port = _port(ODOO_PORT, "RETAIL_SYNC_PORT", is_check)
    sandbox_port = _port(SANDBOX_PORT, "RETAIL_SYNC_SANDBOX_PORT", is_check)
    if is_check:
        stack.callback(suite_state.remove, name)
    is_new = suite_state.ensure(name, is_fresh=is_fresh)
    stage = Stage(
        database=name,
        odoo_url=f"http://{ports.LOOPBACK}:{odoo_port}",
        sandbox_url=f"http://{ports.LOOPBACK}:{sandbox_port}",
        env=env,
        is_new=is_new,
        is_check=is_check,
        work=suite_state.folder(name),
    )
    sandbox = stack.enter_context(_running(_sandbox(stage, sandbox_port)))
    if is_new:
        _fill(stage)
        suite_state.mark(name)
    odoo = stack.enter_context(_running(_odoo(stage, odoo_port)))
    return stage, [sandbox, odoo]


def _port(usual: int, variable: str, is_check: bool) -> int:
    if is_check:
        return ports.free()
    return ports.claim(int(os.environ.get(variable) or usual), variable)


@contextmanager
def _running(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:
        service.stop()


def _sandbox(stage: Stage, port: int) -> Service:
    """The stand-in of the outside world; its documents outlive it."""
    state = stage.work / "sandbox.json"
    return Service(
        _log_name("sandbox", stage),
        [venv.PYTHON, "-m", "sandbox", "serve", "--port", port, "--state", state],
        {**stage.env, "PYTHONPATH": str(paths.SETUP)},
        stage.sandbox_url,
    )


def _odoo(stage: Stage, port: int) -> Service:
    """Odoo with threads: prefork would need a proxy for the live updates."""
    command = [
        *(venv.PYTHON, odoo_source.LAUNCHER, "-d", stage.database),
        *(f"--http-port={port}", f"--db-filter=^{stage.database}$"),
        *("--max-cron-threads=3", "--limit-time-real-cron=600"),
    ]
    env = {**stage.env, "ODOO_NOTIFY_CRON_CHANGES": "1"}
    page = f"{stage.odoo_url}/web/login"
    return Service(_log_name("odoo", stage), command, env, page)


def _log_name(name: str, stage: Stage) -> str:
    return f"{name}-check" if stage.is_check else name


def _fill(stage: Stage) -> None:
    """Make the demonstration's company, products, stock and channel."""
    import demo

    with step("Filling the demonstration retailer"):
        demo.fill(stage)


def _play(stage: Stage) -> dict[str, Any]:
    """Let the day happen; return its figures, with ``ok`` and ``problems``."""
    import demo

    with step("A day at the retailer's: orders in, stock and shipments out"):
        return demo.play(stage)


def _show(stage: Stage, figures: dict[str, Any]) -> None:
    width = max(map(len, figures))
    say()
    for name, value in figures.items():
        say(f"  {name.replace('_', ' '):<{width}}  {_brief(value)}")
    say(f"\n  Odoo      {stage.odoo_url}   login {LOGIN}, password {LOGIN}")
    say(f"  Sandbox   {stage.sandbox_url}   place, edit, pay and cancel orders here")
    say(f"  Logs      {paths.LOGS}")
    say("  Ctrl-C stops everything.\n")


def _brief(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _stay(services: list[Service]) -> None:
    try:
        while True:
            time.sleep(1)
            for service in services:
                service.check()
    except KeyboardInterrupt:
        say("\nStopping ...")

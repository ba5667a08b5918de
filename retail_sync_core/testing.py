"""The test kit that ships: a transport that answers from a list, a clock that stands.

Partner modules use it for their own adapters; it needs no Odoo.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone

from .adapters.transport import Request, Response

Answer = Response | Exception | Callable[[Request], Response]


class FakeClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 11, 20, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def tick(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.now += timedelta(seconds=seconds)


class FakeTransport:
    """Gives prepared answers in order and remembers what was asked."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        """Return or raise the next answer; an empty list is a test's mistake."""
        self.requests.append(request)
        if not self.answers:
            raise AssertionError(f"unexpected call: {request.operation or request.url}")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Response) else answer(request)


def json_response(data: object, status: int = 200, **headers: str) -> Response:
    """Return an answer with ``data`` as its JSON body."""
    names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    names.setdefault("content-type", "application/json")
    return Response(status=status, headers=names, body=json.dumps(data).encode())

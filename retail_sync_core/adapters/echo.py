"""A post to ourselves, by the way a channel's messages take."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..domain.errors import SyncError
from ..domain.redact import redact
from .transport import Request, Transport

CALL_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of the post.

    :param status: the HTTP status; 0 when there was no answer
    :param location: where the caller was sent on to
    :param problem: why there was no answer: ``certificate``, ``unreachable`` (no
        connection) or ``silent`` (a connection, and no answer)
    :param is_ours: whether the answer held what was posted
    """

    status: int = 0
    location: str = ""
    problem: str = ""
    is_ours: bool = False


def post(transport: Transport, url: str, nonce: str) -> Heard:
    """Post ``nonce`` to ``url`` once, and never raise for what the network does."""
    request = Request(
        method="POST",
        url=url,
        headers={"Content-Type": "application/json"},
        body=json.dumps({"nonce": nonce}).encode(),
        operation="set-up check",
        timeout_s=CALL_S,
    )
    try:
        answer = transport.send(request)
    except SyncError as exc:
        return Heard(problem=_kind(exc))
    return Heard(
        status=answer.status,
        location=redact(answer.headers.get("location", ""))[:200],
        is_ours=answer.status == 200 and nonce.encode() in answer.body,
    )


def _kind(error: SyncError) -> str:
    if "SSL" in str(error) or "CERTIFICATE" in str(error).upper():
        return "certificate"
    return "unreachable" if error.code == "unreachable" else "silent"

"""How a request reaches a channel: one method, so that a test needs no network.

A transport never repeats a request and never logs a body. What a failure means depends
on whether the request may already have changed something (``Request.mutates``).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import requests

from ..domain import errors
from ..domain.redact import redact
from ..domain.sentence import _

CONNECT_S = 5.0
TOTAL_S = 30.0  # engine.md 1: the longest call
BODY_LIMIT = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request.

    :param operation: what it does, in the vendor's word; for time-outs, rates and logs
    :param mutates: whether it may change something over there
    :param idempotent: whether repeating it is harmless (reads, keyed writes)
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    operation: str = ""
    mutates: bool = False
    idempotent: bool = False
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer; header names in lower case.

    :param took_s: from the question to the whole answer (s)
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    took_s: float = 0.0


class Transport(Protocol):
    """Sends one request, once."""

    def send(self, request: Request) -> Response:
        """Return the answer.

        :raises TransientError: when the request surely did not arrive
        :raises InDoubtError: when it may have arrived and would change something
        """
        ...


class HttpTransport:
    """The real network, through ``requests``."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self._session = session or requests.Session()
        self._session.trust_env = False

    def send(self, request: Request) -> Response:
        """Send ``request`` once; see :class:`Transport`."""
        limit_s = min(request.timeout_s, TOTAL_S)
        began = time.monotonic()
        try:
            answer = self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=dict(request.headers),
                timeout=(CONNECT_S, limit_s),
                allow_redirects=False,
                stream=True,
            )
            body = _read(request, answer)
        except requests.ConnectTimeout as exc:
            raise unsent(request, _("no connection in time")) from exc
        except requests.ConnectionError as exc:
            raise lost(request, exc) from exc
        except requests.RequestException as exc:
            raise broken(request, type(exc).__name__) from exc
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(
            status=answer.status_code,
            headers=headers,
            body=body,
            took_s=time.monotonic() - began,
        )


class ReadOnlyTransport:
    """Lets nothing through that may change something over there."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    def send(self, request: Request) -> Response:
        """Send ``request`` if it only reads.

        :raises PermanentError: when it may change something
        """
        if request.mutates:
            raise errors.PermanentError(
                _(
                    "%(operation)s: the channel is only watched",
                    operation=request.operation,
                ),
                code="watched",
            )
        return self._inner.send(request)


def _read(request: Request, answer: requests.Response) -> bytes:
    chunks, size = [], 0
    with answer:
        for chunk in answer.iter_content(65536):
            size += len(chunk)
            if size > BODY_LIMIT and request.mutates:
                raise broken(request, _("the answer is too large"))
            if size > BODY_LIMIT:
                raise errors.PermanentError(
                    _("The answer is too large"), code="too_large"
                )
            chunks.append(chunk)
    return b"".join(chunks)


def unsent(request: Request, why: str) -> errors.TransientError:
    """Return the error for a request that surely did not arrive."""
    return errors.TransientError(f"{request.operation}: {why}", code="unreachable")


def broken(request: Request, why: str) -> errors.SyncError:
    """Return the error for a request that left and got no whole answer."""
    if request.mutates:
        return errors.InDoubtError(f"{request.operation}: {why}", code="no_answer")
    return errors.TransientError(f"{request.operation}: {why}", code="no_answer")


def lost(request: Request, exc: Exception) -> errors.SyncError:
    """Return the error for a lost connection: unsent only when it never stood."""
    text = redact(exc)
    refused = ("NewConnectionError", "NameResolutionError", "Connection refused")
    if any(word in repr(exc) for word in refused):
        return unsent(request, _("no connection"))
    return broken(request, text[:200])


def raise_for_status(request: Request, response: Response) -> None:
    """Raise what an HTTP status outside 2xx means for most channels.

    :raises SyncError: by status; an adapter treats its vendor's peculiarities first
    """
    status, name = response.status, request.operation
    request_id = response.headers.get("x-request-id", "")
    if 200 <= status < 300:
        return
    if status == 429:
        raise errors.ThrottledError(
            _("%(operation)s: the channel asks us to wait", operation=name),
            retry_after_s=retry_after_s(response),
            code="429",
            request_id=request_id,
        )
    refused = _(
        "%(operation)s: the channel refused with %(status)s",
        operation=name,
        status=status,
    )
    if status in (401, 402, 403, 423):
        raise errors.ConfigurationError(
            refused, code=str(status), request_id=request_id
        )
    if status in (404, 410):
        raise errors.MissingError(
            _("%(operation)s: the channel does not find it", operation=name),
            code=str(status),
        )
    if status in (408, 425) or status >= 500:
        raise broken(request, _("the channel answered %(status)s", status=status))
    if status == 409:
        raise errors.ConflictError(
            f"{name}: conflict", code="409", request_id=request_id
        )
    raise errors.PermanentError(refused, code=str(status), request_id=request_id)


def retry_after_s(response: Response, default_s: float = 2.0) -> float:
    """Return the wait that ``Retry-After`` asks for (s), within [0, 3600]."""
    try:
        return min(
            3600.0, max(0.0, float(response.headers.get("retry-after", default_s)))
        )
    except ValueError:
        return default_s


class RedactingFilter(logging.Filter):
    """Keeps tokens out of the HTTP library's own debug log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the message in place; never drop it."""
        record.msg, record.args = redact(record.getMessage()), ()
        return True


for _name in ("urllib3.connectionpool", "requests"):
    logging.getLogger(_name).addFilter(RedactingFilter())

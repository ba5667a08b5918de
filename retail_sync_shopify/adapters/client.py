"""One GraphQL call: what the four layers of Shopify's answer mean for us.

Transport, HTTP status, top-level ``errors`` and, left to the caller, ``userErrors``.
Shopify Admin API, "Status and error codes" and "API rate limits", read 2026-11.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

from odoo.addons.retail_sync_core.adapters.base import Account, RateReading
from odoo.addons.retail_sync_core.adapters.transport import (
    Request,
    Response,
    Transport,
    broken,
    raise_for_status,
)
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from .address import api_version, base_url, shop_domain
from .queries import Document

_logger = logging.getLogger(__name__)

TOO_DEAR = "MAX_COST_EXCEEDED"  # one query may cost 1,000 points, whatever the plan
SHORTEST_WAIT_S = 1.0
LONGEST_WAIT_S = 120.0
MOST_POINTS = 1e9  # of a budget; more is no figure
CLOSED = {
    401: _("Shopify does not accept the access token"),
    402: _("The shop is frozen: its bill is not paid"),
    403: _("Shopify refuses this app"),
    404: _("There is no such shop, or it does not know this API version"),
    423: _("The shop is locked"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, free of top-level errors.

    :param denied: what a missing scope or missing data grant hid, in Shopify's words
    :param at: the channel's clock
    :param asked_at: the same clock when we asked, in whole seconds; all of the seconds
        before it is in what was read
    """

    data: Mapping[str, object]
    denied: tuple[str, ...] = ()
    request_id: str = ""
    at: datetime | None = None
    asked_at: datetime | None = None


class Client:
    """Speaks GraphQL with one shop; remembers the rate and the version that answered.

    :param note_rate: takes a :class:`RateReading` after each answer
    :param note_call: told of each call
    """

    def __init__(
        self,
        account: Account,
        transport: Transport,
        note_rate: Callable[[RateReading], None] = lambda _reading: None,
        note_call: Callable[[], None] = lambda: None,
    ) -> None:
        self.account = account
        self.transport = transport
        self.note_rate = note_rate
        self.version = api_version(account)
        self.answered_version = ""
        self.note_call = note_call
        self.token_refused = False
        self.mutations = 0

    def call(self, document: Document, **variables: object) -> Answer:
        """Return the answer to ``document``.

        :raises SyncError: by layer, see the module; ``userErrors`` are data
        """
        request = self._request(document, variables)
        self.note_call()
        response = self.transport.send(request)
        self.mutations += document.mutates
        self._check_status(request, response)
        payload = _payload(request, response)
        self._note(payload, response)
        request_id = response.headers.get("x-request-id", "")
        denied = _raise_errors(request, payload, request_id)
        _warn_of_search(document, payload)
        return Answer(
            data=payload.get("data") or {},
            denied=denied,
            request_id=request_id,
            at=answered_at(response),
            asked_at=asked_at(response),
        )

    def _request(self, document: Document, variables: Mapping[str, object]) -> Request:
        token = self.account.secret("access_token")
        if not token:
            raise errors.ConfigurationError(
                _("There is no access token. Connect the shop again"), code="no_token"
            )
        body = {
            "query": document.text,
            "operationName": document.name,
            "variables": variables,  # explicit nulls stay: stock needs them
        }
        return Request(
            method="POST",
            url=f"{base_url(self.account)}/admin/api/{self.version}/graphql.json",
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json",
                "X-Shopify-Access-Token": token,
            },
            body=json.dumps(body, separators=(",", ":")).encode(),
            operation=document.name,
            mutates=document.mutates,
            idempotent=document.idempotent or not document.mutates,
        )

    def _check_status(self, request: Request, response: Response) -> None:
        self.token_refused |= response.status == 401
        if response.status in CLOSED:
            raise errors.ConfigurationError(
                CLOSED[response.status],
                code=str(response.status),
                request_id=response.headers.get("x-request-id", ""),
                params={
                    "shop": shop_domain(self.account),
                    "operation": request.operation,
                },
            )
        if 300 <= response.status < 400:
            raise errors.ConfigurationError(
                _(
                    "%(shop)s has moved: enter the shop's own address",
                    shop=shop_domain(self.account),
                ),
                code="moved",
            )
        raise_for_status(request, response)

    def _note(self, payload: Mapping, response: Response) -> None:
        status = throttle_status(payload)
        if status:
            self.note_rate(status)
        version = response.headers.get("x-shopify-api-version", "")
        if version and version != self.version and version != self.answered_version:
            _logger.warning(
                "%s: asked for API version %s, answered by %s",
                shop_domain(self.account),
                self.version,
                version,
            )
        self.answered_version = version or self.answered_version


def is_too_dear(error: errors.SyncError) -> bool:
    """Return whether the query was refused for its cost: ask for less at once."""
    return error.code == TOO_DEAR


def answered_at(response: Response) -> datetime | None:
    """Return the channel's own clock, from the ``Date`` header."""
    try:
        return parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError, TypeError):
        return None


def asked_at(response: Response) -> datetime | None:
    """Return the channel's clock when we asked, in whole seconds."""
    at = answered_at(response)
    return at and (at - timedelta(seconds=response.took_s)).replace(microsecond=0)


def throttle_status(payload: Mapping) -> RateReading | None:
    """Return what the answer says of the budget; None when it does not."""
    status = _cost(payload).get("throttleStatus")
    if not isinstance(status, dict) or "currentlyAvailable" not in status:
        return None
    return RateReading(
        available=_number(status["currentlyAvailable"]),
        capacity=_number(status.get("maximumAvailable")),
        per_s=_number(status.get("restoreRate")),
    )


def throttle_wait_s(payload: Mapping) -> float:
    """Return how long until the refused query fits (s)."""
    status = throttle_status(payload)
    wanted = _number(_cost(payload).get("requestedQueryCost"))
    if not status or not status.per_s:
        return SHORTEST_WAIT_S * 2
    # A bucket that looks full was refused for the shop's sake: wait all the same.
    wait_s = (wanted - status.available) / status.per_s
    return min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, wait_s))


def _number(value: object) -> float:
    """Return a figure of the budget; what is none is nothing: no call fails for it."""
    is_number = isinstance(value, (int, float, Decimal)) and abs(value) < MOST_POINTS
    return float(value) if is_number else 0.0


def _cost(payload: Mapping) -> Mapping:
    extensions = payload.get("extensions")
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    return cost if isinstance(cost, dict) else {}


def _payload(request: Request, response: Response) -> dict:
    try:
        payload = json.loads(response.body, parse_float=Decimal)
    except (ValueError, RecursionError) as exc:
        raise broken(request, "the answer is cut off or no JSON") from exc
    if not isinstance(payload, dict):
        raise broken(request, "the answer is no object")
    return payload


def _raise_errors(
    request: Request, payload: Mapping, request_id: str
) -> tuple[str, ...]:
    """Raise what the top-level errors mean; return the denials that data survived."""
    found = payload.get("errors")
    if not found:
        return ()
    listed = found if isinstance(found, list) else [found]
    by_code: dict[str, list[str]] = {}
    for error in listed:
        by_code.setdefault(_code(error), []).append(_message(error))
    name, told = request.operation, {"request_id": request_id}
    if "THROTTLED" in by_code:
        wait_s = throttle_wait_s(payload)
        raise errors.ThrottledError(
            _("%(operation)s: Shopify asks us to wait", operation=name),
            retry_after_s=wait_s,
            code="THROTTLED",
            **told,
        )
    if TOO_DEAR in by_code:
        raise errors.PermanentError(
            _("%(operation)s: costs too much", operation=name), code=TOO_DEAR, **told
        )
    if "SHOP_INACTIVE" in by_code:
        raise errors.ConfigurationError(
            _("The shop is closed or inactive"), code="SHOP_INACTIVE", **told
        )
    denied = tuple(by_code.pop("ACCESS_DENIED", ()))
    if by_code:
        _raise_rest(request, by_code, request_id)
    data = payload.get("data")
    if not data or all(value is None for value in data.values()):
        raise errors.ConfigurationError(
            f"{name}: {' '.join(denied)[:300]}", code="ACCESS_DENIED", **told
        )
    return denied


def _raise_rest(request: Request, by_code: Mapping, request_id: str) -> None:
    """An error without a code is a document Shopify did not run; others are its own."""
    if set(by_code) == {""}:
        raise errors.PermanentError(
            f"{request.operation}: {' '.join(by_code[''])[:300]}",
            code="bad_document",
            request_id=request_id,
        )
    code = next(code for code in by_code if code)
    error = broken(request, f"answered {code}")
    error.code, error.request_id = code, request_id
    raise error


def _code(error: object) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str((extensions or {}).get("code") or "")


def _message(error: object) -> str:
    return str(error.get("message") if isinstance(error, dict) else error)


def _warn_of_search(document: Document, payload: Mapping) -> None:
    extensions = payload.get("extensions")
    search = extensions.get("search") if isinstance(extensions, dict) else None
    for entry in search or ():
        if isinstance(entry, dict) and entry.get("warnings"):
            _logger.warning(
                "%s: a filter was ignored: %s", document.name, entry["warnings"]
            )

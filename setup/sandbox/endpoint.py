"""The two addresses a connector calls: the token and GraphQL."""

import json
import secrets
import time
import traceback
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
)
from graphql.utilities import get_operation_ast

from . import API_VERSION
from .cost import MAX_QUERY, Bucket, Estimate
from .faults import CALL_KINDS, Fault, Faults
from .graph import Context, granted, resolve, type_of
from .schema import checked, load_schema
from .search import moment
from .store import Store

KEPT_CALLS = 10_000
UNKNOWN_TOKEN = (
    "[API] Invalid API key or access token (unrecognized login or wrong password)"
)
LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"


class Abort(Exception):
    """End the connection instead of answering."""

    def __init__(self, seconds: float = 0, reset: bool = False):
        super().__init__("connection ended by a fault")
        self.seconds = seconds
        self.reset = reset


@dataclass
class Answer:
    """What goes back: a status, a JSON body, headers; ``cut`` halves the text."""

    status: int
    body: dict
    headers: dict[str, str]
    cut: bool = False

    def text(self) -> bytes:
        raw = json.dumps(self.body).encode()
        return raw[: len(raw) // 2] if self.cut else raw


class Endpoint:
    """Answers calls, with faults, costs and a list of what was called."""

    def __init__(self, store: Store, faults: Faults):
        self.store = store
        self.faults = faults
        self.bucket = Bucket(lambda: store.settings)
        self.calls: deque[dict] = deque(maxlen=KEPT_CALLS)
        self.counter = 0

    def token(self, form: dict[str, str]) -> Answer:
        """Give a token for client credentials."""
        fault = self.faults.hit({"token"}, CALL_KINDS)
        call = self._call("token", "token")
        self._before(fault, call)
        settings = self.store.settings
        if form.get("grant_type") != "client_credentials":
            answer = _failure(400, "unsupported_grant_type")
        elif form.get("client_id") != settings["client_id"]:
            answer = _failure(400, "application_cannot_be_found")
        elif form.get("client_secret") != settings["client_secret"]:
            answer = _failure(401, "invalid_client")
        else:
            answer = self._new_token()
        self._after(fault, call, answer)
        return self._done(call, answer)

    def _new_token(self) -> Answer:
        settings, token = self.store.settings, f"shpat_{secrets.token_hex(16)}"
        end = self.store.now() + timedelta(seconds=settings["token_life"])
        with self.store.lock:
            self.store.table("tokens")[token] = end.isoformat()
            self.store.dirty = True
        scope = ",".join(settings["scopes"])
        body = {"access_token": token, "scope": scope}
        return Answer(200, {**body, "expires_in": settings["token_life"]}, {})

    def graphql(self, version: str, token: str | None, raw: bytes) -> Answer:
        """Answer one GraphQL call."""
        try:
            given = json.loads(raw)
            text = given["query"]
        except (ValueError, KeyError, TypeError):
            return _failure(400, "Bad Request")
        document, errors = checked(text)
        operation = document and get_operation_ast(document, given.get("operationName"))
        call = self._call(*_described(operation, given))
        call["variables"] = given.get("variables") or {}
        fault = self.faults.hit(_names(operation, call), CALL_KINDS)
        self._before(fault, call)
        if fault and fault.kind == "expired_token":
            self.store.table("tokens").clear()
            answer = Answer(401, {"errors": UNKNOWN_TOKEN}, {})
        elif not self._known(token):
            answer = Answer(401, {"errors": UNKNOWN_TOKEN}, {})
        elif version != API_VERSION:
            answer = Answer(404, {"errors": "Not Found"}, {})
        elif errors or not operation:
            answer = _document_errors(errors)
        else:
            answer = self._priced(document, operation, call, fault)
        self._after(fault, call, answer)
        return self._done(call, answer)

    def _known(self, token: str | None) -> bool:
        if token in self.store.settings["fixed_tokens"]:
            return True
        end = self.store.table("tokens").get(token)
        return bool(end) and self.store.now() < moment(end)

    def _priced(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        call: dict,
        fault: Fault | None,
    ) -> Answer:
        """Take what the query may cost, run it, give back what it did not use."""
        estimate = Estimate(load_schema(), document, call["variables"])
        requested = call["requested_cost"] = estimate.of(operation)
        if requested > MAX_QUERY:
            return self._refused(
                "MAX_COST_EXCEEDED", f"Query cost is {requested}", call
            )
        if fault and fault.kind == "throttled":
            self.bucket.empty()
        if not self.bucket.take(requested):
            return self._refused("THROTTLED", "Throttled", call)
        if fault and fault.kind == "internal":
            text = "Internal error. Looks like something went wrong on our end."
            return self._refused("INTERNAL_SERVER_ERROR", text, call)
        body, warnings = self._run(document, operation, call)
        actual = min(requested, estimate.of(operation, body.get("data")))
        call["actual_cost"] = actual
        self.bucket.give_back(requested - actual)
        body["extensions"] = {"cost": self._cost(call)}
        if warnings:
            body["extensions"]["search"] = [{"warnings": warnings}]
        return Answer(200, body, {})

    def _run(
        self, document: DocumentNode, operation: OperationDefinitionNode, call: dict
    ) -> tuple[dict, list]:
        context = Context(self.store, granted(self.store.settings["scopes"]))
        with self.store.lock:
            result = execute_sync(
                load_schema(),
                document,
                root_value={},
                context_value=context,
                variable_values=call["variables"],
                operation_name=operation.name.value if operation.name else None,
                field_resolver=resolve,
                type_resolver=type_of,
            )
            body = {"data": result.data}
        call["key"] = " ".join(context.idempotency_keys) or None
        call["replayed"] = context.replayed
        call["user_errors"] = [
            one.get("code") or one["message"] for one in context.user_errors
        ]
        if result.errors:
            body["errors"] = [_formatted(error) for error in result.errors]
        return body, context.warnings

    def _refused(self, code: str, message: str, call: dict) -> Answer:
        extensions = {"code": code}
        if code in ("THROTTLED", "MAX_COST_EXCEEDED"):
            extensions["documentation"] = LIMITS_PAGE
        body = {
            "errors": [{"message": message, "extensions": extensions}],
            "extensions": {"cost": self._cost(call)},
        }
        return Answer(200, body, {})

    def _cost(self, call: dict) -> dict:
        return {
            "requestedQueryCost": call["requested_cost"],
            "actualQueryCost": call.get("actual_cost"),
            "throttleStatus": self.bucket.status(),
        }

    def _before(self, fault: Fault | None, call: dict) -> None:
        if not fault:
            return
        call["fault"] = fault.kind
        _connection_fault(fault, call, "before")
        if fault.kind == "error_before":
            call["outcome"] = f"HTTP {fault.status}, not done"
            raise HttpFault(fault.status)

    def _after(self, fault: Fault | None, call: dict, answer: Answer) -> None:
        if not fault:
            return
        call["outcome"] = _outcome(call, answer)
        _connection_fault(fault, call, "after")
        if fault.kind == "error_after":
            call["outcome"] = f"HTTP {fault.status}, done"
            raise HttpFault(fault.status)
        answer.cut = fault.kind == "truncated"
        if fault.kind == "unknown_enum":
            _replace(answer.body, fault.field, fault.value)

    def _call(self, name: str, kind: str) -> dict:
        self.counter += 1
        call = {
            "seq": self.counter,
            "time": self.store.now().isoformat(timespec="milliseconds"),
            "operation": name,
            "kind": kind,
            "key": None,
            "fault": None,
            "outcome": "no answer",
            "_start": time.monotonic(),
        }
        self.calls.append(call)
        return call

    def _done(self, call: dict, answer: Answer) -> Answer:
        call["status"] = answer.status
        call["outcome"] = _outcome(call, answer)
        call["took_ms"] = round((time.monotonic() - call["_start"]) * 1000, 1)
        return answer

    def listing(self, operation: str | None = None, since: int = 0) -> list[dict]:
        """Give the calls, the oldest first, without what is only ours."""
        return [
            {key: value for key, value in call.items() if key[0] != "_"}
            for call in list(self.calls)
            if call["seq"] > since and operation in (None, call["operation"])
        ]


class HttpFault(Exception):
    """Answer with a bare HTTP error."""

    def __init__(self, status: int):
        super().__init__(f"HTTP {status} by a fault")
        self.status = status


def _described(operation: OperationDefinitionNode | None, given: dict) -> tuple:
    if not operation:
        return given.get("operationName") or "(unreadable)", "query"
    if operation.name:
        return operation.name.value, operation.operation.value
    first = operation.selection_set.selections[0]
    name = getattr(first, "name", None)
    return name.value if name else "(anonymous)", operation.operation.value


def _names(operation: OperationDefinitionNode | None, call: dict) -> set[str]:
    names = {call["operation"]}
    if operation:
        names |= {
            node.name.value
            for node in operation.selection_set.selections
            if hasattr(node, "name")
        }
    return names


def _connection_fault(fault: Fault, call: dict, moment_: str) -> None:
    kind, _sep, when = fault.kind.rpartition("_")
    if when != moment_ or kind not in ("timeout", "drop", "reset"):
        return
    seconds = fault.seconds if kind == "timeout" else 0
    call["outcome"] = f"{kind}, " + ("done" if when == "after" else "not done")
    raise Abort(seconds, reset=kind == "reset")


def _failure(status: int, error: str) -> Answer:
    text = error.replace("_", " ")
    return Answer(status, {"error": error, "error_description": text}, {})


def _document_errors(errors: Iterable[GraphQLError]) -> Answer:
    found = [_formatted(error) for error in errors] or [
        {"message": "An operation name is required."}
    ]
    return Answer(200, {"errors": found}, {})


def _formatted(error: GraphQLError) -> dict:
    """Write an error; a fault of the sandbox itself goes to its log as well."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return dict(error.formatted)
    traceback.print_exception(original)
    return {
        **error.formatted,
        "message": f"Internal error of the sandbox: {original!r}",
        "extensions": {"code": "INTERNAL_SERVER_ERROR"},
    }


def _outcome(call: dict, answer: Answer) -> str:
    if answer.status != 200:
        return f"HTTP {answer.status}"
    errors = answer.body.get("errors")
    if errors:
        codes = [
            one.get("extensions", {}).get("code") or one["message"] for one in errors
        ]
        return "errors: " + ", ".join(dict.fromkeys(codes))
    if call.get("user_errors"):
        return "user errors: " + ", ".join(dict.fromkeys(call["user_errors"]))
    return "replayed" if call.get("replayed") else "ok"


def _replace(value: object, key: str, new: object) -> None:
    """Put a value under each such key. It goes past the schema on purpose."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == key:
                value[name] = new
            else:
                _replace(part, key, new)
    elif isinstance(value, list):
        for part in value:
            _replace(part, key, new)

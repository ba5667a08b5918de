"""The sandbox as a WSGI application."""

import socket
import struct
import threading
import traceback
import uuid
from collections.abc import Callable, Iterable

from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import (
    API_VERSION,
    SANDBOX_HEADER,
    fields_fulfilment,  # noqa: F401  it registers fields
    fields_returns,  # noqa: F401  it registers fields and mutations
    moves,  # noqa: F401  it registers mutations
    pickups,  # noqa: F401  it registers a mutation
    refunds,  # noqa: F401  it registers a mutation
)
from .control import Control
from .endpoint import Abort, Answer, Endpoint, HttpFault
from .faults import Faults
from .page import render
from .store import Refused, Store
from .webhooks import Opener, Webhooks

# What a description with a missing key or a wrong value ends in.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
MAX_BODY = 16 * 1024 * 1024
URLS = Map(
    [
        Rule("/admin/oauth/access_token", endpoint="token", methods=["POST"]),
        Rule("/admin/api/<version>/graphql.json", endpoint="graphql", methods=["POST"]),
        Rule("/sandbox/<path:path>", endpoint="control"),
        Rule("/", endpoint="page", methods=["GET"]),
    ]
)


class App:
    """Routes requests; holds the shop, its faults, calls and webhooks."""

    def __init__(self, store: Store | None = None, opener: Opener | None = None):
        self.store = store or Store()
        self.faults = Faults()
        self.endpoint = Endpoint(self.store, self.faults)
        self.webhooks = Webhooks(self.store, self.faults, opener)
        self.control = Control(self)
        self.closing = threading.Event()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MAX_BODY
        try:
            response = self.dispatch(request)
        except Abort as abort:
            self.closing.wait(abort.seconds)
            hang_up(environ, abort.reset)
            raise ConnectionAbortedError("hung up by a fault") from abort
        except HTTPException as error:
            response = error.get_response(environ)
        response.headers[SANDBOX_HEADER] = "1"
        return response(environ, start_response)

    def dispatch(self, request: Request) -> Response:
        name, arguments = URLS.bind_to_environ(request.environ).match()
        try:
            return getattr(self, f"on_{name}")(request, **arguments)
        except HttpFault as fault:
            text = f"{fault.status} by a fault of the sandbox\n"
            return Response(text, status=fault.status)
        except Refused as refusal:
            return to_response(Answer(422, {"error": str(refusal)}, {}))

    def on_token(self, request: Request) -> Response:
        given = request.form
        if request.is_json:
            given = request.get_json(silent=True) or {}
        return to_response(self.endpoint.token(given))

    def on_graphql(self, request: Request, version: str) -> Response:
        token = request.headers.get("X-Shopify-Access-Token")
        answer = self.endpoint.graphql(version, token, request.get_data())
        answer.headers["X-Shopify-API-Version"] = API_VERSION
        answer.headers["X-Request-ID"] = str(uuid.uuid4())
        answer.headers["Date"] = http_date(self.store.now())
        return to_response(answer)

    def on_control(self, request: Request, path: str) -> Response:
        # Other sites' pages cannot send this content type unasked.
        if request.method != "GET" and not request.is_json:
            return to_response(Answer(415, {"error": "Send application/json."}, {}))
        body = request.get_json(silent=True) if request.get_data() else {}
        if body is None:
            return to_response(Answer(400, {"error": "The body is not JSON."}, {}))
        try:
            body = self.control(request.method, path, body, request.args.to_dict())
        except MALFORMED as error:
            traceback.print_exception(error)
            text = f"The sandbox does not understand this: {error!r}"
            return to_response(Answer(422, {"error": text}, {}))
        return to_response(Answer(200, body, {}))

    def on_page(self, _request: Request) -> Response:
        with self.store.lock:
            return Response(render(self), mimetype="text/html")

    def stop(self) -> None:
        """Let go of held connections, stop the webhooks, save the shop."""
        self.closing.set()
        self.webhooks.stop()
        self.store.save()


def make_app(store: Store | None = None, opener: Opener | None = None) -> App:
    """Give the WSGI application over a shop.

    :param opener: called as ``opener(delivery, timeout)`` instead of the network;
        webhooks are delivered once ``app.webhooks.start()`` was called
    """
    return App(store, opener)


def to_response(answer: Answer) -> Response:
    response = Response(
        answer.text(), status=answer.status, mimetype="application/json"
    )
    response.headers.extend(answer.headers)
    return response


def hang_up(environ: dict, reset: bool) -> None:
    """Close the connection under the server, with a reset if asked for."""
    connection = environ.get("werkzeug.socket")
    if connection is None:
        return
    if reset:
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        socket.close(connection.detach())
    else:
        connection.shutdown(socket.SHUT_RDWR)

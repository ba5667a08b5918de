"""Run the sandbox on a loopback port, in this process."""

import sys
import threading
import time
from contextlib import suppress

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import App, make_app
from .schema import load_schema
from .store import Store

LOOPBACK = "127.0.0.1"
SAVE_EVERY = 1.0


class Handler(WSGIRequestHandler):
    """Quiet, and at peace with connections that a fault has closed."""

    def log(self, type_: str, message: str, *arguments) -> None:
        if type_ == "error":
            print(f"sandbox: {message % arguments}", file=sys.stderr)

    def connection_dropped(
        self, error: BaseException, environ: dict | None = None
    ) -> None:
        self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()


class Server:
    """A running sandbox.

    >>> with Server() as server:                               # doctest: +SKIP
    ...     Sandbox(server.url).place_order(lines=[{"sku": "A"}])

    :param port: 0 takes a free one
    """

    def __init__(self, store: Store | None = None, port: int = 0):
        load_schema()
        self.app: App = make_app(store)
        self.http = make_server(
            LOOPBACK, port, self.app, threaded=True, request_handler=Handler
        )
        self.http.daemon_threads = True
        self.port = self.http.server_port
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.threads: list[threading.Thread] = []

    @property
    def store(self) -> Store:
        return self.app.store

    def start(self) -> "Server":
        self.app.webhooks.start()
        for target in (self._serve, self._keep_saved):
            thread = threading.Thread(target=target, daemon=True)
            thread.start()
            self.threads.append(thread)
        return self

    def stop(self) -> None:
        self.app.stop()
        self.http.shutdown()
        self.http.server_close()

    def _serve(self) -> None:
        self.http.serve_forever(poll_interval=0.1)

    def _keep_saved(self) -> None:
        """Save now and then, the more seldom the longer it takes."""
        pause = SAVE_EVERY
        while not self.app.closing.wait(pause):
            start = time.monotonic()
            self.store.save()
            pause = max(SAVE_EVERY, 20 * (time.monotonic() - start))

    def __enter__(self) -> "Server":  # noqa: PYI034  Self comes with Python 3.11
        return self.start()

    def __exit__(self, *_error) -> None:
        self.stop()

"""Start the sandbox: ``python setup/sandbox/serve.py --port 8071``."""

import argparse
import signal
import sys
import threading
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sandbox.defaults import PLANS
from sandbox.schema import SchemaError
from sandbox.server import Server
from sandbox.store import Refused, Store


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8071, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="file that keeps the shop")
    parser.add_argument("--shop", default="demo-shop", help="the shop's handle")
    parser.add_argument("--client-id", help="the app's id, sandbox-client if not given")
    parser.add_argument("--client-secret", help="sandbox-secret if not given")
    parser.add_argument("--plan", choices=sorted(PLANS), help="standard if not given")


def serve(options: argparse.Namespace) -> int:
    """Serve until a signal comes.

    :return: the exit code
    """
    try:
        store = Store(options.shop, options.state)
    except Refused as refusal:
        print(f"The sandbox cannot start: {refusal}", file=sys.stderr)
        return 1
    for key in ("client_id", "client_secret", "plan"):
        if getattr(options, key):
            store.settings[key] = getattr(options, key)
    try:
        server = Server(store, options.port)
    except (SchemaError, OSError) as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)
        return 1
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_arguments: end.set())
    with server:
        domain = store.data["shop"]["myshopifyDomain"]
        print(f"Sandbox of {domain} at {server.url} (no real shop)", flush=True)
        end.wait()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    return serve(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())

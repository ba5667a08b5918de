"""Free ports on the loopback interface."""

import socket

from .console import Problem

LOOPBACK = "127.0.0.1"


def free() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def claim(port: int, variable: str) -> int:
    """Return ``port`` if nobody has it.

    :raises Problem: when it is taken; ``variable`` is how to name another
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise Problem(
                f"port {port} is taken by another program",
                f"stop it (ss -ltnp shows it), or set {variable} to a free port",
            ) from error
    return port

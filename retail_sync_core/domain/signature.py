"""Signatures on raw bytes, compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign_hmac_sha256(body: bytes, secret: str) -> str:
    """Return the base64 signature of ``body``."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def verify_hmac_sha256(
    body: bytes, received: str | None, secrets: Iterable[str]
) -> bool:
    """Return whether ``received`` (base64) signs ``body`` with one of ``secrets``.

    ``body`` is the raw bytes, never the parsed JSON. Several secrets are at work while
    one is being rotated; an empty secret never signs.
    """
    given = (received or "").encode()
    valid = False
    for secret in secrets:
        if secret:
            valid |= hmac.compare_digest(sign_hmac_sha256(body, secret).encode(), given)
    return valid and bool(given)

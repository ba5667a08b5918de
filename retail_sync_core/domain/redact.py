"""Secrets and personal data out of anything that is logged or stored."""

from __future__ import annotations

import re

MASK = "***"
SECRET_NAMES = (
    "access_token",
    "api_key",
    "apikey",
    "authorization",
    "client_secret",
    "cookie",
    "password",
    "refresh_token",
    "secret",
    "signature",
    "token",
    "x-shopify-access-token",
    "x-shopify-hmac-sha256",
)
_NAMES = "|".join(re.escape(name) for name in SECRET_NAMES)
# name=value in URLs and forms, "name": "value" in JSON, Name: value in headers
_PAIR = re.compile(
    rf"(?i)(\b[\w-]*(?:{_NAMES})[\"']?\s*[=:]\s*)"
    r"(?:\"[^\"]*\"|'[^']*'|(?:bearer\s+|basic\s+)?[^\s\"'&,;}]+)"
)
_TOKEN = re.compile(r"\b(?:shp[a-z]{2}_[0-9A-Za-z]{8,}|gAAAA[\w-]{20,}=*)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def redact(text: object, known: tuple[str, ...] = ()) -> str:
    """Return ``text`` without secrets and e-mail addresses.

    :param known: secret values of the account at hand, masked wherever they stand
    """
    clean = str(text)
    for value in known:
        if value and len(value) >= 4:
            clean = clean.replace(value, MASK)
    clean = _TOKEN.sub(MASK, clean)
    clean = _PAIR.sub(lambda found: found.group(1) + MASK, clean)
    return _EMAIL.sub(MASK, clean)

"""What can go wrong with a channel, named by what to do next.

* SyncError                 message, code (the vendor's), request_id
  + TransientError          try again later, back off
    - ThrottledError        try again in ``retry_after_s``; the attempt is not counted
    - MissingError          not there (yet): transient for some minutes, then data
  + InDoubtError            it may have happened: read back before anything else
  + ConflictError           they changed it meanwhile: plan again from what is true now
  + DataError               this document cannot be mapped: park it, go on with others
  + ConfigurationError      nothing works until a person mends the account
  + PermanentError          refused for good

The engine alone decides what an error means (``domain/retry.py``); adapters only raise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# codes of errors that no kind of call is to blame for: none came as far as the channel
UNREACHED = frozenset(("unreachable", "no_token"))


class SyncError(Exception):
    """Something went wrong while talking to a channel.

    :param message: one English sentence for the log: what happened, to what
    :param code: the vendor's own code, or ours where the vendor has none
    :param request_id: the vendor's id of the conversation, to quote to their support
    :param params: what a person's sentence is made of (ids and names, never secrets)
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        request_id: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.request_id = request_id
        self.params = MappingProxyType(dict(params or {}))


class TransientError(SyncError):
    """The channel did not answer or could not; nothing was done there."""


class ThrottledError(TransientError):
    """The channel asked us to wait."""

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float,
        code: str = "",
        request_id: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, code=code, request_id=request_id, params=params)
        self.retry_after_s = retry_after_s


class MissingError(TransientError):
    """What was asked for is not there, or not there yet."""


class InDoubtError(SyncError):
    """The request left and no answer came: the effect may have happened."""


class ConflictError(SyncError):
    """The channel's record is not what we compared with."""


class DataError(SyncError):
    """A document cannot be mapped until a person mends data.

    :param kind: the kind of issue this becomes (``unknown_sku``, ``unknown_tax``...)
    :param field: what in the document is meant, in a person's words
    :param value: its value as the channel gave it
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str = "data",
        field: str = "",
        value: str = "",
        code: str = "",
        request_id: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, code=code, request_id=request_id, params=params)
        self.kind = kind
        self.field = field
        self.value = value


class ConfigurationError(SyncError):
    """The account does not let us in: wrong secret, missing scope, frozen shop."""


class PermanentError(SyncError):
    """The channel refused for good; repeating changes nothing."""

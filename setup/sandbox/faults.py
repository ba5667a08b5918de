"""Switchable faults: which call fails, how, and how often.

A fault is asked for by kind and by the operation it is for, and is used up by the
calls it hits.
"""

import threading
from dataclasses import asdict, dataclass, field

from .store import Refused

CALL_KINDS = {
    "timeout_before": "no answer within the time-out, and nothing was done",
    "timeout_after": "no answer within the time-out, but it was done",
    "drop_before": "connection closed without an answer, nothing was done",
    "drop_after": "connection closed without an answer, but it was done",
    "reset_before": "connection reset, nothing was done",
    "reset_after": "connection reset, but it was done",
    "error_before": "HTTP error (status, default 502), nothing was done",
    "error_after": "HTTP error (status, default 502), but it was done",
    "throttled": "THROTTLED with an empty bucket",
    "internal": "INTERNAL_SERVER_ERROR in errors, nothing was done",
    "truncated": "it was done, the JSON of the answer is cut in half",
    "expired_token": "401, all tokens given so far are void",
    "unknown_enum": "the answer has an unknown value (field, value)",
}
WEBHOOK_KINDS = {
    "webhook_duplicate": "delivered twice with the same ids",
    "webhook_late": "delivered after `seconds`",
    "webhook_reordered": "held back until the next one was delivered",
    "webhook_lost": "never delivered",
    "webhook_unsigned": "delivered with a wrong signature",
}
KINDS = {**CALL_KINDS, **WEBHOOK_KINDS}
MAX_HOLD = 120


@dataclass
class Fault:
    """One fault and how many calls it still hits.

    :param operation: the document's operation name, a root field, ``token`` for the
        token endpoint, a webhook topic, or ``*``
    :param skip: how many matching calls pass before it starts
    """

    kind: str
    operation: str = "*"
    times: int = 1
    skip: int = 0
    seconds: float = 35.0
    status: int = 502
    field: str = "displayFinancialStatus"
    value: str = "FROZEN_NEW"
    id: int = 0


@dataclass
class Faults:
    """The faults that wait for their calls."""

    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    counter: int = 0

    def add(self, given: dict) -> Fault:
        """Add a fault from its JSON.

        :raises Refused: when the kind or an option is unknown
        """
        if given.get("kind") not in KINDS:
            raise Refused(f"Unknown fault {given.get('kind')!r}.")
        try:
            fault = Fault(**{k: v for k, v in given.items() if k != "id"})
        except TypeError as error:
            raise Refused(str(error)) from error
        fault.seconds = min(float(fault.seconds), MAX_HOLD)
        with self.lock:
            self.counter += 1
            fault.id = self.counter
            self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        with self.lock:
            self.waiting = []

    def listing(self) -> list[dict]:
        with self.lock:
            return [asdict(fault) for fault in self.waiting]

    def hit(self, names: set[str], kinds: dict[str, str]) -> Fault | None:
        """Give the fault for a call and use it up once."""
        with self.lock:
            for fault in self.waiting:
                if fault.kind not in kinds or fault.operation not in {*names, "*"}:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

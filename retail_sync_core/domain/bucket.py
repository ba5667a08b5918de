"""A rate budget as a value: points that come back with time."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: ``capacity`` and ``tokens`` in points, times in s."""

    capacity: float
    per_s: float
    tokens: float
    at_s: float

    def refilled(self, now_s: float) -> Bucket:
        """Return the bucket as it is at ``now_s``; time never runs backwards."""
        gained = max(0.0, now_s - self.at_s) * self.per_s
        return replace(
            self,
            tokens=min(self.capacity, self.tokens + gained),
            at_s=max(self.at_s, now_s),
        )

    def take(self, cost: float, now_s: float) -> Bucket | None:
        """Return the bucket less ``cost``, or None when that is not there yet."""
        full = self.refilled(now_s)
        return replace(full, tokens=full.tokens - cost) if full.tokens >= cost else None

    def wait_s(self, cost: float, now_s: float) -> float:
        """Return how long until ``cost`` can be taken; 0 when it can now."""
        missing = min(cost, self.capacity) - self.refilled(now_s).tokens
        return max(0.0, missing / self.per_s) if self.per_s else 0.0

    def corrected(
        self, tokens: float, now_s: float, capacity: float = 0, per_s: float = 0
    ) -> Bucket:
        """Return the bucket as the channel itself reports it; 0 keeps what we knew."""
        return Bucket(capacity or self.capacity, per_s or self.per_s, tokens, now_s)

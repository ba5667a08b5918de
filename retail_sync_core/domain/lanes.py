"""When a lane of work is behind: by how much waits, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

BELOW = 0.8  # how far it must fall before it is over: no card that comes and goes


@dataclass(frozen=True, slots=True)
class Limits:
    """What may wait in a lane; 0: any number, or any time.

    :param depth: pieces of work that are due
    :param age_s: how long the oldest of them has been due (s)
    """

    depth: int = 0
    age_s: float = 0.0

    def are_passed(self, depth: int, age_s: float, *, before: bool = False) -> bool:
        """Return whether the lane is behind.

        :param before: whether it was until now: it is over only well below the limits
        """
        share = BELOW if before else 1.0
        too_many = bool(self.depth) and depth > self.depth * share
        too_long = bool(self.age_s) and age_s > self.age_s * share
        return too_many or too_long

"""How often a client may ask: token buckets, which limit a burst and a rate. Pure."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

REQUESTS_PER_S: Final = 50.0
REQUEST_BURST: Final = 200
"""What a client of the HTTP service may ask in the long run, and in one go."""

MOST_CLIENTS: Final = 1024
"""Clients remembered; whoever has not asked for longest is forgotten, and so begins with a full bucket."""


@dataclass(slots=True)
class Bucket:
    """Holds up to `size` tokens, and gains `rate_per_s` of them a second; times are seconds of any clock."""

    rate_per_s: float
    size: float
    level: float
    at_s: float

    def take(self, now_s: float, cost: float = 1.0) -> bool:
        """Takes `cost` tokens, if there are so many; returns whether there were."""
        self._fill(now_s)
        if self.level < cost:
            return False
        self.level -= cost
        return True

    def spend(self, cost: float, now_s: float) -> float:
        """Takes `cost`, which is known only afterwards; returns how long (s) to take nothing more.

        The debt is limited to `size`, so that an unexpected cost does not block everything for long.
        """
        self._fill(now_s)
        self.level = max(-self.size, self.level - cost)
        return max(0.0, -self.level) / self.rate_per_s

    def _fill(self, now_s: float) -> None:
        self.level = min(self.size, self.level + (now_s - self.at_s) * self.rate_per_s)
        self.at_s = now_s


class Buckets:
    """How often each client may ask: one bucket an address."""

    def __init__(self, rate_per_s: float, burst: int) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, client: str, now_s: float, cost: float) -> bool:
        """Whether `client` may ask now for what counts as `cost` requests."""
        bucket = self._buckets.setdefault(client, Bucket(self._rate_per_s, self._burst, self._burst, now_s))
        self._buckets.move_to_end(client)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return bucket.take(now_s, cost)

"""How often a client may ask: a token bucket for each address."""

from collections import OrderedDict

from legato.service.token_bucket import Bucket

MOST_CLIENTS = 1024
"""Addresses remembered; whoever has not asked for longest is forgotten, and so begins with a full bucket."""


class Buckets:
    """One bucket an address."""

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

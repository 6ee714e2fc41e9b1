"""The settings of access: tokens, host names, bounds; `access.py` decides by them, `rate_limit.py` has the rate."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from legato.service.rate_limit import REQUEST_BURST, REQUESTS_PER_S


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on concurrent connections, requests in progress, and listeners."""

    connections: int = 400
    requests: int = 64
    listeners: int = 200

    @classmethod
    def within(cls, descriptors: int) -> Self:
        """The highest limits for this many `descriptors`: one per connection, and one per request for a file it reads.

        Listeners and requests leave at least a quarter of the connections idle, and idle ones can be closed for others.
        """
        most = cls()
        connections = min(most.connections, descriptors * 4 // 5)
        return cls(connections, min(most.requests, max(1, connections // 4)), min(most.listeners, connections // 2))


@dataclass(frozen=True, slots=True)
class Rules:
    """The access rules of the service.

    With a `token`, every client has to send it; the `guest_token` only permits watching and stopping. `hosts` are the
    names under which the service may be reached, besides IP addresses and `localhost`; otherwise the browser would let
    in a page whose own name resolves to this computer. A client may make `rate_per_s` requests a second, and `burst`
    in one go. `panel` is the folder served at `/`. With the `secret` the service proves its identity, see `proof`.
    """

    token: str | None = None
    guest_token: str | None = None
    hosts: frozenset[str] = frozenset()
    rate_per_s: float = REQUESTS_PER_S
    burst: int = REQUEST_BURST
    bounds: Bounds = field(default_factory=Bounds)
    panel: Path | None = None
    secret: str | None = None

"""Who may ask the service, under which names, and how often."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many clients there may be at the same time: their connections, the requests in hand, and those who listen."""

    connections: int = 400
    requests: int = 64
    listeners: int = 200

    @classmethod
    def within(cls, descriptors: int) -> Self:
        """The most that do with so many `descriptors`: one a connection, and one a request, for a file that it reads.

        Whoever listens or asks leaves at least a quarter of the connections to those that wait, and so can give way.
        """
        most = cls()
        connections = min(most.connections, descriptors * 4 // 5)
        return cls(connections, min(most.requests, max(1, connections // 4)), min(most.listeners, connections // 2))


@dataclass(frozen=True, slots=True)
class Rules:
    """What guards the service.

    With a `token`, every client has to send it; the `guest_token` lets one watch, and stop. `hosts` are the names under
    which the service may be reached, beside plain addresses and `localhost`: a page that has its own name point here
    would otherwise be let in by the browser. A client may ask `rate_per_s` times a second for ever, and `burst` times
    at once. `panel` is the folder behind `/`. With the `secret` the service proves itself, see `proof`.
    """

    token: str | None = None
    guest_token: str | None = None
    hosts: frozenset[str] = frozenset()
    rate_per_s: float = 50.0
    burst: int = 200
    bounds: Bounds = field(default_factory=Bounds)
    panel: Path | None = None
    secret: str | None = None

"""Who may ask the service, under which names, and how often."""

from dataclasses import dataclass
from pathlib import Path


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
    most_requests: int = 64
    most_listeners: int = 200
    panel: Path | None = None
    secret: str | None = None

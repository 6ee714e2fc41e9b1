"""uvicorn, with bounds that it does not have by itself: nobody holds a connection without asking anything."""

import asyncio
import socket
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 10.0
"""How long the head of a request may take."""

MOST_CONNECTIONS: Final = 400
"""Beyond this, the connection that has been waiting longest makes room: there is always one for an emergency stop."""

MAX_HEAD: Final = 16 * 1024
MAX_MESSAGE: Final = 64 * 1024


class BoundedProtocol(H11Protocol):
    """HTTP on one connection, which is closed if a request does not arrive in time."""

    _deadline: asyncio.TimerHandle | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is being answered here."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.is_waiting:
            self._unwatch()
        elif self._deadline is None:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._deadline = self.loop.call_later(HEAD_S, self._give_up)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        # After an upgrade the connection is a WebSocket's, which has pings of its own.
        if self.is_waiting and self.transport.get_protocol() is self:
            self.transport.close()

    @property
    def due_s(self) -> float:
        """When the request here must be complete; a connection that is kept for another one may go at any time."""
        return self._deadline.when() if self._deadline else 0.0

    def _make_room(self) -> None:
        others = [c for c in self.connections if isinstance(c, BoundedProtocol) and c is not self]
        # One that has made room already is still there until the loop's next turn.
        waiting = [c for c in others if c.is_waiting and not c.transport.is_closing()]
        first = min(waiting, key=lambda connection: connection.due_s, default=None)
        if first is not None:
            first.transport.abort()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at this address, for `uvicorn.Server.serve`; raises OSError.

    It names TCP: asyncio sends at once only on sockets that do, and without that every body waits for the other end to
    acknowledge its head, which takes that end 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def config(app: ASGIApp, host: str, port: int, **more: Any) -> uvicorn.Config:
    """How uvicorn serves `app`; `more` goes to it as it is (TLS files)."""
    return uvicorn.Config(
        app,
        host,
        port,
        http=BoundedProtocol,
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        ws_ping_interval=10.0,
        ws_ping_timeout=10.0,
        ws_per_message_deflate=False,
        lifespan="on",
        h11_max_incomplete_event_size=MAX_HEAD,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=2,
        **more,
    )

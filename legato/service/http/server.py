"""uvicorn, with limits that it lacks: a connection without a request is closed."""

import asyncio
from functools import partial
from typing import Any, Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from legato.service.http.listening_socket import ASKING, CLOSING, HEAD_S, LISTENING, WAITING, ListeningSocket, Rank

MAX_HEAD: Final = 16 * 1024
MAX_MESSAGE: Final = 64 * 1024


class BoundedProtocol(H11Protocol):
    """HTTP on one connection, which is closed if a request does not arrive in time."""

    _deadline: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, listening: ListeningSocket, **more: Any) -> None:
        super().__init__(*args, **more)
        self._listening = listening

    @property
    def is_waiting(self) -> bool:
        """Whether no request is in progress."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def rank(self) -> Rank:
        """When this connection may be closed for another one; an idle keep-alive connection may be at any time."""
        if self.transport.is_closing():
            return CLOSING, 0.0
        if self.is_waiting and self._is_http:
            return WAITING, self._deadline.when() if self._deadline else 0.0
        # A response that has started and continues is a stream.
        return LISTENING if not self._is_http or self.cycle.response_started else ASKING, 0.0

    def hang_up(self) -> None:
        """Closes the connection, even if data is still to be sent."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()
        self._listening.serve(transport.get_extra_info("socket").fileno(), self)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.is_waiting:
            self._unwatch()
        elif self._deadline is None:
            self._watch()

    def shutdown(self) -> None:
        """The service is shutting down and does not wait for incomplete requests."""
        if self.conn.their_state is h11.SEND_BODY:
            self.transport.close()
        else:
            super().shutdown()

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
        if self.is_waiting and self._is_http:
            self.transport.close()

    @property
    def _is_http(self) -> bool:
        """False after an upgrade: a WebSocket has its own pings."""
        return self.transport.get_protocol() is self


def config(app: ASGIApp, listening: ListeningSocket, **more: Any) -> uvicorn.Config:
    """uvicorn's configuration to serve `app` on `listening`; `more` is passed on to it (TLS files)."""
    return uvicorn.Config(
        app,
        http=partial(BoundedProtocol, listening=listening),  # type: ignore[arg-type] # called as a class would be
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

"""The listening socket for clients: limits the number of connections, and still admits the next client.

That client may want an emergency stop. If all connections are taken, or no file descriptor is left, an idle connection
is closed. asyncio's own reaction to a full table is to log, to try again for each waiting client, and to come back in
a second.
"""

import asyncio
import errno
import logging
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

_LOG = logging.getLogger(__name__)

HEAD_S: Final = 10.0
"""How long the TLS handshake and the head of a request may take together."""

AT_ONCE: Final = 16
"""How many connections are closed in one loop iteration at most; it is a quarter of them if there are few."""

RIPE: Final = 4
"""Loop iterations after which a connection may be closed: by then the data its client had sent has been read."""

_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Rank = tuple[int, float]
"""The order of closing: connections that are closing already, then those waiting for a request, by their deadline.

Only if there are none of these, one that gets a stream and, last of all, one that waits for its response.
"""

CLOSING: Final = 0
WAITING: Final = 1
LISTENING: Final = 2
ASKING: Final = 3


class Server(Protocol):
    """What serves a connection."""

    @property
    def rank(self) -> Rank: ...

    def hang_up(self) -> None:
        """Closes the descriptor in the loop's next iteration, whatever is still to be sent."""


@dataclass(slots=True, eq=False)
class _Accepted:
    """A connection; it has no server before its TLS handshake is complete."""

    socket: socket.socket
    turn: int
    due_s: float
    server: Server | None = None

    @property
    def rank(self) -> Rank:
        return (WAITING, self.due_s) if self.server is None else self.server.rank

    def hang_up(self) -> None:
        if self.server is not None:
            self.server.hang_up()
            return
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class ListeningSocket(socket.socket):
    """Listens on an address, for `uvicorn.Server.serve`; asyncio calls `accept` until it would block.

    Its protocol is explicitly TCP: asyncio sets TCP_NODELAY only on such sockets, and without it every body waits for
    the other end to acknowledge the head, which takes 40 ms.
    """

    def __init__(self, host: str, port: int, most: int) -> None:
        """Listens, for up to `most` connections at the same time; raises OSError."""
        super().__init__(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._most = most
        self._turn = 0
        self._accepted: dict[int, _Accepted] = {}
        """By descriptor; closed ones are removed when space is needed, or when their number is reused."""
        self._spare: int | None = None
        self._has_failed = False
        try:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.bind((host, port))
            self.listen()
            self._reserve()
        except OSError:
            self.close()
            raise
        self.setblocking(False)

    def serve(self, descriptor: int, server: Server) -> None:
        """Records that `server` now serves the connection with this descriptor."""
        if descriptor in self._accepted:
            self._accepted[descriptor].server = server

    def accept(self) -> tuple[socket.socket, object]:
        """The next client; raises BlockingIOError if none waits, or there is no room before the next iteration."""
        self._reserve()
        if not self._has_room():
            raise self._next_turn()
        try:
            caller, address = super().accept()
        except BlockingIOError:
            self._turn += 1
            raise
        except OSError as error:
            if error.errno not in _EXHAUSTED:
                raise
            caller, address = self._accept_with_nothing_left(error)
        due_s = asyncio.get_running_loop().time() + HEAD_S
        self._accepted[caller.fileno()] = _Accepted(caller, self._turn, due_s)
        return caller, address

    def close(self) -> None:
        """Stops listening."""
        self._release()
        super().close()

    def _has_room(self) -> bool:
        """Whether there is room for one more; if not, closes some idle connections."""
        if len(self._accepted) >= self._most:
            self._forget()
        if len(self._accepted) < self._most:
            return True
        _LOG.warning("all %d connections are in use; closing idle ones", self._most)
        self._give_way(max(1, min(AT_ONCE, self._most // 4)))
        return False

    def _forget(self) -> None:
        """Removes closed connections."""
        self._accepted = {number: one for number, one in self._accepted.items() if one.socket.fileno() >= 0}

    def _give_way(self, count: int) -> None:
        idle = [one for one in self._accepted.values() if one.rank[0] <= WAITING]
        ripe = [one for one in idle or self._accepted.values() if one.turn + RIPE <= self._turn]
        for accepted in sorted(ripe, key=lambda one: (one.rank, one.turn))[: count if idle else 1]:
            accepted.hang_up()

    def _accept_with_nothing_left(self, error: OSError) -> tuple[socket.socket, object]:
        """Accepts the client on the spare descriptor or, in the next iteration, on that of a closed connection.

        Raises BlockingIOError, or `error` if no connection can be closed: asyncio then comes back in a second.
        """
        self._forget()
        self._give_way(1)
        if self._spare is not None:
            self._release()
            with suppress(OSError):
                return super().accept()
        # Raised only once: asyncio calls again for each waiting client, and would log each time.
        self._has_failed = not (self._accepted or self._has_failed)
        if self._has_failed:
            raise error
        _LOG.warning("no file descriptor is left (%s); closing an idle connection", error.strerror)
        raise self._next_turn()

    def _next_turn(self) -> BlockingIOError:
        self._turn += 1
        return BlockingIOError(errno.EAGAIN, "not before the loop's next iteration")

    def _reserve(self) -> None:
        if self._spare is None:
            with suppress(OSError):
                self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def _release(self) -> None:
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

"""The socket that listens for clients: there are never more connections than may be, and the next caller is let in.

That one may want an emergency stop. Where all connections are taken, or the system has no descriptor left, one that
asks for nothing gives way. asyncio's own answer to a full table is to log, to try again for each caller that waits, and
to come back in a second.
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
"""How long the head of a request may take, and a TLS handshake before it."""

AT_ONCE: Final = 16
"""Connections that give way in one turn of the loop, where there are many; with fewer it is a quarter of them."""

RIPE: Final = 4
"""Turns after which a connection may give way: by then what its caller had sent has been read."""

_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Rank = tuple[int, float]
"""Who gives way first: what is closing already, then what waits for a request, by the loop time at which it is due.

Only where nobody else is there, one that is told something on and on, and at last one that waits for its answer.
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
        """Has the descriptor closed with the loop's next turn, whatever is still to be sent."""


@dataclass(slots=True, eq=False)
class _Accepted:
    """A connection; nobody serves it before its TLS handshake is over."""

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
    """Listens at an address, for `uvicorn.Server.serve`; asyncio calls `accept` until it would block.

    It names TCP: asyncio sends at once only on sockets that do, and without that every body waits for the other end to
    acknowledge its head, which takes that end 40 ms.
    """

    def __init__(self, host: str, port: int, most: int) -> None:
        """Listens, for up to `most` connections at the same time; raises OSError."""
        super().__init__(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._most = most
        self._turn = 0
        self._accepted: dict[int, _Accepted] = {}
        """By descriptor; one that is closed is forgotten when there is no room, or when its number comes again."""
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
        """From now on `server` serves the connection with this descriptor."""
        if descriptor in self._accepted:
            self._accepted[descriptor].server = server

    def accept(self) -> tuple[socket.socket, object]:
        """The next caller; raises BlockingIOError where nobody waits, or there is no room before the next turn."""
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
        """Listens no more."""
        self._release()
        super().close()

    def _has_room(self) -> bool:
        """Whether there is room for one more; where not, some give way."""
        if len(self._accepted) >= self._most:
            self._forget()
        if len(self._accepted) < self._most:
            return True
        _LOG.warning("all %d connections are taken; those that ask for nothing give way", self._most)
        self._give_way(max(1, min(AT_ONCE, self._most // 4)))
        return False

    def _forget(self) -> None:
        """Forgets what is closed."""
        self._accepted = {number: one for number, one in self._accepted.items() if one.socket.fileno() >= 0}

    def _give_way(self, count: int) -> None:
        idle = [one for one in self._accepted.values() if one.rank[0] <= WAITING]
        ripe = [one for one in idle or self._accepted.values() if one.turn + RIPE <= self._turn]
        for accepted in sorted(ripe, key=lambda one: (one.rank, one.turn))[: count if idle else 1]:
            accepted.hang_up()

    def _accept_with_nothing_left(self, error: OSError) -> tuple[socket.socket, object]:
        """The caller in the place of the spare descriptor, or in the next turn in that of somebody who gives way.

        Raises BlockingIOError, or `error` where nobody has anything to give: asyncio then comes back in a second.
        """
        self._forget()
        self._give_way(1)
        if self._spare is not None:
            self._release()
            with suppress(OSError):
                return super().accept()
        # Raised once: asyncio goes on asking for each caller that waits, and would log as often.
        self._has_failed = not (self._accepted or self._has_failed)
        if self._has_failed:
            raise error
        _LOG.warning("no descriptor is left (%s); a connection that asks for nothing gives way", error.strerror)
        raise self._next_turn()

    def _next_turn(self) -> BlockingIOError:
        self._turn += 1
        return BlockingIOError(errno.EAGAIN, "not before the next turn of the loop")

    def _reserve(self) -> None:
        if self._spare is None:
            with suppress(OSError):
                self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def _release(self) -> None:
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

"""Connecting to a device, at first and after a loss: opens the port, shakes hands, and insists on the same device."""

from collections.abc import Awaitable, Callable

from legato.controller.link.connection import Connection
from legato.controller.link.handshake import Greeting, Known, insist_on_same, next_status, shake_hands
from legato.controller.link.host_messages import EStop
from legato.controller.ports.port import Port
from legato.controller.session.tasks import Tasks


class Connector:
    """Opens ports with `opener`; `connection_on` makes a connection of one, whose receive loop is then one of `tasks`.

    With `stop_first` the device gets an emergency stop before anything else.
    """

    def __init__(
        self,
        opener: Callable[[], Awaitable[Port]],
        connection_on: Callable[[Port], Connection],
        tasks: Tasks,
        known: Known,
        *,
        stop_first: bool,
    ) -> None:
        self.greeting: Greeting | None = None
        """What the device said of itself when it was met last."""
        self.meeting: Connection | None = None
        """The connection on which hands are being shaken, so that a stop can reach it, too."""
        self.stop_first = stop_first
        self._opener = opener
        self._connection_on = connection_on
        self._tasks = tasks
        self._known = known

    async def connect(self, *, clear_fault: bool, keep_fault: bool) -> tuple[Connection, Greeting]:
        """A connection to a device that is ready to arm, and what it said.

        Raises what opening and `shake_hands` raise, and AnotherDevice.

        A device that was lost has not only to answer, but also to report how it stands.
        """
        connection = self._connection_on(await self._opener())
        self.meeting = connection
        self._tasks.spawn(connection.receive(), "receive")
        try:
            if self.stop_first:
                connection.send_urgently(EStop())
            greeting = await shake_hands(connection, self._known, clear_fault=clear_fault, keep_fault=keep_fault)
            if self.greeting is not None:
                insist_on_same(self.greeting.welcome, greeting.welcome)
                await next_status(connection)
            if connection.loss is not None:
                raise connection.loss
        except BaseException:
            await connection.close()
            raise
        finally:
            self.meeting = None
        self.stop_first = False
        self.greeting = greeting
        return connection, greeting

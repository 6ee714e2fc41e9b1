"""A connection that is kept: made, watched over, found again after a loss, and never left with a device under pressure.

One task group holds the named loops (receive, heartbeat, feed); one funnel, `_lost`, takes every failure of the line.
"""

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from legato.controller.errors import AnotherDevice, ControllerError, DeviceFaulted, Misuse
from legato.controller.isolation import Complaints, complain, every
from legato.controller.link import firmware_version, wire_names
from legato.controller.link.debug_text import Chatter
from legato.controller.link.device_messages import Status
from legato.controller.link.endpoint import Received
from legato.controller.link.handshake import Greeting, Known, insist_on_same, next_status, shake_hands
from legato.controller.link.host_messages import EStop
from legato.controller.link.line import Line
from legato.controller.link.traffic import Traffic
from legato.controller.ports.port import Port
from legato.controller.session.event_bus import Hub
from legato.controller.session.events import Connected, Event, Evidence, Fault, Found, Lost, Notice, Outcome
from legato.controller.session.hold_tracker import Holds, alone
from legato.controller.session.phase import Phase
from legato.controller.session.player import Player
from legato.controller.session.reconnect import keep_trying
from legato.controller.session.safe_shutdown import AT_REST, vented
from legato.profiles.device import Device

RECONNECT_S: Final = 30.0


class Connection(ABC):
    """A device behind a port that `opener` opens, kept until the block is left; what it says goes to `_on_message`."""

    def __init__(
        self,
        opener: Callable[[], Awaitable[Port]],
        rng: random.Random,
        *,
        known: Known | None = None,
        clear_fault: bool = False,
        keep_fault: bool = False,
        stop_first: bool = False,
        reconnect_s: float = RECONNECT_S,
        waits: bool = False,
    ) -> None:
        self.events = Hub[Event]()
        self.traffic = Traffic()
        self._opener = opener
        self._rng = rng
        self._known: Known = {} if known is None else known
        self._clear_fault = clear_fault
        self._keep_fault = keep_fault
        self._stop_first = stop_first
        self._reconnect_s = reconnect_s
        self._waits = waits
        self._tasks = asyncio.TaskGroup()
        self._loops: set[asyncio.Task[None]] = set()
        self._line: Line | None = None
        self._meeting: Line | None = None
        """The line on which hands are being shaken."""
        self._greeting: Greeting | None = None
        self._player: Player | None = None
        self._holds = Holds()
        self._complaints = Complaints()
        self.beside = alone
        """What a device that plays together with this one still has to rest, by session time: both go on as one."""
        self._kick = asyncio.Event()
        self._chatter = Chatter(lambda told: self.events.publish(Notice(told)))
        self._fed_s = 0.0
        self.status: Status | None = None
        """What the device has told last of how it stands."""
        self._fault_number: int | None = None
        self.left_at_rest = True
        """Whether what was under way when this was left has ended by the device's own word."""

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        try:
            self._spawn(self._feed_loop(), "feed")
            await self._connect(clear_fault=self._clear_fault, keep_fault=self._keep_fault)
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._vent()
        finally:
            await self._leave()

    @property
    def device(self) -> Device:
        """What the connected device says it is."""
        return self._met.device

    # Connecting, losing, finding.

    async def _connect(self, *, clear_fault: bool = False, keep_fault: bool = False) -> None:
        """Opens the port and shakes hands; on success the line is the session's.

        A device that was lost has not only to answer, but also to tell how it stands.
        """
        line = Line(await self._opener(), self.traffic, self._on_message, self._lost, self._chatter)
        self._meeting = line
        self._spawn(line.receive(), "receive")
        try:
            if self._stop_first:
                line.post(EStop())
            greeting = await shake_hands(line, self._known, clear_fault=clear_fault, keep_fault=keep_fault)
            if self._greeting is not None:
                insist_on_same(self._greeting.welcome, greeting.welcome)
                await next_status(line)
            if line.loss is not None:
                raise line.loss
        except BaseException:
            await line.close()
            raise
        finally:
            self._meeting = None
        self._stop_first = False
        self._fed_s = line.heard_s
        self._line, self._greeting, self.status, self._fault_number = line, greeting, greeting.faulted, None
        self._spawn(line.heartbeat(lambda: self._fed_s), "heartbeat")
        self.events.publish(Connected(greeting.device.name, greeting.welcome.version, greeting.welcome.boot_id))
        if difference := firmware_version.difference(greeting.welcome):
            self.events.publish(Notice(f"{difference}; {firmware_version.renewal(greeting.welcome)}"))
        if greeting.faulted is not None:
            self.events.publish(Fault(wire_names.fault(greeting.faulted.fault_code), None, {}))

    @property
    def is_connected(self) -> bool:
        """Whether the device is there, as far as is known."""
        return self._line is not None and self._line.loss is None

    @property
    def has_obeyed(self) -> bool:
        """Whether the device is there, and has told how it stands since it took every stop that went out on this line.

        That is enough: what it told before a loss counts no more, and where a stop is owed the next session begins
        with `stop_first`.
        """
        return self._line is not None and self._line.loss is None and not self._line.link.owes_stop

    def cut_off(self) -> None:
        """Puts an emergency stop on the line, also on one where hands are still being shaken.

        Where there is none it goes out first of all on the next. Asks nobody, and records nothing.
        """
        self._stop_first = not self.is_connected
        for line in (self._line, self._meeting):
            if line is not None:
                line.post(EStop())

    def _lost(self, line: Line, error: ControllerError) -> None:
        """The one way to lose the device, whatever failed."""
        if line is not self._line:
            return
        link = line.link
        evidence: Evidence = {"bad_frames": link.bad_frames, "resent": self.traffic.resent, "lost": link.lost}
        self.events.publish(Lost(str(error), evidence))
        if self._player is not None:
            self._player.lost()
        self._spawn(self._find_again(line), "reconnect")

    async def _find_again(self, line: Line) -> None:
        await line.close()
        try:
            await keep_trying(self._connect, self._rng, self._reconnect_s, self._not_yet)
        except DeviceFaulted as fault:
            self._give_up(Outcome("device_fault", str(fault)))
        except AnotherDevice as stranger:
            self._give_up(Outcome("link_lost", str(stranger)))
        except Exception as error:
            # Whatever it was, be it memory or a thread that was wanting: the run is over, and says so.
            self._give_up(Outcome("link_lost", f"not found again within {self._reconnect_s:g} s: {error}"))
        else:
            if self._player is not None:
                self._player.found(self._connected)
            self.events.publish(Found(self.device.name, 0 if self._player is None else self._player.session_ms))

    def _not_yet(self, error: Exception) -> None:
        self.events.publish(Notice(f"not back yet: {error}"))

    def _give_up(self, outcome: Outcome) -> None:
        if self._player is not None:
            self._player.give_up(outcome)

    # The loops, and leaving.

    async def _feed_loop(self) -> None:
        """One turn for every word of the device; the heartbeat goes on only while this does."""
        while True:
            await self._kick.wait()
            self._kick.clear()
            self._fed_s = asyncio.get_running_loop().time()
            if self._player is not None:
                self._player.pump()

    def _spawn(self, job: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = self._tasks.create_task(job, name=name)
        self._loops.add(task)
        task.add_done_callback(self._loops.discard)
        return task

    async def _vent(self) -> None:
        """Does not leave before the device is at rest: softly, or else at once."""
        line = self._line
        if self._player is None or not (self._is_playing or self._is_under_way):
            return
        self.left_at_rest = False
        if line is None:
            return
        try:
            self._player.stop("the session was left")
        finally:
            self.left_at_rest = await vented(line)

    async def _leave(self) -> None:
        """Ends the loops, then closes the port: also where this is cancelled, which must not leave a loop behind."""
        line, self._line = self._line, None
        for task in list(self._loops):
            task.cancel()
        end = Outcome("link_lost", "the session was left before the device had confirmed that it is at rest")
        complain("the end of a run", every([partial(self._give_up, end), self.events.close]))
        try:
            await self._tasks.__aexit__(None, None, None)
        finally:
            if line is not None:
                await line.close()

    @property
    def _is_playing(self) -> bool:
        return self._player is not None and self._player.phase is not Phase.OVER

    @property
    def _is_under_way(self) -> bool:
        """Whether the device has told last that it is not at rest."""
        return self.status is not None and self.status.state not in AT_REST

    @property
    def _connected(self) -> Line:
        if self._line is None:
            raise Misuse("the session is not connected: use it with `async with`")
        return self._line

    @property
    def _met(self) -> Greeting:
        if self._greeting is None:
            raise Misuse("the session is not connected: use it with `async with`")
        return self._greeting

    @abstractmethod
    def _on_message(self, line: Line, received: Received) -> None:
        """Takes what has come on `line`."""

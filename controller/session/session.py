"""A session with a device: it is connected, fed, watched over, found again after a loss, and left at rest.

Theory of operation
===================

A session has one device and, one after the other, any number of connections to it: one that fails is never mended, but
replaced. Its tasks are the loops of the connection (receive, heartbeat), the feed loop, and whatever waits.

- All that the device says comes through `_on_message`, and goes to `DeviceReports`. What comes on a connection that was
  replaced counts no more.
- Whatever fails on a connection comes through `_lost`, once. The device is then looked for, for `reconnect_s`.
- Every word of the device gives the feed loop one turn. The heartbeat goes on only while the loop does, so that the
  device lets go by itself where this host hangs.
- What is played is a `Playback`, one after the other; it hears of the device only through this session.

Rules that every change has to keep:

- Frames first, then records: `cut_off` puts an emergency stop on every connection there is, and asks nobody. Where
  there is none, it is the first frame on the next.
- What listeners do, and what is recorded, cannot keep a stop from the line, nor end a run.
- Leaving does not leave a device under pressure: it is stopped softly, or else at once. What is not confirmed is not
  claimed (`left_at_rest`).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Final, Self

from legato.controller.errors import ControllerError, Misuse, PortLost
from legato.controller.isolation import complain, every
from legato.controller.link.connection import Connection
from legato.controller.link.debug_text import DebugText
from legato.controller.link.device_clock import DeviceClock
from legato.controller.link.device_messages import Status
from legato.controller.link.endpoint import Received
from legato.controller.link.handshake import Greeting, Known, clear, fault_held
from legato.controller.link.host_messages import EStop
from legato.controller.link.traffic import Traffic
from legato.controller.ports.port import Port
from legato.controller.session import evidence
from legato.controller.session.connector import Connector
from legato.controller.session.device_reports import DeviceReports
from legato.controller.session.event_bus import EventBus
from legato.controller.session.events import Connected, Event, Found, Lost, Notice, Outcome
from legato.controller.session.hold_tracker import RestKeeper, alone
from legato.controller.session.phase import Phase
from legato.controller.session.playback import Playback
from legato.controller.session.reconnect import PATIENCE_S, find_again
from legato.controller.session.safe_shutdown import AT_REST, shut_down
from legato.controller.session.tasks import Tasks
from legato.profiles.canonical import is_same_build
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Schedule

_NOT_CONNECTED: Final = "the session is not connected: use it with `async with`"


class Session:
    """`async with Session(opener, rng) as session:` connects; leaving it vents the device and closes the port.

    `known` caches device descriptions by hash, `clear_fault` clears a latched fault at connect instead of raising
    DeviceFaulted (`keep_fault` connects and publishes it), and `reconnect_s` is how long a lost device is looked for.
    With `stop_first` the device gets an emergency stop before anything else. With `waits` a device that has refilled
    begins when a `trim` says so. Entering raises PortError, PortLost or DeviceFaulted.
    """

    def __init__(
        self,
        opener: Callable[[], Awaitable[Port]],
        rng: random.Random,
        *,
        known: Known | None = None,
        clear_fault: bool = False,
        keep_fault: bool = False,
        stop_first: bool = False,
        reconnect_s: float = PATIENCE_S,
        waits: bool = False,
    ) -> None:
        self.events = EventBus[Event]()
        self.traffic = Traffic()
        self.left_at_rest = True
        """Whether what was under way when this was left has ended by the device's own word."""
        self.beside = alone
        """What a device that plays together with this one still has to rest, by session time: both go on as one."""
        self._rng = rng
        self._first = partial(self._connect, clear_fault=clear_fault, keep_fault=keep_fault)
        self._reconnect_s = reconnect_s
        self._waits = waits
        self._tasks = Tasks()
        debug_text = DebugText(lambda text: self.events.publish(Notice(text)))
        self._connector = Connector(
            opener,
            lambda port: Connection(port, self.traffic, self._on_message, self._lost, debug_text),
            self._tasks,
            {} if known is None else known,
            stop_first=stop_first,
        )
        self._connection: Connection | None = None
        self._playback: Playback | None = None
        self._reports = DeviceReports(self.events)
        self._kick = asyncio.Event()
        self._fed_s = 0.0

    async def __aenter__(self) -> Self:
        await self._tasks.begin()
        try:
            self._tasks.spawn(self._feed_loop(), "feed")
            await self._first()
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

    # How it stands.

    @property
    def device(self) -> Device:
        """What the connected device says it is."""
        return self._greeting.device

    @property
    def parts(self) -> tuple[Device]:
        """The one device, as of a pair both."""
        return (self.device,)

    @property
    def introduced(self) -> Connected:
        """What the device said of itself when it was connected last."""
        welcome = self._greeting.welcome
        return Connected(self.device.name, welcome.version, welcome.boot_id)

    @property
    def status(self) -> Status | None:
        """How the device stands, by its last word."""
        return self._reports.status

    @property
    def clock(self) -> DeviceClock:
        """The estimate of the device's clock."""
        return self._connected.endpoint.clock

    @property
    def is_connected(self) -> bool:
        """Whether the device is there, as far as is known."""
        return self._connection is not None and self._connection.loss is None

    @property
    def has_obeyed(self) -> bool:
        """Whether the device is there, and has reported since it took every stop that went out on this connection.

        That is enough: what it reported before a loss counts no more, and where a stop is owed the next session begins
        with `stop_first`.
        """
        connection = self._connection
        return connection is not None and connection.loss is None and not connection.endpoint.owes_stop

    @property
    def is_faulted(self) -> bool:
        """Whether the device holds a fault, or an emergency stop, by its last word."""
        return self._reports.is_faulted

    @property
    def phase(self) -> Phase:
        """How the run stands; OVER where there is none."""
        return Phase.OVER if self._playback is None else self._playback.phase

    @property
    def is_playing(self) -> bool:
        """Whether there is a run that is not over."""
        return self.phase is not Phase.OVER

    @property
    def session_ms(self) -> int:
        """Where session time stood when the device reported it last."""
        return 0 if self._playback is None else self._playback.session_ms

    @property
    def laid_on(self) -> str:
        """What a person has laid on by hand in the run, or the last one, and it was not said to be off."""
        return "" if self._playback is None else self._playback.laid.what

    @property
    def playback(self) -> Playback:
        """The run; raises Misuse where there is none, or it is over."""
        if self._playback is None or not self.is_playing:
            raise Misuse("nothing is playing")
        return self._playback

    # What may be asked.

    async def play(self, schedule: Schedule, from_ms: int = 0, percent: int = 100) -> Outcome:
        """Plays `schedule` from `from_ms`, at `percent` of it, and returns how it ended.

        Raises Misuse, PortLost or DeviceFaulted where it cannot even begin.
        """
        if self.is_playing:
            raise Misuse("a routine is playing already")
        if not is_same_build(schedule.device, self.device):
            raise Misuse(f"the routine is compiled for {schedule.device.name}, but {self.device.name} is connected")
        connection = self._connected
        if connection.loss is not None:
            raise PortLost(f"the device is lost: {connection.loss}")
        if self.status is not None and self.is_faulted:
            raise fault_held(self.status)
        publish, spawn = self.events.publish, lambda job: self._tasks.spawn(job, "cue")
        rest = RestKeeper(schedule, self._reports.holds, self.beside, publish)
        self._playback = Playback(schedule, connection, rest, self._rng, publish, spawn, waits=self._waits)
        return await self._playback.play(from_ms, percent)

    async def pause(self) -> None:
        """Holds session time and lets the pressure out; returns when the device stands still."""
        await self.playback.pause()

    async def resume(self, from_ms: int | None = None) -> None:
        """Goes on after a pause, a waiting cue, or a loss: where it stands, or from `from_ms`."""
        await self.playback.resume(from_ms)

    async def skip(self, after_ms: int | None = None) -> None:
        """Goes to the next step that can be skipped to, after `after_ms` if given; where there is none, it stops.

        A massage that stands still stays there, and goes on from the new place with `resume`.
        """
        await self.playback.skip(after_ms)

    async def set_intensity(self, percent: int) -> None:
        """Plays at `percent` (0..100) of the compiled schedule."""
        await self.playback.set_intensity(percent)

    async def answer(self, cue: Cue) -> None:
        """Answers the cue that the massage waits for."""
        self.playback.answer(cue)

    async def stop(self) -> None:
        """Soft release; `play` returns once the device has confirmed."""
        self.release()

    def release(self) -> None:
        """The same for whoever must not wait: the frame is on the line when this returns."""
        self.playback.state.stop("asked for at the host")

    async def emergency_stop(self) -> None:
        """Everything off and open.

        Possible at any time; the frame is on the line when the first step of this is done. Where the device is lost, a
        run ends with that as its outcome; raises PortLost where nothing is playing, and nothing else would show it.
        """
        self.cut_off()
        if self.is_playing:
            self.record_cut_off()
        elif (loss := self._connected.loss) is not None:
            raise PortLost(f"the emergency stop cannot reach the device: {loss}")

    def cut_off(self) -> None:
        """Puts an emergency stop on the line, also on one where hands are still being shaken.

        Where there is none, or it breaks, it goes out first of all on the next. Asks nobody, and records nothing.
        """
        try:
            for connection in (self._connection, self._connector.meeting):
                if connection is not None:
                    connection.send_urgently(EStop())
        finally:
            self._connector.stop_first = not self.is_connected

    def record_cut_off(self) -> None:
        """What becomes of the run after `cut_off`."""
        if self._playback is not None:
            self._playback.state.on_cut_off()

    async def clear_fault(self) -> None:
        """Has the device's latched fault cleared, if there is one; waits until the air is out.

        Raises Misuse while a routine plays, DeviceFaulted where the fault stays, and whatever ended the connection.
        """
        if self.is_playing:
            raise Misuse("a fault cannot be cleared while a routine is playing")
        if self.status is not None and self.is_faulted:
            await clear(self._connected, self.status)

    # What the device says.

    def _on_message(self, connection: Connection, received: Received) -> None:
        if connection is not self._connection:
            return
        self._kick.set()
        if received.is_foreign:
            connection.lose(PortLost("the device has restarted"))
            return
        self._reports.take(connection, received.message, self._playback)

    async def _feed_loop(self) -> None:
        """One turn for every word of the device; the heartbeat goes on only while this does."""
        while True:
            await self._kick.wait()
            self._kick.clear()
            self._fed_s = asyncio.get_running_loop().time()
            if self._playback is not None:
                self._playback.pump()

    # Connecting, losing, finding, and leaving.

    @property
    def _greeting(self) -> Greeting:
        if self._connector.greeting is None:
            raise Misuse(_NOT_CONNECTED)
        return self._connector.greeting

    @property
    def _connected(self) -> Connection:
        if self._connection is None:
            raise Misuse(_NOT_CONNECTED)
        return self._connection

    async def _connect(self, *, clear_fault: bool = False, keep_fault: bool = False) -> None:
        """On success the connection is the session's."""
        connection, greeting = await self._connector.connect(clear_fault=clear_fault, keep_fault=keep_fault)
        self._fed_s = connection.heard_s
        self._connection = connection
        self._tasks.spawn(connection.heartbeat(lambda: self._fed_s), "heartbeat")
        self._reports.begin(greeting)

    def _lost(self, connection: Connection, error: ControllerError) -> None:
        """The one way to lose the device, whatever failed."""
        if connection is not self._connection:
            return
        self.events.publish(Lost(str(error), evidence.of_loss(connection.endpoint)))
        if self._playback is not None:
            self._playback.on_lost()
        self._tasks.spawn(self._find_again(connection), "reconnect")

    async def _find_again(self, connection: Connection) -> None:
        await connection.close()
        failure = await find_again(self._connect, self._rng, self._reconnect_s, self._not_yet)
        if failure is not None:
            self._give_up(failure)
            return
        if self._playback is not None:
            self._playback.on_found(self._connected)
        self.events.publish(Found(self.device.name, self.session_ms))

    def _not_yet(self, error: Exception) -> None:
        self.events.publish(Notice(f"not back yet: {error}"))

    def _give_up(self, outcome: Outcome) -> None:
        """The device did not come back, or not in a state to go on."""
        if self._playback is not None:
            self._playback.state.end(outcome)

    async def _vent(self) -> None:
        """Does not leave before the device is at rest: softly, or else at once."""
        is_under_way = self.status is not None and self.status.state not in AT_REST
        if self._playback is None or not (self.is_playing or is_under_way):
            return
        self.left_at_rest = False
        if self._connection is None:
            return
        connection = self._connection
        try:
            self._playback.state.stop("the session was left")
        finally:
            self.left_at_rest = await shut_down(connection)

    async def _leave(self) -> None:
        """Ends the loops, then closes the port: also where this is cancelled, which must not leave a loop behind."""
        connection, self._connection = self._connection, None
        self._tasks.cancel()
        end = Outcome("link_lost", "the session was left before the device had confirmed that it is at rest")
        complain("the end of a run", every([partial(self._give_up, end), self.events.close]))
        try:
            await self._tasks.end()
        finally:
            if connection is not None:
                await connection.close()

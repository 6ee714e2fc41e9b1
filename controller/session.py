"""A session with a device: connected, watched over, and never left under pressure.

One task group holds the named loops (receive, heartbeat, feed); one funnel, `_lost`, takes every failure of the line.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Final, Self

from controller import names, outcomes, telemetry, versions
from controller.answers import Fault as FaultMessage
from controller.answers import Reply, Status
from controller.devclock import DeviceClock
from controller.errors import AnotherDevice, ControllerError, DeviceFaulted, Misuse, PortLost
from controller.events import Connected, Event, Evidence, Fault, Found, Lost, Notice, Outcome
from controller.handshake import Greeting, Known, clear, fault_held, insist_on_same, next_status, shake_hands
from controller.hub import Hub
from controller.line import Line
from controller.link import Received, State
from controller.messages import EStop
from controller.phase import Phase
from controller.player import Player
from controller.port import Port
from controller.reconnect import keep_trying
from controller.traffic import Traffic
from controller.venting import AT_REST, vented
from firmware import wire
from profiles.canonical import description_hash
from profiles.device import Device
from profiles.schedule import Cue, Schedule

RECONNECT_S: Final = 30.0


class Session:
    """`async with Session(opener, rng) as session:` connects; leaving it vents the device and closes the port.

    `known` caches device descriptions by hash, `clear_fault` clears a latched fault at connect instead of raising
    DeviceFaulted (`keep_fault` connects and tells of it), and `reconnect_s` is how long a lost device is waited for.
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
        self._greeting: Greeting | None = None
        self._player: Player | None = None
        self._kick = asyncio.Event()
        self._fed_s = 0.0
        self.status: Status | None = None
        """What the device has told last of how it stands."""
        self._fault_number: int | None = None

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

    @property
    def is_connected(self) -> bool:
        """Whether the device is there, as far as is known."""
        return self._line is not None and self._line.loss is None

    @property
    def is_faulted(self) -> bool:
        """Whether the device has told last that it holds a fault, or an emergency stop."""
        return self.status is not None and self.status.state == wire.FAULTED

    @property
    def clock(self) -> DeviceClock:
        """The estimate of the device's clock."""
        return self._connected.link.clock

    @property
    def phase(self) -> Phase:
        """How the run stands; OVER where there is none."""
        return Phase.OVER if self._player is None else self._player.phase

    @property
    def session_ms(self) -> int:
        """Where session time stood when the device told it last."""
        return 0 if self._player is None else self._player.session_ms

    async def play(self, schedule: Schedule, from_ms: int = 0, percent: int = 100) -> Outcome:
        """Plays `schedule` from `from_ms`, at `percent` of it, and tells how it ended.

        Raises Misuse, PortLost or DeviceFaulted where it cannot even begin.
        """
        if self._is_playing:
            raise Misuse("a routine is playing already")
        if description_hash(schedule.device) != self._met.welcome.description_hash:
            raise Misuse(f"the routine is compiled for {schedule.device.name}, but {self.device.name} is connected")
        line = self._connected
        if line.loss is not None:
            raise PortLost(f"the device is lost: {line.loss}")
        if self.status is not None and self.is_faulted:
            raise fault_held(self.status)
        publish = self.events.publish
        self._player = Player(
            schedule, line, self._rng, publish, lambda job: self._spawn(job, "cue"), waits=self._waits
        )
        return await self._player.play(from_ms, percent)

    async def pause(self) -> None:
        """Holds session time and lets the pressure out; returns when the device stands still."""
        await self._playing.pause()

    async def resume(self, from_ms: int | None = None) -> None:
        """Goes on after a pause, a waiting cue, or a loss: where it stands, or from `from_ms`."""
        await self._playing.resume(from_ms)

    async def skip(self, after_ms: int | None = None) -> None:
        """Goes to the next step that can be skipped to, after `after_ms` if given; where there is none, it stops."""
        await self._playing.skip(after_ms)

    async def set_intensity(self, percent: int) -> None:
        """Plays at `percent` (0..100) of the compiled schedule."""
        await self._playing.set_intensity(percent)

    async def answer(self, cue: Cue) -> None:
        """Answers the cue that the massage waits for."""
        self._playing.answer(cue)

    async def stop(self) -> None:
        """Soft release; `play` returns once the device has confirmed."""
        self._playing.stop("asked for at the host")

    async def emergency_stop(self) -> None:
        """Everything off and open.

        Possible at any time; the frame is on the line when the first step of this is done. Where the device is lost, a
        run ends with that as its outcome; raises PortLost where nothing is playing, and nothing else would tell.
        """
        if self._is_playing:
            self._playing.emergency_stop()
            return
        line = self._connected
        line.post(EStop())
        if line.loss is not None:
            raise PortLost(f"the emergency stop cannot reach the device: {line.loss}")

    async def clear_fault(self) -> None:
        """Has the device's latched fault cleared, if there is one; waits until the air is out.

        Raises Misuse while a routine plays, DeviceFaulted where the fault stays, and whatever ended the line.
        """
        if self._is_playing:
            raise Misuse("a fault cannot be cleared while a routine is playing")
        if self.status is not None and self.is_faulted:
            await clear(self._connected, self.status)

    @property
    def may_trim(self) -> bool:
        """Whether `trim` makes sense now."""
        return self._connected.loss is None and self._player is not None and self._player.may_trim

    def trim(self, session_ms: int, at_device_ms: int, rate: int) -> None:
        """Has session time be `session_ms` at `at_device_ms` of `clock`, and run `rate` / 4096 faster than that.

        While the device refills, that is when it begins; `session_ms` is then where session time stands.
        """
        self._playing.trim(session_ms, at_device_ms, rate)

    # Connecting, losing, finding.

    async def _connect(self, *, clear_fault: bool = False, keep_fault: bool = False) -> None:
        """Opens the port and shakes hands; on success the line is the session's.

        A device that was lost has not only to answer, but also to tell how it stands.
        """
        line = Line(await self._opener(), self.traffic, self._on_message, self._lost)
        self._spawn(line.receive(), "receive")
        if self._stop_first and self._greeting is None:
            line.post(EStop())
        try:
            greeting = await shake_hands(line, self._known, clear_fault=clear_fault, keep_fault=keep_fault)
            if self._greeting is not None:
                insist_on_same(self._greeting.welcome, greeting.welcome)
                await next_status(line)
            if line.loss is not None:
                raise line.loss
        except BaseException:
            await line.close()
            raise
        self._fed_s = line.heard_s
        self._line, self._greeting, self.status, self._fault_number = line, greeting, greeting.faulted, None
        self._spawn(line.heartbeat(lambda: self._fed_s), "heartbeat")
        self.events.publish(Connected(greeting.device.name, greeting.welcome.version, greeting.welcome.boot_id))
        if difference := versions.difference(greeting.welcome):
            self.events.publish(Notice(f"{difference}; `legato flash` brings the reference firmware up to date"))
        if greeting.faulted is not None:
            self.events.publish(Fault(names.fault(greeting.faulted.fault_code), None, {}))

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
        except (OSError, ControllerError) as error:
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

    # Listening.

    def _on_message(self, line: Line, received: Received) -> None:
        if line is not self._line:
            return
        self._kick.set()
        if received.is_foreign:
            line.lose(PortLost("the device has restarted"))
            return
        match received.message:
            case Status() as status:
                self._on_status(line, status)
            case Reply() as reply:
                if self._player is not None and reply.kind == wire.SETPOINTS:
                    self._player.on_reply(reply)
            case FaultMessage() as fault:
                self._on_fault(fault)

    def _on_status(self, line: Line, status: Status) -> None:
        self.status = status
        if self.events.has_listeners:
            self.events.publish(telemetry.of_status(status, line.link))
        if self._player is not None and line.link.state is State.ARMED:
            self._player.on_status(status)

    def _on_fault(self, fault: FaultMessage) -> None:
        """Takes a fault once, however often the device repeats it."""
        if fault.number == self._fault_number:
            return
        self._fault_number = fault.number
        if self._is_playing:
            self._playing.on_fault(fault)
        else:
            where = outcomes.channel_name(fault, self.device)
            self.events.publish(Fault(names.fault(fault.code), where, {"a": fault.a, "b": fault.b}))

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
        if line is None or self._player is None or not (self._is_playing or self._is_under_way):
            return
        self._player.stop("the session was left")
        await vented(line)

    async def _leave(self) -> None:
        """Ends the loops, then closes the port: also where this is cancelled, which must not leave a loop behind."""
        line, self._line = self._line, None
        for task in list(self._loops):
            task.cancel()
        self._give_up(Outcome("link_lost", "the session was left before the device had confirmed that it is at rest"))
        self.events.close()
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

    @property
    def _playing(self) -> Player:
        if self._player is None or self._player.phase is Phase.OVER:
            raise Misuse("nothing is playing")
        return self._player

"""Two devices as one, such as a boot for each leg: what is asked goes to both, and neither goes on without the other.

To whoever steers it, a `Pair` is a session with the device that both make together. Session time, marks and cues are
the same on both; the first device speaks for both, and `clock_sync` keeps them together.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from legato.controller.errors import ControllerError, Misuse, PortError
from legato.controller.isolation import complain, every
from legato.controller.link import wire_names
from legato.controller.pair import joint_events
from legato.controller.pair.clock_sync import ClockSync
from legato.controller.session.event_bus import EventBus, Subscription
from legato.controller.session.events import (
    Connected,
    CueShown,
    Ended,
    Event,
    Fault,
    Found,
    Lost,
    Notice,
    Outcome,
    Paused,
    Resumed,
    Started,
    Telemetry,
)
from legato.controller.session.hold_tracker import RestLeft, alone
from legato.controller.session.phase import Phase, insist
from legato.controller.session.session import Session
from legato.controller.session.tasks import Tasks
from legato.profiles.canonical import is_same_build
from legato.profiles.device import Device
from legato.profiles.pairing import Pairing, Unpairable, pair
from legato.profiles.schedule import Cue, Schedule

DONE_S: Final = 1.0
"""The second of two devices has completed so long after the first, or is stopped."""


_LEAST_FIRST: Final = (
    Phase.AWAY,
    Phase.BACK,
    Phase.STARTING,
    Phase.PAUSED,
    Phase.ASKING,
    Phase.PLAYING,
    Phase.STOPPING,
    Phase.OVER,
)
"""Of two phases, the one that both together have not left yet."""


class Pair:
    """`async with Pair(first, second) as pair:` connects both; leaving it vents both and closes the ports.

    Both sessions are made with `waits`. The first device leads. Where it does not `connects`, both are connected
    already, and stay so. Entering raises what entering a `Session` does, and PortError where the two do not go
    together.
    """

    def __init__(self, first: Session, second: Session, *, connects: bool = True) -> None:
        self.events = EventBus[Event]()
        # Where one has to rest, the other must not wait for it under pressure.
        first.beside, second.beside = partial(_rest_left, second), partial(_rest_left, first)
        self._sessions = (first, second)
        self._connects = connects
        self._clock_sync = ClockSync(first, second, self._part)
        self._stack = AsyncExitStack()
        self._tasks = Tasks()
        self._turn = asyncio.Lock()
        self._pairing: Pairing | None = None
        self._latest: list[Telemetry | None] = [None, None]
        self._away: dict[int, str] = {}
        """Which of the two are lost, and why."""
        self._asked: set[Cue] = set()
        self._stand_still = False

    async def __aenter__(self) -> Self:
        await self._tasks.begin()
        try:
            for number, session in enumerate(self._sessions):
                self._tasks.spawn(self._listen(number, session.events.subscribe()))
                if self._connects:
                    await self._stack.enter_async_context(session)
            self._pairing = pair(self._sessions[0].device, self._sessions[1].device)
            self._publish_held_faults()
        except BaseException as error:
            await self._leave()
            if isinstance(error, Unpairable):
                raise PortError(str(error)) from None
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            complain("a stop", every(session.release for session in self._playing))
        finally:
            await self._leave()

    @property
    def left_at_rest(self) -> bool:
        """As of a session, of both."""
        return all(session.left_at_rest for session in self._sessions)

    @property
    def device(self) -> Device:
        """What both make together."""
        return self._met.device

    @property
    def laid_on(self) -> str:
        """As of a session; both are asked the same."""
        return self._sessions[0].laid_on

    @property
    def parts(self) -> tuple[Device, Device]:
        """What each of them says it is."""
        return self._met.parts

    @property
    def introduced(self) -> Connected:
        """As of a session; the boot id is another one after either of them has restarted."""
        first, second = (session.introduced for session in self._sessions)
        firmware = " and ".join(dict.fromkeys((first.firmware, second.firmware)))
        return Connected(self.device.name, firmware, first.boot_id ^ second.boot_id)

    @property
    def is_connected(self) -> bool:
        """Whether both are there."""
        return all(session.is_connected for session in self._sessions)

    @property
    def phase(self) -> Phase:
        """How the run of both stands."""
        return min((session.phase for session in self._sessions), key=_LEAST_FIRST.index)

    @property
    def session_ms(self) -> int:
        """Where both have come to."""
        return min(session.session_ms for session in self._sessions)

    async def play(self, schedule: Schedule, from_ms: int = 0, percent: int = 100) -> Outcome:
        """Plays `schedule`, which is for `device`, on both from `from_ms` at `percent` of it, and returns how it ended.

        Raises what `Session.play` does; then the other device is stopped.
        """
        if not is_same_build(schedule.device, self.device):
            raise Misuse(f"the routine is compiled for {schedule.device.name}, but {self.device.name} is connected")
        self._asked.clear()
        parts = self._met.part(schedule)
        plays = [asyncio.ensure_future(s.play(p, from_ms, percent)) for s, p in zip(self._sessions, parts, strict=True)]
        try:
            await asyncio.wait(plays, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for play in plays:
                play.cancel()
            await asyncio.gather(*plays, return_exceptions=True)
        for failed in (play.exception() for play in plays if not play.cancelled()):
            if failed is not None:
                raise failed
        outcome = joint_events.outcome([play.result() for play in plays], self._met)
        self.events.publish(Ended(outcome))
        return outcome

    async def pause(self) -> None:
        """Holds session time and lets the pressure out; returns when both devices stand still."""
        async with self._turn:
            self._check("pause")
            await _both(session.pause() for session in self._sessions)

    async def resume(self) -> None:
        """Goes on after a pause, a waiting cue, or a loss, both from the smaller of their session times."""
        async with self._turn:
            self._check("resume")
            are_asked = all(session.phase is Phase.ASKING for session in self._sessions)
            from_ms = None if are_asked else min(session.playback.goes_on_at_ms for session in self._sessions)
            self._asked.clear()
            await _both(session.resume(from_ms) for session in self._sessions)

    async def skip(self) -> None:
        """Goes to the next step that can be skipped to; where there is none, it stops. What stands still stays."""
        async with self._turn:
            self._check("skip")
            for session in self._sessions:
                # Of two that are asked one after the other, neither goes on while the other may not.
                session.playback.insist_on_answer("skip")
            after_ms = max(session.playback.skips_after_ms for session in self._sessions)
            self._asked.clear()
            await _both(session.skip(after_ms) for session in self._sessions)

    async def set_intensity(self, percent: int) -> None:
        """Plays at `percent` (0..100) of the compiled schedule."""
        async with self._turn:
            self._check("set the intensity")
            await _both(session.set_intensity(percent) for session in self._sessions)

    async def answer(self, cue: Cue) -> None:
        """Answers the cue that the massage waits for."""
        self._check("answer")
        self._asked.discard(cue)
        await _both(session.answer(cue) for session in self._sessions)

    async def stop(self) -> None:
        """Soft release; `play` returns once both devices have confirmed."""
        playing = self._playing
        if not playing:
            raise Misuse("nothing is playing")
        _insist_on_all(every(session.release for session in playing))

    async def emergency_stop(self) -> None:
        """Everything off and open, on both; see `Session.emergency_stop`."""
        failures = every(session.cut_off for session in self._sessions)
        _insist_on_all([*failures, *every(session.record_cut_off for session in self._sessions)])

    async def clear_fault(self) -> None:
        """Has the latched faults cleared, where there are any."""
        await _both(session.clear_fault() for session in self._sessions)

    # What happens.

    async def _listen(self, number: int, events: Subscription[Event]) -> None:
        with events:
            async for event in events:
                self._react(number, event)
                for joint in self._joint_events(number, event):
                    self.events.publish(joint)

    def _publish_held_faults(self) -> None:
        """Faults that were published before anybody listened here."""
        for number, session in enumerate(self._sessions):
            if not self._connects and session.status is not None and session.is_faulted:
                held = Fault(wire_names.fault(session.status.fault_code), None, {})
                self.events.publish(joint_events.fault(held, number, self._met))

    def _react(self, number: int, event: Event) -> None:
        """What happens to one device matters to the other."""
        other = self._sessions[1 - number]
        match event:
            case Telemetry():
                self._clock_sync.turn(number, asyncio.get_running_loop().time())
            case Lost() | Paused():
                self._tasks.spawn(self._halt())
            case Fault():
                self._tasks.spawn(_end(other, at_once=True))
            case Ended(outcome):
                after_s = DONE_S if outcome.kind == "completed" else 0.0
                self._tasks.spawn(
                    _end(other, at_once=outcome.kind in ("emergency_stopped", "device_fault"), after_s=after_s)
                )

    def _joint_events(self, number: int, event: Event) -> Sequence[Event]:
        """What of it those get who listen to both; until both are there, all of it."""
        if self._pairing is None and not isinstance(event, Telemetry):
            return [event]
        match event:
            case Telemetry():
                self._latest[number] = event
                return self._telemetry(number)
            case CueShown(cue) if cue.wait:
                # Published by the later of the two, so that an answer finds both waiting.
                self._asked ^= {cue}
                return [] if cue in self._asked else [event]
            case Paused():
                return self._paused(number, event)
            case Fault() | Lost() | Found() | Notice():
                return [self._event_of_one(number, event)]
            case Started() | Resumed() if number == 0:
                self._stand_still = False
                return [event]
            case _ if (number == 0 and not isinstance(event, Ended)) or isinstance(event, Connected):
                return [event]
            case _:
                return []

    def _event_of_one(self, number: int, event: Fault | Lost | Found | Notice) -> Event:
        """What concerns one of them, and which; only both together are found again."""
        match event:
            case Fault():
                return joint_events.fault(event, number, self._met)
            case Notice():
                return joint_events.notice(event, number, self._met)
            case Lost(cause):
                self._latest[number] = None
                self._away[number] = cause
            case Found():
                self._away.pop(number, None)
                if not self._away:
                    return Found(joint_events.names(self._met)[number], self.session_ms)
        return joint_events.lost(self._away, event.evidence if isinstance(event, Lost) else {}, self._met)

    def _paused(self, number: int, event: Paused) -> Sequence[Event]:
        """Once both stand still, whichever is the later."""
        if self._stand_still or self._sessions[1 - number].phase not in (Phase.PAUSED, Phase.ASKING):
            return []
        self._stand_still = True
        return [event]

    def _telemetry(self, number: int) -> Sequence[Event]:
        """Published by the first, or by the one that is there."""
        is_here = [session.is_connected for session in self._sessions]
        speaks = 0 if is_here[0] else 1
        leader, other = self._latest[speaks], self._latest[1 - speaks]
        if number != speaks or leader is None or self._pairing is None:
            return []
        if not is_here[1 - speaks]:
            other = joint_events.silent(leader, self.parts[1 - speaks])
        if other is None:
            return []
        return [joint_events.telemetry((leader, other), speaks, self._pairing)]

    async def _halt(self) -> None:
        """One of them stands still, or is gone: the other lets its pressure out, too, unless both play again."""
        async with self._turn:
            if not all(session.phase is Phase.PLAYING for session in self._sessions):
                await self._let_out()

    def _part(self, trouble: str) -> None:
        """They cannot go on together: both let the pressure out, and a person may resume."""
        if self._turn.locked() or any(session.phase is Phase.STARTING for session in self._sessions):
            return
        self.events.publish(Notice(f"{trouble}; both devices pause"))
        self._tasks.spawn(self._pause_whatever_plays())

    async def _pause_whatever_plays(self) -> None:
        async with self._turn:
            await self._let_out()

    async def _let_out(self) -> None:
        with suppress(ControllerError):
            await _both(session.pause() for session in self._sessions if session.phase is Phase.PLAYING)

    # The rest.

    def _check(self, what: str) -> None:
        for session in self._sessions:
            insist(session.phase, what)

    @property
    def _playing(self) -> list[Session]:
        return [session for session in self._sessions if session.is_playing]

    @property
    def _met(self) -> Pairing:
        if self._pairing is None:
            raise Misuse("the pair is not connected: use it with `async with`")
        return self._pairing

    async def _leave(self) -> None:
        """Closes both ports; the listeners end with their sessions, and all else is over then."""
        try:
            await self._stack.aclose()
        finally:
            self.events.close()
            self._tasks.cancel()
            await self._tasks.end()


def _rest_left(session: Session, session_ms: int) -> RestLeft:
    """What `session` still has to rest before it goes on from `session_ms`; nothing where it plays nothing."""
    return session.playback.rest.left(session_ms) if session.is_playing else alone(session_ms)


async def _both(requests: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Asks both at once; raises what the first of them raises that fails, when both are done."""
    for error in await asyncio.gather(*requests, return_exceptions=True):
        if error is not None:
            raise error


def _insist_on_all(failures: Sequence[Exception]) -> None:
    """Raises the first of `failures`, now that all has been tried."""
    for failure in failures:
        raise failure


async def _end(session: Session, *, at_once: bool, after_s: float = 0.0) -> None:
    """The other device has ended, and this one must."""
    if after_s:
        await asyncio.sleep(after_s)
    if session.is_playing:
        jobs = [session.cut_off, session.record_cut_off] if at_once else [session.release]
        complain("the stop of the other device", every(jobs))

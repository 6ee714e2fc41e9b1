"""Playing one schedule on a device, from its start to its end, through pauses, questions and losses.

Theory of operation
===================

Three kinds of callers move a `Playback` from phase to phase (see `run_state`), all on the event loop:

- The device, by its own word: `on_status`, `on_reply`, `on_fault`, and `on_lost` and `on_found` for the connection to
  it. Session time is what the device reports; the host does not count along.
- A person: `play`, `pause`, `resume`, `skip`, `set_intensity`, `answer`. Each waits for its turn, insists that the
  phase allows it, and returns once the device has consented.
- Whoever stops. A stop waits for no turn and for no answer.

Rules that every change has to keep:

- Frames first, then records: a stop is on the line before anybody hears of it. Of an emergency stop that a person asks
  for, this class is told only afterwards.
- Whatever has waited looks at the phase before it goes on: a stop may have come in between. Then it does nothing more.
- Nothing goes on by itself after a loss: a person resumes, or the run ends.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Final

from legato.controller.errors import Misuse, NoAnswer, PortLost, Refused
from legato.controller.link import wire_names
from legato.controller.link.connection import Connection
from legato.controller.link.device_messages import FaultMessage, Reply, Status
from legato.controller.session import device_events, evidence, outcomes
from legato.controller.session.command_stream import CommandStream
from legato.controller.session.cues import CuePrompts, LaidByHand
from legato.controller.session.delivery import Delivery
from legato.controller.session.events import Armed, Event, Fault, Intensity, Moved, Notice, Outcome, Paused
from legato.controller.session.hold_tracker import RestKeeper
from legato.controller.session.narration import take_off
from legato.controller.session.phase import FED, HELD_UP, MAY, Phase, insist
from legato.controller.session.plausibility import PlausibilityCheck
from legato.controller.session.position import RunPosition
from legato.controller.session.run_state import RunState
from legato.controller.session.tasks import Spawn
from legato.firmware import wire
from legato.profiles.schedule import TICK_MS, Cue, Mark, Schedule

BACK_S: Final = 600.0
"""How long a device that came back waits for a person: as long as a pause may last."""

_PROTESTS: Final = frozenset({wire.OVER_LIMIT, wire.MALFORMED, wire.TOO_LATE, wire.UNKNOWN})
"""Answers to set-points that sending again cannot mend."""


class Playback:
    """`schedule` on the device at the other end of `connection`; `spawn` starts a task that belongs to the session.

    With `waits` the device refills at every start, and begins when a `trim` says so.
    """

    def __init__(
        self,
        schedule: Schedule,
        connection: Connection,
        rest: RestKeeper,
        rng: random.Random,
        publish: Callable[[Event], None],
        spawn: Spawn,
        *,
        waits: bool = False,
    ) -> None:
        self.rest = rest
        self.laid = LaidByHand(schedule.cues, publish, spawn, lambda: self.phase in HELD_UP)
        self.stream = CommandStream(schedule, connection, waits=waits)
        self.state = RunState(self.stream, self._complete, publish)
        self.state.outcome.add_done_callback(lambda _: self.laid.close())
        self._schedule = schedule
        self._rng = rng
        self._publish = publish
        self._spawn = spawn
        self._position = RunPosition(schedule, publish)
        self._prompts = CuePrompts(self._position, self.laid, publish)
        self._check: PlausibilityCheck
        """Made as the device is armed: before that it has nothing to say of this run."""
        self._turn = asyncio.Lock()

    @cached_property
    def _delivery(self) -> Delivery:
        return Delivery(self._schedule)

    @property
    def phase(self) -> Phase:
        """How the run stands."""
        return self.state.phase

    @property
    def session_ms(self) -> int:
        """Where session time stood when the device reported it last."""
        return self.stream.session_ms

    # What a person may ask; how to stop is in `state`.

    async def play(self, from_ms: int, percent: int = 100) -> Outcome:
        """Plays from `from_ms` to the end, through pauses and losses; cancelled, it lets the device stop softly."""
        self.stream.percent = percent
        self._put_back(from_ms)
        try:
            async with self._turn:
                await self._start()
            return await asyncio.shield(self.state.outcome)
        finally:
            self.state.stop("given up")

    async def pause(self) -> None:
        """Holds session time; returns when the device stands still."""
        async with self._in_turn("pause"):
            if self.phase is Phase.PLAYING:
                await self.stream.stand_still()

    async def resume(self, from_ms: int | None = None) -> None:
        """Goes on after a pause, a question or a loss, where it stands or from `from_ms`."""
        if self.phase is Phase.ASKING and from_ms is None:
            self._prompts.go_on()
            return
        async with self._in_turn("resume"):
            is_back = self.phase is Phase.BACK
            await self._rest(self.session_ms if from_ms is None else from_ms)
            if self.phase not in MAY["resume"]:
                return
            from_ms = self.laid.resume_point(from_ms, self.session_ms)
            if from_ms is not None:
                if not is_back:
                    self.state.stop_waiting()
                    await self._move_to(from_ms)
                self._put_back(from_ms)
            await (self._start() if is_back else self._run())

    async def skip(self, after_ms: int | None = None) -> None:
        """Goes to the next mark, after where it stands or after `after_ms`; where there is none, it stops.

        Only what runs goes on from there by itself: what stands still is moved, and waits for `resume`.
        """
        async with self._in_turn("skip"):
            self.insist_on_answer("skip")
            mark = self._position.next_mark(self.laid.before_off(self.skips_after_ms if after_ms is None else after_ms))
            if mark is None:
                self.state.stop("skipped what was left")
                return
            await (self._skip_on(mark) if self.phase is Phase.PLAYING else self._skip_standing(mark))

    async def set_intensity(self, percent: int) -> None:
        """Plays at `percent` (0..100) of the schedule."""
        if not 0 <= percent <= 100:
            raise Misuse(f"intensity is 0 to 100 %, not {percent}")
        async with self._in_turn("set the intensity"):
            await self.stream.set_gain(percent)
            self._publish(Intensity(percent))

    def answer(self, cue: Cue) -> None:
        """Answers the cue that waits."""
        insist(self.phase, "answer")
        self._prompts.answer(cue)

    # What whoever plays two devices as one has to know.

    @property
    def goes_on_at_ms(self) -> int:
        """Where a resume goes on: where session time stands, or further, as the time of what is laid on runs on."""
        return self.laid.goes_on_at(self.session_ms)

    @property
    def skips_after_ms(self) -> int:
        """After what a skip goes on: where it stands, or just before a question there that nobody has heard yet."""
        cue = None if self.phase is Phase.ASKING else self._position.waiting_cue
        return self.session_ms if cue is None else min(self.session_ms, cue.session_ms - 1)

    def insist_on_answer(self, what: str) -> None:
        """Raises Misuse while it is asked what neither a resume nor a skip may answer: whether something is off."""
        if self.phase is Phase.ASKING:
            self._prompts.insist(what)

    @property
    def may_trim(self) -> bool:
        """Whether session time runs, or is about to, and the last trim is settled."""
        return self.phase is Phase.PLAYING and self.stream.may_trim

    # What happens.

    def pump(self) -> None:
        """One turn of the feed."""
        if self.phase in FED:
            self.stream.pump()

    def on_status(self, status: Status) -> None:
        """Takes a status of the session that this run has armed."""
        self.stream.slack_ms = status.slack_ms
        if self.phase is not Phase.OVER and status.state == wire.IDLE:
            self._on_idle(status)
        elif self.phase in FED and self.stream.is_under_way:
            self.stream.session_ms = status.session_ms
            self._delivery.take(status)
            self._compare(status)
            self._follow(status)

    def on_reply(self, reply: Reply) -> None:
        """Takes the answer to a set-point frame."""
        if reply.code in _PROTESTS and self.phase in FED:
            cause = f"the device refuses set-points: {wire_names.answer(reply.code)}"
            self.state.wind_up(Outcome("refused", cause))

    def on_fault(self, fault: FaultMessage) -> None:
        """The device has latched a fault: the run is over."""
        event = device_events.fault(fault, self._schedule.device, self.stream.evidence)
        outcome = outcomes.of_fault(fault, self._schedule.device, event.evidence)
        if outcome.kind == "device_fault":
            self._publish(event)
        elif self.state.verdict is not None:
            outcome = self.state.verdict
        self.state.end(outcome)

    def on_lost(self) -> None:
        """The connection is lost; a person may resume where the device was when it reported last."""
        self.state.stop_waiting()
        if self.phase is Phase.STOPPING:
            self.state.end(Outcome("link_lost", "the device was lost while it was being stopped"))
        elif self.phase is not Phase.OVER:
            self.state.phase = Phase.AWAY
            self._position.breaks_off()
            if self.laid.what:
                self._publish(Notice(take_off(self.laid.what)))

    def on_found(self, connection: Connection) -> None:
        """The device is back, on a new connection; it waits for `resume`."""
        if self.phase is Phase.AWAY:
            if connection.endpoint.boot_id != self.stream.connection.endpoint.boot_id:
                self.rest.forget_holds()
            self.stream.change_to(connection)
            self.state.phase = Phase.BACK
            self.state.waiting = self._spawn(self._wait_for_resume())

    # Setting out, and going on.

    async def _start(self) -> None:
        """Opens a session and runs from where session time stands. A refusal ends the run."""
        self.state.stop_waiting()
        self.state.phase = Phase.STARTING
        self._prompts.forget()
        # Refused to arm, the device has not even opened a session: there is nothing to stop.
        with _refused_to(lambda refusal: self.state.end(self.state.verdict or refusal)):
            await self._rest(self.session_ms)
            if self.phase is not Phase.STARTING:
                return
            await self.stream.arm(self._rng.randrange(1, 1 << 16))
            self._publish(Armed(self.stream.session))
            with _refused_to(self.state.wind_up):
                await self._set_out()

    async def _set_out(self) -> None:
        if self.phase is Phase.STARTING:
            self._check = PlausibilityCheck(self._schedule)
            await self.stream.prepare()
            await self._run()
        else:
            # A stop has overtaken the arming; the device may have taken it for one of nothing.
            self.stream.stop()

    async def _run(self) -> None:
        await self.stream.run(lambda: self.phase not in FED)
        if self.phase in FED:
            self.state.phase = Phase.PLAYING

    async def _rest(self, session_ms: int) -> None:
        """Waits until the leg has rested for what comes from `session_ms` on, or until this is moved on or stopped."""
        phase = self.phase
        await self.rest.wait(session_ms, self.stream.connection, lambda: self.phase is not phase)

    async def _move_to(self, session_ms: int) -> None:
        await self.stream.move_to(session_ms)
        self._prompts.forget()

    def _put_back(self, session_ms: int) -> None:
        """What lies from here on is still to come, even if it was published before."""
        self.stream.session_ms = session_ms - session_ms % TICK_MS
        self._position.move_to(self.session_ms)

    @asynccontextmanager
    async def _in_turn(self, what: str) -> AsyncIterator[None]:
        """One request of a person at a time; a stop that comes in between makes the rest of it pointless, not wrong."""
        async with self._turn:
            insist(self.phase, what)
            try:
                yield
            except Refused:
                if self.phase in FED:
                    raise

    async def _skip_on(self, mark: Mark) -> None:
        await self.stream.stand_still()
        # A question may have come due at the very moment.
        self.state.stop_waiting()
        await self._rest(mark.session_ms)
        if self.phase not in FED:
            return
        await self._move_to(mark.session_ms)
        self._position.move_to(mark.session_ms)
        await self._run()

    async def _skip_standing(self, mark: Mark) -> None:
        """A device that came back knows nothing of this run: it is put there when it resumes."""
        if self.phase is not Phase.BACK:
            self.state.stop_waiting()
            await self._move_to(mark.session_ms)
            if self.phase not in MAY["skip"]:
                return
            self.state.phase = Phase.PAUSED
        self._put_back(mark.session_ms)
        self._publish(Moved(self.session_ms, mark))

    # What the device's word leads to.

    def _follow(self, status: Status) -> None:
        if status.state in (wire.RUNNING, wire.REFILL):
            self._prompts.announce(status.session_ms, self.stream.pause_at)
        if status.state == wire.RUNNING:
            self._position.pass_to(status.session_ms)
        elif status.state == wire.PAUSED and self.phase is Phase.PLAYING:
            self._on_paused(status)

    def _on_paused(self, status: Status) -> None:
        self._position.stands_still()
        cue = self._prompts.due(status.session_ms)
        if cue is not None:
            self.state.phase = Phase.ASKING
            self.state.waiting = self._spawn(self._ask(cue))
        else:
            self.state.phase = Phase.PAUSED
            self._publish(Paused(status.session_ms, self.laid.what))

    def _compare(self, status: Status) -> None:
        """The second wall."""
        found = self._check.check(status)
        if found is None:
            return
        figures = evidence.of_disagreement(found.commanded, found.measured) | self.stream.evidence
        self.state.emergency_stop(Outcome("device_fault", f"{found.channel} {found.why}", figures))
        self._publish(Fault(found.why, found.channel, figures))

    def _on_idle(self, status: Status) -> None:
        if self.state.verdict is not None:
            self.state.end(self.state.verdict)
        elif status.ended == wire.ENDED_HOST_SILENT:
            self.stream.connection.lose(NoAnswer("the device heard nothing from this host and let the pressure out"))
        elif (ending := outcomes.of_ending(status.ended)) is not None:
            self.state.end(ending)

    async def _ask(self, cue: Cue) -> None:
        """Shows `cue` and goes on once it is answered; if nobody does, stops softly."""
        if not await self._prompts.ask(cue):
            self.state.stop(f"nobody answered {cue.say!r}")
            return
        async with self._turn:
            with _refused_to(self.state.wind_up):
                await self._rest(self.session_ms)
                if self.phase is Phase.ASKING:
                    self._position.answered()
                    await self._run()

    async def _wait_for_resume(self) -> None:
        """A device that came back is not held for ever."""
        await asyncio.sleep(BACK_S)
        self.state.stop("nobody resumed")

    def _complete(self, outcome: Outcome) -> Outcome:
        """`outcome`, with what speaks for it, what pressure stayed away, and what still lies on the leg."""
        if outcome.kind != "completed" and not outcome.evidence:
            outcome = replace(outcome, evidence=self.stream.evidence)
        return replace(outcome, shortfall=self._delivery.shortfall, laid_on=self.laid.what)


@contextmanager
def _refused_to(end: Callable[[Outcome], None]) -> Iterator[None]:
    """Around what nobody waits for: a refusal goes to `end`; of a loss `on_lost` hears anyway."""
    try:
        yield
    except Refused as refusal:
        end(Outcome("refused", str(refusal)))
    except PortLost:
        return

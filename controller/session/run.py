"""A run of a schedule: how it starts, moves, waits and ends. How it ends is told once, through `_finish`."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from legato.controller.errors import PortLost, Refused
from legato.controller.link.line import Line
from legato.controller.session.command_stream import Steering
from legato.controller.session.cue_prompts import Questions
from legato.controller.session.delivery import Delivery
from legato.controller.session.events import Armed, Ended, Event, Evidence, Outcome, Resting, Resumed, Started
from legato.controller.session.hold_tracker import Holds, RestLeft, alone
from legato.controller.session.laid_by_hand import Laid
from legato.controller.session.phase import FED, GONE, HELD_UP, Phase
from legato.controller.session.plausibility import Watch
from legato.controller.session.position import Progress
from legato.profiles.schedule import TICK_MS, Cue, Schedule

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]

_BACK_S: Final = 600.0
"""How long a device that came back waits for a person: as long as a pause may last."""


class Run:
    """`schedule` on the device at the other end of `line`; `spawn` starts a task that belongs to the session.

    `holds` are those of the device, from before this run on; `beside` tells what another one has to rest that plays
    together with this. With `waits` the device refills at every start, and begins when a `trim` says so.
    """

    def __init__(
        self,
        schedule: Schedule,
        line: Line,
        rng: random.Random,
        publish: Callable[[Event], None],
        spawn: Spawn,
        holds: Holds,
        *,
        waits: bool = False,
        beside: Callable[[int], RestLeft] = alone,
    ) -> None:
        self.phase = Phase.STARTING
        self.session_ms = 0
        self.session = 0
        """The session of the device that this run has opened; 0 until then."""
        self._schedule = schedule
        self._waits = waits
        self._steering = Steering(schedule, line, waits=waits)
        self._progress = Progress(schedule, publish)
        self._laid = Laid(schedule.cues, publish)
        self._questions = Questions(self._progress, self._laid, publish)
        self._watch = Watch(schedule)
        self._delivery = Delivery(schedule)
        self._rng = rng
        self._publish = publish
        self._spawn = spawn
        self._holds = holds
        self._beside = beside
        self._turn = asyncio.Lock()
        self._percent = 100
        self._news: type[Started | Resumed] | None = Started
        self._rested_s = 0.0
        self._waiting: asyncio.Task[None] | None = None
        self._reminder: asyncio.Task[None] | None = None
        self._slack_ms = 0
        self._verdict: Outcome | None = None
        self._outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def rest_left(self, session_ms: int) -> RestLeft:
        """How much longer the device has to rest before it goes on from `session_ms`.

        One that has restarted has forgotten its holds, and rests in any case.
        """
        loop, tired = asyncio.get_running_loop(), self._holds.tired(self._schedule, session_ms)
        return lambda: max(0.0, self._rested_s - loop.time(), self._holds.rest_ms(tired) / 1000.0)

    @property
    def laid_on(self) -> str:
        """What a person has laid on, and it still lies there; empty where nothing does."""
        return self._laid.what

    @property
    def goes_on_at_ms(self) -> int:
        """Where a resume goes on: where session time stands, or further, as the time of what is laid on runs on."""
        return self._laid.goes_on_at(self.session_ms)

    def stop(self, cause: str) -> None:
        """Soft release; the outcome follows when the device has confirmed."""
        if self.phase in GONE:
            self._finish(Outcome("link_lost", "the device was lost, and nobody resumed"))
        elif self.phase in FED:
            self._wind_up(Outcome("stopped", cause))

    def was_cut_off(self) -> None:
        """An emergency stop has gone out; the outcome follows when the device has confirmed."""
        self._steering.halt()
        if self.phase is Phase.AWAY:
            self._finish(Outcome("link_lost", "the device was lost when the emergency stop was asked for"))
        else:
            self._settle_emergency(Outcome("emergency_stopped", "asked for at the host"))

    def evidence(self) -> Evidence:
        """Figures that speak for why something ended."""
        link = self._steering.line.link
        return {
            "session_ms": self.session_ms,
            "slack_ms": self._slack_ms,
            "rtt_ms": round(link.retry.round_trip_s * 1000.0, 1),
            "resent": link.traffic.resent,
            "lost": link.lost,
        }

    async def _start(self) -> None:
        """Opens a session and runs from where session time stands. A refusal ends the run."""
        self._stop_waiting()
        self.phase = Phase.STARTING
        self._watch = Watch(self._schedule)
        self._questions.forget()
        with self._refused_to(self._turned_away):
            await self._rest(self.session_ms)
            if self.phase is not Phase.STARTING:
                return
            await self._arm()
            with self._refused_to(self._wind_up):
                await self._set_out()

    async def _rest(self, session_ms: int) -> None:
        """Waits, without pressure, until going on from `session_ms` holds nothing for too long, or this is stopped."""
        own_s, others_s, phase = self.rest_left(session_ms), self._beside(session_ms), self.phase
        if left_s := max(own_s(), others_s()):
            self._publish(Resting(left_s))
            await self._steering.line.until(lambda _: not max(own_s(), others_s()) or self.phase is not phase)

    async def _arm(self) -> None:
        self.session = self._rng.randrange(1, 1 << 16)
        await self._steering.arm(self.session)
        self._publish(Armed(self.session))

    async def _set_out(self) -> None:
        if self.phase is not Phase.STARTING:
            # A stop has overtaken the arming; the device may have taken it for one of nothing.
            self._steering.stop()
            return
        if self._percent != 100:
            await self._steering.set_gain(self._percent)
        if self.session_ms:
            await self._move_to(self.session_ms)
        else:
            self._steering.supply(0)
        await self._run()

    @contextmanager
    def _refused_to(self, end: Callable[[Outcome], None]) -> Iterator[None]:
        """Around what nobody waits for: a refusal goes to `end`, and a loss is told to `lost` anyway."""
        try:
            yield
        except Refused as refusal:
            end(Outcome("refused", str(refusal)))
        except PortLost:
            return

    async def _move_to(self, session_ms: int) -> None:
        whole_ms = session_ms - session_ms % TICK_MS
        await self._steering.move_to(whole_ms)
        self.session_ms = whole_ms
        self._questions.forget()
        self._steering.supply(whole_ms)

    def _put_back(self, session_ms: int) -> None:
        """What lies from here on is still to come, even if it was told before."""
        self.session_ms = session_ms - session_ms % TICK_MS
        self._progress.move_to(self.session_ms)

    async def _run(self) -> None:
        await self._steering.run(self.session_ms, lambda: self.phase not in FED)
        if self.phase in FED:
            self.phase = Phase.PLAYING

    async def _ask(self, cue: Cue) -> None:
        """Shows `cue` and goes on once it is answered; if nobody does, stops softly."""
        if not await self._questions.ask(cue):
            self.stop(f"nobody answered {cue.say!r}")
            return
        self._keep_time(cue)
        async with self._turn:
            with self._refused_to(self._wind_up):
                await self._rest(self.session_ms)
                if self.phase is Phase.ASKING:
                    self._progress.answered()
                    await self._run()

    def _keep_time(self, cue: Cue) -> None:
        """Who has laid something on is told when its time is over, also where the massage does not come to that."""
        if self._reminder is not None:
            self._reminder.cancel()
        self._reminder = self._spawn(self._laid.remind(lambda: self.phase in HELD_UP)) if cue.lays else None

    async def _wait_for_resume(self) -> None:
        """A device that came back is not held for ever."""
        await asyncio.sleep(_BACK_S)
        self.stop("nobody resumed")

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _wind_up(self, verdict: Outcome) -> None:
        """Stops softly; once the device has confirmed, `verdict` is the outcome."""
        if not self._settle_on(verdict):
            return
        if self.session:
            self._steering.stop()
            self._stop_waiting()
        else:
            # Still resting before its start: nothing is armed that could confirm it.
            self._finish(verdict)

    def _emergency(self, verdict: Outcome) -> None:
        """Everything off and open now, whatever else is going on."""
        self._steering.emergency_stop()
        self._settle_emergency(verdict)

    def _settle_emergency(self, verdict: Outcome) -> None:
        is_gone = self.phase in GONE
        if not self._settle_on(verdict):
            return
        self._stop_waiting()
        if is_gone:
            # A device that knows nothing of this run cannot confirm its end.
            self._finish(verdict)

    def _turned_away(self, outcome: Outcome) -> None:
        """The device has not even opened a session: there is nothing to stop, and nothing to confirm it."""
        self._finish(self._verdict or outcome)

    def _settle_on(self, verdict: Outcome) -> bool:
        """Takes over `verdict`, so that nothing else goes on; False where the run is over."""
        if self.phase is Phase.OVER:
            return False
        self.phase = Phase.STOPPING
        self._verdict = verdict
        return True

    def _finish(self, outcome: Outcome) -> None:
        if self.phase is Phase.OVER:
            return
        if outcome.kind != "completed" and not outcome.evidence:
            outcome = replace(outcome, evidence=self.evidence())
        outcome = replace(outcome, shortfall=self._delivery.shortfall, laid_on=self.laid_on)
        self.phase = Phase.OVER
        self._outcome.set_result(outcome)
        self._stop_waiting()
        if self._reminder is not None:
            self._reminder.cancel()
        self._publish(Ended(outcome))

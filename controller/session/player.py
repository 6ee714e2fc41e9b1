"""One playing of a schedule: what the device tells moves it on, what a person asks is done in its turn.

`on_status`, `on_fault`, `on_reply`, `lost` and `found` take what happens; the rest is what a person may ask.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from legato.controller.errors import Misuse, NoAnswer, Refused
from legato.controller.link import wire_names
from legato.controller.link.device_messages import Fault as FaultMessage
from legato.controller.link.device_messages import Reply, Status
from legato.controller.link.line import Line
from legato.controller.session import evidence, outcomes
from legato.controller.session.command_stream import Steering
from legato.controller.session.events import Fault, Intensity, Moved, Notice, Outcome, Paused, Resumed
from legato.controller.session.hold_tracker import REST_MS
from legato.controller.session.narration import take_off
from legato.controller.session.phase import FED, MAY, Phase
from legato.controller.session.run import Run
from legato.firmware import wire
from legato.profiles.schedule import Cue, Mark

_PROTESTS: Final = frozenset({wire.OVER_LIMIT, wire.MALFORMED, wire.TOO_LATE, wire.UNKNOWN})
"""Answers to set-points that sending again cannot mend."""


class Player(Run):
    """Plays a schedule, for whoever asks, through pauses and losses."""

    # What a person may ask.

    async def play(self, from_ms: int, percent: int = 100) -> Outcome:
        """Plays from `from_ms` to the end, through pauses and losses; cancelled, it lets the device stop softly."""
        self._percent = percent
        self._put_back(from_ms)
        try:
            async with self._turn:
                await self._start()
            return await asyncio.shield(self._outcome)
        finally:
            self.stop("given up")

    async def pause(self) -> None:
        """Holds session time; returns when the device stands still."""
        async with self._in_turn("pause"):
            if self.phase is Phase.PLAYING:
                await self._steering.stand_still()

    async def resume(self, from_ms: int | None = None) -> None:
        """Goes on: after a pause, a cue, or a loss; where it stands, or from `from_ms`."""
        if self.phase is Phase.ASKING and from_ms is None:
            self._questions.go_on()
            return
        async with self._in_turn("resume"):
            is_back = self.phase is Phase.BACK
            await self._rest(self.session_ms if from_ms is None else from_ms)
            if self.phase not in MAY["resume"]:
                return
            from_ms = self._counted(from_ms)
            if from_ms is not None:
                if not is_back:
                    self._stop_waiting()
                    await self._move_to(from_ms)
                self._put_back(from_ms)
            await (self._start() if is_back else self._run())

    async def skip(self, after_ms: int | None = None) -> None:
        """Goes to the next mark, after where it stands or after `after_ms`; where there is none, it stops.

        Only what runs goes on from there by itself: what stands still is moved, and waits for `resume`.
        """
        async with self._in_turn("skip"):
            self.insist_on_answer("skip")
            mark = self._progress.next_mark(self._before_off(self.skips_after_ms if after_ms is None else after_ms))
            if mark is None:
                self.stop("skipped what was left")
                return
            await (self._skip_on(mark) if self.phase is Phase.PLAYING else self._skip_standing(mark))

    async def set_intensity(self, percent: int) -> None:
        """Plays at `percent` (0..100) of the schedule."""
        if not 0 <= percent <= 100:
            raise Misuse(f"intensity is 0 to 100 %, not {percent}")
        async with self._in_turn("set the intensity"):
            await self._steering.set_gain(percent)
            self._percent = percent
            self._publish(Intensity(percent))

    def insist_on_answer(self, what: str) -> None:
        """Raises Misuse while it is asked what neither a resume nor a skip may answer."""
        if self.phase is Phase.ASKING:
            self._questions.insist(what)

    def answer(self, cue: Cue) -> None:
        """Answers the cue that waits."""
        self._check("answer")
        self._questions.answer(cue)

    @property
    def skips_after_ms(self) -> int:
        """After what a skip goes on: where it stands, or just before a question there that nobody has heard yet."""
        cue = None if self.phase is Phase.ASKING else self._progress.waiting_cue
        return self.session_ms if cue is None else min(self.session_ms, cue.session_ms - 1)

    @property
    def may_trim(self) -> bool:
        """Whether session time runs, or is about to, and the last trim is settled."""
        return self.phase is Phase.PLAYING and self._steering.may_trim

    def trim(self, session_ms: int, at_device_ms: int, rate: int) -> None:
        """Puts session time right by a little; of a device that refills, it says when to begin."""
        self._steering.trim(session_ms, at_device_ms, rate)

    # What happens.

    def pump(self) -> None:
        """One turn of the feed."""
        if self.phase in FED:
            self._steering.pump(self.session_ms)

    def on_status(self, status: Status) -> None:
        """Takes a status of the session that this run has armed."""
        self._slack_ms = status.slack_ms
        if self.phase is not Phase.OVER and status.state == wire.IDLE:
            self._on_idle(status)
        elif self.phase in FED and self._steering.is_under_way:
            self.session_ms = status.session_ms
            self._delivery.take(status)
            self._compare(status)
            self._follow(status)

    def on_reply(self, reply: Reply) -> None:
        """Takes the answer to a set-point frame."""
        if reply.code in _PROTESTS and self.phase in FED:
            cause = f"the device refuses set-points: {wire_names.answer(reply.code)}"
            self._wind_up(Outcome("refused", cause))

    def on_fault(self, fault: FaultMessage) -> None:
        """The device has latched a fault: the run is over."""
        figures = evidence.of_fault(fault, self._schedule.device) | self.evidence()
        outcome = outcomes.of_fault(fault, self._schedule.device, figures)
        if outcome.kind == "device_fault":
            where = outcomes.channel_name(fault, self._schedule.device)
            self._publish(Fault(wire_names.fault(fault.code), where, figures))
        elif self._verdict is not None:
            outcome = self._verdict
        self._finish(outcome)

    def lost(self) -> None:
        """The line is gone; what the device has told last is where a person may resume."""
        self._stop_waiting()
        if self.phase is Phase.STOPPING:
            self._finish(Outcome("link_lost", "the device was lost while it was being stopped"))
        elif self.phase is not Phase.OVER:
            self.phase = Phase.AWAY
            self._news = self._news or Resumed
            if self.laid_on:
                self._publish(Notice(take_off(self.laid_on)))

    def found(self, line: Line) -> None:
        """The device is back, on a new line; it waits for `resume`."""
        if self.phase is Phase.AWAY:
            if line.link.boot_id != self._steering.line.link.boot_id:
                # It does not know how long it has held before: the rest that ends every hold comes first.
                self._rested_s = asyncio.get_running_loop().time() + REST_MS / 1000.0
            self._steering = Steering(self._schedule, line, waits=self._waits)
            self.phase = Phase.BACK
            self._waiting = self._spawn(self._wait_for_resume())

    def give_up(self, outcome: Outcome) -> None:
        """The device did not come back, or not in a state to go on."""
        self._finish(outcome)

    # How it is done.

    @asynccontextmanager
    async def _in_turn(self, what: str) -> AsyncIterator[None]:
        """One request of a person at a time; a stop that comes in between makes the rest of it pointless, not wrong."""
        async with self._turn:
            self._check(what)
            try:
                yield
            except Refused:
                if self.phase in FED:
                    raise

    def _counted(self, from_ms: int | None) -> int | None:
        """Where to go on, `from_ms` or where it stands, with what is laid on counted, and never past its question."""
        if from_ms is None:
            return None if self.goes_on_at_ms == self.session_ms else self.goes_on_at_ms
        off_ms = self._laid.off_ms
        return from_ms if off_ms is None else min(from_ms, off_ms)

    def _before_off(self, after_ms: int) -> int:
        """Where a skip sets out from: what lies on the leg is asked about before anything else."""
        off_ms = self._laid.off_ms
        return after_ms if off_ms is None else min(after_ms, off_ms - 1)

    async def _skip_on(self, mark: Mark) -> None:
        await self._steering.stand_still()
        # A question may have come due at the very moment.
        self._stop_waiting()
        await self._rest(mark.session_ms)
        if self.phase not in FED:
            return
        await self._move_to(mark.session_ms)
        self._progress.move_to(mark.session_ms)
        await self._run()

    async def _skip_standing(self, mark: Mark) -> None:
        """A device that came back knows nothing of this run: it is put there when it resumes."""
        if self.phase is not Phase.BACK:
            self._stop_waiting()
            await self._move_to(mark.session_ms)
            if self.phase not in MAY["skip"]:
                return
            self.phase = Phase.PAUSED
        self._put_back(mark.session_ms)
        self._publish(Moved(self.session_ms, mark))

    def _check(self, what: str) -> None:
        if self.phase not in MAY[what]:
            raise Misuse(f"cannot {what} while {self.phase.name.lower()}")

    def _follow(self, status: Status) -> None:
        if status.state in (wire.RUNNING, wire.REFILL):
            self._questions.announce(status.session_ms, self._steering.pause_at)
        if status.state == wire.RUNNING:
            if self._news is not None:
                self._publish(self._news(status.session_ms))
                self._news = None
            self._progress.pass_to(status.session_ms)
        elif status.state == wire.PAUSED and self.phase is Phase.PLAYING:
            self._on_paused(status)

    def _on_paused(self, status: Status) -> None:
        self._news = Resumed
        cue = self._questions.due(status.session_ms)
        if cue is not None:
            self.phase = Phase.ASKING
            self._waiting = self._spawn(self._ask(cue))
        else:
            self.phase = Phase.PAUSED
            self._publish(Paused(status.session_ms, self.laid_on))

    def _compare(self, status: Status) -> None:
        """The second wall."""
        found = self._watch.check(status)
        if found is None:
            return
        figures = evidence.of_disagreement(found.commanded, found.measured) | self.evidence()
        self._emergency(Outcome("device_fault", f"{found.channel} {found.why}", figures))
        self._publish(Fault(found.why, found.channel, figures))

    def _on_idle(self, status: Status) -> None:
        if self._verdict is not None:
            self._finish(self._verdict)
        elif status.ended == wire.ENDED_HOST_SILENT:
            self._steering.line.lose(NoAnswer("the device heard nothing from this host and let the pressure out"))
        elif (ending := outcomes.of_ending(status.ended)) is not None:
            self._finish(ending)

"""The phase that a run is in, and how it ends.

Theory of operation
===================

    STARTING --armed, supplied, set running--> PLAYING
    PLAYING  --the device stands still-------> PAUSED, or ASKING where a question is due
    PAUSED, ASKING --resume, skip, answer----> PLAYING
    any of these --the device is lost--------> AWAY --the device is found--> BACK --resume--> STARTING
    any of these --stop, refusal, doubt------> STOPPING --the device confirms--> OVER

`Playback` moves a run through all phases but the last two; those are entered here and nowhere else:

- A stop puts its frame on the line, and settles what the outcome will be (`verdict`). The device's own word then makes
  it so.
- Only a device that cannot give its word is not waited for: one that is lost, that knows nothing of this run, or that
  was never armed.
- A run ends once, in `end`, and with one outcome: the first to say so says how.
"""

import asyncio
from collections.abc import Callable

from legato.controller.isolation import complain
from legato.controller.session.command_stream import CommandStream
from legato.controller.session.events import Ended, Event, Outcome
from legato.controller.session.phase import FED, GONE, Phase


class RunState:
    """`complete` adds to an outcome what is known of the run; `outcome` is there once the run is over."""

    def __init__(
        self, stream: CommandStream, complete: Callable[[Outcome], Outcome], publish: Callable[[Event], None]
    ) -> None:
        self.phase = Phase.STARTING
        self.verdict: Outcome | None = None
        """The outcome, once the device has confirmed."""
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting: asyncio.Task[None] | None = None
        """What waits for a person as long as this phase lasts: a question, or a device that came back."""
        self._stream = stream
        self._complete = complete
        self._publish = publish

    def stop_waiting(self) -> None:
        """Whatever waits for a person does so no longer."""
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None

    def stop(self, cause: str) -> None:
        """Soft release, for whoever asks, in whatever phase."""
        if self.phase in GONE:
            self.end(Outcome("link_lost", "the device was lost, and nobody resumed"))
        elif self.phase in FED:
            self.wind_up(Outcome("stopped", cause))

    def on_cut_off(self) -> None:
        """An emergency stop has gone out at somebody's word."""
        self._stream.halt()
        if self.phase is Phase.AWAY:
            self.end(Outcome("link_lost", "the device was lost when the emergency stop was asked for"))
        else:
            self._settle_emergency(Outcome("emergency_stopped", "asked for at the host"))

    def emergency_stop(self, verdict: Outcome) -> None:
        """Everything off and open now, whatever else is going on."""
        self._stream.emergency_stop()
        self._settle_emergency(verdict)

    def wind_up(self, verdict: Outcome) -> None:
        """Stops softly; once the device has confirmed, `verdict` is the outcome."""
        if not self._settle_on(verdict):
            return
        if self._stream.is_armed:
            self._stream.stop()
            self.stop_waiting()
        else:
            # Still resting before its start: nothing is armed that could confirm it.
            self.end(verdict)

    def end(self, outcome: Outcome) -> None:
        """The run is over."""
        if self.phase is Phase.OVER:
            return
        try:
            outcome = self._complete(outcome)
        except Exception as error:
            # A run that is over says so, whatever is known of it.
            complain("the record of a run", [error])
        self.phase = Phase.OVER
        self.outcome.set_result(outcome)
        self.stop_waiting()
        self._publish(Ended(outcome))

    def _settle_emergency(self, verdict: Outcome) -> None:
        is_gone = self.phase in GONE
        if not self._settle_on(verdict):
            return
        self.stop_waiting()
        if is_gone:
            # A device that knows nothing of this run cannot confirm its end.
            self.end(verdict)

    def _settle_on(self, verdict: Outcome) -> bool:
        """Takes over `verdict`, so that nothing else goes on; False where the run is over."""
        if self.phase is Phase.OVER:
            return False
        self.phase = Phase.STOPPING
        self.verdict = verdict
        return True

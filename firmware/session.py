"""The state machine of a session: what may happen when, how it ends, and how much of the plan is let through.

Everything that changes the state lives here; outputs, sensors and frames do not.
See the diagram in docs/reference/protocol.md.
"""

from . import wire
from .config import ChannelConfig
from .session_clock import SessionClock
from .stream import HORIZON_MS, SetPointStream
from .ticks import MASK, TICK_MS, ticks_add, ticks_diff

SILENCE_MS = 1500
"""After this much silence of the host the device releases the pressure by itself."""

SILENT_RELEASE_MS = 450
"""How long that takes, so that every vent has been commanded open, and is open, 2.0 s after the last frame."""

RELEASE_MS = 1000
"""How long a stop leaves the vents open before the session ends; after an under-run, how long the commands fall."""

STARVED_MS = 1000
"""How long an under-run holds before it is released."""

LONGEST_PAUSE_MS = 600_000
WARM_PAUSE_MS = 30_000
"""Heat stays on this long in a pause."""

EARLY_MS = 2
"""Session time begins this far before a tick: a set-point on a whole tick is then due on it, even if early."""

FULL_SHARE = 1000
NEVER = MASK


class DeviceSession:
    """One session at a time, from arm to end; `stream` holds its set-points and `clock` its time.

    Requests return a reply code; `advance` is called once a tick while live and returns a fault code or 0.
    """

    def __init__(self, channels: list[ChannelConfig], slots: int, limit_ms: int, boot_id: int) -> None:
        self.clock = SessionClock()
        self.stream = SetPointStream(channels, slots)
        self.state = wire.IDLE
        self.ended = wire.ENDED_NOT
        self.boot_id = boot_id
        self.nonce = boot_id & 0xFFFF
        self.share = 0
        """How much of the plan is let through to pressures and motors, 0..FULL_SHARE."""
        self.a = 0
        self.b = 0
        self._limit_ms = limit_ms
        self._begin(0, 0)

    def _begin(self, session: int, now_ms: int) -> None:
        self.clock.begin(session)
        self.stream.begin()
        self.share = 0
        self._heard_ms = now_ms
        self._fed_ms = now_ms
        self._slack_ms = 0
        self._since_ms = now_ms
        self._start_ms = now_ms
        self.is_filled = False
        self._pause_at_ms = NEVER
        self._starved = False
        self._treated_ms = 0
        self.late_ms = 0
        self._release_ms = RELEASE_MS
        self._release_from = 0

    # What the rest of the firmware asks.

    @property
    def is_live(self) -> bool:
        """Armed and not yet ended."""
        return self.state != wire.IDLE and self.state != wire.FAULTED

    @property
    def rises(self) -> bool:
        """Whether pressures may rise: a release only lets them fall, however far the refill had come."""
        return self.state == wire.RUNNING or self.state == wire.REFILL

    def session_ms(self, now_ms: int) -> int:
        """Session time at device time `now_ms`; it never runs past the watermark or a pause that was asked for."""
        return min(self.clock.session_ms(now_ms), self.stream.watermark_ms, self._pause_at_ms)

    def slack_ms(self, now_ms: int) -> int:
        """How long the plan that has arrived still lasts."""
        return self.stream.watermark_ms - self.session_ms(now_ms)

    def level(self) -> int:
        """The factor on planned pressures and intensities, 0..FULL_GAIN: gain times share."""
        return self.clock.gain * self.share // FULL_SHARE

    def motor_level(self) -> int:
        """The same for motors, which move only while session time does."""
        return self.level() if self.state == wire.RUNNING else 0

    def execute(self, session_ms: int) -> None:
        """Put the set-points that are due on their way; `late_ms` keeps how late the latest of the session was."""
        if self.state == wire.RUNNING:
            self.late_ms = max(self.late_ms, self.stream.execute(session_ms))
        elif self.state == wire.REFILL:
            self.stream.execute(session_ms)

    def heats(self, now_ms: int) -> bool:
        """Whether heaters and coolers follow the plan; in a pause they do so for a while."""
        if self.state == wire.PAUSED:
            return ticks_diff(now_ms, self._since_ms) < WARM_PAUSE_MS
        return self.rises

    def note_evidence(self, fault: int, now_ms: int) -> None:
        """Set `a` and `b`: for an under-run the slack before the last frame, and ms since; otherwise ms and limit."""
        if fault == wire.FAULT_UNDERRUN:
            self.a = self._slack_ms
            self.b = ticks_diff(now_ms, self._fed_ms)
        else:
            self.a = self._treated_ms
            self.b = self._limit_ms

    # Requests.

    def hear(self, now_ms: int) -> None:
        """A sound frame of this session arrived: the host is alive."""
        self._heard_ms = now_ms

    def arm(self, session: int, boot_id: int, nonce: int, now_ms: int) -> int:
        """Open session `session`; repeating the request that opened it changes nothing."""
        if self.is_live and session == self.clock.session:
            return wire.OK
        if self.state != wire.IDLE:
            return wire.NOT_NOW
        if session == 0:
            return wire.MALFORMED
        if boot_id != self.boot_id:
            return wire.WRONG_BOOT
        if nonce != self.nonce:
            return wire.WRONG_NONCE
        self.nonce = (self.nonce * 25173 + 13849) & 0xFFFF
        self._begin(session, now_ms)
        self.ended = wire.ENDED_NOT
        self.state = wire.ARMED
        return wire.OK

    def feed(self, seq: int, payload: bytes, now_ms: int) -> int:
        """A set-point frame."""
        if not self.is_live or self.state == wire.STOPPING:
            return wire.NOT_NOW
        expected = self.stream.expected
        slack_ms = self.slack_ms(now_ms)
        code = self.stream.accept(seq, payload, self.session_ms(now_ms))
        if self.stream.expected != expected:
            self._fed_ms = now_ms
            self._slack_ms = slack_ms
        return code

    def run(self, epoch: int, session_ms: int, at_ms: int, now_ms: int) -> int:
        """Refill, then let session time run, from device time `at_ms` on (or wire.NOW)."""
        if self.is_live and not self.clock.is_newer(epoch):
            return wire.OK
        if self.state != wire.ARMED and self.state != wire.PAUSED:
            return wire.NOT_NOW
        if session_ms != self.session_ms(now_ms):
            return wire.NOT_NOW
        # NOW lies in the past, so that session time begins on a tick, not in between.
        start_ms = ticks_add(now_ms, -TICK_MS) if at_ms == wire.NOW else at_ms & MASK
        if ticks_diff(start_ms, now_ms) > HORIZON_MS:
            return wire.TOO_FAR_AHEAD
        self.clock.renew(epoch)
        self._start_ms = start_ms
        self.is_filled = False
        self.share = FULL_SHARE
        self.state = wire.REFILL
        return wire.OK

    def trim(self, session_ms: int, at_ms: int, rate: int, now_ms: int) -> int:
        """Session time is to be `session_ms` at device time `at_ms`: for a host that keeps several devices together."""
        if self.state == wire.REFILL:
            return self._begin_at(session_ms, at_ms & MASK, now_ms)
        if self.state != wire.RUNNING:
            return wire.NOT_NOW
        return wire.OK if self.clock.trim(session_ms, at_ms & MASK, rate, now_ms) else wire.OVER_LIMIT

    def _begin_at(self, session_ms: int, at_ms: int, now_ms: int) -> int:
        """Begin at another moment than the one named by RUN."""
        if session_ms != self.session_ms(now_ms):
            return wire.NOT_NOW
        if ticks_diff(at_ms, now_ms) > HORIZON_MS:
            return wire.TOO_FAR_AHEAD
        self._start_ms = at_ms
        return wire.OK

    def pause(self, epoch: int, at_ms: int, now_ms: int) -> int:
        """Stand still at session time `at_ms` (or wire.NOW) and let the pressure out."""
        if not self.is_live or self.state == wire.STOPPING or self.state == wire.ARMED:
            return wire.NOT_NOW
        if not self.clock.renew(epoch):
            return wire.OK
        if at_ms != wire.NOW and at_ms > self.session_ms(now_ms):
            self._pause_at_ms = min(at_ms, NEVER)
        elif self.state != wire.PAUSED:
            self._stand(self.session_ms(now_ms), now_ms)
        return wire.OK

    def seek(self, epoch: int, session_ms: int) -> int:
        """Forget all that was planned and stand at `session_ms`."""
        if self.is_live and not self.clock.is_newer(epoch):
            return wire.OK
        if self.state != wire.ARMED and self.state != wire.PAUSED:
            return wire.NOT_NOW
        if session_ms >= NEVER:
            return wire.TOO_FAR_AHEAD
        self.clock.renew(epoch)
        self.stream.seek(session_ms)
        self.clock.stand_at(session_ms)
        self._pause_at_ms = NEVER
        return wire.OK

    def set_gain(self, epoch: int, percent: int) -> int:
        """Play at `percent` of the plan: at once where nothing of it is let through, else slowly."""
        if not self.is_live:
            return wire.NOT_NOW
        if percent > 100:
            return wire.OVER_LIMIT
        if self.clock.renew(epoch):
            self.clock.set_gain(percent)
            if self.share == 0:
                self.clock.jump_gain()
        return wire.OK

    def stop(self, epoch: int, now_ms: int) -> int:
        """Let the pressure out and end, whatever the epoch; stopping a session that has ended is no error."""
        if self.is_live:
            self.clock.renew(epoch)
            if self.state != wire.STOPPING:
                self._release(wire.ENDED_STOPPED, RELEASE_MS, now_ms)
                self.share = 0
        return wire.OK

    def fail(self, now_ms: int) -> None:
        """A fault was latched: whatever was going on is over."""
        at_ms = self.session_ms(now_ms)
        if self.is_live:
            self.ended = wire.ENDED_FAULT
        self.clock.stand_at(at_ms)
        self.share = 0
        self.state = wire.FAULTED

    def clear(self) -> None:
        """The fault was cleared."""
        self.state = wire.IDLE

    # Time.

    def advance(self, now_ms: int, ticks: int) -> int:
        """While live, `ticks` after the last call: pauses, ends, under-runs and silence. Returns a fault code or 0."""
        self.clock.slew_gain(ticks)
        silent_ms = ticks_diff(now_ms, self._heard_ms)
        if self.state == wire.STOPPING:
            return self._sink(now_ms, silent_ms)
        if silent_ms >= SILENCE_MS:
            self._release(wire.ENDED_HOST_SILENT, SILENT_RELEASE_MS, now_ms)
            return 0
        if self.state == wire.RUNNING:
            self._run_on(now_ms)
        elif self.state == wire.PAUSED and ticks_diff(now_ms, self._since_ms) > LONGEST_PAUSE_MS:
            self._end(wire.ENDED_PAUSE_TOO_LONG, now_ms)
        return self._watch_length(ticks)

    def start(self, now_ms: int) -> None:
        """In REFILL, once everything has been filled: let session time run, if the moment has come."""
        self.is_filled = True
        waited_ms = ticks_diff(now_ms, self._start_ms)
        if waited_ms >= 0:
            begin_ms = self._start_ms if waited_ms < TICK_MS else ticks_add(now_ms, TICK_MS - EARLY_MS)
            self.clock.run_from(self.session_ms(now_ms), begin_ms)
            self._starved = False
            self.state = wire.RUNNING

    def _run_on(self, now_ms: int) -> None:
        at_ms = self.session_ms(now_ms)
        if at_ms >= self._pause_at_ms:
            self._stand(at_ms, now_ms)
        elif at_ms < self.stream.watermark_ms:
            self._starved = False
        elif self.stream.ended:
            self._end(wire.ENDED_COMPLETED, now_ms)
        else:
            self._starve(at_ms, now_ms)

    def _starve(self, at_ms: int, now_ms: int) -> None:
        """Session time has used up the plan: it stands, at most for STARVED_MS."""
        self.clock.run_from(at_ms, now_ms)
        if not self._starved:
            self._starved = True
            self._since_ms = now_ms
        elif ticks_diff(now_ms, self._since_ms) >= STARVED_MS:
            self._release(wire.ENDED_FAULT, RELEASE_MS, now_ms)

    def _stand(self, at_ms: int, now_ms: int) -> None:
        """Pause here; a pause that was named ahead for this very moment has happened with it."""
        if at_ms >= self._pause_at_ms:
            self._pause_at_ms = NEVER
        self.clock.stand_at(at_ms)
        self._since_ms = now_ms
        self.share = 0
        self.state = wire.PAUSED

    def _release(self, ended: int, release_ms: int, now_ms: int) -> None:
        self.clock.stand_at(self.session_ms(now_ms))
        self.ended = ended
        self._since_ms = now_ms
        self._release_ms = release_ms
        self._release_from = self.share
        self.state = wire.STOPPING

    def _sink(self, now_ms: int, silent_ms: int) -> int:
        """A tick of the release, which silence may cut short. Then an under-run is a fault, everything else is idle."""
        left_ms = self._release_ms - ticks_diff(now_ms, self._since_ms)
        if left_ms > 0 and self._release_from and silent_ms < SILENCE_MS + SILENT_RELEASE_MS:
            if self.ended != wire.ENDED_STOPPED:
                self.share = self._release_from * left_ms // self._release_ms
            return 0
        if self.ended == wire.ENDED_FAULT:
            return wire.FAULT_UNDERRUN
        self._end(self.ended, now_ms)
        return 0

    def _end(self, ended: int, now_ms: int) -> None:
        self.clock.stand_at(self.session_ms(now_ms))
        self.ended = ended
        self.share = 0
        self.state = wire.IDLE

    def _watch_length(self, ticks: int) -> int:
        if self.state == wire.RUNNING or self.state == wire.REFILL:
            self._treated_ms += ticks * TICK_MS
            if self._treated_ms > self._limit_ms:
                return wire.FAULT_SESSION_TOO_LONG
        return 0

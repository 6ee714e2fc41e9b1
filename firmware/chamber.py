"""One bladder: follows its planned line, and decides whether it wants air, wants to let some out, or rests."""

from . import wire
from .config import Air
from .ramp import Ramp
from .session_clock import FULL_GAIN
from .ticks import TICK_MS

SLEW = 4
"""40 mmHg/s: the command rises by no more than this many tenths of mmHg a tick ([E] estimate); it may fall freely."""

BAND = 15
"""How far (tenths of mmHg) the pressure may stray before a valve moves."""

CLOSE = 30
"""Within this (tenths of mmHg) a pressure counts as reached, and chambers may share a manifold."""

FAR = 100
"""Beyond this (tenths of mmHg) a pressure is not one that was commanded."""

CONTACT = 20
"""Below this (tenths of mmHg) a bladder is slack: its air is not felt."""

SLACK = 0
BLIND = 1
FAINT = 2
FELT = 3
"""What is known of a bladder's air, the emptiest first: its slack may still be filling; it is full, but nothing is
felt, or hardly anything; it is felt."""

LATER = 0x3FFFFFFF
"""The deadline of a top-up: after every ramp."""


class ChamberController:
    """Pressures are tenths of mmHg. `pressure` is set by its monitor, once a tick, to the reading it trusts."""

    def __init__(self, number: int, channel: int, air: Air, ramp: Ramp) -> None:
        self.number = number
        self.bit = 1 << number
        self.channel = channel
        self.air = air
        self.ramp = ramp
        self.pressure = 0
        self.command = 0
        self._goal = 0
        self.sharing = 0
        """How many chambers, itself included, are filling from its manifold; 0 while its own fill valve is shut."""
        self.felt = SLACK
        self.may_be_slack = True
        """It has not been felt in this session, or not since a pause, so that its slack may still take air."""
        self.takers = 1
        """Among how many that fill together the air is shared out; 0 while others take it all into their slack."""
        self.shows = True
        """Whether the air that it gets shows in its reading: it fills alone, or none that fills with it is emptier."""
        self.venting = True
        self.releasing = True
        """On its way down: the command fell and the pressure has not caught up yet."""
        self.hungry = False
        self.low = 0
        self.high = 0
        """While `ramp.at_rest`, no valve moves as long as the pressure is within `low` and `high`."""
        self._arrived = False
        # A valve goes on moving air for the time its coil takes and for a tick: it is closed that much earlier.
        self._lead_ms = air.coil_ms + TICK_MS
        self.fill_lead = air.rise_mmhg_s * self._lead_ms // 100
        self._vent_lead = min(BAND - 5, 1020 * self._lead_ms // air.vent_ms)

    @property
    def deadline_ms(self) -> int:
        """Session ms by which it should have its air: the end of its ramp, or LATER once it has been there."""
        return LATER if self._arrived else self.ramp.end_ms

    def control(self, session_ms: int, level: int, rises: bool) -> None:
        """One tick; `level` of FULL_GAIN of the plan is let through. Unless it `rises`, the command only falls.

        Need not be called at rest, while neither the level changes nor the pressure leaves `low` to `high`.
        """
        self._follow(session_ms, level, rises)
        self._decide()
        self.ramp.at_rest = self._rests(session_ms)

    def _follow(self, session_ms: int, level: int, rises: bool) -> None:
        """Set the commanded pressure for this tick."""
        goal = self._goal = self.ramp.at(session_ms) * level // FULL_GAIN
        if goal < self.command:
            self.command = goal
            self.releasing = True
        elif rises and goal > self.command:
            self.command = min(goal, self.command + SLEW)
        if session_ms < self.ramp.end_ms:
            self._arrived = False

    def _decide(self) -> None:
        """Want air below the band, vent above it, and stop early enough to land on the command."""
        over = self.pressure - self.command
        if self.command == 0:
            self.venting = True
            self.hungry = False
            return
        if over <= BAND + 5:
            self.releasing = False
        if self.venting:
            self.venting = over > self._vent_lead
            self.hungry = False
        elif over > BAND and not self._is_slack(CONTACT + BAND):
            self.venting = True
            self.hungry = False
        else:
            self._want(over)

    def _want(self, over: int) -> None:
        if self.hungry:
            self.hungry = over < -(self.fill_lead // max(1, self.sharing)) or self._is_slack(CONTACT)
            self._arrived = not self.hungry
        else:
            self.hungry = over < -BAND or self._is_slack(CONTACT)

    def _is_slack(self, bound: int) -> bool:
        """Slack air is not felt: a bladder that is to rise is brought into contact, and kept there, before its ramp."""
        return self.pressure < bound < self.ramp.target

    def _rests(self, session_ms: int) -> bool:
        """Whether, from now on, only a pressure beyond `low` or `high` could change anything here."""
        if session_ms < self.ramp.end_ms or self.command != self._goal:
            return False
        if self.command == 0:
            self.low = 0
            self.high = wire.INVALID
            return True
        self.low = max(self.command - BAND, CONTACT)
        self.high = self.command + BAND
        return not (self.venting or self.hungry or self.releasing)

    def is_filled(self) -> bool:
        """Whether the pressure has come up to what the plan wants now, and is not far above it.

        Where that is contact, a sensor that is off may show it while the slack still fills: that has to end, too.
        """
        is_slack = self._goal > CLOSE and self.hungry and self.may_be_slack
        return self.command == self._goal and -CLOSE <= self.pressure - self._goal <= FAR and not is_slack

    def shut(self) -> None:
        """Safe state: nothing commanded, vent open, fill closed."""
        self.ramp.at_rest = False
        self.command = 0
        self.venting = True
        self.releasing = True
        self.hungry = False

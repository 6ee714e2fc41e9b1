"""What a session publishes to whoever listens: the live view, the journal, MQTT, the panel."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from legato.profiles.schedule import Cue, Mark

OutcomeKind = Literal["completed", "stopped", "emergency_stopped", "link_lost", "device_fault", "refused"]
Evidence = dict[str, float | int | str | None]


@dataclass(frozen=True, slots=True)
class WeakZone:
    """A chamber in which `below` of `crests` crests stayed below 80 % of their target, the lowest at `lowest_pct` %."""

    channel: str
    below: int
    crests: int
    lowest_pct: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Pressure that was missing: `below` of all `crests` that were played, and in which chambers."""

    below: int
    crests: int
    zones: tuple[WeakZone, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How playing ended, why, and what speaks for it; and what of the pressure was not there, see `Shortfall`.

    `laid_on` is what a person has laid on by hand and was not asked to take off: they have to do that now.
    """

    kind: OutcomeKind
    cause: str = ""
    evidence: Evidence = field(default_factory=dict)
    shortfall: Shortfall | None = None
    laid_on: str = ""


class _Event:
    """Base of all events."""

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        """The event as plain data, its name under `event`."""
        return {"event": type(self).__name__.lower(), **asdict(self)}  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Connected(_Event):
    """A device has introduced itself."""

    device: str
    firmware: str
    boot_id: int


@dataclass(frozen=True, slots=True)
class Armed(_Event):
    """The device has opened a session."""

    session: int


@dataclass(frozen=True, slots=True)
class Started(_Event):
    """Session time begins to run, from `session_ms` on."""

    session_ms: int


@dataclass(frozen=True, slots=True)
class Step(_Event):
    """The routine has come to a mark."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Telemetry(_Event):
    """Commanded and measured value of every channel, in channel order and units, and the health of the link."""

    session_ms: int
    device_ms: int
    state: str
    commanded: tuple[float, ...]
    measured: tuple[float | None, ...]
    gain: int
    slack_ms: int
    rtt_ms: float
    lost: int
    resent: int
    bad_frames: int
    late_max_ms: int


@dataclass(frozen=True, slots=True)
class Health(_Event):
    """How well the host kept time in the last second, at worst and in ms.

    How late its event loop was, how long a step of a task took and of which one, how long the garbage collector paused.
    """

    late_ms: float
    slowest_ms: float
    slowest: str
    gc_ms: float


@dataclass(frozen=True, slots=True)
class CueShown(_Event):
    """Something is said to the person; with `cue.wait`, the massage waits for `Session.answer`."""

    cue: Cue


@dataclass(frozen=True, slots=True)
class LaidOn(_Event):
    """What lies on the leg now, laid on by hand (`a cold pack, on both shins`); empty once it is off."""

    what: str


@dataclass(frozen=True, slots=True)
class Overdue(_Event):
    """The time of what was laid on is over, and the massage is held up, so that it does not ask whether it is off."""

    what: str


@dataclass(frozen=True, slots=True)
class Paused(_Event):
    """Session time stands still; the pressure is being let out. What is `laid_on` still lies there, and counts on."""

    session_ms: int
    laid_on: str = ""


@dataclass(frozen=True, slots=True)
class Moved(_Event):
    """Session time, which stands still, was put at `mark`: it goes on from there once somebody resumes."""

    session_ms: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Resting(_Event):
    """The leg rests for so long before it goes on: what comes next would press it for too long in one piece."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Resumed(_Event):
    """Session time runs on."""

    session_ms: int


@dataclass(frozen=True, slots=True)
class Intensity(_Event):
    """The device heads for this part of the compiled schedule."""

    percent: int


@dataclass(frozen=True, slots=True)
class Fault(_Event):
    """The device has latched a fault, or the host disagrees with it."""

    name: str
    channel: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Lost(_Event):
    """The line or the device is gone; the device vents by itself."""

    cause: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Found(_Event):
    """The device is back and waits for a person to resume."""

    device: str
    session_ms: int


@dataclass(frozen=True, slots=True)
class Notice(_Event):
    """Something worth a line, such as an attempt to connect again."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended(_Event):
    """The run is over, and this is how it ended."""

    outcome: Outcome


Event = (
    Connected
    | Armed
    | Started
    | Step
    | Telemetry
    | Health
    | CueShown
    | LaidOn
    | Overdue
    | Paused
    | Moved
    | Resting
    | Resumed
    | Intensity
    | Fault
    | Lost
    | Found
    | Notice
    | Ended
)

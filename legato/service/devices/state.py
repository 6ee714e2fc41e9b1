"""What the service reports about its devices: the data shared by HTTP, MQTT, the panel and the command line.

Everything here is plain data. A state is published whole whenever it changes; readings separately, many times a
second.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from legato.app.model import Frozen
from legato.controller.session.events import Event, Evidence, OutcomeKind, Shortfall
from legato.profiles.anatomy import Zone
from legato.service.devices.discreet import short_port, without_folders

Percent = Annotated[int, Field(ge=0, le=100)]


class Doing(StrEnum):
    """What a device is doing, in the words of the panel and of Home Assistant."""

    OFFLINE = "offline"
    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    WAITING = "waiting"
    """A cue is waiting for an answer."""
    FOUND = "found"
    """The device was lost during a routine and is back: a person must resume."""
    STOPPING = "stopping"
    FAULT = "fault"
    ESTOP = "estop"
    """The device has latched an emergency stop until it is cleared."""


HELD: Final = frozenset({Doing.FAULT, Doing.ESTOP})
"""Nothing plays before a person has cleared it."""

ENDS_AS: Final[dict[OutcomeKind, Doing]] = {
    "completed": Doing.IDLE,
    "stopped": Doing.IDLE,
    "refused": Doing.IDLE,
    "link_lost": Doing.IDLE,
    "emergency_stopped": Doing.ESTOP,
    "device_fault": Doing.FAULT,
}
"""What a device that is there does after a run with this outcome."""


class ChannelInfo(Frozen):
    """One quantity that the device can set, and where on the body it is; `cap` is the highest target, in `unit`."""

    name: str
    kind: str
    zone: str
    side: str
    face: str
    unit: str
    from_cm: float
    to_cm: float
    cap: float


class About(Frozen):
    """The device at the other end of the port, as it described itself."""

    name: str
    title: str
    firmware: str
    boot_id: int
    channels: tuple[ChannelInfo, ...]


class Question(Frozen):
    """A cue: something said to the person. If it `waits`, the massage is paused until it is answered."""

    id: int
    say: str
    waits: bool
    must_be_answered: bool = False
    """Whether neither `skip` nor `resume` answers it: it asks whether something laid on by hand has been taken off."""
    ends_at: AwareDatetime | None = None


class Run(Frozen):
    """The routine that is playing, or played last."""

    routine: str
    title: str
    person: str | None = None
    in_diary: bool = False
    """Whether it is recorded in the diary of this person."""
    started_at: AwareDatetime
    duration_ms: int
    session_ms: int = 0
    """Session time when this was published; it advances only while the device is RUNNING."""
    ends_at: AwareDatetime | None = None
    """When it will end if nothing delays it; None while session time is paused."""
    step: str = ""
    step_number: int = 0
    steps: int = 0
    intensity: Percent = 100
    peak_mmhg: float = 0.0
    """The highest pressure that the run asks for, at full intensity."""
    cue: Question | None = None
    laid_on: str = ""
    """What a person has laid on by hand and not yet taken off (`a cold pack, on both shins`).

    Its time continues during a pause. If the device is lost meanwhile, it has to be taken off.
    """
    overdue: bool = False
    """Whether its time is over but no cue asks for it, since the massage is held up: it has to be taken off."""


class Ending(Frozen):
    """How the last run ended, why, and the evidence."""

    kind: OutcomeKind
    cause: str = ""
    evidence: Evidence = Field(default_factory=dict)
    shortfall: Shortfall | None = None
    """Crests that stayed below 80 % of their target."""
    laid_on: str = ""
    """What was laid on by hand and still there at the end: a person has to take it off.

    Empty once another run begins.
    """
    at: AwareDatetime


class DeviceProblem(Frozen):
    """What is wrong with a device, the evidence, and what a person can do about it."""

    code: str
    """A fault's name, `link_lost`, `port`, `emergency_stop`, or `stop_owed` (one that the device has not confirmed).

    `stop_owed` remains whatever the device does, unless it has a fault, until the device has confirmed or a person
    withdraws the stop.
    """
    channel: str | None = None
    cause: str
    advice: str
    evidence: Evidence = Field(default_factory=dict)
    since: AwareDatetime


class Stopped(Frozen):
    """The result of a stop request: only what the device itself reports counts."""

    confirmed: bool
    """Whether it has reported that it has stopped; after an emergency stop, that everything is off, all vents open."""
    pressure_mmhg: float | None
    """The highest pressure measured now; None if unknown. Venting may take some seconds."""
    text: str
    """The same in words, and what to do if it is not confirmed."""
    take_off: str = ""
    """A sentence that says what laid-on item to take off; empty if there is none."""


class PairedDevice(Frozen):
    """One of the two devices of a pair."""

    port: str
    path: str | None = None
    """As for a device."""
    is_there: bool = False


class DeviceState(Frozen):
    """One device of the service: `number` grows with every change."""

    id: str
    """The configured id; it depends on neither the port nor the host."""
    port: str
    """The port as configured; for a pair both, with ` + ` between them."""
    path: str | None = None
    """The file on this computer that is open, or was last tried, with links resolved; None if it is not a file."""
    parts: tuple[PairedDevice, ...] = ()
    """The two devices of a pair, in the order of the settings; empty for a single device."""
    is_simulated: bool
    number: int
    doing: Doing
    about: About | None = None
    run: Run | None = None
    last: Ending | None = None
    problem: DeviceProblem | None = None
    stop_withdrawn_at: AwareDatetime | None = None
    """When a person last withdrew an emergency stop that was waiting for it; None: never since the service started."""
    caps_mmhg: dict[Zone, float] = Field(default_factory=dict)
    """Caps set since the service started that are lower than the device's own; they apply from the next run."""
    sessions: int = 0
    """The number of runs since the service started."""
    massage_s: float = 0.0
    """Seconds of session time that the device has played since the service started."""
    stop: Stopped | None = None
    """Only in the response to a stop."""

    @property
    def laid_on(self) -> str:
        """What lies on the person's leg, or did at a stop or fault that is not cleared yet."""
        held = self.last.laid_on if self.last is not None and self.doing in HELD else ""
        return (self.run.laid_on if self.run is not None else "") or held

    @property
    def ports(self) -> tuple[str, ...]:
        """Its port, or both ports."""
        return tuple(part.port for part in self.parts) or (self.port,)

    @property
    def anonymous(self) -> "DeviceState":
        """The state without the person's name and without folders, which guests and brokers must not learn."""
        run = self.run and self.run.model_copy(update={"person": None})
        ports = tuple(map(short_port, self.ports))
        parts = tuple(
            part.model_copy(update={"port": port, "path": None}) for part, port in zip(self.parts, ports, strict=False)
        )
        changes: dict[str, object] = {"run": run, "port": " + ".join(ports), "path": None, "parts": parts}
        for name, wrong in (("last", self.last), ("problem", self.problem)):
            if wrong is not None:
                cause = without_folders(wrong.cause, *self.ports)
                changes[name] = wrong.model_copy(update={"cause": cause})
        if self.stop is not None:
            text = without_folders(self.stop.text, *self.ports)
            changes["stop"] = self.stop.model_copy(update={"text": text})
        return self.model_copy(update=changes)


class Readings(Frozen):
    """Commanded and measured value of every channel, in the order and units of `About.channels`, and the link's health.

    The value of a sensor that cannot be read is None.
    """

    id: str
    at: AwareDatetime
    session_ms: int
    commanded: tuple[float, ...]
    measured: tuple[float | None, ...]
    slack_ms: int
    rtt_ms: float
    lost: int
    resent: int
    bad_frames: int
    late_max_ms: int


class StateTold(Frozen):
    """A device's state has changed."""

    type: Literal["state"] = "state"
    state: DeviceState


class ReadingsTold(Frozen):
    """The readings of a device's sensors."""

    type: Literal["readings"] = "readings"
    readings: Readings


class Happened(Frozen):
    """One line of the log: what happened, in a sentence, and a name for scripts.

    It names neither people nor folders, since everybody can read it.
    """

    type: Literal["happened"] = "happened"
    id: str
    at: AwareDatetime
    name: str
    text: str


News = StateTold | ReadingsTold | Happened
"""What the service publishes to every client."""

Update = News | Event
"""What a client shows: updates from the service or, in the process that has the device, the session's own events."""

"""What the service tells of its devices: the one shape that HTTP, MQTT, the panel and the command line share.

Everything here is plain data. A state is told whole whenever it changes; readings are told beside it, many times a
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
    """What a device does, in the words of the panel and of Home Assistant."""

    OFFLINE = "offline"
    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    WAITING = "waiting"
    """A cue waits for an answer."""
    FOUND = "found"
    """The device was lost in mid-routine and is back: a person must resume."""
    STOPPING = "stopping"
    FAULT = "fault"
    ESTOP = "estop"
    """The device holds an emergency stop until it is cleared."""


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
    """One thing the device can command, and where on the body it is; `cap` is the highest target, in `unit`."""

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
    """The device at the other end of the port, as it introduced itself."""

    name: str
    title: str
    firmware: str
    boot_id: int
    channels: tuple[ChannelInfo, ...]


class Question(Frozen):
    """A cue: something said to the person. Where it `waits`, the massage stands still until it is answered."""

    id: int
    say: str
    waits: bool
    must_be_answered: bool = False
    """Whether neither `skip` nor `resume` answers it: it asks whether what was laid on is off again."""
    ends_at: AwareDatetime | None = None


class Run(Frozen):
    """The routine that plays, or has played last."""

    routine: str
    title: str
    person: str | None = None
    in_diary: bool = False
    """Whether it goes into the diary of this person."""
    started_at: AwareDatetime
    duration_ms: int
    session_ms: int = 0
    """Where session time stood when this was told; it runs on only while the device is RUNNING."""
    ends_at: AwareDatetime | None = None
    """When it will be over if nothing holds it up; None while session time stands still."""
    step: str = ""
    step_number: int = 0
    steps: int = 0
    intensity: Percent = 100
    peak_mmhg: float = 0.0
    """The highest pressure that it asks for, at full intensity."""
    cue: Question | None = None
    laid_on: str = ""
    """What a person has laid on by hand, and it lies there still (`a cold pack, on both shins`).

    Its time runs on in a pause. Where the device is lost meanwhile it has to be taken off.
    """
    overdue: bool = False
    """Whether its time is over and nothing asks for it, since the massage is held up: it has to be taken off."""


class Ending(Frozen):
    """How the last run ended, why, and what speaks for it."""

    kind: OutcomeKind
    cause: str = ""
    evidence: Evidence = Field(default_factory=dict)
    shortfall: Shortfall | None = None
    """Crests that stayed below 80 % of their target."""
    laid_on: str = ""
    """What was laid on by hand and lay there still as it ended: a person has to take it off.

    Empty once another begins.
    """
    at: AwareDatetime


class DeviceProblem(Frozen):
    """What is wrong with a device, what speaks for it, and what a person can do about it."""

    code: str
    """A fault's name, `link_lost`, `port`, `emergency_stop`, or `stop_owed`: one that the device has not confirmed.

    `stop_owed` stands whatever the device does, unless it holds a fault, until it has confirmed or a person takes that
    back.
    """
    channel: str | None = None
    cause: str
    advice: str
    evidence: Evidence = Field(default_factory=dict)
    since: AwareDatetime


class Stopped(Frozen):
    """How a stop that was asked for stands: only what the device itself has told counts."""

    confirmed: bool
    """Whether it has told that it plays no more; after an emergency stop, that everything is off and open."""
    pressure_mmhg: float | None
    """The highest that it measures now; None where that is not known. The air may take some seconds to go."""
    text: str
    """The same in words, and what to do with one's hands where it is not confirmed."""
    take_off: str = ""
    """What else to do with them: to take off what was laid on by hand, in a sentence; empty where there is nothing."""


class PairedDevice(Frozen):
    """One of the two devices of a pair."""

    port: str
    path: str | None = None
    """As of a device."""
    is_there: bool = False


class DeviceState(Frozen):
    """One device of the service: `number` grows with every change."""

    id: str
    """The configured name; it depends neither on the port nor on the host."""
    port: str
    """As a person wrote it; of a pair both, with ` + ` between them."""
    path: str | None = None
    """The file of this computer where it is open, or was to be opened last, free of links; None where it is no file."""
    parts: tuple[PairedDevice, ...] = ()
    """Of a pair the two devices, in the order of the settings; empty for a single one."""
    is_simulated: bool
    number: int
    doing: Doing
    about: About | None = None
    run: Run | None = None
    last: Ending | None = None
    problem: DeviceProblem | None = None
    stop_withdrawn_at: AwareDatetime | None = None
    """When a person last took back an emergency stop that waited for it; None: never since the service began."""
    caps_mmhg: dict[Zone, float] = Field(default_factory=dict)
    """Caps that somebody has set since the service began, lower than the device's own; they hold for the next run."""
    sessions: int = 0
    """Runs that were started since the service began."""
    massage_s: float = 0.0
    """Seconds of session time that the device has played since the service began."""
    stop: Stopped | None = None
    """Only in the answer to a stop."""

    @property
    def laid_on(self) -> str:
        """What lies on the leg of whoever is massaged, or was until a stop or fault that is not cleared yet."""
        held = self.last.laid_on if self.last is not None and self.doing in HELD else ""
        return (self.run.laid_on if self.run is not None else "") or held

    @property
    def ports(self) -> tuple[str, ...]:
        """Its port, or both."""
        return tuple(part.port for part in self.parts) or (self.port,)

    @property
    def anonymous(self) -> "DeviceState":
        """The same without whom it is for, and without folders: guests and brokers are not to learn that."""
        run = self.run and self.run.model_copy(update={"person": None})
        ports = tuple(map(short_port, self.ports))
        parts = tuple(
            part.model_copy(update={"port": port, "path": None}) for part, port in zip(self.parts, ports, strict=False)
        )
        told: dict[str, object] = {"run": run, "port": " + ".join(ports), "path": None, "parts": parts}
        for name, wrong in (("last", self.last), ("problem", self.problem)):
            if wrong is not None:
                cause = without_folders(wrong.cause, *self.ports)
                told[name] = wrong.model_copy(update={"cause": cause})
        if self.stop is not None:
            text = without_folders(self.stop.text, *self.ports)
            told["stop"] = self.stop.model_copy(update={"text": text})
        return self.model_copy(update=told)


class Readings(Frozen):
    """Commanded and measured value of every channel, in the order and units of `About.channels`, and the link's health.

    A sensor that cannot be read measures None.
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
    """What a device's sensors say."""

    type: Literal["readings"] = "readings"
    readings: Readings


class Happened(Frozen):
    """One line of the log: what happened, in a sentence, and under which name a script knows it.

    It names neither people nor folders, since everybody reads it.
    """

    type: Literal["happened"] = "happened"
    id: str
    at: AwareDatetime
    name: str
    text: str


News = StateTold | ReadingsTold | Happened
"""What every client of the service gets."""

Update = News | Event
"""What a client shows: news of the service, or, in the process that has the device, the session's own events."""

"""A bridge with two devices that do as they are told at once; a job runner that knows one routine and one person."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from legato.app import check, courses, history, people, preview, recommendation, routines, screening
from legato.app.check import Checked
from legato.app.forewarning import Narrowing
from legato.app.history import Jotted
from legato.app.people import Change, PersonName, Settings
from legato.app.preview import Before, Made
from legato.app.replay_digest import Replayed, digest
from legato.app.routines import Card, LeftOut, RoutineDetails
from legato.app.screening import Screening
from legato.app.target import Target
from legato.care.conditions import ScreeningLevel
from legato.care.danger import TriageLevel as Advice
from legato.care.recommend import Recommendation, danger_recommendation
from legato.care.screening import Answer
from legato.controller.session.event_bus import EventBus
from legato.errors import AlreadyExists, NotAdmitted, UnknownName, UsageError
from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow, Offline, UnknownDevice, UnknownRoutine
from legato.service.devices.state import (
    DeviceState,
    Doing,
    Happened,
    News,
    Readings,
    ReadingsTold,
    Run,
    StateTold,
    Stopped,
)
from legato.service.job_runner import JobRunner

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROUTINE = Card(
    name="goddard",
    title="Goddard",
    use="comfort",
    purpose="",
    why="",
    cautions=(),
    clinician_directed=False,
    is_builtin=True,
)
MADE = Made(
    routine="goddard", device="wrap-3", duration_s=60.0, setpoints=12, peak_mmhg={"calf": 40.0}, steps=(), cues=(),
    clipped=(), dropped=(), slowed=(),
)  # fmt: skip
LEFT_OUT = LeftOut(kind="routine", file="mine.yaml", what="the file is empty", hint="write a routine")


class FakeBridge:
    """Keeps what was asked in `asked`."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.wishes: list[Start] = []
        self.stuck_devices: list[str] = []
        self.deaf: set[str] = set()
        self.hub = EventBus[News](lambda news: isinstance(news, ReadingsTold))
        self.hold = asyncio.Event()
        self.hold.set()
        self._states = {name: _idle(name) for name in ("boots", "wrap")}

    def states(self) -> Sequence[DeviceState]:
        return list(self._states.values())

    def state(self, which: str) -> DeviceState:
        if which not in self._states:
            raise UnknownDevice(f"no device is called {which}")
        return self._states[which]

    def description(self, which: str) -> Device | None:
        self.state(which)
        return load.device("wrap-3")

    def stuck(self) -> Sequence[str]:
        return self.stuck_devices

    def readings(self, which: str) -> Readings | None:
        self.state(which)
        return readings(which, 0) if which == "boots" else None

    @contextmanager
    def news(self) -> Iterator[AsyncIterator[News]]:
        with self.hub.subscribe() as subscription:
            for state in self.states():
                subscription.put(StateTold(state=state))
            yield subscription

    async def start(self, which: str, wish: Start) -> DeviceState:
        self.state(which)
        self.wishes.append(wish)
        await self.hold.wait()
        state = self.state(which)
        if state.doing is not Doing.IDLE:
            raise NotNow(f"{which} is {state.doing}")
        if wish.routine == "careful" and not wish.acknowledged:
            raise NotAdmitted("it needs a caution acknowledged", "acknowledge", ("high blood pressure",))
        if wish.routine != "goddard":
            raise UnknownRoutine(f"no routine is called {wish.routine}")
        run = Run(routine="goddard", title="Goddard", started_at=NOW, duration_ms=60_000, intensity=wish.intensity)
        return self._became(which, Doing.RUNNING, run=run)

    async def pause(self, which: str) -> DeviceState:
        return self._moved(which, Doing.RUNNING, Doing.PAUSED)

    async def resume(self, which: str) -> DeviceState:
        return self._moved(which, Doing.PAUSED, Doing.RUNNING)

    async def skip(self, which: str) -> DeviceState:
        return self._moved(which, Doing.RUNNING, Doing.RUNNING)

    async def set_intensity(self, which: str, percent: int) -> DeviceState:
        self.asked.append(("intensity", which, percent))
        return self._moved(which, Doing.RUNNING, Doing.RUNNING)

    async def cap_zone(self, which: str, zone: Zone, cap_mmhg: float) -> DeviceState:
        return self._became(which, self.state(which).doing, caps_mmhg={zone: cap_mmhg})

    async def answer(self, which: str, question: int) -> DeviceState:
        self.asked.append(("answer", which, question))
        return self._moved(which, Doing.WAITING, Doing.RUNNING)

    async def clear_fault(self, which: str) -> DeviceState:
        return self._moved(which, Doing.ESTOP, Doing.IDLE)

    async def stop(self, which: str) -> DeviceState:
        self.asked.append(("stop", which))
        if which in self.deaf:
            raise Offline(f"{which} is not there")
        if self.state(which).doing in (Doing.IDLE, Doing.ESTOP):
            return self.state(which)
        return self._became(which, Doing.IDLE)

    async def stop_all(self) -> Sequence[DeviceState]:
        states = await asyncio.gather(*(self.stop(name) for name in self._states), return_exceptions=True)
        for state in states:
            if isinstance(state, BaseException):
                raise state
        return self.states()

    def cut_off(self, which: str | None = None) -> None:
        for name in self._chosen(which):
            self.asked.append(("emergency_stop", name))
            self._became(name, Doing.ESTOP)

    async def obeyed(self, which: str | None = None) -> Sequence[DeviceState]:
        names = self._chosen(which)
        return [self.state(name).model_copy(update={"stop": self._stopped(name)}) for name in names]

    async def emergency_stop(self, which: str | None = None) -> Sequence[DeviceState]:
        self.cut_off(which)
        return await self.obeyed(which)

    def _chosen(self, which: str | None) -> Sequence[str]:
        return list(self._states) if which is None else [self.state(which).id]

    def name_person(self, which: str, person: str) -> None:
        """The run of a device is this person's."""
        run = self.state(which).run
        assert run is not None
        self._became(which, self.state(which).doing, run=run.model_copy(update={"person": person}))

    def _stopped(self, name: str) -> Stopped:
        is_deaf = name in self.deaf
        text = "not stopped: no answer. Switch it off." if is_deaf else "everything is off and all vents are open"
        return Stopped(confirmed=not is_deaf, pressure_mmhg=None if is_deaf else 3.0, text=text)

    def tell(self, text: str) -> None:
        """Something happens."""
        self.hub.publish(Happened(id="boots", at=NOW, name="note", text=text))

    def tell_readings(self, session_ms: int) -> None:
        """Sensors say something."""
        self.hub.publish(ReadingsTold(readings=readings("boots", session_ms)))

    def _moved(self, which: str, before: Doing, after: Doing) -> DeviceState:
        if self.state(which).doing is not before:
            raise NotNow(f"{which} is {self.state(which).doing}, not {before}")
        return self._became(which, after)

    def _became(self, which: str, doing: Doing, **changes: object) -> DeviceState:
        state = self.state(which)
        state = state.model_copy(update={"doing": doing, "number": state.number + 1, **changes})
        self._states[which] = state
        self.hub.publish(StateTold(state=state))
        return state


def readings(which: str, session_ms: int) -> Readings:
    """What sensors may say."""
    return Readings(
        id=which, at=NOW, session_ms=session_ms, commanded=(20.0,), measured=(None,), slack_ms=2000, rtt_ms=1.5, lost=1,
        resent=2, bad_frames=3, late_max_ms=4,
    )  # fmt: skip


def _idle(name: str) -> DeviceState:
    return DeviceState(id=name, port=f"sim://{name}", is_simulated=True, number=0, doing=Doing.IDLE)


class FakeJobRunner(JobRunner):
    """Has a stand-in for each job: there is one routine, and whoever was begun with."""

    def __init__(self) -> None:
        self._people = {"ada": _settings("ada")}
        self.noted: list[Jotted] = []
        self.targets: list[Target] = []
        self.minutes: list[float | None] = []
        self._stand_ins: dict[Callable[..., Any], Callable[..., Any]] = {
            routines.cards: lambda: [ROUTINE],
            routines.left_out: lambda: [LEFT_OUT],
            routines.explained: self._explained,
            routines.save: self._saved,
            preview.report: self._reported,
            preview.before: self._before,
            preview.picture: self._picture,
            check.check: self._checked,
            digest: self._replayed,
            people.everyone: lambda: [PersonName(name=name, is_current=name == "ada") for name in self._people],
            people.settings: self._person,
            people.begin: self._begun,
            people.change: self._changed,
            screening.screening: self._screened,
            screening.answered: self._answered,
            history.sessions: self._nothing,
            history.table: lambda name: self._person(name) and "started,routine\n",
            history.notes: self._nothing,
            history.note: self._noted,
            courses.standings: self._nothing,
            courses.begin: lambda which, _, name: self._no_course(which, name),
            courses.end: self._no_course,
            danger_recommendation: lambda need: _recommended(Advice.DOCTOR) if need == "a swollen hot leg" else None,
            recommendation.recommended: self._recommended,
        }

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        answer: T = self._stand_ins[function](*args, **kwargs)
        return answer

    def _explained(self, name: str) -> RoutineDetails:
        _goddard(name)
        return RoutineDetails(**ROUTINE.model_dump(), words=("a line",), text="format: 1\n")

    def _saved(self, name: str, text: bytes) -> Card:
        if name == "goddard":
            raise AlreadyExists("goddard is built in and cannot be replaced")
        if not text.startswith(b"format"):
            raise UsageError("not a routine")
        return ROUTINE.model_copy(update={"name": name, "is_builtin": False})

    def _reported(self, name: str, target: Target, minutes: float | None = None) -> Made:
        self.targets.append(target)
        self.minutes.append(minutes)
        return _goddard(name)

    def _before(
        self,
        name: str,
        target: Target,
        person: str | None,
        caps_mmhg: Mapping[Zone, float],
        minutes: float | None = None,
    ) -> Before:
        made = dict(self._reported(name, target, minutes))
        limits = tuple(Narrowing(what=f"at most {cap:g} mmHg at the {z}", why="set") for z, cap in caps_mmhg.items())
        return Before(**made, shortest_s=60.0, full_s=600.0, course=None, person=person, limits=limits, refusal=None)

    def _picture(self, name: str, target: Target, minutes: float | None = None) -> str:
        self._reported(name, target, minutes)
        return "<svg/>"

    def _checked(self, text: bytes, target: Target | None) -> Checked:
        return Checked(is_valid=text.startswith(b"format"), report=MADE if target is not None else None)

    def _replayed(
        self, routine: str | None, text: str | None, target: Target, person: str | None, minutes: float | None = None
    ) -> Replayed:
        del text, target
        self.minutes.append(minutes)
        if person is not None:
            self._person(person)
        if routine is not None:
            _goddard(routine)
        return Replayed(outcome="completed", summary={}, times_s=(0.0,), curves=())

    def _begun(self, name: str) -> Settings:
        if name in self._people:
            raise AlreadyExists(f"{name} already exists")
        return self._people.setdefault(name, _settings(name))

    def _changed(self, name: str, changes: Change) -> Settings:
        self._people[name] = self._person(name).model_copy(update=changes.model_dump(exclude_none=True))
        return self._people[name]

    def _screened(self, name: str) -> Screening:
        self._person(name)
        return Screening(
            person=name, level=ScreeningLevel.CLEAR, is_complete=True, findings=(), limits=(), due=(), expires=None
        )

    def _answered(self, name: str, answers: Mapping[str, Answer]) -> Screening:
        if "pregnant" not in answers:
            raise UsageError("no such question")
        return self._screened(name)

    def _nothing(self, name: str) -> list[object]:
        self._person(name)
        return []

    def _noted(self, name: str, jotted: Jotted) -> None:
        self._person(name)
        self.noted.append(jotted)

    def _no_course(self, which: str, name: str) -> None:
        self._person(name)
        raise UnknownName("course", which, ())

    def _recommended(self, need: str, target: Target, person: str | None, minutes: float | None) -> Recommendation:
        del target, minutes
        if person is not None:
            self._person(person)
        return _recommended(Advice.MASSAGE, need)

    def _person(self, name: str) -> Settings:
        if name not in self._people:
            raise UnknownName("person", name, self._people)
        return self._people[name]


def _settings(name: str) -> Settings:
    return Settings(name=name, comfort_cap_mmhg=None, leg_cm=None, conditions=(), medicines=())


def _goddard(name: str) -> Made:
    if name != "goddard":
        raise UnknownName("routine", name, ["goddard"])
    return MADE


def _recommended(answer: Advice, *needs: str) -> Recommendation:
    return Recommendation(answer, (), needs, (), (), (), (), (), (), ())

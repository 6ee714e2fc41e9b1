"""Executes commands through the bridge, and publishes the results."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from legato.errors import LegatoError, NotAdmitted
from legato.profiles.anatomy import Zone
from legato.profiles.device import HARD_CAP_MMHG
from legato.profiles.errors import lower_first
from legato.service.devices.bridge import Bridge, Start
from legato.service.devices.errors import NotNow
from legato.service.devices.state import DeviceState
from legato.service.mqtt.choices import UNDER_WAY, Choices
from legato.service.mqtt.commands import STOPS, Command, CommandReader, Discarded, number
from legato.service.mqtt.message import Incoming
from legato.service.mqtt.publisher import Publisher
from legato.service.mqtt.topics import Topics

_LOG = logging.getLogger(__name__)

MAX_AT_WORK: Final = 32
"""How many commands may be in progress at a time; further ones are refused, except stops."""

MAX_STOPS: Final = 8
"""How many stops of one kind may wait for one device to confirm; one more would change nothing."""

_NAMES: Final = (
    "start, pause, resume, skip, stop, emergency_stop, intensity, answer, clear_fault, routine, zone_cap/ZONE"
)

Act = Callable[[str, Command], Awaitable[object]]


class CommandHandler:
    """Handles MQTT commands. `take` never waits: each command has its own task, and stops bypass the limits."""

    def __init__(self, bridge: Bridge, topics: Topics, publisher: Publisher, now: Callable[[], Any]) -> None:
        self._bridge = bridge
        self._topics = topics
        self._publisher = publisher
        self._now = now
        self._reader = CommandReader()
        self._at_work: set[asyncio.Task[None]] = set()
        self._stopping: Counter[tuple[str | None, str]] = Counter()
        self._choices = Choices(publisher)
        self._acts: dict[str, Act] = {
            "start": self._start,
            "pause": lambda which, _: bridge.pause(which),
            "resume": lambda which, _: bridge.resume(which),
            "skip": lambda which, _: bridge.skip(which),
            "clear_fault": lambda which, _: bridge.clear_fault(which),
            "intensity": self._dim,
            "answer": self._answer,
            "routine": self._select,
            **{f"zone_cap/{zone}": partial(self._cap, zone) for zone in Zone},
        }

    def is_stop(self, message: Incoming) -> bool:
        """Whether `message` is a stop, which bypasses all other handling of messages."""
        address = self._topics.address(message.topic)
        return address is not None and address.name in STOPS

    def take(self, message: Incoming) -> None:
        """Starts what `message` asks for, or logs why not."""
        address = self._topics.address(message.topic)
        if address is None:
            _LOG.warning("%s: discarded: not the topic of a command", _short(message.topic))
            return
        try:
            command = self._reader.judged(address, message, self._now())
            self._begin(command)
        except Discarded as reason:
            self._discard(address.device, address.name, str(reason))

    def told(self, state: DeviceState) -> None:
        """A device's state has changed."""
        self._choices.told(state)

    async def done(self) -> None:
        """Waits for all commands in progress; for tests and a clean shutdown."""
        while self._at_work:
            await asyncio.wait(self._at_work)

    def _begin(self, command: Command) -> None:
        if command.name in STOPS:
            self._begin_stop(command)
        elif command.name not in self._acts:
            raise Discarded(f"there is no such command; the commands are {_NAMES}")
        elif len(self._at_work) >= MAX_AT_WORK:
            raise Discarded(f"{MAX_AT_WORK} commands are already in progress")
        else:
            self._work(self._obey(command))

    def _begin_stop(self, command: Command) -> None:
        key = (command.device, command.name)
        if self._stopping[key] >= MAX_STOPS:
            return
        self._stopping[key] += 1
        self._work(self._stop(command)).add_done_callback(lambda _: self._stopped(key))

    def _stopped(self, key: tuple[str | None, str]) -> None:
        self._stopping[key] -= 1
        # Removed, since anybody can make up any number of names.
        if not self._stopping[key]:
            del self._stopping[key]

    def _work(self, job: Any) -> "asyncio.Task[None]":
        task = asyncio.create_task(job)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        return task

    async def _stop(self, command: Command) -> None:
        which, bridge = command.device, self._bridge
        if command.name == "emergency_stop":
            await self._tried(command, bridge.emergency_stop(which))
        else:
            await self._tried(command, bridge.stop_all() if which is None else _alone(bridge.stop(which)))

    async def _obey(self, command: Command) -> None:
        assert command.device is not None  # noqa: S101 - ensured by the reader
        await self._tried(command, self._acts[command.name](command.device, command))

    async def _tried(self, command: Command, work: Awaitable[object]) -> None:
        """Waits for `work` and publishes the result; no exception leaves this method."""
        which = command.device
        try:
            done = await work
        except Discarded as reason:
            self._discard(which, command.name, str(reason))
        except LegatoError as refusal:
            self._refuse(which, command, refusal)
        except Exception as error:
            _LOG.exception("%s of %s failed", command.name, which)
            self._tell(which, "refused", command.name, f"internal error: {type(error).__name__}", id=command.ref)
        else:
            if command.name in STOPS and isinstance(done, Sequence):
                self._tell_stopped(command, done)
            else:
                self._tell(which, "done", command.name, "done", id=command.ref)

    def _tell_stopped(self, command: Command, states: Sequence[DeviceState]) -> None:
        """Publishes the result of a stop for each device: done only if the device has confirmed."""
        for state in states:
            stop = state.anonymous.stop
            if stop is None or stop.confirmed:
                self._tell(state.id, "done", command.name, "done")
            else:
                self._tell(state.id, "unconfirmed", command.name, stop.text)

    def _refuse(self, which: str | None, command: Command, refusal: Exception) -> None:
        _LOG.info("%s: %s refused: %s", which or "all", command.name, refusal)
        more: dict[str, Any] = {"id": command.ref}
        if isinstance(refusal, NotAdmitted):
            more |= {"needs": refusal.needs, "cautions": list(refusal.cautions)}
        self._tell(which, "refused", command.name, str(refusal), **more)

    def _discard(self, which: str | None, name: str, reason: str) -> None:
        _LOG.warning("%s: %s discarded: %s", which or "all", _short(name), reason)
        self._tell(which, "discarded", _short(name), reason)

    def _tell(self, which: str | None, kind: str, name: str, text: str, **more: Any) -> None:
        """Publishes an event for the device concerned, or for every device."""
        known = [state.id for state in self._bridge.states()]
        given = {key: value for key, value in more.items() if value is not None}
        event = {"event_type": kind, "at": self._now().isoformat(), "command": name, "text": text, **given}
        for device in known if which is None else [which] if which in known else []:
            self._publisher.tell_event(device, event)

    # Commands that need more than a method of the bridge.

    async def _start(self, which: str, command: Command) -> None:
        chosen = self._choices.of(which)
        routine = command.value or chosen.routine
        if routine is None:
            raise NotNow(f"no routine is chosen; publish its name to {self._topics.command(which, 'routine')} or here")
        try:
            wish = Start.model_validate({"intensity": chosen.intensity, **command.more, "routine": routine})
        except ValidationError as error:
            raise Discarded("; ".join(_where(one["loc"], one["msg"]) for one in error.errors())) from None
        await self._bridge.start(which, wish)

    async def _dim(self, which: str, command: Command) -> None:
        percent = number(command.value, 0, 100)
        if self._bridge.state(which).doing in UNDER_WAY:
            await self._bridge.set_intensity(which, percent)
        else:
            self._choices.choose(which, intensity=percent)

    async def _answer(self, which: str, command: Command) -> None:
        run = self._bridge.state(which).run
        asked = run.cue.id if run is not None and run.cue is not None else 0
        question = asked if command.value is None else number(command.value, 0, 1 << 31)
        await self._bridge.answer(which, question)

    async def _cap(self, zone: Zone, which: str, command: Command) -> None:
        await self._bridge.cap_zone(which, zone, number(command.value, 0, int(HARD_CAP_MMHG)))

    async def _select(self, which: str, command: Command) -> None:
        if not isinstance(command.value, str) or len(command.value) > 64:
            raise Discarded("it needs the name of a routine")
        self._bridge.state(which)
        self._choices.choose(which, routine=command.value)


async def _alone(stop: Awaitable[DeviceState]) -> Sequence[DeviceState]:
    return [await stop]


def _where(place: Sequence[int | str], message: str) -> str:
    where = ".".join(map(str, place))
    return f"{where}: {lower_first(message)}"


def _short(text: str) -> str:
    """Untrusted text for the log: truncated, and without control characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:80])

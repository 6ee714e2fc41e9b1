"""What is published: the state as JSON and as plain values, readings once a second at most, and events."""

import json
from collections.abc import Iterator
from typing import Any, Final

from legato.service.devices.description import zone_caps
from legato.service.devices.state import (
    ChannelInfo,
    DeviceState,
    Doing,
    Happened,
    News,
    Readings,
    ReadingsTold,
    Run,
    StateTold,
)
from legato.service.mqtt.message import NOTHING, STATE_CHARS, TEXT_BYTES, Outgoing
from legato.service.mqtt.outbox import Outbox
from legato.service.mqtt.topics import Topics
from legato.service.trimming import trimmed

READINGS_EVERY_S: Final = 1.0
"""Clients that want more can listen to the service directly; MQTT subscribers usually write readings to a database."""

ONLINE: Final = "online"
OFFLINE: Final = "offline"

_MEASURED_AS: Final = {"mmHg": "pressure", "degC": "temperature"}


class Publisher:
    """Turns the service's updates into messages in the outbox. `now_s` is any monotonic clock."""

    def __init__(self, topics: Topics, outbox: Outbox) -> None:
        self._topics = topics
        self._outbox = outbox
        self._states: dict[str, DeviceState] = {}
        self._published_s: dict[str, float] = {}
        self._felt: dict[str, object] = {}

    def tell(self, news: News, now_s: float) -> None:
        """Queues what has changed in `news`."""
        match news:
            case StateTold():
                self._tell_state(news.state)
            case ReadingsTold():
                self._tell_readings(news.readings, now_s)
            case Happened():
                event = {"event_type": news.name, "at": news.at.isoformat(), "text": news.text}
                self.tell_event(news.id, event)

    def tell_event(self, device: str, event: dict[str, Any]) -> None:
        """Queues an event."""
        short = {name: _short(value) for name, value in event.items()}
        self._outbox.put_event(Outgoing(self._topics.event(device), to_json(short), retained=False))

    def tell_value(self, device: str, name: str, value: object) -> None:
        """Queues a plain value; None if there is none."""
        self._outbox.put(Outgoing(self._topics.value(device, name), _text(value)))

    def _tell_state(self, state: DeviceState) -> None:
        known = self._states.get(state.id)
        self._states[state.id] = state
        is_there = state.doing is not Doing.OFFLINE
        self._outbox.put(Outgoing(self._topics.availability(state.id), ONLINE if is_there else OFFLINE))
        # Anybody may listen to a broker, so the person's name is not published.
        self._outbox.put(Outgoing(self._topics.state(state.id), state.anonymous.model_dump_json()))
        for name, value in _values(state):
            self.tell_value(state.id, name, value)
        for zone, most in zone_caps(state.about).items():
            cap = f"{state.caps_mmhg.get(zone, most):g}"
            self._outbox.put(Outgoing(self._topics.value(state.id, "zone_cap", zone), cap))
        if known is not None and known.doing is not Doing.OFFLINE and not is_there:
            self._forget_readings(state)

    def _tell_readings(self, readings: Readings, now_s: float) -> None:
        state, felt = self._states.get(readings.id), _felt(readings)
        is_soon = now_s - self._published_s.get(readings.id, -1e9) < READINGS_EVERY_S
        if state is None or state.about is None or is_soon or felt == self._felt.get(readings.id):
            return
        self._published_s[readings.id], self._felt[readings.id] = now_s, felt
        topic = self._topics.readings(readings.id)
        self._outbox.put(Outgoing(topic, readings.model_dump_json(), retained=False, qos=0, is_fleeting=True))
        if state.doing is Doing.RUNNING and state.run is not None:
            self._tell_fleeting(readings.id, ("progress",), progress(state.run, readings.session_ms))
        for channel, measured in zip(state.about.channels, readings.measured, strict=False):
            self._tell_channel(readings.id, channel, measured)

    def _tell_channel(self, device: str, channel: ChannelInfo, measured: float | None) -> None:
        kind = _MEASURED_AS.get(channel.unit)
        if kind is not None:
            shown = None if measured is None else f"{measured:.0f}" if kind == "pressure" else f"{measured:.1f}"
            self._tell_fleeting(device, (kind, channel.name), shown)

    def _tell_fleeting(self, device: str, name: tuple[str, ...], value: object) -> None:
        self._outbox.put(Outgoing(self._topics.value(device, *name), _text(value), qos=0, is_fleeting=True))

    def _forget_readings(self, state: DeviceState) -> None:
        """The device is offline, so its sensor values are unknown."""
        self._published_s.pop(state.id, None)
        self._felt.pop(state.id, None)
        for channel in state.about.channels if state.about else ():
            self._tell_channel(state.id, channel, None)


def progress(run: Run, session_ms: int) -> int:
    """Progress in whole per cent of the routine."""
    return min(100, 100 * session_ms // run.duration_ms) if run.duration_ms else 100


def to_json(value: dict[str, Any]) -> str:
    """Compact JSON, like pydantic's."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _felt(readings: Readings) -> object:
    """The values that must change before readings are published again."""
    rounded = tuple(None if value is None else round(value, 1) for value in readings.measured)
    return readings.session_ms, readings.commanded, rounded


def _values(state: DeviceState) -> Iterator[tuple[str, object]]:
    """The plain values for scripts that do not read JSON."""
    run = state.run
    yield "doing", state.doing.value
    yield "title", run.title if run else None
    yield "step", run.step or None if run else None
    yield "progress", progress(run, run.session_ms) if run else None
    yield "ends_at", run.ends_at.isoformat(timespec="seconds") if run and run.ends_at else None
    yield "cue", run.cue.say if run and run.cue else None
    yield "laid_on", (run.laid_on if run else "") or (state.last.laid_on if state.last else "") or None
    yield "problem", state.problem.code if state.problem else None
    yield "advice", state.problem.advice if state.problem else None
    yield "sessions", state.sessions


def _text(value: object) -> str:
    return NOTHING if value is None else trimmed(str(value), STATE_CHARS)


def _short(value: Any) -> Any:
    """One value of an event, truncated: a text or a list of texts."""
    if isinstance(value, list):
        return [_short(each) for each in value]
    return trimmed(value, STATE_CHARS, TEXT_BYTES) if isinstance(value, str) else value

"""What a message on a command topic means, or why it is discarded. Pure: no I/O, and time is an argument.

A stop is valid whatever its payload and age, unless the broker has retained it: such a stop would end every massage.
from then on, at each new connection.
"""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from legato.service.mqtt.message import Incoming
from legato.service.mqtt.topics import Address

STOPS: Final = frozenset({"stop", "emergency_stop"})
"""The commands that may address all devices, and overtake everything else."""

MAX_AGE_S: Final = 10.0
"""An older command is out of date; one from the future could be replayed until then."""

MAX_BYTES: Final = 4096
"""The maximum payload; a name, a number or a small object fits easily."""

REMEMBERED: Final = 256
"""How many commands with an id or a time are remembered, to detect duplicates."""


class Discarded(Exception):
    """A command that is not carried out, and why."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command for `device` (None is all): its name, its value if any, further fields, and its id."""

    device: str | None
    name: str
    value: str | int | float | bool | None = None
    more: dict[str, Any] = field(default_factory=dict)
    ref: str | None = None


class CommandReader:
    """Turns messages into commands; remembers recent ones to detect duplicates."""

    def __init__(self) -> None:
        self._seen: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)

    def judged(self, address: Address, message: Incoming, now: datetime) -> Command:
        """The command that `message` asks for.

        Raises:
            Discarded: it must not be executed; the text says why.
        """
        if message.is_retained:
            raise Discarded(
                f"it was retained by the broker; publish commands without retain, and clear {message.topic}"
            )
        if address.name in STOPS:
            return Command(address.device, address.name)
        if address.device is None:
            raise Discarded("only stops can address all devices")
        if message.expires_s is not None and message.expires_s <= 0:
            raise Discarded("it has expired")
        given = _given(message.payload)
        self._insist_fresh(given.pop("at", None), now)
        ref = _ref(given.pop("id", None))
        command = Command(address.device, address.name, _value(given.pop("value", None)), given, ref)
        self._insist_new(message, command)
        return command

    def _insist_fresh(self, at: Any, now: datetime) -> None:
        if at is None:
            return
        age_s = (now - _time(at)).total_seconds()
        if abs(age_s) > MAX_AGE_S:
            when = f"{age_s:.0f} s old" if age_s > 0 else f"from {-age_s:.0f} s in the future; compare the clocks"
            raise Discarded(f"it is {when}")

    def _insist_new(self, message: Incoming, command: Command) -> None:
        """A command with an id or a time is executed once; two equal ones without either are two commands."""
        text = message.payload.decode()
        if command.ref is None and '"at"' not in text:
            return
        key = (message.topic, command.ref or text)
        if key in self._seen:
            raise Discarded("it is a duplicate")
        self._seen.append(key)


def _given(payload: bytes) -> dict[str, Any]:
    """The payload as an object; plain text becomes its `value`."""
    if len(payload) > MAX_BYTES:
        raise Discarded(f"its payload has {len(payload)} bytes; the limit is {MAX_BYTES}")
    try:
        text = payload.decode().strip()
    except UnicodeDecodeError:
        raise Discarded("its payload is not text") from None
    if not text.startswith("{"):
        return {"value": _plain(text)}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Discarded(f"its payload is neither plain text nor JSON: {error}") from None
    return dict(given)


def _plain(text: str) -> str | None:
    if not text.isprintable():
        raise Discarded("its payload has unprintable characters")
    return text or None


def _value(value: Any) -> str | int | float | bool | None:
    if isinstance(value, str):
        return _plain(value)
    if value is None or isinstance(value, int | float):
        return value
    raise Discarded("its value is neither text nor a number")


def _ref(ref: Any) -> str | None:
    if ref is None or (isinstance(ref, str) and 0 < len(ref) <= 64 and ref.isprintable()):
        return ref
    raise Discarded("its id must be text of 1 to 64 printable characters")


def _time(at: Any) -> datetime:
    try:
        time = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise Discarded("its `at` is not a time such as 2026-11-21T20:15:00Z") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def number(value: Any, least: int, most: int) -> int:
    """`value` as a whole number within these bounds.

    Raises:
        Discarded: it is not.
    """
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = float("nan")
    if (
        isinstance(value, bool)
        or not (found == int(found) if abs(found) < 1e9 else False)
        or not least <= found <= most
    ):
        raise Discarded(f"it needs a whole number from {least} to {most}")
    return int(found)

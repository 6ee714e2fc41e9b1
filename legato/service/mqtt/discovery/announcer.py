"""Announces each device to Home Assistant, again when it has changed, and removes devices that no longer exist."""

import json
from collections.abc import Sequence
from typing import Any, Final

from legato.service.devices.state import DeviceState
from legato.service.mqtt.discovery import payload
from legato.service.mqtt.discovery.payload import House
from legato.service.mqtt.message import Incoming, Outgoing
from legato.service.mqtt.outbox import Outbox
from legato.service.mqtt.topics import BRIDGE, Topics

BIRTH: Final = b"online"

BIRTH_SPREAD_S: Final = 5.0
"""After Home Assistant's birth message each service waits for a random time up to this, to spread the load."""


class Announcer:
    """Puts announcements into the outbox, which publishes changes and, after each reconnection, everything."""

    def __init__(self, topics: Topics, house: House, outbox: Outbox, devices: Sequence[str]) -> None:
        self._topics = topics
        self._house = house
        self._outbox = outbox
        self._ours = {house.topic(topics, which) for which in (BRIDGE, *devices)}
        self._routines: tuple[str, ...] = ()
        self._states: dict[str, DeviceState] = {}
        self._put(BRIDGE, payload.of_bridge(topics, house))

    @property
    def filters(self) -> tuple[str, ...]:
        """What to subscribe to: Home Assistant's birth message, and all announcements we have ever made."""
        return self._house.status, self._house.topic(self._topics, "+")

    def concerns(self, message: Incoming) -> bool:
        """Whether it is about announcements rather than a command."""
        return message.topic == self._house.status or self._is_own(message.topic)

    def tell(self, state: DeviceState) -> None:
        """Announces the device again if its description has changed."""
        known = self._states.get(state.id)
        self._states[state.id] = state
        if known is None or known.about != state.about:
            self._announce(state)

    def tell_routines(self, names: Sequence[str]) -> None:
        """Announces every device again if the routines have changed."""
        if tuple(names) != self._routines:
            self._routines = tuple(names)
            for state in self._states.values():
                self._announce(state)

    def tell_course(self, is_due: bool) -> None:
        """Publishes whether any course is due, but not whose or which, since that is private."""
        self._outbox.put(Outgoing(self._topics.value(BRIDGE, "course_due"), "ON" if is_due else "OFF"))

    def is_birth(self, message: Incoming) -> bool:
        """Whether this is the birth message of a Home Assistant."""
        return message.topic == self._house.status and message.payload == BIRTH

    def take(self, message: Incoming) -> None:
        """Clears what the broker retains of a device that is no longer configured."""
        if message.is_retained and message.payload and message.topic not in self._ours and self._is_own(message.topic):
            self._outbox.put(Outgoing(message.topic, ""))

    def _is_own(self, topic: str) -> bool:
        before, _, after = self._house.topic(self._topics, "+").partition("+")
        return topic.startswith(before) and topic.endswith(after)

    def _announce(self, state: DeviceState) -> None:
        self._put(state.id, payload.of(state, self._topics, self._house, self._routines))

    def _put(self, which: str, whole: dict[str, Any]) -> None:
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        self._outbox.put(Outgoing(self._house.topic(self._topics, which), text))

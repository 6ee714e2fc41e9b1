"""The topics on the broker, all below one root, which can be set."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ALL: Final = "all"
"""Stands for every device in commands, so no device can have this id."""

BRIDGE: Final = "bridge"

ID: Final = re.compile("[A-Za-z0-9_-]{1,64}")
"""The pattern of a topic level that names something."""


@dataclass(frozen=True, slots=True)
class Address:
    """The device that a command is for (`None` is every device), and its name, such as `start` or `zone_cap/calf`."""

    device: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one service: `instance` below `base`."""

    base: str = "legato"
    instance: str = "home"

    @property
    def root(self) -> str:
        """The prefix of all other topics."""
        return f"{self.base}/{self.instance}"

    @property
    def bridge_state(self) -> str:
        """`online` or `offline`: the service itself."""
        return f"{self.root}/{BRIDGE}/state"

    def availability(self, device: str) -> str:
        """`online` or `offline`: the link to a device."""
        return f"{self.root}/{device}/availability"

    def state(self, device: str) -> str:
        """The complete state as JSON."""
        return f"{self.root}/{device}/state"

    def readings(self, device: str) -> str:
        """The sensor readings as JSON."""
        return f"{self.root}/{device}/readings"

    def value(self, device: str, *name: str) -> str:
        """One plain value, such as `doing`, or the `pressure` of a channel."""
        return "/".join((self.root, device, *map(level, name)))

    def event(self, device: str) -> str:
        """Events, and the results of commands, as JSON."""
        return f"{self.root}/{device}/event"

    def command(self, device: str, name: str) -> str:
        """Where clients publish commands for a device."""
        return f"{self.root}/{device}/set/{name}"

    @property
    def command_filters(self) -> Iterator[str]:
        """The filters that match every command: names of one level and of two."""
        return iter((f"{self.root}/+/set/+", f"{self.root}/+/set/+/+"))

    def address(self, topic: str) -> Address | None:
        """The command addressed by `topic`; None if it is not one of our topics."""
        if not topic.startswith(f"{self.root}/"):
            return None
        device, *rest = topic[len(self.root) + 1 :].split("/")
        if len(rest) not in (2, 3) or rest[0] != "set" or not all(map(ID.fullmatch, (device, *rest))):
            return None
        return Address(None if device == ALL else device, "/".join(rest[1:]))


def level(name: str) -> str:
    """`name` as one level of a topic."""
    return re.sub("[^A-Za-z0-9_-]", "_", name)

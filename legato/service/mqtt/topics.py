"""Where everything is on the broker. All of it is below one root, which can be moved by the settings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ALL: Final = "all"
"""Stands for every device in commands, and is therefore no device's id."""

BRIDGE: Final = "bridge"

ID: Final = re.compile("[A-Za-z0-9_-]{1,64}")
"""What a level of a topic may be where it names something."""


@dataclass(frozen=True, slots=True)
class Address:
    """To whom a command goes (`None` is every device), and which it is, such as `start` or `zone_cap/calf`."""

    device: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one service: the instance `instance` below `base`."""

    base: str = "legato"
    instance: str = "home"

    @property
    def root(self) -> str:
        """What all other topics begin with."""
        return f"{self.base}/{self.instance}"

    @property
    def bridge_state(self) -> str:
        """`online` or `offline`: the service itself."""
        return f"{self.root}/{BRIDGE}/state"

    def availability(self, device: str) -> str:
        """`online` or `offline`: the serial link to a device."""
        return f"{self.root}/{device}/availability"

    def state(self, device: str) -> str:
        """The whole state as JSON."""
        return f"{self.root}/{device}/state"

    def readings(self, device: str) -> str:
        """What the sensors say, as JSON."""
        return f"{self.root}/{device}/readings"

    def value(self, device: str, *name: str) -> str:
        """One plain value, such as `doing`, or `pressure` of a channel."""
        return "/".join((self.root, device, *map(level, name)))

    def event(self, device: str) -> str:
        """What happens, and what became of commands, as JSON."""
        return f"{self.root}/{device}/event"

    def command(self, device: str, name: str) -> str:
        """Where somebody publishes what a device is to do."""
        return f"{self.root}/{device}/set/{name}"

    @property
    def wishes(self) -> Iterator[str]:
        """The filters that catch every command: those with one level of name, and those with two."""
        return iter((f"{self.root}/+/set/+", f"{self.root}/+/set/+/+"))

    def address(self, topic: str) -> Address | None:
        """The command that arrives at `topic`; None is no topic of ours."""
        if not topic.startswith(f"{self.root}/"):
            return None
        device, *rest = topic[len(self.root) + 1 :].split("/")
        if len(rest) not in (2, 3) or rest[0] != "set" or not all(map(ID.fullmatch, (device, *rest))):
            return None
        return Address(None if device == ALL else device, "/".join(rest[1:]))


def level(name: str) -> str:
    """`name` as one level of a topic."""
    return re.sub("[^A-Za-z0-9_-]", "_", name)

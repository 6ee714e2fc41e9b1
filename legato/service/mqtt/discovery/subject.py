"""Whose entities they are, a device's or the service's own, and how their names and ids are made."""

import re
from dataclasses import dataclass
from typing import Any, Final

from legato.service.mqtt.topics import BRIDGE, Topics

Component = dict[str, Any]
Components = dict[str, Component]

QOS: Final = 1
"""In each component: Home Assistant before 2026 does not inherit it."""

CONFIG: Final = {"entity_category": "config"}
DIAGNOSTIC: Final = {"entity_category": "diagnostic"}
HIDDEN: Final = {**DIAGNOSTIC, "enabled_by_default": False}
"""For whoever looks for a fault; not in everybody's database."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One device of Home Assistant. All ids come from configured names, and from nothing that may change."""

    topics: Topics
    id: str
    name: str

    @property
    def identifier(self) -> str:
        """Names it for ever."""
        return f"legato_{self.topics.instance}_{self.id}"

    def component(self, platform: str, key: str, name: str | None, **options: Any) -> Components:
        """One entity; without a `name` it is the main one, and called as the device is.

        Newer Home Assistants take `default_entity_id`, older ones make the same of both names.
        """
        common = {
            "platform": platform,
            "unique_id": f"{self.identifier}_{key}",
            "name": name,
            "default_entity_id": f"{platform}.{slug(self.name, name or '')}",
            "qos": QOS,
        }
        return {key: common | options}

    def sensor(self, key: str, name: str | None, **options: Any) -> Components:
        """What the plain value of the same name tells, unless `state_topic` says otherwise."""
        return self.component("sensor", key, name, **{"state_topic": self.topics.value(self.id, key), **options})

    def button(self, key: str, name: str, **options: Any) -> Components:
        """Gives the command of the same name, without a value: the word PRESS would be one."""
        topic = self.topics.command(self.id, key)
        return self.component("button", key, name, **{"command_topic": topic, "payload_press": "{}", **options})

    @property
    def unless_we_are_gone(self) -> dict[str, Any]:
        """For what is known of a device that is away."""
        return {"availability": [{"topic": self.topics.bridge_state}]}


def of_device(topics: Topics, device: str) -> Subject:
    """The device of this id, by a name for people that gives the same entity ids again."""
    return Subject(topics, device, " ".join(re.split("[_-]+", device.strip("_-"))).capitalize())


def of_service(topics: Topics) -> Subject:
    """The service itself."""
    return Subject(topics, BRIDGE, f"Legato {topics.instance}")


def slug(*words: str) -> str:
    """As Home Assistant makes an entity id of names."""
    return re.sub("[^a-z0-9]+", "_", " ".join(words).lower()).strip("_")

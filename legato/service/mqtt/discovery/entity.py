"""The owner of entities, a device or the service itself, and how their names and ids are made."""

import re
from dataclasses import dataclass
from typing import Any, Final

from legato.service.mqtt.topics import BRIDGE, Topics

Component = dict[str, Any]
Components = dict[str, Component]

QOS: Final = 1
"""In each component, since Home Assistant before 2026 does not inherit it."""

CONFIG: Final = {"entity_category": "config"}
DIAGNOSTIC: Final = {"entity_category": "diagnostic"}
HIDDEN: Final = {**DIAGNOSTIC, "enabled_by_default": False}
"""For troubleshooting; disabled by default, to save database space."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One device in Home Assistant. All ids come from configured names, never from anything that may change."""

    topics: Topics
    id: str
    name: str

    @property
    def identifier(self) -> str:
        """The permanent identifier."""
        return f"legato_{self.topics.instance}_{self.id}"

    def component(self, platform: str, key: str, name: str | None, **options: Any) -> Components:
        """One entity; without a `name` it is the main one, and has the device's name.

        Newer versions of Home Assistant use `default_entity_id`; older ones derive the same id from both names.
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
        """A sensor for the plain value of the same name, unless `state_topic` is given."""
        return self.component("sensor", key, name, **{"state_topic": self.topics.value(self.id, key), **options})

    def button(self, key: str, name: str, **options: Any) -> Components:
        """Sends the command of the same name, without a value; the default payload PRESS would be one."""
        topic = self.topics.command(self.id, key)
        return self.component("button", key, name, **{"command_topic": topic, "payload_press": "{}", **options})

    @property
    def unless_we_are_gone(self) -> dict[str, Any]:
        """For what is known even of an offline device."""
        return {"availability": [{"topic": self.topics.bridge_state}]}


def of_device(topics: Topics, device: str) -> Subject:
    """The device of this id, with a readable name that gives the same entity ids."""
    return Subject(topics, device, " ".join(re.split("[_-]+", device.strip("_-"))).capitalize())


def of_service(topics: Topics) -> Subject:
    """The service itself."""
    return Subject(topics, BRIDGE, f"Legato {topics.instance}")


def slug(*words: str) -> str:
    """An entity id from names, as Home Assistant makes it."""
    return re.sub("[^a-z0-9]+", "_", " ".join(words).lower()).strip("_")

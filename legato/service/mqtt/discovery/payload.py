"""Complete announcements: one for the service, and one for each device, below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from legato.service.devices.state import DeviceState
from legato.service.mqtt.discovery import condition, session
from legato.service.mqtt.discovery.entity import DIAGNOSTIC, Components, Subject, of_device, of_service
from legato.service.mqtt.discovery.zones import zones
from legato.service.mqtt.topics import Topics


@dataclass(frozen=True, slots=True)
class House:
    """A Home Assistant: its discovery `prefix`; our `version`, the `firmware` we include, and the panel's URL."""

    version: str
    firmware: str
    prefix: str = "homeassistant"
    panel: str | None = None

    def topic(self, topics: Topics, which: str) -> str:
        """Where the device `which`, or `bridge`, is announced; with a level of our own, so that we can find ours."""
        return f"{self.prefix}/device/legato_{topics.instance}/{which}/config"

    @property
    def status(self) -> str:
        """Where it publishes `online` once it is running."""
        return f"{self.prefix}/status"


def of(state: DeviceState, topics: Topics, house: House, routines: Sequence[str]) -> dict[str, Any]:
    """The announcement of a device; its channels are included once it has been connected."""
    subject, about = of_device(topics, state.id), state.about
    components = (
        session.steering(subject, routines)
        | session.progress(subject)
        | condition.problem(subject)
        | condition.totals(subject)
        | condition.diagnostics(subject)
    )
    described = {"via_device": of_service(topics).identifier}
    if about is not None:
        components |= zones(subject, about) | condition.firmware(subject, house.firmware)
        described |= {"model": about.title, "sw_version": about.firmware}
    links = [{"topic": topics.bridge_state}, {"topic": topics.availability(state.id)}]
    return _whole(subject, house, components, described) | {"availability": links, "availability_mode": "all"}


def of_bridge(topics: Topics, house: House) -> dict[str, Any]:
    """The announcement of the service itself: whether it is online, and buttons to stop everything."""
    subject = of_service(topics)
    to_all = {key: topics.command("all", key) for key in ("stop", "emergency_stop")}
    components = (
        subject.component(
            "binary_sensor",
            "state",
            None,
            device_class="connectivity",
            state_topic=topics.bridge_state,
            payload_on="online",
            payload_off="offline",
            **DIAGNOSTIC,
            **session.ALWAYS,
        )
        | subject.component(
            "binary_sensor",
            "course_due",
            "Course due",
            icon="mdi:calendar-clock",
            state_topic=topics.value(subject.id, "course_due"),
        )
        | subject.button("stop", "Stop all", icon="mdi:stop", command_topic=to_all["stop"])
        | subject.button(
            "emergency_stop",
            "Emergency stop all",
            icon="mdi:alert-octagon",
            command_topic=to_all["emergency_stop"],
            **session.ALWAYS,
        )
    )
    described = {"model": "Bridge", "sw_version": house.version}
    return _whole(subject, house, components, described) | {"availability": [{"topic": topics.bridge_state}]}


def _whole(subject: Subject, house: House, components: Components, described: dict[str, str]) -> dict[str, Any]:
    link = {"configuration_url": house.panel} if house.panel else {}
    about = {"identifiers": [subject.identifier], "name": subject.name, "manufacturer": "Legato", **described, **link}
    origin = {"name": "Legato", "sw_version": house.version}
    return {"device": about, "origin": origin, "components": components}

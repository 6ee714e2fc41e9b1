"""Entities for each zone and channel of a device: pressure and its cap, temperature, and whether it is heated."""

from collections.abc import Iterator

from legato.service.devices.description import zone_caps
from legato.service.devices.state import About, ChannelInfo
from legato.service.mqtt.discovery.entity import CONFIG, Components, Subject
from legato.service.mqtt.discovery.session import FRESH_VALUE
from legato.service.mqtt.topics import level

STEP_MMHG = 5


def zones(subject: Subject, about: About) -> Components:
    """All entities that depend on the device's description."""
    found: Components = {}
    for zone, most in zone_caps(about).items():
        found |= _cap(subject, zone, most)
    for index, channel in enumerate(about.channels):
        for components in _channel(subject, index, channel):
            found |= components
    return found


def _cap(subject: Subject, zone: str, most: float) -> Components:
    return subject.component(
        "number",
        f"zone_cap_{zone}",
        f"{_words(zone)} cap",
        device_class="pressure",
        unit_of_measurement="mmHg",
        icon="mdi:speedometer-slow",
        min=0,
        max=most,
        step=STEP_MMHG,
        mode="box",
        command_topic=subject.topics.command(subject.id, f"zone_cap/{zone}"),
        command_template=FRESH_VALUE,
        state_topic=subject.topics.value(subject.id, "zone_cap", zone),
        **CONFIG,
    )


def _channel(subject: Subject, index: int, channel: ChannelInfo) -> Iterator[Components]:
    key, words = level(channel.name), _words(channel.name)
    if channel.unit == "mmHg":
        yield subject.sensor(
            f"pressure_{key}",
            f"{words} pressure",
            state_topic=subject.topics.value(subject.id, "pressure", channel.name),
            device_class="pressure",
            unit_of_measurement="mmHg",
            state_class="measurement",
            suggested_display_precision=0,
        )
    elif channel.unit == "degC":
        yield subject.sensor(
            f"temperature_{key}",
            f"{words} temperature",
            state_topic=subject.topics.value(subject.id, "temperature", channel.name),
            device_class="temperature",
            unit_of_measurement="°C",
            state_class="measurement",
            suggested_display_precision=1,
        )
        yield _on(subject, index, key, words)


def _on(subject: Subject, index: int, key: str, words: str) -> Components:
    """Whether the heater is on, read-only: warmth is part of a routine, which limits its time."""
    return subject.component(
        "binary_sensor",
        f"on_{key}",
        words,
        icon="mdi:heat-wave",
        state_topic=subject.topics.readings(subject.id),
        value_template="{{ 'ON' if value_json.commanded[" + str(index) + "] > 0 else 'OFF' }}",
    )


def _words(name: str) -> str:
    return " ".join(name.replace(".", " ").replace("-", " ").split("_")).capitalize()

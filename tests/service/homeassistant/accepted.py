"""What Home Assistant takes of a device announcement, from 2025.4 to 2026.11: the stricter of the two in everything."""

import re
from collections.abc import Iterator
from typing import Any

ID = re.compile("[A-Za-z0-9_-]+")
TOPIC = re.compile(r"homeassistant/device/([A-Za-z0-9_-]+/)?[A-Za-z0-9_-]+/config")

DEVICE_LEVEL = {"device", "origin", "components", "availability", "availability_mode"}
"""2025.4 takes four more, and rejects the whole device for anything else, `~` and `child_devices` included."""

ABOUT = {
    "identifiers", "connections", "name", "manufacturer", "model", "hw_version", "sw_version", "serial_number",
    "via_device", "suggested_area", "configuration_url",
}  # fmt: skip
ORIGIN = {"name", "sw_version", "support_url"}
COMMON = {
    "platform", "unique_id", "name", "default_entity_id", "qos", "icon", "entity_category", "enabled_by_default",
    "availability", "availability_mode", "json_attributes_topic", "json_attributes_template",
}  # fmt: skip
READS = {"state_topic", "value_template", "device_class"}
GIVES = {"command_topic", "command_template"}
OF_PLATFORM: dict[str, set[str]] = {
    "binary_sensor": READS | {"payload_on", "payload_off", "expire_after"},
    "button": GIVES | {"payload_press", "device_class"},
    "event": READS | {"event_types"},
    "number": READS | GIVES | {"min", "max", "step", "mode", "unit_of_measurement"},
    "select": READS | GIVES | {"options"},
    "sensor": READS
    | {"options", "state_class", "unit_of_measurement", "suggested_display_precision", "expire_after"},
    "update": READS | {"title", "release_url", "latest_version_topic"},
}  # fmt: skip
NEEDED: dict[str, set[str]] = {
    "binary_sensor": {"state_topic"},
    "button": {"command_topic"},
    "event": {"state_topic", "event_types"},
    "number": {"command_topic"},
    "select": {"command_topic", "options"},
    "sensor": {"state_topic"},
    "update": set(),
}
UNITS: dict[str, set[str | None]] = {
    "duration": {"ms", "s", "min", "h", "d"},
    "enum": {None},
    "pressure": {"mmHg", "kPa", "hPa", "psi", "bar"},
    "temperature": {"°C", "°F", "K"},
    "timestamp": {None},
}
BINARY_CLASSES = {"connectivity", "heat", "problem", "running"}


def complaints(topic: str, payload: dict[str, Any]) -> list[str]:
    """Everything for which some Home Assistant would reject the announcement, or a part of it."""
    return [*_of_whole(topic, payload), *_of_ids(payload), *(c for k, v in _components(payload) for c in _of_one(k, v))]


def _components(payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from payload.get("components", {}).items()


def _of_whole(topic: str, payload: dict[str, Any]) -> Iterator[str]:
    if not TOPIC.fullmatch(topic):
        yield f"{topic}: is no topic of a device"
    for where, keys, known in (
        ("the whole", payload, DEVICE_LEVEL),
        ("device", payload.get("device", {}), ABOUT),
        ("origin", payload.get("origin", {}), ORIGIN),
    ):
        yield from (f"{where}: {key} is not known" for key in set(keys) - known)
    if not payload.get("device", {}).get("identifiers") and not payload.get("device", {}).get("connections"):
        yield "device: has neither identifiers nor connections"
    if not payload.get("origin", {}).get("name"):
        yield "origin: has no name"


def _of_ids(payload: dict[str, Any]) -> Iterator[str]:
    for key in ("unique_id", "default_entity_id"):
        ids = [one[key] for _, one in _components(payload) if key in one]
        yield from (f"{key} {twin} is there twice" for twin in {i for i in ids if ids.count(i) > 1})


def _of_one(key: str, one: dict[str, Any]) -> Iterator[str]:
    platform = one.get("platform", "")
    if not ID.fullmatch(key) or platform not in OF_PLATFORM:
        yield f"{key}: the key or the platform {platform} is not known"
        return
    yield from (f"{key}: {name} is not known of {platform}" for name in set(one) - COMMON - OF_PLATFORM[platform])
    needed = {"unique_id", "qos", "name", "default_entity_id"} | NEEDED[platform]
    yield from (f"{key}: {name} is missing" for name in needed - set(one))
    if not str(one.get("default_entity_id", f"{platform}.")).startswith(f"{platform}."):
        yield f"{key}: the default entity id is of another platform"
    if not one.get("min", 0) < one.get("max", 1) or not one.get("step", 1) >= 0.001:
        yield f"{key}: min, max and step do not fit together"
    yield from _of_class(key, platform, one)


def _of_class(key: str, platform: str, one: dict[str, Any]) -> Iterator[str]:
    kind, unit = one.get("device_class"), one.get("unit_of_measurement")
    if platform in ("sensor", "number") and kind is not None and unit not in UNITS.get(kind, set()):
        yield f"{key}: {unit} is no unit of {kind}"
    if platform == "sensor" and (kind == "enum") != ("options" in one):
        yield f"{key}: options and the class enum go together"
    if platform == "sensor" and kind in ("enum", "timestamp") and "state_class" in one:
        yield f"{key}: {kind} is no number"
    if platform == "binary_sensor" and kind is not None and kind not in BINARY_CLASSES:
        yield f"{key}: {kind} is no class of a binary sensor"
    if platform == "sensor" and one.get("entity_category") == "config":
        yield f"{key}: a sensor cannot be of the category config"

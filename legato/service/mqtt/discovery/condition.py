"""The condition of a device: problems, firmware, totals, and diagnostics."""

from typing import Any, Final

from legato.service.mqtt.discovery.entity import DIAGNOSTIC, HIDDEN, Components, Subject

_LINK: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "rtt_ms": ("Link round trip", {"unit_of_measurement": "ms", "device_class": "duration"}),
    "late_max_ms": ("Latest set-point", {"unit_of_measurement": "ms", "device_class": "duration"}),
    "slack_ms": ("Queue slack", {"unit_of_measurement": "ms", "device_class": "duration"}),
    "lost": ("Frames lost", {"state_class": "total_increasing"}),
    "resent": ("Frames resent", {"state_class": "total_increasing"}),
    "bad_frames": ("Bad frames", {"state_class": "total_increasing"}),
}


def problem(subject: Subject) -> Components:
    """The problem with its cause and advice; available for an offline device, too."""
    topics, which = subject.topics, subject.id
    return subject.component(
        "binary_sensor",
        "problem",
        "Problem",
        device_class="problem",
        state_topic=topics.value(which, "problem"),
        value_template="{{ 'OFF' if value == 'None' else 'ON' }}",
        json_attributes_topic=topics.state(which),
        json_attributes_template="{{ (value_json.problem or {'code': None, 'cause': None, 'advice': None}) | tojson }}",
        **subject.unless_we_are_gone,
    ) | subject.component(
        "binary_sensor",
        "link",
        "Link",
        device_class="connectivity",
        state_topic=topics.availability(which),
        payload_on="online",
        payload_off="offline",
        **subject.unless_we_are_gone,
        **DIAGNOSTIC,
    )


def firmware(subject: Subject, latest: str) -> Components:
    """The installed firmware and the one in this Legato; it is flashed over a cable, with nobody wearing the device."""
    return subject.component(
        "update",
        "firmware",
        "Firmware",
        device_class="firmware",
        state_topic=subject.topics.state(subject.id),
        value_template=(
            "{% if value_json.about %}{{ {'installed_version': value_json.about.firmware, "
            f"'latest_version': '{latest}'" + "} | tojson }}{% endif %}"
        ),
        title="Legato firmware",
        **DIAGNOSTIC,
    )


def totals(subject: Subject) -> Components:
    """Totals since the service started; Home Assistant handles their reset to zero."""
    return subject.sensor("sessions", "Massages", icon="mdi:counter", state_class="total_increasing") | subject.sensor(
        "massage_time",
        "Massage time",
        state_topic=subject.topics.state(subject.id),
        value_template="{{ value_json.massage_s }}",
        device_class="duration",
        unit_of_measurement="s",
        state_class="total_increasing",
        suggested_display_precision=0,
    )


def diagnostics(subject: Subject) -> Components:
    """Diagnostic entities, disabled by default."""
    found = subject.sensor(
        "port",
        "Port",
        icon="mdi:serial-port",
        state_topic=subject.topics.state(subject.id),
        value_template="{{ value_json.port }}",
        **HIDDEN,
    )
    for key, (name, options) in _LINK.items():
        found |= subject.sensor(
            key,
            name,
            state_topic=subject.topics.readings(subject.id),
            value_template="{{ value_json." + key + " }}",
            **options,
            **HIDDEN,
        )
    return found

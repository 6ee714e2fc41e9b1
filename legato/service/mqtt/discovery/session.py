"""The massage: routine, controls, intensity and progress."""

from collections.abc import Sequence
from typing import Any, Final

from legato.service.devices.state import Doing
from legato.service.mqtt.discovery.entity import CONFIG, Components, Subject

ALWAYS: Final[dict[str, Any]] = {"availability": []}
"""An emergency stop is always available: an offline device gets it as soon as it is back."""

FRESH: Final = '{"at": "{{ utcnow().isoformat() }}"}'
"""With its time, so that a command delayed on the way expires and does not act unexpectedly."""

FRESH_VALUE: Final = '{"value": {{ value }}, "at": "{{ utcnow().isoformat() }}"}'
"""The same for a number."""


def steering(subject: Subject, routines: Sequence[str]) -> Components:
    """The controls."""
    topics, which = subject.topics, subject.id
    return (
        subject.component(
            "select",
            "routine",
            "Routine",
            icon="mdi:playlist-music",
            options=list(routines),
            command_topic=topics.command(which, "routine"),
            state_topic=topics.value(which, "routine"),
        )
        | subject.button("start", "Start", icon="mdi:play", command_template=FRESH)
        | subject.button("pause", "Pause", icon="mdi:pause")
        | subject.button("resume", "Resume", icon="mdi:play-pause", command_template=FRESH)
        | subject.button("skip", "Skip", icon="mdi:skip-next", command_template=FRESH)
        | subject.button("answer", "Answer", icon="mdi:message-check", command_template=FRESH)
        | subject.button("stop", "Stop", icon="mdi:stop")
        # No category: entities with one are excluded from areas ("everything in the bedroom") and voice assistants.
        | subject.button("emergency_stop", "Emergency stop", icon="mdi:alert-octagon", **ALWAYS)
        | subject.button(
            "clear_fault",
            "Clear fault",
            icon="mdi:restore-alert",
            command_template=FRESH,
            # It also withdraws an emergency stop that is waiting for an offline device.
            **subject.unless_we_are_gone,
            **CONFIG,
        )
        | subject.component(
            "number",
            "intensity",
            "Intensity",
            icon="mdi:gauge",
            min=0,
            max=100,
            step=5,
            mode="slider",
            unit_of_measurement="%",
            command_topic=topics.command(which, "intensity"),
            command_template=FRESH_VALUE,
            state_topic=topics.value(which, "intensity"),
        )
    )


def progress(subject: Subject) -> Components:
    """The sensors."""
    topics, which = subject.topics, subject.id
    return (
        subject.sensor(
            "doing",
            None,
            icon="mdi:seat-legroom-extra",
            device_class="enum",
            options=[doing.value for doing in Doing],
            **subject.unless_we_are_gone,
        )
        | subject.sensor("title", "Massage", icon="mdi:foot-print")
        | subject.sensor("step", "Step", icon="mdi:format-list-numbered")
        | subject.sensor("cue", "Cue", icon="mdi:message-text")
        | subject.sensor("laid_on", "Laid on", icon="mdi:snowflake-thermometer")
        | subject.sensor("progress", "Progress", icon="mdi:progress-clock", unit_of_measurement="%")
        # One timestamp, published once, instead of a countdown that fills a database.
        | subject.sensor("ends_at", "Ends at", device_class="timestamp")
        | subject.component(
            "binary_sensor",
            "running",
            "Running",
            device_class="running",
            state_topic=topics.value(which, "doing"),
            value_template="{{ 'ON' if value in " + str(_UNDER_WAY) + " else 'OFF' }}",
        )
        | subject.component(
            "event",
            "event",
            "Event",
            icon="mdi:bell",
            state_topic=topics.event(which),
            event_types=list(EVENTS),
            # The loss of a device is an event, too.
            **subject.unless_we_are_gone,
        )
    )


_UNDER_WAY: Final = [str(doing) for doing in (Doing.STARTING, Doing.RUNNING, Doing.WAITING, Doing.STOPPING)]

EVENTS: Final = (
    "absent",
    "connected",
    "cueshown",
    "discarded",
    "done",
    "emergency_stop",
    "ended",
    "fault",
    "found",
    "intensity",
    "lost",
    "moved",
    "notice",
    "overdue",
    "paused",
    "refused",
    "replaced",
    "resting",
    "resumed",
    "start",
    "step",
    "unconfirmed",
)
"""Every possible event type: Home Assistant drops those that were not announced."""

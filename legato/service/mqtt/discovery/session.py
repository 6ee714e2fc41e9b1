"""The massage: which routine, start to stop, how strong, and where it stands."""

from collections.abc import Sequence
from typing import Any, Final

from legato.service.devices.state import Doing
from legato.service.mqtt.discovery.subject import CONFIG, Components, Subject

ALWAYS: Final[dict[str, Any]] = {"availability": []}
"""An emergency stop can be asked for whatever else is not there: a device that is away gets it first thing."""

FRESH: Final = '{"at": "{{ utcnow().isoformat() }}"}'
"""With its time, a wish that was held up on its way is too old by then, and nothing happens behind anybody's back."""

FRESH_VALUE: Final = '{"value": {{ value }}, "at": "{{ utcnow().isoformat() }}"}'
"""The same of a number."""


def steering(subject: Subject, routines: Sequence[str]) -> Components:
    """What one does."""
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
        # No category: with one, "everything in the bedroom" and voices would leave it out.
        | subject.button("emergency_stop", "Emergency stop", icon="mdi:alert-octagon", **ALWAYS)
        | subject.button(
            "clear_fault",
            "Clear fault",
            icon="mdi:restore-alert",
            command_template=FRESH,
            # It also takes back an emergency stop that waits for a device that is away.
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
    """What one sees."""
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
        # One moment, told once, instead of seconds that count down into a database.
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
            # That a device is lost is an event, too.
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
"""Every kind that may come: Home Assistant drops one that was not announced."""

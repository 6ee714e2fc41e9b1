"""Steps as they play: compiled, and looked at channel by channel."""

import json
from typing import Any

from legato.profiles import load
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule, Track


def routine(*steps: dict[str, Any], **head: Any) -> Profile:
    """Steps, given as they stand in a file, as a routine."""
    fields = {"format": 1, "name": "test", "title": "Test", **head, "steps": steps}
    return Profile.model_validate_json(json.dumps(fields))


def played(profile: Profile, device: Device, person: Restrictions | None = None) -> Schedule:
    """The routine on a device, for somebody with these restrictions."""
    return compile(profile, device, envelope(device, profile.use, person))


def plays(
    *steps: dict[str, Any], on: str | Device = "boots-6", use: str = "comfort", person: Restrictions | None = None
) -> Schedule:
    """Steps as they play: `plays({"do": "rest", "seconds": 5}, on="boots-6")`."""
    return played(routine(*steps, use=use), load.device(on) if isinstance(on, str) else on, person)


def track(schedule: Schedule, name: str) -> Track:
    """The lines of one channel."""
    return schedule.tracks[next(c.index for c in schedule.device.channels if c.name == name)]


def peak(schedule: Schedule, name: str) -> float:
    """The highest target of one channel."""
    return max(track(schedule, name).values)

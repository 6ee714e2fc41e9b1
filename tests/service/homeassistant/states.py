"""States of devices, as the service would tell them; `python STATES > boots-6.json` renews the golden announcement."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

from legato.controller.session.events import Connected
from legato.profiles import load
from legato.service.devices.description import about
from legato.service.devices.state import DeviceState, Doing
from legato.service.mqtt.discovery import payload
from legato.service.mqtt.discovery.payload import House
from legato.service.mqtt.topics import Topics

TOPICS = Topics()
HOUSE = House("0.1.0", "1.2.3", panel="http://legato.local:8437/")
ROUTINES = ("goddard", "rls_evening")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def state(which: str = "boots", device: str | None = "boots-6", **changes: Any) -> DeviceState:
    """A device of this description; None was never there."""
    told = about(load.device(device), Connected(device, "1.2.0", 7)) if device else None
    given: dict[str, Any] = {"id": which, "port": "/dev/ttyUSB0", "is_simulated": False, "number": 1, "about": told}
    return DeviceState(**({**given, "doing": Doing.IDLE if told else Doing.OFFLINE} | changes))


def announcement(of: DeviceState) -> dict[str, Any]:
    """What announces it."""
    return payload.of(of, TOPICS, HOUSE, ROUTINES)


if __name__ == "__main__":
    json.dump(announcement(state()), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")

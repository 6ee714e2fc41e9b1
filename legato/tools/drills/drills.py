"""The drills and their expected results: a fault of every kind, what is reported, and a good end."""

import re
from typing import Final

from legato.sim.faults.script import ONE
from legato.tools.drills.drill import Row, drill

COMPLETED: Final = "completed"
LOST_AND_FOUND: Final = "lost, found, completed"
GIVEN_UP: Final = "lost, link_lost"
TRIPPED: Final = "left_calf: .*, device_fault"
"""The reading does not always show whether air or sensor is at fault, but it does show that it is the calf."""
NO_VENT: Final = "left_calf: does not vent, device_fault"
BAD_SENSOR: Final = "left_calf: sensor not plausible, device_fault"
BAD_NTC: Final = "seat_heat: sensor not plausible, device_fault"
TOO_HOT: Final = "seat_heat: over-temperature, device_fault"

ENDED: Final = "(.*, )?(device_fault|link_lost)|host gone"
"""After a second fault the run must not continue."""

_CALF: Final = {"chamber": "left_calf"}
_SENSOR: Final = {"sensor": "left_calf"}
_NTC: Final = {"sensor": "seat_heat"}

DRILLS: Final[tuple[tuple[dict[str, object], str], ...]] = (
    ({"kind": "bit_flips", "rate": 0.01}, COMPLETED),
    ({"kind": "bit_flips", "rate": 0.2}, GIVEN_UP),
    ({"kind": "lost_bytes", "rate": 0.01}, COMPLETED),
    ({"kind": "doubled_bytes", "rate": 0.01}, COMPLETED),
    ({"kind": "reordered_bytes", "share": 0.1}, COMPLETED),
    ({"kind": "delayed_bytes", "by_ms": 200}, COMPLETED),
    ({"kind": "junk", "rate": 0.01}, COMPLETED),
    ({"kind": "half_open", "for_s": 4.0}, LOST_AND_FOUND),
    ({"kind": "baud_mismatch", "for_s": 4.0}, LOST_AND_FOUND),
    ({"kind": "stall", "for_s": 1.0}, COMPLETED),
    ({"kind": "unplug", "for_s": 4.0}, LOST_AND_FOUND),
    ({"kind": "unplug"}, GIVEN_UP),
    ({"kind": "reset"}, LOST_AND_FOUND),
    ({"kind": "brown_out", "for_s": 0.3}, LOST_AND_FOUND),
    ({"kind": "clock_off", "percent": 1.0}, COMPLETED),
    ({"kind": "clock_drift", "percent": -1.0}, COMPLETED),
    ({"kind": "slow_loop", "times": 3.0}, COMPLETED),
    ({"kind": "slow_loop", "times": 10.0, "for_s": 2.0}, LOST_AND_FOUND),
    ({"kind": "full_queue"}, "device: set-points ran out, device_fault"),
    ({"kind": "hose_off", **_CALF}, TRIPPED),
    ({"kind": "kink", **_CALF, "open_pct": 2.0}, TRIPPED),
    ({"kind": "leak", **_CALF, "bore_mm": 0.6}, COMPLETED),
    ({"kind": "leak", **_CALF, "bore_mm": 2.0}, TRIPPED),
    ({"kind": "valve_stuck_open", **_CALF, "valve": "vent"}, TRIPPED),
    ({"kind": "valve_stuck_open", **_CALF, "valve": "fill"}, COMPLETED),
    ({"kind": "valve_stuck_closed", **_CALF, "valve": "vent"}, NO_VENT),
    ({"kind": "valve_stuck_closed", **_CALF, "valve": "fill"}, TRIPPED),
    ({"kind": "weak_pump", "pump": "main", "flow_pct": 70.0}, COMPLETED),
    ({"kind": "weak_pump", "pump": "main", "flow_pct": 5.0}, TRIPPED),
    ({"kind": "dead_pump", "pump": "main"}, TRIPPED),
    ({"kind": "heater_stuck_on", "heater": "seat_heat"}, TOO_HOT),
    ({"kind": "limb_removed", **_CALF}, TRIPPED),
    ({"kind": "limb_moving", **_CALF}, COMPLETED),
    ({"kind": "sensor_offset", **_SENSOR, "by": 5.0}, COMPLETED),
    ({"kind": "sensor_offset", **_SENSOR, "by": 40.0}, BAD_SENSOR),
    ({"kind": "sensor_stuck", **_SENSOR}, TRIPPED),
    ({"kind": "sensor_noise", **_SENSOR, "sd": 15.0}, TRIPPED),
    ({"kind": "sensor_open", **_SENSOR}, BAD_SENSOR),
    ({"kind": "sensor_short", **_SENSOR}, TRIPPED),
    ({"kind": "sensor_short", **_NTC}, BAD_NTC),
    ({"kind": "sensor_nan", **_SENSOR, "share": 0.5}, BAD_SENSOR),
    ({"kind": "host_stall", "for_s": 1.0}, COMPLETED),
    ({"kind": "host_frozen", "for_s": 3.0}, LOST_AND_FOUND),
    ({"kind": "host_killed"}, "host gone"),
)
"""A fault, and what has to be reported, as a regular expression."""

SLOW: Final = {"heater_stuck_on"}
"""Faults that take minutes to show."""


def tried(number: int) -> tuple[Row, str]:
    """Runs drill `number`; returns its result, and what is expected to be reported."""
    fields, expected = DRILLS[number]
    return drill(ONE.validate_python(fields), is_slow=fields["kind"] in SLOW), expected


def judged(row: Row, expected: str) -> dict[str, bool]:
    """The four tests of a drill, and whether it passes each."""
    return {
        "action": re.fullmatch(expected, row.action) is not None,
        "second fault": re.fullmatch(ENDED, row.second) is not None,
        "recovery": row.recovery == COMPLETED,
        "invariants": not row.broken,
    }

"""Draws the cases of a soak from a seed: the same seed gives the same case."""

import json
from random import Random
from typing import Final

from legato.app.compile_for import compiled
from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.profiles.refusal import CompileError
from legato.profiles.restrictions import Limit, Means, Restrictions
from legato.profiles.schedule import Schedule
from legato.sim.faults.script import Script
from legato.tools.soak.case import Case, Touch, Wish
from legato.tools.soak.faults import faults
from legato.tools.soak.routines import routine

SHORTEST_MS: Final = 20_000
LONGEST_MS: Final = 60_000

_DEVICES: Final = {"boots-6": 3, "boots-6-knee": 1, "wrap-3": 4, "chair-1": 3, "boots-6-hip": 1}
_TOUCHES: Final[dict[Wish, int]] = {
    "pause": 4,
    "resume": 4,
    "skip": 2,
    "intensity": 3,
    "stop": 1,
    "emergency_stop": 1,
}
_WHY: Final = "this person"


def draw(seed: int) -> Case:
    """The case of `seed`."""
    rng = Random(f"{seed}/soak")  # noqa: S311 - the same seed must give the same case
    device = _device(rng)
    restrictions = _restrictions(rng)
    while True:
        profile = routine(rng)
        try:
            schedule = compiled(profile, device, restrictions=restrictions)
        except CompileError:
            continue
        if SHORTEST_MS <= schedule.duration_ms <= LONGEST_MS:
            return _around(seed, schedule, rng, Case(seed, profile, device, restrictions, Script(), ()))


def _around(seed: int, schedule: Schedule, rng: Random, case: Case) -> Case:
    """The case with faults and touches added."""
    span_s = schedule.duration_ms / 1000.0 + 5.0
    script = Script(faults=faults(case.device, span_s, rng))
    wishes = rng.choices(list(_TOUCHES), list(_TOUCHES.values()), k=rng.choice((0, 0, 0, 1, 1, 2, 4)))
    touches = [Touch(round(rng.uniform(0.5, span_s), 2), wish, rng.randrange(0, 101, 5)) for wish in wishes]
    ordered = tuple(sorted(touches, key=lambda touch: touch.at_s))
    return Case(seed, case.profile, case.device, case.restrictions, script, ordered)


def _device(rng: Random) -> Device:
    """A built-in device with manufacturing tolerances: no two hold, fill and measure exactly alike."""
    device = load.device(rng.choices(list(_DEVICES), list(_DEVICES.values()))[0])
    data = json.loads(device.model_dump_json())
    for pump in data["pumps"]:
        pump["flow_l_min"] *= rng.uniform(0.85, 1.15)
    for chamber in (a for a in data["actuators"] if a["kind"] == "chamber"):
        chamber["slack_l"] *= rng.uniform(0.8, 1.2)
        chamber["compliance_ml_mmhg"] *= rng.uniform(0.8, 1.2)
        chamber["leak_tau_s"] *= rng.uniform(0.5, 2.0)
        chamber["sensor"]["offset_mmhg"] = rng.uniform(-3.0, 3.0)
    return Device.model_validate_json(json.dumps(data))


def _restrictions(rng: Random) -> Restrictions:
    """The restrictions of a person; half of all people have none."""
    if rng.random() < 0.5:
        return Restrictions()
    zone, left_out = rng.choice((Zone.CALF, Zone.FOOT, Zone.THIGH)), rng.choice((Zone.KNEE, Zone.ANKLE, Zone.TORSO))
    return Restrictions(
        cap_mmhg=Limit(rng.choice((25.0, 40.0, 55.0)), _WHY) if rng.random() < 0.5 else None,
        zone_caps_mmhg={zone: Limit(rng.choice((15.0, 30.0)), _WHY)} if rng.random() < 0.3 else {},
        hold_s=Limit(rng.choice((10.0, 20.0)), _WHY) if rng.random() < 0.3 else None,
        forbidden={rng.choice(list(Means)): _WHY} if rng.random() < 0.3 else {},
        left_out={left_out: _WHY} if rng.random() < 0.3 else {},
    )

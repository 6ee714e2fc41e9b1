"""Routines drawn at random: steps of every kind, with repeats and steps side by side, for every built-in device."""

import json
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import ValidationError

from profiles import load
from profiles.device import Device
from profiles.profile import Profile

Drawn = st.SearchStrategy[dict[str, Any]]

DEVICES = ["boot-6-left", "boot-6-right", "boots-6", "boots-6-hip", "chair-1", "wrap-3"]
ZONES = ["foot", "ankle", "calf", "shin", "knee", "thigh", "hip", "seat", "lower_back", "torso"]
FLESHY = ["foot", "calf", "thigh", "seat", "lower_back"]

PRESSURE = st.integers(0, 220).map(lambda n: n / 2)
FIRM = st.integers(10, 80)
FEW = st.integers(1, 4)
SPEED = st.sampled_from([0.5, 1.0, 3.0, 4.5, 7.5, 15.0])
SECONDS = st.sampled_from([0.3, 1.0, 7.3, 40.0, 120.0])
PAUSE = st.sampled_from([0.0, 2.0, 7.5, 40.0])
SHARE = st.integers(0, 100)


def _step(do: str, **fields: st.SearchStrategy[Any]) -> Drawn:
    return st.fixed_dictionaries({"do": st.just(do), **fields})


def _placed(do: str, **fields: st.SearchStrategy[Any]) -> Drawn:
    zone = st.sampled_from(FLESHY if do == "percuss" else ZONES)
    where = {"from": zone, "to": zone, "side": st.sampled_from(["left", "right", "both", "both"])}
    return _step(do, **where, **fields)


VENT = st.booleans()
PRESS = FIRM | PRESSURE
STROKES = st.one_of(
    _step("glide", pressure_mmhg=st.integers(0, 20), **{"from": st.just("calf"), "to": st.just("popliteal")}),
    _placed("glide", pressure_mmhg=PRESS, speed_cm_s=SPEED, times=FEW, rest_s=PAUSE, vent=VENT, knee_mmhg=PRESS),
    _placed("wave", pressure_mmhg=PRESS, end_pressure_mmhg=PRESS, speed_cm_s=SPEED, times=FEW, rest_s=PAUSE),
    _placed("knead", pressure_mmhg=PRESS, low_mmhg=PRESS, rate_hz=st.sampled_from([0.02, 0.1, 0.3]), seconds=SECONDS),
    _placed("circle", pressure_mmhg=PRESS, ripple_mmhg=st.integers(1, 40), period_s=SPEED.map(lambda s: s + 0.5)),
    _placed("circle", pressure_mmhg=PRESS, times=FEW, radius_cm=st.just(2), end_radius_cm=st.just(40)),
    _placed("hold", pressure_mmhg=PRESS, seconds=SECONDS, times=FEW, rest_s=PAUSE, vent=VENT),
    _placed("sequence", pressure_mmhg=PRESS, step_mmhg=st.integers(0, 20), times=FEW, rest_s=PAUSE, vent=VENT),
    _placed("pulse", pressure_mmhg=PRESS, on_s=st.sampled_from([0.5, 5, 60]), period_s=st.sampled_from([1, 10, 60])),
    _placed("drain", pressure_mmhg=st.integers(0, 60), end_pressure_mmhg=st.integers(0, 60), repeats=FEW),
    _placed("friction", intensity_pct=SHARE, rate_hz=st.sampled_from([0.1, 0.5, 3.0]), seconds=SECONDS),
    _placed("percuss", intensity_pct=SHARE, rate_hz=st.sampled_from([1, 6, 50]), seconds=SECONDS),
    _placed("vibrate", intensity_pct=SHARE, rate_hz=st.sampled_from([5, 30, 100]), seconds=SECONDS),
    _placed("heat", temp_c=st.integers(30, 42), seconds=st.sampled_from([5, 700, 1200])),
    _placed("cool", temp_c=st.integers(8, 25), seconds=st.sampled_from([5, 500, 900])),
)
OTHERS = st.one_of(
    _step("rest", seconds=SECONDS, vent=VENT),
    _step("cue", say=st.just("Breathe"), seconds=st.sampled_from([0, 2.5])),
)
STEPS = st.recursive(
    STROKES | OTHERS,
    lambda inner: st.one_of(
        _step("repeat", times=FEW, steps=st.lists(inner, min_size=1, max_size=3)),
        _step("together", steps=st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=5,
)


@st.composite
def routines(draw: st.DrawFn) -> Profile:
    """Any routine that is valid as a file."""
    head = {"format": 1, "name": "any", "title": "Any", "use": draw(st.sampled_from(["comfort", "sport", "lymph"]))}
    steps = draw(st.lists(STEPS, min_size=1, max_size=4))
    try:
        return Profile.model_validate_json(json.dumps(head | {"steps": steps}))
    except ValidationError:
        reject()


def devices() -> st.SearchStrategy[Device]:
    """Any built-in device."""
    return st.sampled_from(DEVICES).map(load.device)

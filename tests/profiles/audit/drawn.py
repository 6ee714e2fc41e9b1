"""Routines drawn at random: steps of every kind, with repeats and steps side by side, for every built-in device.

`ordinary` figures are such as people write; otherwise anything that a file may hold is drawn, pressures below
contact and strokes shorter than a breath included.
"""

import json
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import ValidationError

from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile

Drawn = st.SearchStrategy[dict[str, Any]]

DEVICES = ["boot-6-left", "boot-6-right", "boots-6", "boots-6-hip", "boots-6-knee", "chair-1", "wrap-3"]
ZONES = ["foot", "ankle", "calf", "shin", "knee", "thigh", "hip", "seat", "lower_back", "torso"]
FACED = ["glide", "circle", "hold", "press"]
FLESHY = ["foot", "calf", "thigh", "seat", "lower_back"]

FEW = st.integers(1, 4)
SHARE = st.integers(0, 100)
VENT = st.booleans()
SAID = st.just("") | st.uuids().map(str)
"""Words that no two steps share, so that one tells whose are heard."""
LAID = st.sampled_from(["", "a hot stone"])


def _step(do: str, **fields: st.SearchStrategy[Any]) -> Drawn:
    return st.fixed_dictionaries({"do": st.just(do), **fields})


def _placed(do: str, **fields: st.SearchStrategy[Any]) -> Drawn:
    zone = st.sampled_from(FLESHY if do == "percuss" else ZONES)
    where = {"from": zone, "to": zone, "side": st.sampled_from(["left", "right", "both", "both"]), "cue": SAID}
    fixed: dict[str, st.SearchStrategy[Any]] = {"do": st.just(do), **where, **fields}
    faced: dict[str, st.SearchStrategy[Any]] = (
        {"face": st.sampled_from(["front", "back", "around"])} if do in FACED else {}
    )
    return st.fixed_dictionaries(fixed, optional=faced)


def _pressed(**fields: st.SearchStrategy[Any]) -> Drawn:
    """At one place; roller and head move with 10 % at the least."""
    at = _placed("press", intensity_pct=st.integers(10, 100), rest_s=st.sampled_from([0.0, 5.0, 15.0]), **fields)
    return at.map(lambda step: {name: value for name, value in step.items() if name != "to"})


def _alternates(kneading: dict[str, Any]) -> bool:
    return bool(kneading["low_mmhg"] < kneading["pressure_mmhg"])


def _strokes(*, ordinary: bool) -> Drawn:
    anything = st.integers(0, 220).map(lambda n: n / 2)
    press = st.integers(20, 80) if ordinary else st.integers(10, 80) | anything
    low = st.integers(8, 14) if ordinary else press
    drained = st.integers(15, 50) if ordinary else st.integers(0, 60)
    speed = st.sampled_from([2.0, 3.0, 4.5, 6.0] if ordinary else [0.5, 1.0, 3.0, 4.5, 7.5, 15.0])
    seconds = st.sampled_from([20.0, 40.0, 90.0] if ordinary else [0.3, 1.0, 7.3, 40.0, 120.0])
    pause = st.sampled_from([0.0, 2.0, 7.5, 40.0])
    rate = st.sampled_from([0.05, 0.1, 0.15] if ordinary else [0.02, 0.1, 0.3])
    ripple = st.integers(6, 10) if ordinary else st.integers(1, 40)
    share = st.integers(20, 80) if ordinary else SHARE
    on = st.sampled_from([3.0, 5.0] if ordinary else [0.5, 5.0, 60.0])
    every = st.sampled_from([15.0, 30.0, 60.0] if ordinary else [1.0, 10.0, 60.0])
    round_about = st.sampled_from([4.0, 6.0, 8.0] if ordinary else [1.0, 3.5, 8.0, 15.5])
    return st.one_of(
        *(
            _step(
                "glide", pressure_mmhg=st.integers(12 if ordinary else 0, 20), **{"from": st.just(a), "to": st.just(b)}
            )
            for a, b in BEHIND_THE_KNEE
        ),
        _placed("glide", pressure_mmhg=press, speed_cm_s=speed, times=FEW, rest_s=pause, vent=VENT, knee_mmhg=press),
        _placed("wave", pressure_mmhg=press, end_pressure_mmhg=press, speed_cm_s=speed, times=FEW, rest_s=pause),
        _placed("knead", pressure_mmhg=press, low_mmhg=low, rate_hz=rate, seconds=seconds).filter(_alternates),
        _placed("circle", pressure_mmhg=press, ripple_mmhg=ripple, period_s=round_about, times=FEW),
        _placed("circle", pressure_mmhg=press, times=FEW, radius_cm=st.just(6), end_radius_cm=st.just(14)),
        _placed("hold", pressure_mmhg=press, seconds=seconds, times=FEW, rest_s=pause, vent=VENT),
        _pressed(
            pressure_mmhg=press, ease_s=st.sampled_from([0.0, 2.5, 10.0]), seconds=seconds.map(lambda s: min(s, 90.0))
        ),
        _placed("sequence", pressure_mmhg=press, step_mmhg=st.integers(0, 5), times=FEW, rest_s=pause, vent=VENT),
        _placed("pulse", pressure_mmhg=press, on_s=on, period_s=every, times=FEW),
        _placed("drain", pressure_mmhg=drained, end_pressure_mmhg=drained, repeats=FEW),
        _placed("friction", intensity_pct=share, rate_hz=st.sampled_from([0.2, 0.5, 1.0]), seconds=seconds),
        _placed("percuss", intensity_pct=share, rate_hz=st.sampled_from([1, 6, 50]), seconds=seconds),
        _placed("vibrate", intensity_pct=share, rate_hz=st.sampled_from([5, 30, 100]), seconds=seconds),
        _placed("heat", temp_c=st.integers(30, 42), seconds=st.sampled_from([5, 700, 1200]), by_hand=LAID),
        _placed("cool", temp_c=st.integers(8, 25), seconds=st.sampled_from([5, 500, 900]), by_hand=LAID),
    )


BEHIND_THE_KNEE = [("calf", "popliteal"), ("popliteal", "thigh")]


def _steps(*, ordinary: bool) -> Drawn:
    others = st.one_of(
        _step("rest", seconds=st.sampled_from([2.0, 15.0, 40.0]), vent=VENT),
        _step("cue", say=st.just("Breathe"), seconds=st.sampled_from([0, 2.5])),
    )
    return st.recursive(
        _strokes(ordinary=ordinary) | others,
        lambda inner: st.one_of(
            _step("repeat", times=FEW, steps=st.lists(inner, min_size=1, max_size=3)),
            _step("together", steps=st.lists(inner, min_size=2, max_size=3)),
        ),
        max_leaves=5,
    )


STEPS = {ordinary: _steps(ordinary=ordinary) for ordinary in (True, False)}


@st.composite
def routines(draw: st.DrawFn, *, ordinary: bool = True) -> Profile:
    """Any routine that is valid as a file."""
    head = {"format": 1, "name": "any", "title": "Any", "use": draw(st.sampled_from(["comfort", "sport", "lymph"]))}
    steps = draw(st.lists(STEPS[ordinary], min_size=1, max_size=4))
    try:
        return Profile.model_validate_json(json.dumps(head | {"steps": steps}))
    except ValidationError:
        reject()


def devices() -> st.SearchStrategy[Device]:
    """Any built-in device."""
    return st.sampled_from(DEVICES).map(load.device)

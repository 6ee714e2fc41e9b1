"""Any routine on any device: it compiles to a schedule that is proven, or it is refused with a reason."""

import json
from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from legato.profiles import load
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.profile import Profile
from legato.profiles.refusal import CompileError
from legato.profiles.schedule import Schedule

ZONES = ["foot", "ankle", "calf", "shin", "knee", "thigh", "hip", "seat", "lower_back", "torso"]
FLESHY = ["foot", "calf", "thigh", "seat", "lower_back"]
PRESSURE = st.integers(0, 220).map(lambda n: n / 2)
FEW = st.integers(1, 4)


def step(do: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"do": st.just(do), **fields})


def placed(do: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    zone = st.sampled_from(FLESHY if do == "percuss" else ZONES)
    zones = {"from": zone, "to": zone, "side": st.sampled_from(["left", "both"])}
    return step(do, **zones, **fields)


BEHIND_THE_KNEE = step(
    "glide", pressure_mmhg=st.integers(0, 20), **{"from": st.just("calf"), "to": st.just("popliteal")}
)
SPEED = st.sampled_from([0.5, 1.0, 3.0, 7.5, 15.0])
SECONDS = st.sampled_from([0.1, 1.0, 7.3, 40.0, 120.0])
VENT = st.booleans()
STROKES = st.one_of(
    BEHIND_THE_KNEE,
    placed("glide", pressure_mmhg=PRESSURE, speed_cm_s=SPEED, times=FEW, vent=VENT, knee_mmhg=PRESSURE),
    placed("wave", pressure_mmhg=PRESSURE, end_pressure_mmhg=PRESSURE, speed_cm_s=SPEED, times=FEW, vent=VENT),
    placed(
        "knead", pressure_mmhg=PRESSURE, low_mmhg=PRESSURE, rate_hz=st.sampled_from([0.02, 0.3, 1.0]), seconds=SECONDS
    ).filter(lambda kneading: kneading["low_mmhg"] < kneading["pressure_mmhg"]),
    placed("circle", pressure_mmhg=PRESSURE, ripple_mmhg=st.integers(1, 40), period_s=SPEED.map(lambda s: s + 0.5)),
    placed("circle", pressure_mmhg=PRESSURE, times=FEW, radius_cm=st.just(2), end_radius_cm=st.just(40)),
    placed("hold", pressure_mmhg=PRESSURE, seconds=SECONDS, times=FEW, rest_s=st.sampled_from([0, 5, 15]), vent=VENT),
    placed("sequence", pressure_mmhg=PRESSURE, step_mmhg=st.integers(0, 20), times=FEW, vent=VENT),
    placed("pulse", pressure_mmhg=PRESSURE, on_s=st.sampled_from([0.5, 5, 60]), period_s=st.sampled_from([1, 10, 60])),
    placed("drain", pressure_mmhg=st.integers(0, 60), end_pressure_mmhg=st.integers(0, 60), repeats=FEW),
    placed("friction", intensity_pct=st.integers(0, 100), rate_hz=st.sampled_from([0.1, 3.0]), seconds=SECONDS),
    placed("percuss", intensity_pct=st.integers(0, 100), rate_hz=st.sampled_from([1, 6, 50]), seconds=SECONDS),
    placed("vibrate", intensity_pct=st.integers(0, 100), rate_hz=st.sampled_from([5, 30, 100]), seconds=SECONDS),
    placed("heat", temp_c=st.integers(30, 42), seconds=st.sampled_from([5, 700, 1200])),
    placed("cool", temp_c=st.integers(8, 25), seconds=st.sampled_from([5, 500, 900])),
)
OTHERS = st.one_of(
    step("rest", seconds=SECONDS, vent=VENT),
    step("cue", say=st.just("Breathe"), seconds=st.sampled_from([0, 2.5])),
)
STEPS = st.recursive(
    STROKES | OTHERS,
    lambda inner: st.one_of(
        step("repeat", times=FEW, steps=st.lists(inner, min_size=1, max_size=3)),
        step("together", steps=st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=5,
)
DEVICES = st.sampled_from(["boots-6", "boots-6-hip", "boots-6-knee", "wrap-3", "chair-1"]).map(load.device)


@st.composite
def routines(draw: st.DrawFn) -> Profile:
    head = {"format": 1, "name": "any", "title": "Any", "use": draw(st.sampled_from(["comfort", "sport", "lymph"]))}
    steps = draw(st.lists(STEPS, min_size=1, max_size=4))
    try:
        return Profile.model_validate_json(json.dumps(head | {"steps": steps}))
    except ValidationError:
        return reject()


def compiled(routine: Profile, device: Device) -> Schedule | str:
    """The proven schedule, or the refusal."""
    try:
        return compile(routine, device, envelope(device, routine.use))
    except CompileError as e:
        return str(e)


@settings(max_examples=150)
@given(routine=routines(), device=DEVICES)
def test_a_routine_is_proven_or_refused_for_a_reason_of_the_routine(routine: Profile, device: Device) -> None:
    result = compiled(routine, device)
    if isinstance(result, str):
        assert result.startswith("step ")


@settings(max_examples=30)
@given(routine=routines(), device=DEVICES)
def test_compiling_is_a_pure_function(routine: Profile, device: Device) -> None:
    assert compiled(routine, device) == compiled(routine, device)

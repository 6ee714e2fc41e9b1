"""No reverse gradient is held, however it comes about; what moves is none."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from legato.profiles.refusal import CompileError, ProofError
from legato.profiles.reverse_gradient import REVERSE_MMHG
from tests.profiles.planned import plays

Step = dict[str, Any]

LINE = ("foot", "ankle", "calf", "thigh")


def hold(zone: str, mmhg: float, seconds: float = 30, to: str | None = None, **more: Any) -> Step:
    return {"do": "hold", "from": zone, "to": to or zone, "pressure_mmhg": mmhg, "seconds": seconds, **more}


def together(*steps: Step) -> Step:
    return {"do": "together", "steps": list(steps)}


def in_turn(*steps: Step, times: int = 1) -> Step:
    return {"do": "repeat", "times": times, "steps": list(steps)}


def rest(seconds: float) -> Step:
    return {"do": "rest", "seconds": seconds}


def glide(start: str, end: str, mmhg: float, **more: Any) -> Step:
    return {"do": "glide", "from": start, "to": end, "pressure_mmhg": mmhg} | more


def pulse(zone: str, mmhg: float) -> Step:
    return {"do": "pulse", "from": zone, "pressure_mmhg": mmhg, "on_s": 10, "times": 3}


KNEAD = {"do": "knead", "from": "ankle", "to": "calf", "pressure_mmhg": 60, "low_mmhg": 30, "seconds": 30}
SEQUENCE = {"do": "sequence", "from": "ankle", "to": "calf", "pressure_mmhg": 60, "hold_s": 20}
WEAKER = glide("foot", "thigh", 70, do="wave", end_pressure_mmhg=20, times=4, speed_cm_s=1)

REVERSED = {
    "foot 20, calf 70, thigh 90 in a together": [
        together(hold("foot", 20), hold("ankle", 70, to="calf"), hold("thigh", 90))
    ],
    "one that begins while the other is held": [together(hold("foot", 20, 60), in_turn(rest(15), hold("calf", 60)))],
    "one that is held again and again": [
        together(hold("foot", 20, 60), in_turn(hold("calf", 60, 8), rest(4), times=3))
    ],
    "pulses of which the upper ones are the harder ones": [
        together(pulse("foot", 20), pulse("calf", 60))
    ],
    "kneading above a hold": [
        together(hold("foot", 20), KNEAD)
    ],
    "a sequence above a hold": [
        together(hold("foot", 30, 60), SEQUENCE)
    ],
    "the knee above a foot": [together(hold("foot", 20, 15), hold("knee", 40, 15))],
    "a thigh above a calf, with the knee between": [
        together(hold("calf", 40, 40), hold("knee", 30, 15), hold("thigh", 60, 30))
    ],
}  # fmt: skip

ALLOWED = {
    "less and less on the way up": [together(hold("foot", 60), hold("ankle", 50, to="calf"), hold("thigh", 40))],
    "as much as estimates allow": [together(hold("foot", 50), hold("ankle", 55), hold("calf", 60))],
    "a knee that is held down": [together(hold("calf", 50, 15), hold("knee", 25, 15), hold("thigh", 50, 15))],
    "a hold over zones with caps of their own": [hold("foot", 90, 15, to="thigh")],
    "one after the other": [hold("foot", 20), hold("calf", 60), hold("thigh", 80)],
    "another leg": [together(hold("foot", 20, side="left"), hold("calf", 60, side="right"))],
    "a crest": [glide("foot", "thigh", 80, speed_cm_s=1.5)],
    "a crest above a foot that is held": [together(hold("foot", 30, 20), glide("ankle", "thigh", 50))],
    "a crest that runs down": [glide("thigh", "foot", 60)],
    "crests that get weaker while others are still under way": [
        WEAKER
    ],
    "a preparation from the top down": [
        {"do": "drain", "from": "thigh", "to": "foot", "pressure_mmhg": 25, "repeats": 3}
    ],
}  # fmt: skip


@pytest.mark.parametrize("steps", REVERSED.values(), ids=REVERSED.keys())
def test_a_reverse_gradient_is_refused_however_it_comes_about(steps: list[Step]) -> None:
    with pytest.raises(
        ProofError, match=r"is held together with .* below it; going up, pressure may grow by at most 5"
    ):
        plays(*steps, use="sport")


@pytest.mark.parametrize("steps", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_is_graded_or_moves_is_played(steps: list[Step]) -> None:
    assert plays(*steps, use="sport").setpoints


@pytest.mark.parametrize("on", ["boots-6", "boots-6-hip", "boots-6-knee", "wrap-3", "chair-1"])
@pytest.mark.parametrize("speed", [0.5, 3, 15])
@pytest.mark.parametrize("do", ["glide", "wave"])
def test_no_crest_is_taken_for_a_gradient_however_slow_it_is(on: str, speed: float, do: str) -> None:
    more: Step = {"end_pressure_mmhg": 20, "times": 3} if do == "wave" else {"times": 2}
    assert plays(
        {"do": do, "from": "foot", "to": "thigh", "pressure_mmhg": 65, "speed_cm_s": speed, **more}, on=on
    ).setpoints


def test_the_refusal_says_when_and_in_which_step() -> None:
    with pytest.raises(
        ProofError, match=r"^step 2(\.\d)?, at \d+ s: left_calf at 60 mmHg is held together with left_foot"
    ):
        plays(glide("foot", "calf", 30), together(hold("foot", 20), hold("calf", 60)))


PRESSURES = st.lists(st.none() | st.integers(12, 75), min_size=4, max_size=4).filter(lambda p: len(set(p) - {None}) > 1)


@example([12, 12, 12, 71])  # the thigh rises for 40 s, while all below it are held
@given(PRESSURES)
def test_holds_together_are_played_exactly_where_they_are_no_reverse_gradient(asked: list[int | None]) -> None:
    pressed = [(zone, mmhg) for zone, mmhg in zip(LINE, asked, strict=True) if mmhg is not None]
    steps = together(*(hold(zone, mmhg, 40) for zone, mmhg in pressed))
    if any(above - below > REVERSE_MMHG for (_, below), (_, above) in pairwise(pressed)):
        with pytest.raises(ProofError, match="is held together with"):
            plays(steps, use="sport")
    else:
        assert plays(steps, use="sport").setpoints


@given(st.permutations(LINE), st.integers(20, 60), st.integers(0, 20), st.floats(3, 30))
def test_no_sequence_that_is_played_is_steeper_than_it_may_be(
    ends: list[str], mmhg: int, step_mmhg: int, hold_s: float
) -> None:
    step = {
        "do": "sequence",
        "from": ends[0],
        "to": ends[1],
        "pressure_mmhg": mmhg,
        "step_mmhg": step_mmhg,
        "hold_s": hold_s,
    }
    try:
        schedule = plays(step | {"hold_s": hold_s})
    except CompileError as refusal:
        assert "is held together with" in str(refusal)  # noqa: PT017 - most are played
        return
    left = [(c, max(t.values)) for c, t in zip(schedule.device.channels, schedule.tracks, strict=True)]
    line = [top for c, top in left if c.actuator.side == "left" and c.actuator.zone != "knee" and top > 10]
    assert all(above - below <= REVERSE_MMHG for below, above in pairwise(line))

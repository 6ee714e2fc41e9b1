"""Length: a routine in the form that lasts closest to what was asked for, with all its parts."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legato.profiles import load
from legato.profiles.audit.auditor import audit
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.errors import InvalidFile
from legato.profiles.length import FULL, NEAR, Forms, NotThatLong
from legato.profiles.profile import Profile, counted, write_out
from legato.profiles.steps import Cool, Heat, Say
from tests.profiles.planned import played

BOOTS = load.device("boots-6")
HEAD: dict[str, Any] = {"format": 1, "name": "test", "title": "Test"}
GLIDE = {"do": "glide", "from": "calf", "to": "thigh", "pressure_mmhg": 30, "knee_mmhg": 15}
REST = {"do": "rest", "seconds": 12}


def routine_of(*steps: dict[str, Any]) -> Profile:
    return Profile.model_validate_json(json.dumps(HEAD | {"steps": steps}))


def forms(profile: Profile, device: Device = BOOTS) -> Forms:
    return Forms(profile, device, envelope(device, profile.use))


def minutes(profile: Profile, device: Device = BOOTS) -> float:
    return played(profile, device).duration_ms / 60_000


def times(profile: Profile) -> list[int]:
    return [step.times for step in counted(profile.steps)]


@st.composite
def ranged(draw: st.DrawFn) -> dict[str, Any]:
    """A step that may be done less or more often: a stroke, or a round of two."""
    least, before, after = draw(st.integers(1, 3)), draw(st.integers(0, 3)), draw(st.integers(0, 5))
    often = {"least": least, "times": least + before, "most": least + before + after}
    return GLIDE | often if draw(st.booleans()) else {"do": "repeat", "steps": [GLIDE, REST]} | often


routines = st.lists(ranged(), min_size=1, max_size=3).map(lambda steps: routine_of(*steps, REST))


@given(profile=routines, wanted=st.floats(0.5, 15.0))
@settings(deadline=None, max_examples=25)
def test_it_lasts_as_close_to_what_was_asked_for_as_it_can(profile: Profile, wanted: float) -> None:
    there = forms(profile)
    lengths = [minutes(there.form(n)) for n in range(sum(most - least for least, most in spans(profile)) + 1)]
    try:
        found = minutes(there.closest(wanted))
    except NotThatLong:
        assert not lengths[0] - NEAR * wanted <= wanted <= lengths[-1] + NEAR * wanted
        return
    assert abs(found - wanted) == pytest.approx(min(abs(length - wanted) for length in lengths))
    if lengths[0] <= wanted <= lengths[-1]:
        assert abs(found - wanted) <= max((b - a for a, b in pairwise(lengths)), default=0.0) / 2 + 1e-9


@given(profile=routines)
@settings(deadline=None, max_examples=25)
def test_at_every_length_the_same_part_of_every_range_is_used(profile: Profile) -> None:
    there, room = forms(profile), sum(most - least for least, most in spans(profile))
    for n in range(room + 1):
        counts = list(zip(times(there.form(n)), spans(profile), strict=True))
        used = [(now - least, most - least) for now, (least, most) in counts if least < most]
        assert sum(some for some, _ in used) == n
        # One time more or less for each: nothing grows by halves.
        assert all(abs(some - n / room * whole) <= 1.0 for some, whole in used)


@given(profile=routines, wanted=st.floats(0.5, 15.0))
@settings(deadline=None, max_examples=20)
def test_a_form_is_a_routine_of_which_the_same_form_is_asked(profile: Profile, wanted: float) -> None:
    try:
        once = forms(profile).closest(wanted)
    except NotThatLong:
        return
    assert times(forms(once).closest(wanted)) == times(once)
    assert Profile.model_validate_json(once.model_dump_json(by_alias=True, exclude_none=True)) == once


def spans(profile: Profile) -> list[tuple[int, int]]:
    return [step.span for step in counted(profile.steps)]


def test_what_has_no_range_stays_as_it_is() -> None:
    profile = routine_of(GLIDE | {"times": 3}, GLIDE | {"times": 2, "most": 12}, REST)
    assert times(forms(profile).closest(FULL)) == [3, 12]


def test_the_full_form_of_what_would_be_too_long_is_as_long_as_a_session_may_be() -> None:
    profile = routine_of({"do": "repeat", "times": 1, "most": 500, "steps": [{"do": "rest", "seconds": 600}]})
    assert times(forms(profile).closest(FULL)) == [5]
    assert times(forms(profile).closest(55)) == [5]


@pytest.mark.parametrize("wanted", [10, 30, float("nan")])
def test_what_it_cannot_do_is_one_sentence(wanted: float) -> None:
    with pytest.raises(NotThatLong) as refused:
        forms(load.profile("popliteal_sweep")).closest(wanted)
    assert (
        str(refused.value)
        == f"on boots-6, popliteal_sweep lasts 1.8 min, neither more nor less; {wanted:g} min cannot be made of it"
    )


def test_of_less_time_than_it_needs_it_takes_the_shortest_form() -> None:
    there = forms(load.profile("doms_recovery"))
    assert minutes(there.within(1)) == pytest.approx(there.shortest_s / 60)
    assert minutes(there.within(20)) <= 20 < minutes(there.within(21))


HEAT = {"do": "heat", "from": "calf", "seconds": 60}
COOL = {"do": "cool", "from": "calf", "seconds": 60}
ASK = {"do": "cue", "say": "All right?", "wait": True}


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"do": "repeat", "times": 1, "most": 2, "steps": [HEAT]}, "the calf is warmed in it"),
        ({"do": "repeat", "times": 1, "most": 2, "steps": [COOL]}, "the calf is cooled in it"),
        ({"do": "repeat", "times": 2, "least": 1, "steps": [ASK]}, "a question is asked in it"),
        ({"do": "together", "steps": [HEAT, GLIDE | {"most": 2}]}, "what is played together has one length"),
        (GLIDE | {"times": 3, "most": 2}, "between least and most"),
        (GLIDE | {"times": 3, "least": 4}, "between least and most"),
        ({"do": "repeat", "times": 1, "most": 500, "steps": [REST] * 50}, "20000 steps"),
        ({"do": "repeat", "times": 1, "steps": [GLIDE | {"most": 500}] * 3}, "more than 1000"),
    ],
)
def test_what_may_not_be_asked_for_more_often_is_refused(step: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidFile, match=why):
        load.parse(json.dumps(HEAD | {"steps": [step]}).encode(), "test.yaml")


def ends(routine: Profile, device: Device) -> Iterator[Profile]:
    there = forms(routine, device)
    yield there.within(0)
    yield there.closest(FULL)


def test_the_shortest_and_the_full_form_of_every_routine_play_on_every_device(routine: Profile, device: Device) -> None:
    """The compiler proves them; what it makes of them is what the report says, and warmth and questions stay one."""
    written = [step for step in write_out(routine.steps) if isinstance(step, Heat | Cool | Say)]
    for form in ends(routine, device):
        schedule = played(form, device)
        assert audit(form, schedule).agrees
        assert form.cold_s == routine.cold_s
        kept = [step for step in write_out(form.steps) if isinstance(step, Heat | Cool | Say)]
        assert [s for s in kept if not isinstance(s, Say) or s.wait] == [
            s for s in written if not isinstance(s, Say) or s.wait
        ]


NATURAL = {"cramp_relief", "popliteal_sweep", "rls_evening"}
"""One length: a trial, a few strokes, warmth for a quarter of an hour."""


def test_a_routine_has_more_than_one_length_unless_its_own_is_all_of_it(routine: Profile) -> None:
    assert (routine.name in NATURAL) == (not any(step.has_range for step in counted(routine.steps)))


@pytest.mark.parametrize("wanted", [10, 20, 30])
def test_goddard_is_what_people_expect_on_boots(wanted: int) -> None:
    form = forms(load.profile("goddard")).closest(wanted)
    assert minutes(form) == pytest.approx(wanted, rel=0.06)


def test_as_written_it_is_as_short_as_it_was() -> None:
    assert minutes(load.profile("goddard")) == pytest.approx(5.76, abs=0.05)

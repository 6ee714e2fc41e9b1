"""What a person lays on where the device has no heater or cooler: open, lay, close, wait, take off; nothing presses."""

from collections.abc import Sequence
from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.profiles.device import Heater
from legato.profiles.pairing import pair
from legato.profiles.playability import refuse_if_nothing_plays
from legato.profiles.restrictions import Means, Restrictions
from legato.profiles.schedule import Cue, Schedule
from tests.profiles.planned import played, plays, routine

HOLD = {"do": "hold", "from": "foot", "to": "thigh", "pressure_mmhg": 30, "seconds": 5}
COOL = {"do": "cool", "from": "shin", "seconds": 600}
PAD = {"do": "heat", "from": "calf", "seconds": 300, "cue": "Now warmth.", "by_hand": "a warm pad"}


def asked(schedule: Schedule) -> Sequence[Cue]:
    return [cue for cue in schedule.cues if cue.wait]


def test_a_boot_is_opened_laid_into_and_closed_and_so_again_when_the_time_is_over() -> None:
    on, off = asked(plays(COOL))
    assert on.say == (
        "Open what covers both shins, put on a cold pack, and close it again."
        " Confirm when it is in place: the 10 min start then."
    )
    assert off.say == (
        "The 10 min are over: open it, take off what you put on both shins, and close it again. Confirm when it is off."
    )
    assert (on.timeout_s, off.timeout_s) == (600, 600)
    assert off.session_ms - on.session_ms == 600_000


@pytest.mark.parametrize(("side", "where"), [("both", "both thighs"), ("left", "the left thigh")])
def test_where_the_device_covers_nothing_nothing_has_to_be_opened(side: str, where: str) -> None:
    on, off = asked(plays(COOL | {"from": "thigh", "side": side}, HOLD, on="wrap-3"))
    assert on.say.startswith(f"Put a cold pack on {where}. Confirm when")
    assert off.say.startswith(f"The 10 min are over: take off what you put on {where}. Confirm when")


@pytest.mark.parametrize("step", [COOL, PAD], ids=["cold", "warmth"])
def test_all_air_is_out_before_it_is_asked_for_and_until_it_is_off(step: dict[str, Any]) -> None:
    schedule = plays(HOLD, step, HOLD)
    on, off = asked(schedule)
    before = schedule.targets_at(on.session_ms - 2_000)
    assert max(before) == 6.0
    assert all(max(schedule.targets_at(t)) == 0.0 for t in range(on.session_ms, off.session_ms + 1, 1000))


def test_no_chamber_is_filled_for_the_first_time_while_it_lies_there() -> None:
    schedule = plays(HOLD | {"to": "ankle"}, COOL, HOLD)
    on, off = asked(schedule)
    assert not [s for s in schedule.setpoints if on.session_ms < s.when_ms < off.session_ms]


@pytest.mark.parametrize("name", ["cramp_relief", "shin_splints"])
def test_strokes_come_only_after_the_answer_that_it_is_off(name: str) -> None:
    boots, routine = load.device("boots-6"), load.profile(name)
    schedule = played(routine, boots)
    *_, on, off = asked(schedule)
    pressed = [s.when_ms for s in schedule.setpoints if s.target > 0]
    assert [t for t in pressed if on.session_ms <= t < off.session_ms] == []
    assert [t for t in pressed if t >= off.session_ms]


def test_who_skips_while_it_lies_there_is_asked_to_take_it_off_all_the_same() -> None:
    schedule = plays(COOL, HOLD)
    on, off = asked(schedule)
    following = next(mark for mark in schedule.marks if mark.session_ms > on.session_ms)
    assert (following.session_ms, following.title) == (off.session_ms, "Take it off: both shins")


def test_a_device_that_warms_by_itself_asks_for_nothing_and_says_its_own_words() -> None:
    schedule = plays(PAD, on="wrap-3")
    assert [(cue.say, cue.wait) for cue in schedule.cues] == [("Now warmth.", False)]
    assert schedule.report.dropped == ()


def test_where_nothing_is_named_there_is_no_warmth_and_no_word_of_it() -> None:
    schedule = plays({**PAD, "by_hand": ""}, HOLD)
    assert schedule.cues == ()
    assert [note.plays for note in schedule.report.dropped] == ["nothing"]


@pytest.mark.parametrize(
    "person",
    [Restrictions(forbidden={Means.HEAT: "numb skin"}), Restrictions(left_out={Zone.CALF: "a wound"})],
    ids=["no warmth", "calf left out"],
)
def test_who_may_not_have_it_is_told_nothing_of_it(person: Restrictions) -> None:
    schedule = plays(PAD, HOLD, person=person)
    assert schedule.cues == ()
    assert schedule.marks[-1].title != "Heat calf, 39 degC"


def test_nothing_is_laid_on_beside_strokes() -> None:
    schedule = plays({"do": "together", "steps": [PAD, HOLD | {"from": "thigh"}]})
    (note,) = schedule.report.dropped
    assert (note.plays, note.why) == (
        "nothing",
        "nothing is laid on by hand in a together: give it a step of its own",
    )
    assert schedule.cues == ()


def test_a_pad_that_a_person_lays_on_needs_no_device() -> None:
    refuse_if_nothing_plays(routine(PAD), plays(PAD))


def test_the_longest_words_for_it_fit_a_cue() -> None:
    schedule = plays(PAD | {"from": "foot", "to": "torso", "by_hand": "x" * 80, "seconds": 1111}, HOLD)
    assert max(len(cue.say) for cue in schedule.cues) < 300


def test_where_the_device_has_a_heater_for_a_part_the_person_does_the_rest() -> None:
    schedule = plays(PAD | {"from": "calf", "to": "thigh", "side": "left"}, HOLD, on="wrap-3")
    on, warm, off = schedule.cues
    assert (on.wait, warm.wait, off.wait) == (True, False, True)
    assert "left thigh" in on.say
    assert "calf" not in on.say
    heater = next(c.index for c in schedule.device.channels if c.name == "left_calf_heat")
    assert schedule.tracks[heater].spans(0.0) == [(on.session_ms, off.session_ms)]


def test_where_the_device_has_a_heater_for_one_leg_the_other_is_done_by_hand() -> None:
    device = pair(load.device("boots-6"), load.device("wrap-3")).device
    routine = load.profile("cramp_relief")
    schedule = played(routine, device)
    _, on, off = asked(schedule)
    (by_hand,) = [note for note in schedule.report.dropped if note.step == "step 5 (heat calf)"]
    assert "Open what covers the left calf, put on a heating pad" in on.say
    assert (by_hand.where, by_hand.plays) == ("left calf", "a cue and a timer")
    assert [
        bool(track.spans(0.0))
        for track, c in zip(schedule.tracks, device.channels, strict=True)
        if isinstance(c.actuator, Heater) and c.actuator.zone is Zone.CALF
    ] == [True]
    assert off.session_ms - on.session_ms == 900_000


@pytest.mark.parametrize(("seconds", "words"), [(20, "20 s"), (119, "119 s"), (120, "2 min"), (600, "10 min")])
def test_a_short_time_is_counted_in_seconds(seconds: int, words: str) -> None:
    on, off = asked(plays(COOL | {"seconds": seconds}))
    assert on.say.endswith(f"Confirm when it is in place: the {words} start then.")
    assert off.say.startswith(f"The {words} are over: ")


def test_its_title_names_no_temperature_unless_a_device_keeps_it() -> None:
    assert [mark.title for mark in plays(PAD).marks] == ["Heat calf, by hand", "Take it off: both calves"]
    assert plays(PAD | {"title": "Warm stones"}).marks[0].title == "Warm stones"
    assert [mark.title for mark in plays(PAD, on="wrap-3").marks] == ["Heat calf, 39 degC"]


def test_many_places_are_not_all_named_in_a_title() -> None:
    schedule = plays(PAD | {"from": "foot", "to": "torso"}, HOLD)
    assert "Take it off: both feet, both ankles, both calves and 4 more" in [mark.title for mark in schedule.marks]


def test_the_questions_say_what_is_laid_on_and_what_is_to_be_off() -> None:
    on, off = asked(plays(PAD, HOLD))
    assert (on.lays, on.takes_off, off.lays, off.takes_off) == (
        "a warm pad, on both calves", "", "", "a warm pad, on both calves",
    )  # fmt: skip


def test_a_repeat_of_cues_that_is_left_of_a_together_is_its_title() -> None:
    said = {"do": "repeat", "times": 2, "steps": [{"do": "cue", "say": "Breathe out.", "seconds": 5}]}
    schedule = plays(
        {
            "do": "together",
            "steps": [said, {"do": "percuss", "from": "calf", "intensity_pct": 50, "rate_hz": 30, "seconds": 9}],
        }
    )
    assert [mark.title for mark in schedule.marks] == ["Breathe out."]

"""Words that belong to a step go when it goes: nothing that is said or shown names what is not played."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.actuator_selection import BY_HAND
from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Zone, faces_meet
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Channel, Cooler, Device, Heater, Motor, Quantity
from legato.profiles.envelope import envelope
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Limit, Means, Restrictions
from legato.profiles.schedule import Schedule
from legato.profiles.stroke_reach import takes_part
from legato.profiles.words import zone_word
from tests.profiles.planned import plays

HOLD = {"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 5, "cue": "Now the calves."}
HUM = {"do": "vibrate", "title": "A hum", "from": "calf", "intensity_pct": 40, "seconds": 30, "cue": "Now a hum."}
ROUTINE = {"format": 1, "name": "test", "title": "Test"}

NOBODY = Restrictions()
NO_WARMTH = Restrictions(forbidden={Means.HEAT: "a reason"})
NO_SHIN = Restrictions(left_out={Zone.SHIN: "a reason"})


def test_what_a_step_says_comes_when_it_begins_after_the_filling() -> None:
    schedule = plays(HOLD)
    (cue,) = schedule.cues
    assert (cue.say, cue.wait) == ("Now the calves.", False)
    assert cue.session_ms == schedule.spans[0].start_ms == schedule.report.prefill_ms > 0


def test_what_a_step_says_goes_with_it() -> None:
    assert [cue.say for cue in plays(HUM, HOLD, on="chair-1").cues] == ["Now a hum.", "Now the calves."]
    assert [cue.say for cue in plays(HUM, HOLD, on="boots-6").cues] == ["Now the calves."]


def test_what_a_step_says_takes_no_time() -> None:
    silent = {name: value for name, value in HOLD.items() if name != "cue"}
    told, untold = plays(HOLD, HOLD), plays(silent, silent)
    assert (told.setpoints, told.duration_ms) == (untold.setpoints, untold.duration_ms)


def test_in_a_repeat_it_is_said_in_every_lap_and_beside_others_at_its_turn() -> None:
    rest = {"do": "rest", "seconds": 15}
    laps = {"do": "repeat", "times": 2, "steps": [HOLD, rest]}
    schedule = plays({"do": "together", "steps": [laps, HOLD | {"from": "foot", "cue": "Now the feet."}]})
    assert sorted(cue.say for cue in schedule.cues) == ["Now the calves.", "Now the calves.", "Now the feet."]
    assert [cue.session_ms for cue in schedule.cues] == sorted(cue.session_ms for cue in schedule.cues)


def test_a_step_without_strength_says_nothing() -> None:
    assert plays(HUM | {"intensity_pct": 0}, HOLD, on="chair-1").cues[0].say == "Now the calves."


def test_a_together_of_which_a_part_is_lost_is_called_by_what_plays() -> None:
    both = {"do": "together", "title": "Hum and press", "steps": [HUM, HOLD | {"title": "Press"}]}
    assert [plays(both, on=device).marks[-1].title for device in ("chair-1", "boots-6")] == ["Hum and press", "Press"]


def test_a_together_of_which_nothing_plays_is_not_shown() -> None:
    both = {"do": "together", "title": "Hum twice", "steps": [HUM, HUM | {"from": "seat"}]}
    filling, press = plays(both, HOLD | {"title": "Press"}).marks
    assert (filling.title.split()[0], press.title) == ("Filling", "Press")


def test_a_together_of_which_only_a_rest_is_left_is_called_by_that() -> None:
    both = {"do": "together", "title": "Hum and lie", "steps": [HUM, {"do": "rest", "title": "Lie", "seconds": 9}]}
    assert plays(both, HOLD).marks[0].title == "Lie"


def test_no_words_of_a_built_in_routine_outlive_what_they_name(routine: Profile, device: Device) -> None:
    for person in PERSONS:
        schedule = compile(routine, device, envelope(device, routine.use, person))
        assert list(empty_words(schedule)) == []


@pytest.mark.parametrize(
    ("say", "steps", "person"),
    [
        ("Warmth comes next.", [{"do": "heat", "from": "calf", "seconds": 60}], NO_WARMTH),
        ("Have cool stones ready.", [{"do": "cool", "from": "shin", "seconds": 60}], NO_SHIN),
        ("Now the lower back.", [{"do": "knead", "from": "lower_back", "pressure_mmhg": 30, "seconds": 60}], NOBODY),
        ("Let go while it presses.", [HOLD | {"from": "seat"}], NOBODY),
    ],
)
def test_words_that_are_left_over_are_found(say: str, steps: list[dict[str, Any]], person: Restrictions) -> None:
    cue, boots = {"do": "cue", "say": say}, load.device("boots-6")
    routine = Profile.model_validate_json(json.dumps(ROUTINE | {"steps": [HOLD, cue, *steps]}))
    schedule = compile(routine, boots, envelope(boots, routine.use, person))
    assert set(empty_words(schedule)) == {say}


def empty_words(schedule: Schedule) -> Iterator[str]:
    """Every cue that names a means or a place, and every title that names a means, of which nothing plays soon."""
    for cue in schedule.cues:
        if not all(is_played(schedule, cue.session_ms) for is_played in (*_means(cue.say), *_places(cue.say))):
            yield cue.say
    for mark in schedule.marks:
        if not all(is_played(schedule, mark.session_ms) for is_played in _means(mark.title)):
            yield mark.title


Played = Callable[[Schedule, int], bool]


def _means(words: str) -> list[Played]:
    return [played for form, played in MEANS.items() if re.search(rf"\b({form})\b", words, re.IGNORECASE)]


def _places(words: str) -> list[Played]:
    return [_at(zone) for zone, form in PLACES.items() if re.search(rf"\b({form})\b", words, re.IGNORECASE)]


def _by(is_meant: Callable[[Channel], bool], asked: str = "") -> Played:
    """Whether an actuator that is meant moves in the steps that follow, or a person does what was `asked`."""
    return lambda schedule, at: (
        any(note.plays == BY_HAND and note.asked == asked for note in schedule.report.dropped)
        or any(is_meant(c) and _moves(schedule, c, at) for c in schedule.device.channels)
    )


def _at(zone: Zone) -> Played:
    """Whether anything lies at a zone that moves in the steps that follow, or a person lays something there."""

    def is_there(channel: Channel) -> bool:
        mount = channel.actuator
        return takes_part(mount, STRETCH_CM[zone]) and faces_meet(mount.face, FACE_OF.get(zone, Face.AROUND))

    return lambda schedule, at: (
        any(note.plays == BY_HAND and zone_word(zone) in note.where.split(", ") for note in schedule.report.dropped)
        or any(is_there(c) and _moves(schedule, c, at) for c in schedule.device.channels)
    )


def _moves(schedule: Schedule, channel: Channel, at_ms: int) -> bool:
    """Whether a channel does more than keep contact in the step that begins at a time, or in the two after it."""
    later = sorted({mark.session_ms for mark in schedule.marks if mark.session_ms > at_ms})
    until = later[2] if len(later) > 2 else schedule.duration_ms
    least = 6.5 if channel.quantity is Quantity.PRESSURE else 0.0
    track = schedule.tracks[channel.index]
    return any(at_ms <= t <= until and v > least for t, v in zip(track.times, track.values, strict=True))


MEANS: dict[str, Played] = {
    r"warm\w*|heat\w*": _by(lambda c: isinstance(c.actuator, Heater), "heat"),
    r"cold|cool\w*|ice|stones?": _by(lambda c: isinstance(c.actuator, Cooler), "cool"),
    r"tapp?\w*|percuss\w*": _by(lambda c: getattr(c.actuator, "action", "") == "percussion"),
    r"hum": _by(lambda c: getattr(c.actuator, "action", "") == "vibration"),
    r"squeezes?|strokes?|presses|waves?|kneads?|rolls?": _by(
        lambda c: not isinstance(c.actuator, Motor | Heater | Cooler)
    ),
}
"""Words for what plays; `press` and `circle` are also what a person is asked to do."""

PLACES = {
    Zone.CALF: "cal(f|ves)",
    Zone.SHIN: "shins?",
    Zone.KNEE: "knees?",
    Zone.THIGH: "thighs?",
    Zone.SEAT: "seat",
    Zone.HIP: "hips?",
    Zone.LOWER_BACK: "lower back",
}
"""Places that no cue asks a person to move or to look at."""

PERSONS = [
    NOBODY,
    NO_WARMTH,
    Restrictions(forbidden={Means.COLD: "a reason"}),
    Restrictions(forbidden=dict.fromkeys(Means, "a reason")),
    Restrictions(cap_mmhg=Limit(10.0, "a cap"), hold_s=Limit(20.0, "a hold")),
    Restrictions(cap_mmhg=Limit(4.0, "hardly anything")),
    *(Restrictions(left_out={zone: "a reason"}) for zone in PLACES),
]


def test_the_title_of_a_long_cue_is_cut_and_keeps_its_lap() -> None:
    said = {"do": "cue", "say": "Breathe in and out again. " * 10, "seconds": 5}
    titles = [mark.title for mark in plays({"do": "repeat", "times": 2, "steps": [said]}, HOLD, on="boots-6").marks]
    assert max(map(len, titles)) <= 130
    assert titles[1].endswith(" … (2 of 2)")

"""Routines as text: valid files; a file that was read comes back with its comments, changed only where it is."""

import difflib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from legato.app.routine import Routine
from legato.errors import InvalidFile, UsageError
from legato.profiles import load
from legato.profiles.profile import Profile
from legato.profiles.steps import AnyStep, Glide, Knead, Repeat, Rest, Say

TEXT = """\
# An evening.
format: 1
name: evening   # what you type
title: "Evening"
cautions: [Stop if it hurts.]

steps:
- do: glide     # upward
  from: ankle
  to: thigh
  pressure_mmhg: 30   # lightly

# Then the calves.
- {do: knead, from: calf, pressure_mmhg: 40, seconds: 20} # not for long

# And once more.
- do: repeat
  times: 2
  steps:
  # A breath first.
  - {do: rest, seconds: 5}
  - &press
    do: hold
    from: calf
    pressure_mmhg: 30
    seconds: 5
  - <<: *press
    from: thigh
- *press

# The end.
- do: rest
  seconds: 10
  vent: true
"""

Change = Callable[[tuple[AnyStep, ...]], list[AnyStep]]


@pytest.fixture
def evening(tmp_path: Path) -> Routine:
    (tmp_path / "evening.yaml").write_text(TEXT)
    return Routine.read(tmp_path / "evening.yaml")


def changes(routine: Routine) -> list[str]:
    """The lines that are gone and the lines that are new."""
    lines = difflib.unified_diff(TEXT.splitlines(), held(routine).splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def held(routine: Routine) -> str:
    """Its text, which holds what it is."""
    text = routine.to_yaml()
    found = load.parse_profile(text.encode(), "written.yaml")
    assert found.model_dump() == routine.model_dump()
    return text


def test_a_routine_that_was_read_is_written_as_it_stood(evening: Routine) -> None:
    assert evening.to_yaml() == evening.replace().to_yaml() == TEXT


@pytest.mark.parametrize("name", load.builtin_profiles())
def test_one_more_step_touches_nothing_else(name: str) -> None:
    routine = Routine.read(name)
    longer = held(routine.replace(steps=[*routine.steps, Rest(7)]))
    assert longer == routine.to_yaml() + "  - do: rest\n    seconds: 7\n"


def test_a_value_is_exchanged_in_its_place(evening: Routine) -> None:
    first, *others = evening.steps
    stronger = evening.replace(title="Late: evening", steps=[first.replace(pressure_mmhg=32.5), *others])
    assert changes(stronger) == [
        '-title: "Evening"', '+title: "Late: evening"',
        "-  pressure_mmhg: 30   # lightly", "+  pressure_mmhg: 32.5 # lightly",
    ]  # fmt: skip


def test_a_field_is_added_beside_its_neighbours(evening: Routine) -> None:
    first, *others = evening.steps
    assert changes(evening.replace(steps=[first.replace(times=3, side="left"), *others])) == [
        "+  side: left", "+  times: 3",
    ]  # fmt: skip


def test_what_is_nothing_is_left_out(evening: Routine) -> None:
    first, *others = evening.steps
    assert changes(evening.replace(steps=[first.replace(to=None), *others])) == ["-  to: thigh"]


def test_a_comment_goes_with_the_step_below_it(evening: Routine) -> None:
    glide, knead, *others = evening.steps
    without = held(evening.replace(steps=[glide, *others]))
    assert "# Then the calves." not in without
    assert "# lightly\n\n# And once more.\n- do: repeat" in without
    between = held(evening.replace(steps=[glide, Rest(3), knead, *others]))
    assert "# lightly\n- do: rest\n  seconds: 3\n\n# Then the calves.\n- {do: knead" in between
    swapped = held(evening.replace(steps=[knead, glide, *others]))
    assert "seconds: 20} # not for long" in swapped
    assert "pressure_mmhg: 30   # lightly" in swapped


def test_of_what_is_shared_in_a_file_one_place_changes(evening: Routine) -> None:
    glide, knead, repeat, press, rest = evening.steps
    changed = evening.replace(steps=[glide, knead, repeat, press.replace(pressure_mmhg=25), rest])
    assert "# And once more." in held(changed)
    assert isinstance(repeat, Repeat)
    inner = repeat.replace(steps=[repeat.steps[0], repeat.steps[1].replace(seconds=7), repeat.steps[2]])
    assert "# A breath first." in held(evening.replace(steps=[glide, knead, inner, press, rest]))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_changed_the_text_holds_it(evening: Routine, seed: int) -> None:
    rng = Random(seed)
    routine = evening
    for _ in range(6):
        steps = list(routine.steps)
        at = rng.randrange(len(steps))
        match rng.randrange(5):
            case 0 if len(steps) > 1:
                del steps[at]
            case 1:
                steps.insert(at, Say("Breathe: in # and out", wait=True))
            case 2:
                rng.shuffle(steps)
            case 3:
                steps[at] = steps[at].replace(title=f"Step {rng.random()}")
            case _:
                steps.insert(at, Repeat(2, [steps[at].replace(title=""), Rest(rng.random() + 1)]))
        routine = routine.replace(steps=steps)
        held(routine)


def test_a_routine_of_a_script_is_a_file() -> None:
    steps = [Repeat(4, [Glide("ankle", "thigh", pressure_mmhg=35, rest_s=2.5)]), Say("012"), Say("yes: no #")]
    assert held(Routine("evening", steps, title="true", use="sport")) == (
        "format: 1\nname: evening\ntitle: 'true'\nuse: sport\nsteps:\n  - do: repeat\n    times: 4\n    steps:\n"
        "      - do: glide\n        from: ankle\n        to: thigh\n        pressure_mmhg: 35\n        rest_s: 2.5\n"
        "  - do: cue\n    say: '012'\n  - do: cue\n    say: 'yes: no #'\n"
    )


def test_where_it_was_read_makes_no_routine_another(evening: Routine) -> None:
    made = Routine(**{name: getattr(evening, name) for name in evening.model_fields_set if name != "format"})
    assert made == evening
    assert isinstance(evening, Profile)


def test_a_name_is_built_in_or_a_file_of_this_folder_or_of_ones_own(
    evening: Routine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Routine.read("evening") == evening
    (home / "routines").mkdir(parents=True)
    (tmp_path / "evening.yaml").rename(home / "routines" / "evening.yaml")
    assert Routine.read("evening") == evening
    with pytest.raises(InvalidFile, match='did you mean "goddard"'):
        Routine.read("godard")


def test_a_wrong_one_is_named_a_routine() -> None:
    with pytest.raises(UsageError, match=r'^Routine: name is the text "An evening"; a name of small letters'):
        Routine("An evening", [Knead("calf", pressure_mmhg=30, seconds=5)], title="Evening")

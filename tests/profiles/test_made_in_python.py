"""Steps and routines made by a script: the models that read files, called; and what is said of a wrong call."""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, get_args

import numpy as np
import pytest

from legato.profiles import load
from legato.profiles.anatomy import Face, FaceName, Side, SideName, Zone, ZoneName
from legato.profiles.errors import InvalidFile, UsageError
from legato.profiles.file_model import FileModel
from legato.profiles.profile import Profile, Use, UseName
from legato.profiles.step_bases import BaseStep
from legato.profiles.steps import Glide, Hold, Knead, Percuss, Repeat, Rest, Say, Together

ANKLE = Glide("ankle", "thigh", pressure_mmhg=35, times=5)
PLAN = b"""{format: 1, name: plan, title: Plan, use: sport, cautions: [Gently.], steps: [
  {do: repeat, times: 4, steps: [
    {do: glide, from: ankle, to: thigh, pressure_mmhg: 35, times: 5, side: left}, {do: rest, seconds: 5}]},
  {do: cue, say: "Ready?", wait: true}]}"""


def every(model: type[FileModel]) -> list[type[FileModel]]:
    below = [one for child in model.__subclasses__() for one in every(child)]
    return [model, *below] if "do" in model.model_fields else below


def test_a_routine_made_in_python_is_the_one_of_the_file() -> None:
    steps = [Repeat(4, [ANKLE.replace(side="left"), Rest(5)]), Say("Ready?", wait=True)]
    made = Profile("plan", steps, title="Plan", use="sport", cautions=["Gently."])
    assert made == load.parse_profile(PLAN, "plan.yaml")


def test_zones_sides_and_faces_are_words_or_members() -> None:
    by_word = Hold("calf", side="left", face="back", pressure_mmhg=30, seconds=5)
    assert by_word == Hold(Zone.CALF, side=Side.LEFT, face=Face.BACK, pressure_mmhg=30, seconds=5)
    assert by_word.from_ is Zone.CALF


@pytest.mark.parametrize(("words", "members"), [(ZoneName, Zone), (SideName, Side), (FaceName, Face), (UseName, Use)])
def test_the_words_for_type_checkers_are_the_members(words: Any, members: Any) -> None:
    assert list(get_args(words)) == [member.value for member in members]


@pytest.mark.parametrize("model", [*every(BaseStep), Profile], ids=lambda model: model.__name__)
def test_the_signature_names_every_field_but_the_kind(model: type[FileModel]) -> None:
    shown = signature(model).parameters
    assert set(shown) == set(model.model_fields) - {"do", "format"}
    assert {name for name, one in shown.items() if one.default is Parameter.empty} == {
        name for name, field in model.model_fields.items() if field.is_required() and name not in ("do", "format")
    }


def test_numbers_of_numpy_are_numbers() -> None:
    assert Glide("ankle", "thigh", pressure_mmhg=np.float32(35), times=np.int64(5)) == ANKLE  # type: ignore[arg-type]


def test_replace_gives_another_one_that_is_valid() -> None:
    assert ANKLE.replace(pressure_mmhg=40).pressure_mmhg == 40
    assert ANKLE.replace(from_="calf", to=None).last is Zone.CALF
    assert ANKLE.pressure_mmhg == 35
    with pytest.raises(UsageError, match="Glide: pressure_mmhg is 300; a number from 0 to 110 is expected"):
        ANKLE.replace(pressure_mmhg=300)
    with pytest.raises(UsageError, match="pressure_mmhg is 300"):
        ANKLE.__replace__(pressure_mmhg=300)  # as `copy.replace` does


def test_a_file_still_has_errors_with_places() -> None:
    with pytest.raises(InvalidFile, match=r'plan.yaml:3:23: from is the text "ankel"; did you mean "ankle"'):
        load.parse_profile(PLAN.replace(b"from: ankle", b"from: ankel"), "plan.yaml")
    with pytest.raises(InvalidFile, match="an entry of steps lacks do:"):
        load.parse_profile(PLAN.replace(b"do: glide, ", b""), "plan.yaml")


ANY: Any = None
WRONG: dict[str, Callable[[], object]] = {
    'Glide: from is the text "ankel"; did you mean "ankle"? (it is one of foot, ankle,': lambda: Glide(
        "ankel",  # type: ignore[arg-type]
        pressure_mmhg=35,
    ),
    "Glide: a glide lacks pressure_mmhg; add pressure_mmhg: a number from 0 to 110": lambda: Glide("ankle"),  # type: ignore[call-arg]
    'Glide: a glide has no field "pressure"; did you mean "pressure_mmhg"?': lambda: Glide("ankle", pressure=3),  # type: ignore[call-arg]
    'Glide: only from and to may be given without a name; give the text "knee" its name': lambda: Glide(
        "foot",
        "calf",
        "knee",  # type: ignore[call-arg]
        pressure_mmhg=3,
    ),
    "Glide: leave do out; the class says it": lambda: Glide("foot", do="glide", pressure_mmhg=3),  # type: ignore[call-arg]
    "Glide: from is given twice; keep one of the two": lambda: Glide("foot", from_="foot", pressure_mmhg=3),  # type: ignore[call-arg]
    'Glide: pressure_mmhg is the text "35"; a number from 0 to 110 is expected': lambda: Glide(
        "foot",
        pressure_mmhg="35",  # type: ignore[arg-type]
    ),
    "Glide: pressure_mmhg is of type object; a number from 0": lambda: Glide("foot", pressure_mmhg=object()),  # type: ignore[arg-type]
    "Glide: title holds the character U+0007, which cannot be shown": lambda: ANKLE.replace(title="ding\x07"),
    "Rest: seconds is nan; a number above 0": lambda: Rest(float("nan")),
    "Knead: low_mmhg (10) must be below pressure_mmhg (5); kneading alternates": lambda: Knead(
        "calf", pressure_mmhg=5, seconds=20
    ),
    "Percuss: no percussion over bone, as at the knee": lambda: Percuss("knee", intensity_pct=30, seconds=20),
    "Repeat: steps is of type Glide; a list of steps is expected": lambda: Repeat(4, ANKLE),  # type: ignore[arg-type]
    'Repeat: steps[1] is the text "rest"; a step is expected, such as Glide': lambda: Repeat(4, [ANKLE, "rest"]),  # type: ignore[list-item]
    "Repeat: steps is a list of 0; a list of 1 to 200 entries": lambda: Repeat(4, []),
    "Together: steps is a list of 1; a list of 2 to 8 entries": lambda: Together([ANKLE]),
    "Profile: a routine lacks title; add title: text of 1 to 80": lambda: Profile("plan", [ANKLE]),  # type: ignore[call-arg]
    'Profile: name is the text "A plan"; a name of small letters': lambda: Profile("A plan", [ANKLE], title="Plan"),
    'Profile: cautions is the text "Gently."; a list of 0 to 20': lambda: Profile(
        "plan", [ANKLE], title="Plan", cautions="Gently."
    ),
    "Profile: steps[1].steps[0]: upward_only, but a stroke runs down from thigh to ankle": lambda: Profile(
        "plan", [ANKLE, Repeat(2, [Glide("thigh", "ankle", pressure_mmhg=20)])], title="Plan", upward_only=True
    ),
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_call_says_what_would_be_right(words: str) -> None:
    with pytest.raises(UsageError) as raised:
        WRONG[words]()
    assert words in str(raised.value)
    assert "\n" not in str(raised.value) or "pressure" in words

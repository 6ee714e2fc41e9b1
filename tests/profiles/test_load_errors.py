"""What is wrong with a file: each line says where, what, and what would be right."""

from pathlib import Path

import pytest

from legato.profiles import load
from legato.profiles.errors import InvalidFile

HEAD = "format: 1\nname: x\ntitle: X\nsteps:\n"
DEVICE = "format: 1\nname: x\ntitle: X\npumps: [{name: p, flow_l_min: 2}]\nactuators:\n"
CUFF = "zone: calf, side: left, from_cm: 22, to_cm: 36, pump: p, slack_l: 0.5, compliance_ml_mmhg: 1.5"


def complaint(text: str) -> str:
    with pytest.raises(InvalidFile) as caught:
        load.parse(text.encode(), "f.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            HEAD + "  - do: glyde\n",
            ['f.yaml:5:9: do is the text "glyde", which is not known; did you mean "glide"? (known are circle, cool, '],
        ),
        (
            HEAD + "  - do: rest\n    secnds: 5\n",
            ["f.yaml:5:5: a rest lacks seconds; add seconds: a number above 0, at most 7200",
             'f.yaml:6:5: a rest has no field "secnds"; did you mean "seconds"? (its fields are title, do, seconds, '],
        ),
        (HEAD + '  - {do: rest, seconds: "35"}\n',
         ['f.yaml:5:25: seconds is the text "35"; a number above 0, at most 7200 is expected']),
        (HEAD + "  - {do: rest, seconds: 5, vent: yes}\n",
         ['f.yaml:5:34: vent is the text "yes"; true or false is expected']),
        (HEAD + "  - {do: hold, from: calf, pressure_mmhg: 111, seconds: 5}\n",
         ["f.yaml:5:43: pressure_mmhg is 111; a number from 0 to 110 is expected"]),
        (HEAD + "  - {do: hold, from: calve, pressure_mmhg: 30, seconds: 5}\n",
         ['f.yaml:5:22: from is the text "calve"; did you mean "calf"? (it is one of foot, ankle, calf, ']),
        (HEAD + "  - {do: hold, pressure_mmhg: 30, seconds: 5}\n",
         ["f.yaml:5:5: a hold lacks from; add from: one of foot, ankle, calf, "]),
        (HEAD + "  - {seconds: 5}\n", ["f.yaml:5:5: an entry of steps lacks do:; add do: with one of circle, cool, "]),
        (HEAD + "  - 5\n", ["f.yaml:5:5: an entry of steps is 5; a mapping (name: value) is expected"]),
        (HEAD + "  - do: repeat\n    times: 2.5\n    steps: []\n",
         ["f.yaml:6:12: times is 2.5; a whole number from 1 to 500 is expected",
          "f.yaml:7:12: steps is a list of 0; a list of 1 to 200 entries is expected"]),
        (HEAD + "  - do: repeat\n    times: 2\n    steps:\n      - do: rest\n        seconds: -1\n",
         ["f.yaml:9:18: seconds is -1; a number above 0, at most 7200 is expected"]),
        (HEAD.replace("X", "'" + "long " * 20 + "'") + "  - {do: rest, seconds: 1}\n",
         ['f.yaml:3:8: title is the text "long long long long long long long long ..."; text of 1 to 80 characters']),
        (HEAD.replace("name: x", "name: No Spaces") + "  - {do: rest, seconds: 1}\n",
         ['f.yaml:2:7: name is the text "No Spaces"; a name of small letters, digits, - and _ is expected']),
        ("steps: []\nformat: 2\nfuture: field\n", ["f.yaml:2:9: format is 2; this Legato reads format 1"]),
        (DEVICE + "  - {kind: chamba}\n",
         ['f.yaml:6:12: kind is the text "chamba", which is not known; did you mean "chamber"? (known are chamber, ']),
        (DEVICE + f"  - {{id: a, kind: chamber, {CUFF}, sensor: {{noise: 1}}}}\n",
         ['f.yaml:6:133: sensor has no field "noise"; did you mean "noise_mmhg"? (its fields are offset_mmhg, ']),
        (DEVICE.replace("flow_l_min: 2", "flow_l_min: low") + f"  - {{id: a, kind: chamber, {CUFF}}}\n",
         ['f.yaml:4:31: flow_l_min is the text "low"; a number from 0.5 to 60 is expected']),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_its_place_with_what_would_be_right(text: str, lines: list[str]) -> None:
    told = complaint(text).splitlines()
    assert [line[: len(wanted)] for line, wanted in zip(told, lines, strict=True)] == lines


def test_what_only_fits_together_badly_is_told_at_the_value_that_does_not_fit() -> None:
    cuff = f"  - {{id: a, kind: chamber, {CUFF}}}\n"
    twins = "f.yaml:7:10: several actuators are called a, but each needs an id of its own"
    assert complaint(DEVICE + cuff + cuff) == twins
    upside_down = cuff.replace("to_cm: 36", "to_cm: 20")
    assert complaint(DEVICE + upside_down) == "f.yaml:6:72: to_cm must lie above from_cm (22)"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (DEVICE + f"  - {{id: a, kind: chamber, {CUFF.replace('pump: p', 'pump: q')}}}\n",
         "f.yaml:6:82: chamber a is on pump q, which is not in pumps; pumps are p"),
        (DEVICE.replace("flow_l_min: 2}", "flow_l_min: 2}, {name: p, flow_l_min: 3}")
         + f"  - {{id: a, kind: chamber, {CUFF}}}\n",
         "f.yaml:4:42: several pumps are called p, but each needs a name of its own"),
        (HEAD.replace("steps", "upward_only: true\nsteps")
         + "  - {do: glide, from: thigh, to: calf, pressure_mmhg: 30}\n",
         "f.yaml:6:23: upward_only, but a stroke runs down from thigh to calf"),
        (HEAD.replace("steps", "heat_after_cue: true\nsteps")
         + "  - {do: repeat, times: 2, steps: [{do: heat, from: calf, seconds: 60}]}\n",
         "f.yaml:6:36: heat_after_cue, but no cue with wait: true comes right before the calf is warmed"),
        (HEAD + "  - {do: cool, from: calf, seconds: 60}\n" * 2,
         "f.yaml:6:5: the calf is cooled twice; cold skin needs 45 min of rest before the next cold, so a routine"),
        (HEAD + "  - {do: heat, from: calf, seconds: 900, by_hand: a pad}\n" * 2,
         "f.yaml:6:5: the calf is warmed by hand for 30 min in all; what nobody measures warms a place for 20 min in"),
        (HEAD + "  - {do: knead, from: calf, pressure_mmhg: 20, low_mmhg: 40, seconds: 30}\n",
         "f.yaml:5:58: low_mmhg (40) must be below pressure_mmhg (20); kneading alternates between the two"),
        (HEAD + "  - {do: knead, from: calf, pressure_mmhg: 8, seconds: 30}\n",
         "f.yaml:5:44: low_mmhg (10) must be below pressure_mmhg (8); kneading alternates between the two"),
        (HEAD + "  - {do: percuss, from: calf, to: knee, intensity_pct: 20, seconds: 5}\n",
         "f.yaml:5:35: no percussion over bone, as at the knee; tap on muscle: calf, thigh or seat"),
        (HEAD + "  - {do: hold, from: popliteal, pressure_mmhg: 20, seconds: 5}\n",
         "f.yaml:5:22: the back of the knee is only ever stroked; use glide or wave there, or name the knee"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_rest_of_the_file_is_told_in_its_own_line(text: str, line: str) -> None:
    assert complaint(text)[: len(line)] == line


def test_steps_are_bounded_after_every_repeat_is_unrolled() -> None:
    step = "{do: rest, seconds: 1}"
    for _ in range(5):
        step = f"{{do: repeat, times: 500, steps: [{step}]}}"
    assert complaint(HEAD + f"  - {step}\n") == "f.yaml:5:3: more than 20000 steps once every repeat is unrolled"


def test_a_mistake_in_an_anchored_step_is_told_where_it_is_written() -> None:
    text = HEAD + "  - &a {do: rest, seconds: 0}\n  - *a\n"
    assert [line.split(" ")[0] for line in complaint(text).splitlines()] == ["f.yaml:5:28:"] * 2


def test_a_file_wrong_all_over_is_told_in_no_more_lines_than_a_screen_has() -> None:
    assert len(complaint(HEAD + "  - 5\n" * 400).splitlines()) == 20


def test_the_problems_can_be_had_one_by_one() -> None:
    with pytest.raises(InvalidFile) as caught:
        load.parse(b"format: 2\n", "f.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("f.yaml", 1, 9)
    assert (problem.what, problem.hint) == ("format is 2", "this Legato reads format 1")


def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    def told(path: Path) -> str:
        with pytest.raises(InvalidFile) as caught:
            load.load(path)
        return str(caught.value).removeprefix(f"{path}:1:1: ")

    assert told(tmp_path / "nope.yaml") == "there is no such file; check the path"
    assert told(tmp_path) == "this is a directory; name a file in it"
    assert ":1:1: this file cannot be read: " in told(tmp_path / "n\0l.yaml")


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(InvalidFile, match="the file is larger than 1 MiB"):
        load.load(path)

"""Screening, people and recommendations from the command line, and what they mean for what is played."""

import io
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.front_door import Cli


class Terminal(io.StringIO):
    """Someone who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody types anything, unless a test says so."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Terminal]:
    """Lines typed at a terminal."""

    def type_lines(*lines: str) -> Terminal:
        terminal = Terminal("".join(f"{line}\n" for line in lines))
        monkeypatch.setattr(sys, "stdin", terminal)
        return terminal

    return type_lines


def test_the_questions_are_asked_one_at_a_time(cli: Cli, typing: Callable[..., Terminal]) -> None:
    typing("no", "what?", "", "not sure")
    code, out, err = cli("screen", "--person", "ada")
    assert code == 0
    assert err.count("yes, no or not sure: ") == 4
    assert out.startswith("ada: stop\n  stop: This can be a clot in the lung")


def test_how_to_answer_and_how_far_it_is_are_said(cli: Cli, typing: Callable[..., Terminal]) -> None:
    total = len(json.loads(cli("screen", "--questions", "--json")[1]))
    typing("no", "what?", "", "?")
    _, _, err = cli("screen", "--person", "ada")
    assert err.splitlines()[1].startswith(
        "Answer y (yes), n (no), ? (not sure; then the careful side is taken) or b (back"
    )
    first, second = [line for line in err.splitlines() if line.startswith("question ")]
    assert (first[:14], second[:14]) == ("question 1 of ", "question 2 of ")
    assert first[14:] == second[14:]
    assert 0 < int(first[14:]) <= total
    assert '"what?" is not an answer; type y (yes), n (no), ?' in err
    assert "that was not an answer; type y (yes)" in err


def test_b_goes_back_to_the_question_before(cli: Cli, typing: Callable[..., Terminal]) -> None:
    typing("b", "no", "b", "yes")
    code, out, err = cli("screen", "--person", "ada")
    assert code == 0
    assert err.count("question 1 of ") == 3
    assert "this is the first question" in err
    assert out.startswith("ada: stop\n")


def test_what_was_answered_is_summed_up_and_may_be_put_right_at_the_end(
    cli: Cli, typing: Callable[..., Terminal]
) -> None:
    typing("no", "yes", "b", *["no"] * 60)
    _, out, err = cli("screen", "--person", "ada")
    assert "\n2 answers, 1 of them no\n  yes: " in err
    assert out.startswith("ada: clear\n")


def test_ways_to_screen_are_not_mixed(cli: Cli, tmp_path: Path) -> None:
    code, out, err = cli("screen", "--show", "--answers", str(tmp_path / "answers.yaml"))
    assert (code, out) == (2, "")
    assert "--answers and --show cannot be combined" in err


def test_whoever_stops_answering_goes_on_later(cli: Cli, typing: Callable[..., Terminal]) -> None:
    typing("no", "no")
    code, _, err = cli("screen", "--person", "ada")
    assert code == 2
    assert "your answers so far are kept" in err
    typing("yes")
    _, _, err = cli("screen")
    assert "blood clot in a leg" not in err
    assert "feeling between the legs" in err


def test_what_has_changed_is_asked_again_on_request_and_holds_until_then(
    cli: Cli, screened: Callable[..., None], typing: Callable[..., Terminal]
) -> None:
    screened("ada", fever="yes")
    typing("no", "no")
    assert cli("screen", "--again")[0] == 2
    assert cli("screen", "--show")[1].startswith("ada: stop")
    typing(*["no"] * 40)
    code, out, _ = cli("screen", "--again")
    assert code == 0
    assert out.startswith("ada: clear\n")


def test_half_an_answers_file_is_not_called_clear(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "half.yaml").write_text("dvt: no\n")
    out = cli("screen", "--person", "ada", "--answers", str(tmp_path / "half.yaml"))[1]
    assert out.startswith("ada: clear so far\n")
    assert "questions are open" in out


def test_a_pipe_is_never_asked(cli: Cli, home: Path) -> None:
    code, out, err = cli("screen")
    assert (code, out) == (2, "")
    assert "--answers" in err
    assert not home.exists()


def test_a_screening_from_a_file_is_kept_with_the_person(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada", anticoagulants="yes")
    code, out, _ = cli("screen", "--show", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["person"], found["level"], found["cap_mmhg"]) == ("ada", "caution", 30)
    assert found["findings"][0]["source"] == "Massage Benefits for Leg Pain"
    assert found["open"] == []


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("dvt: no\npregnant: yes\n", "2:1", 'did you mean "pregnancy"?'),
        ("dvt: maybe\n", "1:1", "'yes', 'no' or 'unsure'"),
        ("- dvt\n", "1:1", "lines of name: value are expected"),
        ("", "1:1", "the file is empty; lines of name: value are expected"),
    ],
)
def test_an_answer_that_is_unknown_is_told_with_its_place(
    cli: Cli, tmp_path: Path, home: Path, text: str, place: str, told: str
) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(text)
    code, _, err = cli("screen", "--answers", str(path))
    assert code == 3
    assert err.startswith(f"{path}:{place}: ")
    assert told in err
    assert not home.exists()


def test_an_answers_file_that_is_not_there_is_one_line(cli: Cli) -> None:
    code, _, err = cli("screen", "--answers", "nowhere.yaml")
    assert code == 3
    assert err == "nowhere.yaml:1:1: there is no such file; check the path\n"


def test_people_have_settings_and_one_is_current(cli: Cli) -> None:
    cli("person", "set", "--person", "ada", "--comfort-cap", "40", "--medicine", "warfarin", "--medicine", "iron")
    cli("person", "set", "--person", "bob", "--leg", "85")
    cli("person", "set", "--leg", "78")
    assert json.loads(cli("person", "list", "--json")[1]) == [
        {"name": "ada", "current": True}, {"name": "bob", "current": False},
    ]  # fmt: skip
    assert json.loads(cli("person", "show", "--json")[1]) == {
        "name": "ada", "comfort_cap_mmhg": 40, "leg_cm": 78, "conditions": [], "medicines": ["warfarin", "iron"],
    }  # fmt: skip
    assert cli("person", "use", "bob")[0] == 0
    assert "leg: 85 cm" in cli("person", "show")[1]


def test_people_are_listed_and_made_also_where_the_current_one_is_gone(cli: Cli, home: Path) -> None:
    for name in ("ada", "bob"):
        cli("person", "set", "--person", name)
    (home / "people" / "ada.yaml").unlink()
    assert cli("person", "list") == (0, "   bob\n", "")
    assert cli("person", "set", "--person", "cleo")[0] == 0
    assert json.loads(cli("person", "list", "--json")[1])[1] == {"name": "cleo", "current": True}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("person", "show"), "`legato screen --person NAME` adds someone"),
        (("person", "use", "zoe"), 'no person "zoe"'),
        (("person", "set", "--person", "a/b"), "is not a valid name"),
        (("person", "set", "--person", "ada", "--comfort-cap", "400"), "comfort_cap_mmhg"),
        (("course", "start", "weakly"), 'did you mean "weekly"'),
        (("course", "status"), "there is nobody yet"),
        (("note", "--before", "--pain", "3"), "there is nobody yet"),
        (("recommend", "xyzzy"), "known are injury, pulled muscle, "),
    ],
)
def test_a_wrong_word_is_one_line_and_a_usage_error(cli: Cli, args: tuple[str, ...], told: str) -> None:
    code, out, err = cli(*args)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


def test_a_persons_file_edited_into_nonsense_is_one_line_and_stays(cli: Cli, home: Path) -> None:
    cli("person", "set", "--person", "ada")
    path = home / "people" / "ada.yaml"
    path.write_text("format: 1\nname: ada\nleg_cm: long\n")
    for args in (("person", "show"), ("person", "set", "--leg", "80"), ("history",), ("screen", "--show")):
        code, _, err = cli(*args)
        assert code == 3
        assert err.startswith(f"{path}:3:1: ")
    assert path.read_text() == "format: 1\nname: ada\nleg_cm: long\n"


def test_a_recommendation_says_why_how_long_and_what_else(cli: Cli) -> None:
    code, out, _ = cli("recommend", "relaxed", "feet", "--device", "wrap-3")
    assert code == 0
    assert "it relaxes the whole body." in out


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("painful swollen left leg", "A doctor today"), ("my calf is swollen and hot", "A doctor today"),
        ("leg is red and warm", "A doctor today"), ("swollen after surgery", "A doctor today"),
        ("relax my sore calf, I cannot catch my breath", "Emergency"), ("Bein kalt und blass", "Emergency"),
    ],
)  # fmt: skip
def test_a_danger_is_all_that_is_said(cli: Cli, text: str, head: str) -> None:
    code, out, _ = cli("recommend", *text.split())
    assert code == 0
    assert all(line.startswith(f"{head}: ") for line in out.splitlines())
    told = json.loads(cli("recommend", text, "--json")[1])
    nothing = ("needs", "doctor_first", "cautions", "routines", "passed", "by_hand", "instead", "doctor")
    assert [told[key] for key in nothing] == [[]] * len(nothing)
    assert told["answer"] in ("emergency", "doctor")
    assert all({"en", "de"} == set(sign["says"]) for sign in told["signs"])


@pytest.mark.parametrize("wrong", [("--device", "bots-6"), ("--person", "nobody")])
def test_a_danger_is_told_whatever_else_is_wrong(cli: Cli, wrong: tuple[str, str]) -> None:
    assert cli("recommend", "swollen left leg", *wrong)[:2] == (0, cli("recommend", "swollen left leg")[1])
    assert cli("recommend", "tired legs", *wrong)[0] != 0


def test_whoever_is_not_understood_is_told_the_signs_to_look_for(cli: Cli) -> None:
    code, _, err = cli("recommend", "xyzzy")
    assert code == 2
    assert "your leg is sore, call the emergency number." in err


def test_what_is_known_is_screened_before_anything_is_offered(cli: Cli, screened: Callable[..., None]) -> None:
    out = cli("recommend", "tired legs, varicose veins")[1]
    assert out.startswith("Screening first: ")
    assert "foot_relax (" not in out
    screened("ada", varicose_veins="yes")
    assert "foot_relax (" in cli("recommend", "tired legs, varicose veins")[1]


def test_a_recommendation_knows_the_person_and_the_device(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada", sensory_loss="yes")
    found = json.loads(cli("recommend", "relaxation", "--json")[1])
    assert "feeling is reduced" in found["cautions"][0]


def test_a_recommendation_says_how_much_the_device_leaves_out(cli: Cli) -> None:
    found = {s["routine"]: s for s in json.loads(cli("recommend", "knots", "--json")[1])["routines"]}
    assert found["foam_roll"]["left_out"] == 2
    assert ", without 2 of its parts): Slow rolling" in cli("recommend", "knots")[1]
    assert "goddard (6 to 29 min): " in cli("recommend", "relaxation")[1]


def test_a_recommendation_knows_what_the_person_may_not_have(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada", pregnancy="yes")
    found = json.loads(cli("recommend", "race", "--device", "chair-1", "--json")[1])
    assert {p["routine"]: p["why"] for p in found["passed"]}["percussion_legs"].endswith("missing here: percussion.")


def test_a_guide_is_told_step_by_step_and_a_stop_holds_for_hands_too(cli: Cli, screened: Callable[..., None]) -> None:
    code, out, _ = cli("guide", "foot")
    assert code == 0
    assert "0:00  Stroke one foot" in out
    assert cli("guide", "upward")[0] == 6
    screened("ada", dvt="yes")
    code, out, err = cli("guide", "foot")
    assert (code, out) == (6, "")
    assert "clot" in err
    assert "foot  " in cli("guide")[1]


def test_a_choice_says_what_fits_and_why_the_rest_does_not(cli: Cli) -> None:
    out = cli("choose", "--minutes", "20", "--budget", "little", "--often", "weekly")[1]
    assert "A leg massager (about 20 min): " in out
    assert "not a massage chair: It costs more." in out
    told = json.loads(cli("choose", "--often", "once", "--json")[1])
    assert {one["way"]: one["lacks"] for one in told}["chair"] == "It is not worth it for a single massage."


def test_minutes_narrow_a_recommendation(cli: Cli) -> None:
    found = json.loads(cli("recommend", "relaxation", "--minutes", "1", "--json")[1])
    assert found["routines"] == []
    passed = {one["routine"]: one["why"] for one in found["passed"]}
    assert set(passed) == {"foot_relax", "goddard", "chair_full"}
    assert passed["goddard"] == "It takes 6 minutes.", "5:45, which is no five minutes"


def test_the_first_day_an_answer_holds_until_is_told(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada")
    assert date.fromisoformat(json.loads(cli("screen", "--show", "--json")[1])["expires"]) > date(2000, 1, 1)


def test_a_routine_behind_a_stop_gate_plays_nowhere_and_says_why_in_one_sentence(
    cli: Cli, screened: Callable[..., None]
) -> None:
    screened("ada", dvt="unsure")
    for args in (("check",), ("preview",), ("replay",), ("play", "--port", "sim://boots-6")):
        code, out, err = cli(*args, "goddard", "--person", "ada")
        assert (code, out) == (6, "")
        assert err == "Pressure can loosen a blood clot, so please see a doctor today before any massage.\n"


def test_play_uses_the_current_person_and_the_others_use_nobody(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada", dvt="yes")
    assert cli("play", "goddard", "--port", "sim://boots-6")[0] == 6
    assert cli("check", "goddard")[0] == 0


def test_a_caution_without_a_terminal_is_not_acknowledged(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada", anticoagulants="yes")
    code, _, err = cli("play", "goddard", "--port", "sim://boots-6")
    assert code == 6
    assert "you bruise easily" in err
    assert "--acknowledge" in err


@pytest.mark.parametrize(("answer", "exit_code"), [("yes", 4), ("no", 6), ("", 6)])
def test_a_caution_is_acknowledged_at_the_terminal(
    cli: Cli, screened: Callable[..., None], typing: Callable[..., Terminal], answer: str, exit_code: int
) -> None:
    screened("ada", anticoagulants="yes")
    typing(answer)
    assert cli("play", "goddard", "--port", "/dev/no-such-port")[0] == exit_code


def test_a_clinician_directed_routine_is_refused_to_the_unscreened_without_a_question(cli: Cli) -> None:
    code, _, err = cli("play", "rls_evening", "--port", "sim://boots-6")
    assert code == 6
    assert "`legato screen` asks the questions" in err


def test_a_person_narrows_what_is_checked(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada", anticoagulants="yes")
    _, out, err = cli("check", "goddard", "--device", "boots-6", "--person", "ada")
    assert "plays 30 mmHg" in out
    assert "you bruise easily" in err


def test_everybody_is_shown_against_every_routine(cli: Cli, screened: Callable[..., None]) -> None:
    assert cli("profiles", "--by-person")[0] == 2
    screened("ada", anticoagulants="yes")
    screened("bob", dvt="unsure")
    screened("cleo")
    code, out, _ = cli("profiles", "--by-person")
    assert code == 0
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()[1:24]}
    assert rows["doms_recovery"] == ["caution", "30", "refused", "plays", "70"]
    assert rows["neuromuscular"] == ["refused", "refused", "plays", "60"]
    assert rows["rls_evening"] == ["caution", "29", "refused", "caution", "29"]
    assert "refused to bob: Pressure can loosen a blood clot" in out


def test_everybody_against_every_routine_is_the_same_as_json(cli: Cli, screened: Callable[..., None]) -> None:
    screened("ada", anticoagulants="yes")
    found = {cell["routine"]: cell for cell in json.loads(cli("profiles", "--by-person", "--json")[1])}
    assert found["goddard"]["verdict"] == "caution"
    assert found["goddard"]["peak_mmhg"] == 30
    assert "bruise easily" in found["goddard"]["reasons"][0]
    assert found["neuromuscular"]["peak_mmhg"] is None

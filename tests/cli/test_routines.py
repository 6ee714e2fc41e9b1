"""For whoever writes routines: a valid beginning, two routines compared, and all of them at a glance."""

import json
from csv import DictReader
from pathlib import Path

import pytest

from legato.cli.commands.play_remote import _kept as kept_by
from legato.profiles import load
from legato.profiles.load import builtin_devices, builtin_profiles
from tests.front_door import Cli


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to write into."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_routine_is_valid_and_called_as_asked(cli: Cli, here: Path) -> None:
    code, out, err = cli("new", "evening")
    assert (code, out) == (0, "evening.yaml\n")
    assert "legato preview evening.yaml" in err
    assert load.profile("./evening.yaml").name == "evening"
    assert "my_routine" not in (here / "evening.yaml").read_text()


def test_a_new_routine_tells_editors_where_the_schema_of_this_version_is(cli: Cli, here: Path) -> None:
    cli("new", "evening")
    first = (here / "evening.yaml").read_text().splitlines()[0]
    schema = Path(first.removeprefix("# yaml-language-server: $schema="))
    assert json.loads(schema.read_text("utf-8"))["properties"]["steps"]


@pytest.mark.usefixtures("here")
def test_a_new_routine_plays_as_written_on_the_default_boots(cli: Cli) -> None:
    cli("new", "evening")
    assert cli("preview", "evening.yaml", "--strict")[0] == 0


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("device", builtin_devices())
def test_a_new_routine_plays_on_every_device(cli: Cli, device: str) -> None:
    cli("new", "evening")
    assert cli("check", "evening.yaml", "--device", device)[0] == 0


def test_a_new_routine_overwrites_nothing(cli: Cli, here: Path) -> None:
    (here / "evening.yaml").write_text("mine")
    code, out, err = cli("new", "evening")
    assert (code, out) == (2, "")
    assert "evening.yaml already exists" in err
    assert (here / "evening.yaml").read_text() == "mine"


@pytest.mark.parametrize("name", ["Evening", "../evening", "evening.yaml", "", "x" * 49])
def test_what_is_no_name_is_refused_and_leaves_nothing(cli: Cli, here: Path, name: str) -> None:
    code, out, err = cli("new", name)
    assert (code, out) == (2, "")
    assert "lower-case letters" in err
    assert not list(here.iterdir())


def test_a_difference_is_told_in_words(cli: Cli) -> None:
    code, out, _ = cli("diff", "goddard", "foot_relax")
    assert code == 0
    rows = {line.split()[0]: line for line in out.splitlines() if not line.startswith(("+", "-", " "))}
    assert rows["duration"].split() == ["duration", "5:45", "15:06"]
    assert rows["thigh"].endswith("-")
    assert rows["foot"].split()[1:3] == ["-", "45"]
    assert any(line.startswith("- ") and "Long strokes, ankle to thigh" in line for line in out.splitlines())
    assert any(line.startswith("+ ") and "Knead the soles" in line for line in out.splitlines())


def test_a_small_change_is_two_lines(cli: Cli, here: Path) -> None:
    cli("new", "one")
    softer = (here / "one.yaml").read_text().replace("pressure_mmhg: 30", "pressure_mmhg: 25", 1)
    (here / "two.yaml").write_text(softer)
    changed = [line for line in cli("diff", "one.yaml", "two.yaml")[1].splitlines() if line.startswith(("+", "-"))]
    assert len(changed) == 2
    assert "pressure 30 mmHg" in changed[0]
    assert "pressure 25 mmHg" in changed[1]


def test_a_difference_is_the_same_as_json(cli: Cli) -> None:
    told = json.loads(cli("diff", "goddard", "foot_relax", "--device", "wrap-3", "--json")[1])
    assert told["device"] == "wrap-3"
    goddard, feet = told["routines"]
    assert (goddard["name"], feet["name"]) == ("goddard", "foot_relax")
    assert goddard["pressed_s"]["left_foot"] == 0 < feet["pressed_s"]["left_foot"]


def test_a_difference_is_drawn(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("diff", "chair_full", "foot_relax", "--device", "chair-1", "--picture", str(tmp_path / "d.png"))
    assert (code, (tmp_path / "d.png").read_bytes()[:4]) == (0, b"\x89PNG")
    assert "d.png" in err


def test_nothing_is_compared_with_itself(cli: Cli) -> None:
    code, out, err = cli("diff", "goddard", "goddard")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1


@pytest.mark.timeout(300)  # all of them, and twice
def test_all_routines_are_drawn_in_one_picture(cli: Cli, tmp_path: Path) -> None:
    pictures = [tmp_path / "a.png", tmp_path / "b.png"]
    assert [cli("profiles", "--picture", str(path))[0] for path in pictures] == [0, 0]
    assert pictures[0].stat().st_size > 50_000
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


def test_the_table_has_a_row_for_each_routine_and_a_column_for_each_device(cli: Cli) -> None:
    head, *rows, _ = cli("profiles", "--by-device")[1].splitlines()
    assert head.split() == list(builtin_devices())
    assert [row.split()[0] for row in rows] == list(builtin_profiles())


def test_the_table_counts_what_check_says(cli: Cli) -> None:
    cells = json.loads(cli("profiles", "--by-device", "--json")[1])
    (cell,) = [c for c in cells if (c["name"], c["device"]) == ("goddard", "wrap-3")]
    (told,) = json.loads(cli("check", "goddard", "--device", "wrap-3", "--json")[1])
    kinds = ("clipped", "dropped", "slowed")
    assert [cell[kind] for kind in kinds] == [len(told[kind]) for kind in kinds]


def test_in_a_replay_questions_are_answered_by_a_script(cli: Cli, here: Path) -> None:
    steps = "[{do: rest, seconds: 5}, {do: cue, say: 'Ready?', wait: true, timeout_s: 300}, {do: rest, seconds: 5}]"
    (here / "ask.yaml").write_text(f"{{format: 1, name: ask, title: Ask, steps: {steps}}}")
    at_once, later = (
        json.loads(cli("replay", "ask.yaml", "--device", "wrap-3", "--json", "--answers", answers)[1])
        for answers in ("", "100")
    )
    assert (at_once["outcome"], later["outcome"]) == ("completed", "completed")
    assert later["duration_s"] - at_once["duration_s"] == pytest.approx(100, abs=10)
    assert (here / "out" / "ask").is_dir()


@pytest.mark.usefixtures("here")
def test_a_cramp_that_nobody_says_has_let_go_is_never_warmed(cli: Cli) -> None:
    code, out, _ = cli("replay", "cramp_relief", "--device", "wrap-3", "--json", "--answers", "never")
    told = json.loads(out)
    assert (code, told["outcome"]) == (0, "stopped")
    rows = [line.split(",") for line in Path(told["files"]["trace"]).read_text().splitlines()[1:]]
    assert max(float(row[3]) for row in rows if row[6] == "degC") == 0


@pytest.mark.usefixtures("here")
def test_under_a_pad_that_is_laid_on_by_hand_nothing_is_felt_until_it_is_said_to_be_off(cli: Cli) -> None:
    told = json.loads(cli("replay", "cramp_relief", "--device", "boots-6", "--json", "--answers", "0,60,90")[1])
    rows = list(DictReader(Path(told["files"]["trace"]).read_text().splitlines()))
    asked_ms = sorted({int(row["session_ms"]) for row in rows if row["state"] == "paused"})
    *_, on, off = asked_ms
    meanwhile = [float(row["felt"]) for row in rows if on < int(row["session_ms"]) <= off and row["state"] != "refill"]
    assert off - on == 900_000
    assert max(meanwhile) < 1.0
    assert max(float(row["felt"]) for row in rows if int(row["session_ms"]) > off) > 10


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("answers", ["soon", "-1", "5,nan", "inf"])
def test_answers_that_make_no_sense_are_refused(cli: Cli, answers: str) -> None:
    code, out, err = cli("replay", "goddard", "--answers", answers)
    assert (code, out) == (2, "")
    assert "seconds or never" in err


def test_a_routine_is_shown_with_its_zones_and_its_mark(cli: Cli) -> None:
    lines = cli("show", "sciatica_ease")[1].splitlines()
    assert "Zones: ankle, calf, knee, thigh, seat, lower back" in lines
    assert any(line.startswith("Directed by a clinician") for line in lines)
    assert not any(line.startswith("Directed") for line in cli("show", "goddard")[1].splitlines())


def test_what_a_step_says_and_what_is_laid_on_by_hand_is_shown(cli: Cli) -> None:
    (line,) = [line for line in cli("show", "cramp_relief")[1].splitlines() if "Warm the calves" in line]
    assert 'cue "Now warmth for a quarter of an hour."' in line
    assert 'by hand "a heating pad wrapped in a cloth (warm, never hot)"' in line


def test_a_picture_of_all_routines_and_a_list_of_them_come_together(cli: Cli, tmp_path: Path) -> None:
    code, out, _ = cli("profiles", "--picture", str(tmp_path / "all.svg"), "--json")
    assert (code, len(json.loads(out)) > 20) == (0, True)
    assert (tmp_path / "all.svg").exists()
    assert cli("profiles", "--by-device", "--by-person")[0] == 2


EVENING = ("check", "preview", "show", "replay")


@pytest.mark.parametrize("command", EVENING)
@pytest.mark.usefixtures("here")
def test_a_routine_that_was_just_begun_is_found_by_its_name(cli: Cli, command: str) -> None:
    cli("new", "evening")
    code, _, err = cli(command, "evening")
    assert code == 0
    assert "evening is evening.yaml in this folder\n" in err


@pytest.mark.parametrize("command", EVENING)
def test_a_routine_of_ones_own_is_found_by_its_name(cli: Cli, here: Path, home: Path, command: str) -> None:
    cli("new", "evening")
    (home / "routines").mkdir(parents=True)
    own = (here / "evening.yaml").rename(home / "routines" / "evening.yaml")
    code, _, err = cli(command, "evening")
    assert code == 0
    assert f"evening is a routine of your own: {own}\n" in err


def test_the_folder_one_is_in_comes_first_and_what_is_built_in_before_it(cli: Cli, here: Path, home: Path) -> None:
    cli("new", "evening")
    (home / "routines").mkdir(parents=True)
    (home / "routines" / "evening.yaml").write_text("nonsense: 1\n")
    (here / "goddard.yaml").write_text("nonsense: 1\n")
    assert cli("check", "evening", "goddard")[0] == 0


@pytest.mark.usefixtures("here")
def test_two_routines_are_compared_by_their_names(cli: Cli) -> None:
    cli("new", "evening")
    code, out, err = cli("diff", "goddard", "evening")
    assert (code, out.split()[:2]) == (0, ["goddard", "evening"])
    assert err == "evening is evening.yaml in this folder\n"


@pytest.mark.usefixtures("here")
def test_a_course_may_be_of_a_routine_of_ones_own(cli: Cli) -> None:
    cli("person", "set", "--person", "ada")
    cli("new", "evening")
    assert cli("course", "start", "weekly", "--routine", "evening")[0] == 0
    assert json.loads(cli("course", "next", "--json")[1])["routine"] == "evening"


@pytest.mark.parametrize("name", ["nothing_like_it", "../evening", "evening.yml", "x" * 300, "a\0b", ""])
@pytest.mark.usefixtures("here")
def test_what_is_nowhere_is_one_line(cli: Cli, name: str) -> None:
    code, out, err = cli("check", name)
    assert (code, out) == (3, "")
    assert err.count("\n") == 1


class Service:
    """A service that keeps what it is sent."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put_routine(self, name: str, text: bytes) -> None:
        self.kept[name] = text


def test_a_service_is_sent_the_routine_of_this_folder_and_asked_for_any_other_by_name(cli: Cli, here: Path) -> None:
    cli("new", "evening")
    service = Service()
    assert [kept_by(service, name) for name in ("evening", "goddard", "of_the_service")] == [  # type: ignore[arg-type]
        "evening", "goddard", "of_the_service",
    ]  # fmt: skip
    assert service.kept == {"evening": (here / "evening.yaml").read_bytes()}

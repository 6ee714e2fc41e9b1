"""The command line as scripts know it: data on stdout, one line for what is wrong on stderr, a documented exit code."""

import gc
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from legato.cli import fast_stop, stop_by_service
from legato.cli.exit_codes import Exit
from legato.cli.main import main
from legato.profiles.load import builtin_profiles
from tests.front_door import Cli

HEAVY = ("matplotlib", "pydantic", "ruamel", "rich", "serial", "numpy")
STEP = "{do: hold, from: calf, pressure_mmhg: 30, seconds: 5}"
HEAD = "format: 1\nname: mine\ntitle: Mine\n"

BAD_FILES = {
    "unknown step kind": (HEAD + "steps: [{do: glied, from: calf, pressure_mmhg: 30}]\n", "glide"),
    "unknown field": (HEAD + "steps: [{do: hold, from: calf, pressure_mmhg: 30, secs: 5}]\n", "secs"),
    "wrong type": (HEAD + "steps: [{do: hold, from: calf, pressure_mmhg: high, seconds: 5}]\n", "pressure_mmhg"),
    "beyond the bound": (HEAD + "steps: [{do: hold, from: calf, pressure_mmhg: 111, seconds: 5}]\n", "110"),
    "no zone": (HEAD + "steps: [{do: hold, pressure_mmhg: 30, seconds: 5}]\n", "from"),
    "another format": (f"format: 2\nname: mine\ntitle: Mine\nsteps: [{STEP}]\n", "1"),
    "a key twice": (f"{HEAD}name: yours\nsteps: [{STEP}]\n", "name"),
    "an empty file": ("", "format: 1"),
    "not YAML": ("steps: [}\n", ":1:"),
    "junk": ("\x00\x01\x02", ":1:"),
    "nesting without end": ("a: " + "[" * 1000, "64"),
}


def test_the_short_way_of_a_stop_has_the_exit_codes_of_all_commands() -> None:
    mirrored = [stop_by_service.DONE, stop_by_service.NOT_STOPPED, fast_stop.REFUSED]
    assert mirrored == [int(code) for code in (Exit.DONE, Exit.LINK_LOST, Exit.REFUSED)]


def test_the_help_names_every_command(cli: Cli) -> None:
    code, out, _ = cli("--help")
    assert code == 0
    for command in ("profiles", "devices", "show", "check", "preview", "replay", "sim", "play", "ports", "schema"):
        assert f" {command} " in out


def test_alone_it_shows_the_help_and_nothing_else(cli: Cli) -> None:
    code, out, err = cli()
    assert (code, err) == (2, "")
    assert "Usage: legato" in out


def test_the_end_of_a_command_does_not_wait_for_the_garbage_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["legato", "--version"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit):
        main()
    assert gc.get_freeze_count()
    gc.unfreeze()


def test_the_help_loads_nothing_heavy() -> None:
    script = f"import sys, legato.cli.main; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert done.stdout == "[]\n"


def test_the_version_is_one_line(cli: Cli) -> None:
    code, out, err = cli("--version")
    assert (code, len(out.splitlines()), err) == (0, 1, "")


@pytest.mark.parametrize(
    "wrong",
    [
        ("replay",),
        ("replay", "goddard", "--sed", "1"),
        ("replay", "goddard", "--seed", "one"),
        ("nothing",),
        ("schema", "song"),
        ("play", "goddard"),
        ("sim", "--pty", "here", "--tcp", "127.0.0.1:1"),
        ("sim", "--tcp", "nowhere"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(cli: Cli, wrong: tuple[str, ...]) -> None:
    code, out, err = cli(*wrong)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_said_with_its_place_and_exit_3(cli: Cli, tmp_path: Path, kind: str) -> None:
    text, hint = BAD_FILES[kind]
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    code, out, err = cli("check", str(path))
    assert (code, out) == (3, "")
    assert err.startswith(f"{path}:")
    assert hint in err
    assert "Traceback" not in err


def test_a_file_of_100_mb_is_refused_without_being_read(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    code, _, err = cli("check", str(path))
    assert (code, len(err.splitlines())) == (3, 1)


def test_an_alias_bomb_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    path.write_text("\n".join(["l0: &l0 [x]", *levels]))
    code, _, err = cli("check", str(path))
    assert code == 3
    assert err.startswith(f"{path}:")


def test_an_unknown_name_is_answered_with_the_nearest_one(cli: Cli) -> None:
    code, _, err = cli("preview", "godard")
    assert code == 3
    assert "goddard" in err


def test_check_suggests_devices_as_well(cli: Cli) -> None:
    code, _, err = cli("check", "boots6")
    assert code == 3
    assert 'did you mean "boots-6"?' in err


@pytest.mark.parametrize("command", ["show", "check", "preview"])
def test_a_name_that_no_file_can_have_is_the_name_of_none(cli: Cli, command: str) -> None:
    code, _, err = cli(command, "x" * 5000)
    assert (code, len(err.splitlines())) == (3, 1)


@pytest.mark.parametrize("command", ["show", "check", "preview"])
def test_a_hostile_name_can_neither_steer_the_terminal_nor_break_the_line(cli: Cli, command: str) -> None:
    code, _, err = cli(command, "a\x1b[31mb\nc.yaml")
    assert (code, len(err.splitlines())) == (3, 1)
    assert "\\x1b[31mb\\nc.yaml" in err
    assert "\x1b" not in err


def test_a_kind_of_picture_that_does_not_exist_is_wrong_usage(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("preview", "goddard", "--picture", str(tmp_path / "plan.bmp"))
    assert code == 2
    assert ".png, .svg or .pdf" in err


def test_a_file_that_is_not_there_is_exit_3(cli: Cli) -> None:
    code, _, err = cli("check", "no/such.yaml")
    assert (code, len(err.splitlines())) == (3, 1)


def test_check_goes_on_after_a_bad_file(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\n")
    code, out, _ = cli("check", str(bad), "goddard", "boots-6")
    assert code == 3
    assert "goddard: a valid routine" in out
    assert "boots-6: a valid device" in out


def test_check_with_a_device_says_what_does_not_play_as_written(cli: Cli) -> None:
    code, out, _ = cli("check", "goddard", "--device", "wrap-3")
    assert code == 0
    assert "dropped:" in out
    assert "thigh" in out


def test_strict_refuses_what_does_not_play_as_written(cli: Cli) -> None:
    code, out, err = cli("preview", "goddard", "--device", "wrap-3", "--strict")
    assert (code, out) == (6, "")
    assert len(err.splitlines()) == 1


def test_strict_refuses_what_plays_from_another_side_of_the_leg(cli: Cli) -> None:
    code, _, err = cli("preview", "popliteal_sweep", "--device", "boots-6", "--strict")
    assert code == 6
    assert "asked behind, plays all around, what boots-6 has there lies all around" in err


def test_a_device_is_shown_with_the_side_of_the_leg_where_each_actuator_lies(cli: Cli) -> None:
    lines = {line.split()[0]: line for line in cli("show", "chair-1")[1].splitlines() if line.startswith("  ")}
    assert "55 to 85 cm      behind      at most 70 mmHg" in lines["seat"]
    assert "20 to 36 cm      all around  at most 80 mmHg" in lines["left_calf"]


@pytest.mark.parametrize("command", ["profiles", "devices"])
def test_lists_are_one_line_each_and_the_same_as_json(cli: Cli, command: str) -> None:
    lines = cli(command)[1].splitlines()
    names = [entry["name"] for entry in json.loads(cli(command, "--json")[1])]
    assert [line.split()[0] for line in lines] == names


@pytest.mark.parametrize("name", ["goddard", "boots-6"])
def test_show_explains_and_gives_the_file_as_json(cli: Cli, name: str) -> None:
    code, out, _ = cli("show", name)
    assert code == 0
    assert name in out
    assert json.loads(cli("show", name, "--json")[1])["name"] == name


@pytest.mark.parametrize("name", builtin_profiles())
def test_show_tells_what_a_routine_is_for_and_why_it_is_as_it_is(cli: Cli, name: str) -> None:
    profile = builtin_profiles()[name]
    lines = cli("show", name)[1].splitlines()
    assert lines[1:3] == [profile.purpose.strip(), f"Why: {profile.why.strip()}"]
    assert json.loads(cli("show", name, "--json")[1])["why"] == profile.why


def test_what_show_prints_as_json_is_a_valid_routine(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "again.yaml"
    path.write_text(cli("show", "goddard", "--json")[1])
    assert cli("check", str(path))[0] == 0


def test_preview_tells_duration_steps_and_report(cli: Cli) -> None:
    code, out, _ = cli("preview", "goddard", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["duration_s"] > 60
    assert told["steps"][0]["at_s"] == 0
    assert told["peak"]["left_calf"] > 0
    assert {"clipped", "dropped", "slowed"} <= told.keys()


@pytest.mark.parametrize("command", ["preview", "replay"])
def test_what_is_asked_is_shown_with_its_time(cli: Cli, tmp_path: Path, command: str) -> None:
    code, out, _ = cli(command, "cramp_relief", *(["--out", str(tmp_path)] if command == "replay" else []))
    assert code == 0
    asked = [line.split(" asks: ") for line in out.splitlines() if " asks: " in line]
    assert [at.strip().count(":") for at, _ in asked] == [1, 1, 1]
    assert asked[1][1].startswith('"Open what covers both calves, put on a heating pad')
    assert asked[2][1].startswith('"The 15 min are over: open it, take off what you put on both calves')


def test_preview_draws_and_keeps_stdout_for_data(cli: Cli, tmp_path: Path) -> None:
    code, out, err = cli("preview", "goddard", "--picture", str(tmp_path / "plan.png"), "--json")
    assert code == 0
    assert json.loads(out)["profile"] == "goddard"
    assert "plan.png" in err
    assert (tmp_path / "plan.png").stat().st_size > 10_000


@pytest.mark.parametrize("kind", ["profile", "device"])
def test_a_schema_is_json_schema(cli: Cli, kind: str) -> None:
    assert json.loads(cli("schema", kind)[1])["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("port", ["/dev/no-such-port", "sim://no-such-device", "carrier://pigeon", "socket://nowhere"])
def test_a_port_that_cannot_be_used_is_said_and_exit_4(cli: Cli, port: str) -> None:
    code, out, err = cli("play", "goddard", "--port", port)
    assert (code, out) == (4, "")
    assert err.splitlines()[-1].startswith(port.removeprefix("socket://"))


def test_the_wrong_device_on_the_port_is_exit_4(cli: Cli) -> None:
    code, _, err = cli("play", "goddard", "--port", "sim://boots-6", "--device", "wrap-3")
    assert code == 4
    assert "boots-6" in err
    assert "wrap-3" in err

"""`legato monitor`: every frame of a recorded session with its meaning, and of a device that is only listened to."""

import json
import struct
from pathlib import Path

import pytest

from legato.firmware import wire
from legato.tools.monitor import tapes
from tests.front_door import Cli

HEAD = '{"legato":"traffic","format":1}\n'
ROUTINE = """\
format: 1
name: press
title: Press
steps: [{do: hold, from: calf, pressure_mmhg: 30, seconds: 3}]
"""


@pytest.fixture
def recording(cli: Cli, tmp_path: Path) -> Path:
    """The traffic of a short session with a simulated wrap-3."""
    (tmp_path / "press.yaml").write_text(ROUTINE)
    path, out = tmp_path / "wire.jsonl", tmp_path / "out"
    code, _, _ = cli(
        "replay", str(tmp_path / "press.yaml"), "--device", "wrap-3", "--out", str(out), "--record", str(path)
    )
    assert code == 0
    return path


def tape_of(path: Path, *pieces: tuple[str, bytes]) -> Path:
    """A recording of these pieces, a second apart."""
    lines = (json.dumps({"t": n, "from": sender, "hex": data.hex()}) for n, (sender, data) in enumerate(pieces))
    path.write_text(HEAD + "".join(line + "\n" for line in lines))
    return path


def objects(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_recorded_session_is_shown_from_hello_to_its_end(cli: Cli, recording: Path) -> None:
    code, out, err = cli("monitor", str(recording), "--json")
    seen = objects(out)
    names = [entry["message"] for entry in seen]
    assert (code, names[:2], [e["from"] for e in seen[:2]]) == (0, ["HELLO", "WELCOME"], ["host", "device"])
    assert {"ARM", "SETPOINTS", "RUN", "HEARTBEAT", "REPLY", "STATUS"} <= set(names)
    times = [float(str(entry["t"])) for entry in seen]
    assert times == sorted(times)
    assert "0 bad" in err


def test_a_recording_that_is_not_there_is_not_taken_for_a_port(cli: Cli, tmp_path: Path) -> None:
    code, out, err = cli("monitor", str(tmp_path / "gone.jsonl"))
    assert (code, out, "there is no such recording" in err) == (3, "", True)


def test_channels_have_their_names_and_units_and_times_are_whole(cli: Cli, recording: Path) -> None:
    _, out, _ = cli("monitor", str(recording), "--only", "setpoints")
    assert out.count("SETPOINTS") == len(out.splitlines()) > 1
    assert "left_calf to 30 mmHg" in out
    _, out, _ = cli("monitor", str(recording), "--only", "status")
    assert "state RUNNING" in out
    assert "left_calf 30" in out


def test_a_routine_recorded_twice_is_the_same_to_the_byte(cli: Cli, recording: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.jsonl"
    cli(
        "replay",
        str(tmp_path / "press.yaml"),
        "--device",
        "wrap-3",
        "--out",
        str(tmp_path / "o"),
        "--record",
        str(again),
    )
    assert again.read_bytes() == recording.read_bytes()


def test_of_a_line_that_spoils_frames_the_share_is_said_and_what_to_look_at(cli: Cli, tmp_path: Path) -> None:
    good = wire.encode(wire.HEARTBEAT, 1, 2)
    spoilt = good[:1] + b"\x0d" + good[2:]
    tape = tape_of(tmp_path / "spoilt.jsonl", *(("host", good),) * 3, ("host", spoilt))
    _, _, err = cli("monitor", str(tape))
    assert "bad line: 25.0 % of frames unreadable (1 of 4); check the cable" in err


def test_every_kind_of_bad_frame_says_why_and_shows_its_bytes(cli: Cli, tmp_path: Path) -> None:
    good = wire.encode(wire.HEARTBEAT, 1, 2)
    spoilt = good[:1] + b"\x0d" + good[2:]
    tape = tape_of(
        tmp_path / "bad.jsonl",
        ("host", spoilt),
        ("host", b"\x01" * 200 + b"\0"),
        ("host", b"\x09\x01\0"),
        ("host", b"\x03\x01\x02\0"),
        ("device", good),
        ("device", wire.encode(wire.REPLY, 1, 2, b"\0")),
        ("host", good[:4]),
    )
    code, out, err = cli("monitor", str(tape), "--only", "bad", "--json")
    why = [str(entry["bad"]) for entry in objects(out)]
    assert code == 0
    assert why[0].startswith("CRC is ")
    assert why[1].startswith("longer than 146 bytes")
    assert why[2].startswith("invalid COBS encoding")
    assert why[3].startswith("2 bytes; the shortest")
    assert why[4] == "only a host may send HEARTBEAT"
    assert why[5] == "REPLY cannot have 1 bytes of payload"
    assert why[6].startswith("cut off")
    assert objects(out)[0]["hex"] == spoilt[:-1].hex()
    assert "7 bad" in err


def test_session_times_go_on_where_their_low_bits_wrap(cli: Cli, tmp_path: Path) -> None:
    def setpoints(base_ticks: int) -> bytes:
        return wire.encode(wire.SETPOINTS, 0, 1, struct.pack(wire.SETPOINTS_HEAD, base_ticks & 0xFFFF, 500))

    arm = wire.encode(wire.ARM, 0, 1, struct.pack(wire.ARM_FORMAT, 1, 1))
    seek = wire.encode(wire.SEEK, 0, 1, struct.pack(wire.SEEK_FORMAT, 1, 655_000))
    tape = tape_of(tmp_path / "long.jsonl", ("host", arm + seek + setpoints(65_500) + setpoints(66_000)))
    _, out, _ = cli("monitor", str(tape), "--only", "setpoints", "--json")
    fields = [entry["fields"] for entry in objects(out)]
    assert [f["base_ms"] for f in fields if isinstance(f, dict)] == [655_000, 660_000]


def test_every_message_of_the_wire_vectors_has_a_name_and_fits_its_layout(cli: Cli, tmp_path: Path) -> None:
    vectors = sorted((Path(__file__).parents[1] / "vectors").glob("*.txt"))
    frames = [bytes.fromhex(path.read_text().partition("[wire]")[2]) for path in vectors]
    pieces = [("device" if wire.decode(f[:-1])[0] >= 0x80 else "host", f) for f in frames]  # type: ignore[index]
    _, out, err = cli("monitor", str(tape_of(tmp_path / "vectors.jsonl", *pieces)), "--json")
    assert err.endswith("0 bad\n")
    assert [str(e["message"]).lower() for e in objects(out)] == [p.stem.replace("_end", "") for p in vectors]


def test_a_recording_is_followed_as_it_grows(tmp_path: Path) -> None:
    path = tape_of(tmp_path / "growing.jsonl", ("host", b"\1"))
    growing = tapes.chunks(path, follow=True)
    assert next(growing).data == b"\1"
    with path.open("a") as file:
        file.write('{"t":1,"from":"device","hex":"02"}\n')
    assert next(growing).data == b"\2"


def test_a_massage_is_recorded_as_it_is_played(cli: Cli, tmp_path: Path) -> None:
    path, routine = tmp_path / "live.jsonl", tmp_path / "brief.yaml"
    routine.write_text("{format: 1, name: brief, title: Brief, steps: [{do: rest, seconds: 0.5, vent: true}]}")
    assert cli("play", str(routine), "--port", "sim://wrap-3", "--record", str(path))[0] == 0
    assert json.loads(path.read_text().splitlines()[0])["port"] == "sim://wrap-3"
    _, out, err = cli("monitor", str(path), "--only", "run,bad")
    assert (len(out.splitlines()), err.endswith("0 bad\n")) == (1, True)


def test_a_massage_is_not_recorded_over_another(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "live.jsonl"
    path.write_text("precious")
    code, _, err = cli("play", "goddard", "--port", "sim://wrap-3", "--record", str(path))
    assert code == 2
    assert err.endswith(f"{path} already exists and was not changed; choose another name\n")
    assert path.read_text() == "precious"


def test_a_device_is_asked_who_it_is_and_nothing_else(cli: Cli) -> None:
    code, out, _ = cli("monitor", "sim://wrap-3", "--for", "0.5", "--json")
    seen = objects(out)
    assert code == 0
    assert {e["message"] for e in seen if e["from"] == "host"} == {"HELLO", "GET_DESCRIPTION"}
    assert {"WELCOME", "DESCRIPTION", "STATUS"} <= {e["message"] for e in seen if e["from"] == "device"}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("/no/such/port",), 4, "no such port"),
        (("sim://wrap-3", "--follow"), 2, "--follow needs a recording"),
        (("sim://wrap-3", "--only", "status,nonsense"), 2, "nonsense: no such message"),
    ],
)
def test_what_cannot_be_watched_is_said_in_one_line(cli: Cli, args: tuple[str, ...], code: int, said: str) -> None:
    found, out, err = cli("monitor", *args)
    assert (found, out) == (code, "")
    assert said in err


def test_a_file_that_is_no_recording_is_named_with_its_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nonsense\n")
    assert cli("monitor", str(path))[0] == 3
    path.write_text(HEAD + '{"t":0,"from":"host","hex":"zz"}\n')
    code, _, err = cli("monitor", str(path))
    assert (code, err.splitlines()[-1]) == (3, f"{path}:2: `hex` is not pairs of hexadecimal digits")

"""Faults on the command line: listed, replayed from a script, and taken live by a device in real time."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from legato.profiles import load
from legato.sim.device import SimDevice
from legato.sim.fault_socket import MOST, FaultSocket
from legato.sim.faults.cable import Cable
from legato.sim.faults.fault import FaultBench
from legato.sim.faults.injector import Injector
from legato.sim.faults.process import ElsewhereHost
from legato.sim.faults.script import KINDS
from tests.front_door import Cli

ROUTINE = """
format: 1
name: squeeze
title: Squeeze
steps: [{do: hold, from: calf, pressure_mmhg: 30, seconds: 8}]
"""


@pytest.fixture
def replay(cli: Cli, tmp_path: Path) -> Callable[[str], tuple[int, str, str]]:
    """A short replay on chair-1 under the faults given as YAML."""

    def call(faults: str) -> tuple[int, str, str]:
        (tmp_path / "squeeze.yaml").write_text(ROUTINE)
        (tmp_path / "faults.yaml").write_text(f"format: 1\nfaults: {faults}\n")
        files = (str(tmp_path / "squeeze.yaml"), "--faults", str(tmp_path / "faults.yaml"))
        return cli("replay", *files, "--device", "chair-1", "--out", str(tmp_path / "out"), "--json")

    return call


def test_the_list_names_every_kind_with_its_fields(cli: Cli) -> None:
    listed = {kind["kind"]: kind for kind in json.loads(cli("faults", "--json")[1])}
    assert set(listed) == set(KINDS)
    assert "0.1 to 2" in listed["leak"]["fields"]["bore_mm"]
    text = cli("faults")[1]
    assert [kind for kind in KINDS if kind not in text] == []


def test_a_replay_under_faults_tells_when_they_came_and_what_came_of_it(
    replay: Callable[[str], tuple[int, str, str]],
) -> None:
    code, out, err = replay("[{kind: hose_off, chamber: left_calf, at_s: 5, for_s: 60}]")
    assert code == 8
    assert json.loads(out)["outcome"] == "device_fault"
    assert "5.00 s: begins" in err
    assert "invariant broken" not in err


def test_the_same_script_gives_the_same_trace(replay: Callable[[str], tuple[int, str, str]]) -> None:
    first, again, other = (
        json.loads(replay(f"[{{kind: sensor_noise, sensor: left_calf, sd: {sd}, at_s: 1}}]")[1])["trace_sha256"]
        for sd in ("0.5", "0.5", "0.6")
    )
    assert first == again != other


def test_a_killed_host_is_a_lost_link(replay: Callable[[str], tuple[int, str, str]]) -> None:
    code, out, _ = replay("[{kind: host_killed, at_s: 5}]")
    assert (code, json.loads(out)["outcome"]) == (5, "link_lost")


def test_a_script_for_another_device_is_exit_3(replay: Callable[[str], tuple[int, str, str]]) -> None:
    code, _, err = replay("[{kind: hose_off, chamber: left_knee}]")
    assert code == 3
    assert "faults.yaml:2:36" in err


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"{kind: hose_off, chamber: left_foot, for_s: 5}", "ok"),
        (b"repair", "ok"),
        (b"{kind: hose_of}", 'did you mean "hose_off"'),
        (b"{kind: leak, chamber: nose}", "does not have"),
        (b"{kind: host_killed}", "another process"),
        (b"\xff\x00", "not UTF-8"),
        (b"]", "not YAML"),
    ],
)
def test_the_side_channel_answers_every_line(line: bytes, answer: str) -> None:
    async def act() -> str:
        loop = asyncio.get_running_loop()
        device = SimDevice(load.device("boots-6"), 0, loop)
        device.start()
        injector = Injector(FaultBench(device, Cable(device, loop), ElsewhereHost(), loop), 0)
        answered = FaultSocket(injector, device.device).answer(line)
        injector.end_all()
        device.stop()
        return answered

    assert answer in asyncio.run(act())


def test_a_crowd_at_the_side_channel_is_turned_away_until_there_is_room(tmp_path: Path) -> None:
    async def act() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(load.device("boots-6"), 0, loop)
        channel = FaultSocket(
            Injector(FaultBench(device, Cable(device, loop), ElsewhereHost(), loop), 0), device.device
        )
        async with await asyncio.start_unix_server(channel.serve, tmp_path / "control"):
            ends = [await asyncio.open_unix_connection(tmp_path / "control") for _ in range(MOST + 1)]
            assert await ends[-1][0].read() == b""
            for _, writer in ends:
                writer.close()
                await writer.wait_closed()
            while channel.connections:  # noqa: ASYNC110 - nobody tells when the other end has seen it
                await asyncio.sleep(0)
            reader, writer = await asyncio.open_unix_connection(tmp_path / "control")
            writer.write(b"repair\n")
            assert await reader.readline() == b"ok\n"
            writer.close()
            await writer.wait_closed()

    asyncio.run(act())


def test_the_side_channel_is_a_socket(tmp_path: Path) -> None:
    async def act() -> list[bytes]:
        loop = asyncio.get_running_loop()
        device = SimDevice(load.device("boots-6"), 0, loop)
        device.start()
        injector = Injector(FaultBench(device, Cable(device, loop), ElsewhereHost(), loop), 0)
        channel = FaultSocket(injector, device.device)
        async with await asyncio.start_unix_server(channel.serve, tmp_path / "control"):
            reader, writer = await asyncio.open_unix_connection(tmp_path / "control")
            writer.write(b"{kind: clock_off, for_s: 60}\n{kind: nothing}\n")
            answers = [await reader.readline(), await reader.readline()]
            writer.close()
            await writer.wait_closed()
        injector.end_all()
        device.stop()
        return answers

    first, second = asyncio.run(act())
    assert first == b"ok\n"
    assert second.startswith(b"fault:1:8: ")
    assert b"known are" in second

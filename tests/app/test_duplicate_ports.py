"""Twin adapters, which say the same of themselves, are told apart by their plug, wherever a port is named."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from legato.controller.errors import PortNotFound
from legato.controller.ports.port import Port
from legato.controller.ports.serial_ports import SerialPort, serial_ports
from legato.service import endpoints
from legato.service.devices.endpoint import DeviceEndpoint
from legato.service.install import rules
from legato.service.settings import DeviceSettings, Match
from legato.tools.doctor import serialport
from tests.front_door import Cli

CH340 = SerialPort("/dev/ttyUSB0", None, "USB Serial", 0x1A86, 0x7523, None, location="1-1.2")


def plugged(tmp_path: Path, *adapters: tuple[str, str | None, str]) -> list[SerialPort]:
    """What is found of adapters (name, serial number, location) of one kind; the last gets the name by-id."""
    by_id, by_path = tmp_path / "by-id", tmp_path / "by-path"
    for folder in (by_id, by_path):
        folder.mkdir(parents=True)
    infos = []
    for name, serial, location in adapters:
        info = ListPortInfo(str(tmp_path / name))
        info.vid, info.pid, info.serial_number, info.location = 0x0403, 0x6001, serial, location
        Path(info.device).touch()
        (by_id / f"usb-FTDI_{serial}").unlink(missing_ok=True)
        (by_id / f"usb-FTDI_{serial}").symlink_to(info.device)
        (by_path / f"pci-usb-{location}").symlink_to(info.device)
        infos.append(info)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("legato.controller.ports.serial_ports.comports", lambda: infos)
        return serial_ports(by_id, by_path)


@pytest.mark.parametrize("serial", ["A10K", None, ""], ids=["one number", "no number", "an empty number"])
def test_twins_are_named_by_their_plug(serial: str | None, tmp_path: Path) -> None:
    ports = plugged(tmp_path, ("ttyUSB0", serial, "1-1.2"), ("ttyUSB1", serial, "1-1.3"))
    assert [port.is_twin for port in ports] == [True, True]
    assert [Path(port.name).name for port in ports] == ["pci-usb-1-1.2", "pci-usb-1-1.3"]


def test_adapters_with_numbers_of_their_own_and_the_ports_of_one_adapter_are_no_twins(tmp_path: Path) -> None:
    ports = plugged(tmp_path, ("ttyUSB0", "A", "1-1.2"), ("ttyUSB1", "B", "1-1.3:1.0"), ("ttyUSB2", "B", "1-1.3:1.1"))
    assert [port.is_twin for port in ports] == [False] * 3
    assert Path(ports[0].name).name == "usb-FTDI_A"


def test_where_the_system_has_no_lasting_names_a_port_has_its_path(tmp_path: Path) -> None:
    (port,) = plugged(tmp_path, ("ttyUSB0", "A", "1-1.2"))
    assert replace(port, by_id=None, by_path=None).name == port.path


async def _open(place: DeviceEndpoint) -> None:
    await place.ends[0].open()


def opened(match: Match, ports: list[SerialPort], monkeypatch: pytest.MonkeyPatch) -> str:
    """The name under which the device that matches is opened."""
    names = []

    async def taken(name: str, _: object) -> Port:
        names.append(name)
        raise PortNotFound("opened")

    monkeypatch.setattr(endpoints, "open_port", taken)
    with pytest.raises(PortNotFound) as error:
        asyncio.run(_open(endpoints.place(DeviceSettings(id="a", match=match), lambda: ports)))
    return names[0] if names else str(error.value)


def test_a_location_finds_its_twin_whatever_the_kernel_calls_it_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = Match(vid=0x0403, pid=0x6001, location="1-1.3")
    ports = plugged(tmp_path, ("ttyUSB0", "A10K", "1-1.2"), ("ttyUSB1", "A10K", "1-1.3"))
    exchanged = plugged(tmp_path / "again", ("ttyUSB0", "A10K", "1-1.3"), ("ttyUSB1", "A10K", "1-1.2"))
    assert opened(match, ports, monkeypatch) == ports[1].name
    assert opened(match, exchanged, monkeypatch) == exchanged[0].name


def test_a_location_counts_with_and_without_the_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    two = [replace(CH340, path=f"/dev/ttyACM{n}", location=f"1-1.2:1.{n}") for n in (0, 2)]
    assert opened(Match(vid=0x1A86, pid=0x7523, location="1-1.2"), two[:1], monkeypatch) == "/dev/ttyACM0"
    assert opened(Match(vid=0x1A86, pid=0x7523, location="1-1.2:1.2"), two, monkeypatch) == "/dev/ttyACM2"


@pytest.mark.parametrize(
    ("match", "told"),
    [
        (Match(vid=0x0403, pid=0x6001),
         "usb 0403:6001: 2 devices match (A10K at 1-1.2, A10K at 1-1.3); add the location to tell them apart"),
        (Match(vid=0x0403, pid=0x6001, serial="A10K", location="1-2"),
         "usb 0403:6001 A10K at 1-2: no such device is plugged in, but A10K at 1-1.2, A10K at 1-1.3; `legato ports`"),
        (Match(vid=0x1027, pid=0x6001), "usb 1027:6001: no such device is plugged in; `legato ports` lists what is"),
    ],
    ids=["two", "another plug", "none"],
)  # fmt: skip
def test_a_match_that_fits_two_or_none_says_what_there_is(
    match: Match, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = plugged(tmp_path, ("ttyUSB0", "A10K", "1-1.2"), ("ttyUSB1", "A10K", "1-1.3"))
    assert opened(match, ports, monkeypatch).startswith(told)


def test_two_of_a_kind_with_numbers_of_their_own_are_told_apart_by_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = plugged(tmp_path, ("ttyUSB0", "A", "1-1.2"), ("ttyUSB1", "B", "1-1.3"))
    assert "add the serial number" in opened(Match(vid=0x0403, pid=0x6001), ports, monkeypatch)


def test_ports_shows_what_a_match_takes_and_says_what_twins_are(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = plugged(tmp_path, ("ttyUSB0", "A10K", "1-1.2"), ("ttyUSB1", "A10K", "1-1.3"))
    monkeypatch.setattr("legato.cli.commands.ports.serial_ports", lambda: ports)
    code, out, err = cli("ports")
    assert (code, out.splitlines()[0].split()[2:6]) == (0, ["0403:6001", "A10K", "1-1.2", "twin"])
    assert err.startswith("twins: ")
    (first, _) = json.loads(cli("ports", "--json")[1])
    assert (first["usb"], first["location"], first["is_twin"]) == ("0403:6001", "1-1.2", True)
    (found,) = serialport.twins(ports)
    assert (found.check, f"{ports[1].path} (0403:6001 A10K)" in found.text) == ("twins", True)
    assert list(serialport.twins(ports[:0])) == []


def test_the_shared_name_of_twins_is_told_to_who_plays_and_refused_to_who_flashes(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = plugged(tmp_path, ("ttyUSB0", "A10K", "1-1.2"), ("ttyUSB1", "A10K", "1-1.3"))
    monkeypatch.setattr("legato.app.duplicate_ports.serial_ports", lambda: ports)
    shared = str(tmp_path / "by-id" / "usb-FTDI_A10K")
    code, _, err = cli("flash", shared, "--device", "wrap-3", "--yes")
    assert (code, f"this one, by its socket, is {ports[1].name}" in err) == (6, True)
    code, _, err = cli("play", "goddard", "--port", shared)
    assert (code, f"{shared} may be either of two adapters" in err) == (4, True)
    assert f"warn  twins         {shared} may be either" in cli("doctor", shared)[1]
    assert "may be either" not in cli("play", "goddard", "--port", ports[1].name)[2]


def test_the_udev_rules_of_twins_name_the_plug() -> None:
    matched = DeviceSettings(id="left", match=Match(vid=0x1A86, pid=0x7523, location="1-1.2:1.0"))
    by_path = DeviceSettings(id="right", port="/dev/serial/by-path/x")
    text = rules((matched, by_path), [replace(CH340, by_path="/dev/serial/by-path/x", location="1-1.3")])
    assert 'ATTR{idProduct}=="7523", KERNEL=="1-1.2", ENV' in text
    assert 'ATTRS{idProduct}=="7523", KERNELS=="1-1.3", TAG' in text

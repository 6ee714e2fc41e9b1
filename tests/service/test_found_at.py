"""A device of the service is found by the file at which it is open, under any name of it, also one told by `match`."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from legato.controller.errors import PortBusy
from legato.controller.ports.port import Port
from legato.controller.ports.serial_ports import SerialPort
from legato.errors import UnusableFile
from legato.service import endpoints
from legato.service.client import asking
from legato.service.devices.fleet import Fleet
from legato.service.devices.run_policy import RunPolicy
from legato.service.devices.state import DeviceState
from legato.service.settings import DeviceSettings, Match
from tests.service.homeassistant.states import state

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.fixture
def adapter(tmp_path: Path) -> SerialPort:
    """One that is plugged in, with a name by-id."""
    (tmp_path / "ttyUSB7").touch()
    (tmp_path / "by-id").symlink_to("ttyUSB7")
    return SerialPort(str(tmp_path / "ttyUSB7"), str(tmp_path / "by-id"), "", 0x0403, 0x6001, "A10K")


def looked_for(settings: dict[str, Any], plugged: list[SerialPort], monkeypatch: pytest.MonkeyPatch) -> DeviceState:
    """The device as a service tells of it once it has looked for it; another program has its port."""

    async def busy(name: str, _: object) -> Port:
        raise PortBusy(f"{name}: legato (process 7) has it open", name)

    async def live() -> DeviceState:
        place = endpoints.place(DeviceSettings(id="boots", **settings), lambda: plugged)
        fleet = Fleet([place], cast("RunPolicy", None), random.Random(1), lambda: NOON)
        keeping = asyncio.create_task(fleet.run())
        async with asyncio.timeout(30):
            while fleet.state("boots").problem is None:  # noqa: ASYNC110 - the fleet sets no event
                await asyncio.sleep(0.01)
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        return fleet.state("boots")

    monkeypatch.setattr(endpoints, "open_port", busy)
    return asyncio.run(live())


@pytest.mark.parametrize("by", ["match", "port"])
def test_the_service_tells_which_file_that_is(adapter: SerialPort, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    settings = {"match": Match(vid=0x0403, pid=0x6001)} if by == "match" else {"port": adapter.by_id}
    told = looked_for(settings, [adapter], monkeypatch)
    assert told.path == adapter.path
    assert asking.at_port((state("wrap"), told), adapter.by_id or "") is told
    assert asking.at_port((state("wrap"), told), adapter.path) is told


def test_a_pair_is_found_by_either_of_its_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ttyACM0", "ttyACM1"):
        (tmp_path / name).touch()
        (tmp_path / f"by-id-{name}").symlink_to(name)
    ports = tuple(str(tmp_path / f"by-id-{name}") for name in ("ttyACM0", "ttyACM1"))
    told = looked_for({"ports": ports}, [], monkeypatch)
    assert (told.path, [part.path for part in told.parts]) == (
        None,
        [str(tmp_path / "ttyACM0"), str(tmp_path / "ttyACM1")],
    )
    for port in (*ports, str(tmp_path / "ttyACM1")):
        assert asking.at_port((state("wrap"), told), port) is told
    assert str(tmp_path) not in told.anonymous.model_dump_json()
    assert told.anonymous.port == "by-id-ttyACM0 + by-id-ttyACM1"


@pytest.mark.parametrize("second", ["ttyACM0", "by-id"])
def test_one_port_is_behind_no_pair_twice_nor_behind_a_pair_and_another_device(tmp_path: Path, second: str) -> None:
    (tmp_path / "ttyACM0").touch()
    (tmp_path / "by-id").symlink_to("ttyACM0")
    first, second = str(tmp_path / "ttyACM0"), str(tmp_path / second)
    for devices in (
        [DeviceSettings(id="both", ports=(first, second))],
        [DeviceSettings(id="one", port=first), DeviceSettings(id="both", ports=("/dev/other", second))],
    ):
        with pytest.raises(UnusableFile, match="two devices have the same port"):
            endpoints.places(devices)


def test_what_is_not_plugged_in_is_nowhere(adapter: SerialPort, monkeypatch: pytest.MonkeyPatch) -> None:
    told = looked_for({"match": Match(vid=0x0403, pid=0x6001)}, [], monkeypatch)
    assert told.path is None
    assert asking.at_port((told,), adapter.path) is None


def test_a_port_that_is_no_file_is_named_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    told = looked_for({"port": "socket://10.0.0.7:3333"}, [], monkeypatch)
    assert told.path is None
    assert asking.at_port((told,), "socket://10.0.0.7:3333") is told


def test_a_guest_does_not_learn_it() -> None:
    assert state(path="/home/anna/boots").anonymous.path is None

"""`legato calibrate`: what a person reads on the gauge puts a wrong sensor right, and nothing else does."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from legato.cli.commands.calibrate import write_device
from legato.controller.ports.port import Port
from legato.controller.session.session import Session
from legato.profiles import load
from legato.profiles.device import Chamber, Device, PressureSensor
from legato.sim import clock
from legato.sim.board import config_for
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from legato.tools.calibration.course import Calibration, calibrate
from legato.tools.calibration.linear_fit import BrokenSensor, Line, Point, after, through
from tests.front_door import Cli

FOOT = "left_foot"


def exact(device: Device) -> Device:
    """The same with sensors that are only a little noisy."""
    sensor = PressureSensor(noise_mmhg=0.2, step_mmhg=0.1)
    plain = [a.model_copy(update={"sensor": sensor}) if isinstance(a, Chamber) else a for a in device.actuators]
    # A copy would keep the channels that were worked out for the original.
    return Device.model_validate_json(device.model_copy(update={"actuators": tuple(plain)}).model_dump_json())


def calibrated(
    device: Device,
    wrong: Callable[[int], int],
    gauge: Callable[[float], str] = lambda mmhg: f"{mmhg:.1f}",
    only: tuple[str, ...] = (FOOT,),
) -> tuple[Calibration, SimDevice]:
    """A calibration at 30 mmHg, in virtual time, of a device whose left foot shows `wrong(tenths)`.

    The person reads the true pressure, and writes it as `gauge` says.
    """

    async def main() -> tuple[Calibration, SimDevice]:
        loop = asyncio.get_running_loop()
        simulated = SimDevice(device, 1, loop)
        simulated.board.wires.append(lambda out: out.__setitem__(0, max(0, wrong(out[0]))))
        simulated.start()

        async def opener() -> Port:
            return MemoryPipe(simulated, loop)

        async def ask(question: str) -> str:
            await asyncio.sleep(4.0)
            return gauge(simulated.felt()[0]) if "gauge read" in question else ""

        found = await calibrate(Session(opener, random.Random(1)), ask, 30.0, list(only), lambda _: None)
        await asyncio.sleep(5.0)
        assert max(simulated.felt()[:6]) < 5.0
        return found, simulated

    return clock.run(main())


def sensor_of(device: Device, name: str = FOOT) -> PressureSensor:
    return next(a.sensor for a in device.actuators if isinstance(a, Chamber) and a.id == name)


def test_a_sensor_that_shows_a_tenth_too_much_is_found_out() -> None:
    found, _ = calibrated(exact(load.device("wrap-3")), lambda tenths: tenths * 11 // 10 + 15)
    sensor = sensor_of(found.device)
    assert sensor.zero_mmhg == pytest.approx(1.5, abs=0.6)
    assert sensor.gain == pytest.approx(1.1, abs=0.03)
    assert sensor_of(found.device, "left_calf") == sensor_of(exact(load.device("wrap-3")), "left_calf")


def test_one_that_is_far_off_gets_its_zero_only_since_no_firmware_fills_by_it() -> None:
    found, _ = calibrated(exact(load.device("wrap-3")), lambda tenths: tenths + 80)
    sensor = sensor_of(found.device)
    assert sensor.zero_mmhg == pytest.approx(8.0, abs=0.6)
    assert sensor.gain == 1.0


def test_one_that_lies_below_what_it_can_show_is_read_at_two_pressures() -> None:
    found, _ = calibrated(exact(load.device("wrap-3")), lambda tenths: tenths - 60)
    sensor = sensor_of(found.device)
    assert sensor.zero_mmhg == pytest.approx(-6.0, abs=1.2)
    assert sensor.gain == pytest.approx(1.0, abs=0.05)


def test_the_calibrated_device_shows_what_is_felt(tmp_path: Path) -> None:
    def wrong(tenths: int) -> int:
        return tenths * 11 // 10 + 80

    def flashed(device: Device) -> Device:
        path = tmp_path / "mine.yaml"
        write_device(device, path)
        assert load.device(str(path)) == device
        return load.device(str(path))

    zeroed, _ = calibrated(exact(load.device("wrap-3")), wrong)
    both, _ = calibrated(flashed(zeroed.device), wrong)
    mine = flashed(both.device)
    air = config_for(mine).channels[0].air
    assert air is not None
    assert air.zero == pytest.approx(80, abs=8)
    assert air.gain == pytest.approx(4506, abs=120)
    last, _ = calibrated(mine, wrong)
    line = last.lines[FOOT]
    assert line.zero_mmhg == pytest.approx(0.0, abs=1.0)
    assert line.gain == pytest.approx(1.0, abs=0.04)


def test_a_reading_that_makes_no_sense_is_asked_for_again() -> None:
    readings = iter(("", "a lot", "-3", "3000"))
    found, _ = calibrated(exact(load.device("wrap-3")), lambda t: t + 15, lambda mmhg: next(readings, f"{mmhg:.1f}"))
    assert next(readings, "none left") == "none left"
    assert sensor_of(found.device).zero_mmhg == pytest.approx(1.5, abs=0.6)


def test_a_broken_sensor_is_not_calibrated_but_named() -> None:
    found, _ = calibrated(exact(load.device("wrap-3")), lambda tenths: tenths, lambda mmhg: f"{mmhg * 1.5:.1f}")
    assert (found.lines, found.device) == ({}, exact(load.device("wrap-3")).model_copy(update={"simulated": True}))
    assert "replace it" in found.broken[FOOT]


@pytest.mark.parametrize(
    ("low", "high", "line"),
    [
        (Point(8.0, 0.0), Point(41.0, 30.0), Line(8.0, 1.1)),
        (Point(9.0, 15.0), Point(24.0, 30.0), Line(-6.0, 1.0)),
    ],
)
def test_the_line_goes_through_both_points(low: Point, high: Point, line: Line) -> None:
    found = through(low, high)
    assert found.zero_mmhg == pytest.approx(line.zero_mmhg)
    assert found.gain == pytest.approx(line.gain)


def test_calibrations_add_up_and_have_bounds() -> None:
    once = PressureSensor(zero_mmhg=8.0, gain=1.1)
    assert after(once, Line(0.0, 1.0)) == Line(8.0, 1.1)
    assert after(once, Line(1.0, 1.0)).zero_mmhg == pytest.approx(9.1)
    with pytest.raises(BrokenSensor):
        after(once, Line(0.0, 1.2))
    with pytest.raises(BrokenSensor):
        through(Point(31.0, 0.0), Point(61.0, 30.0))
    with pytest.raises(BrokenSensor, match="is it connected"):
        through(Point(15.0, 30.0), Point(30.0, 30.0))


def test_nobody_but_a_person_reads_the_gauge(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("calibrate", "sim://wrap-3", "--out", str(tmp_path / "mine.yaml"), "--yes")
    assert (code, list(tmp_path.glob("*.yaml"))) == (2, [])
    assert "a person has to read the gauge" in err

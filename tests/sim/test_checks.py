"""The checker sees what must not be, and lets pass what a sensor or a person is to blame for."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from legato.firmware import wire
from legato.sim.checks.checker import InvariantChecker
from legato.sim.checks.invariants import INVARIANTS
from legato.sim.checks.zone_check import ZoneCheck
from legato.sim.clock import VirtualLoop, run
from legato.sim.device import SimDevice
from legato.sim.faults.cable import Cable
from tests.host import BOOTS
from tests.sim.parts import make_chamber

SECOND = 1_000_000


def watched(act: Callable[[SimDevice, InvariantChecker], Coroutine[Any, Any, None]]) -> dict[str, str]:
    """What a checker finds while `act` has its way with a device."""
    found: dict[str, str] = {}

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        device = SimDevice(BOOTS, 1, loop)
        device.start()
        checker = InvariantChecker(device, Cable(device, loop))
        await act(device, checker)
        found.update({name: broken.what for name, broken in checker.broken.items()})

    run(main())
    assert set(found) <= set(INVARIANTS)
    return found


def test_an_idle_device_breaks_nothing() -> None:
    async def act(device: SimDevice, checker: InvariantChecker) -> None:
        del device, checker
        await asyncio.sleep(10)

    assert watched(act) == {}


def test_a_pump_that_runs_unarmed_is_seen() -> None:
    async def act(device: SimDevice, checker: InvariantChecker) -> None:
        del checker
        device.board.master(1)
        await asyncio.sleep(0.1)

    assert set(watched(act)) == {"arm"}


def test_a_session_that_nobody_armed_is_seen() -> None:
    async def act(device: SimDevice, checker: InvariantChecker) -> None:
        del checker
        device.core._session.state = wire.ARMED
        await asyncio.sleep(0.1)

    assert "arm" in watched(act)


def test_a_fault_that_clears_itself_is_seen() -> None:
    async def act(device: SimDevice, checker: InvariantChecker) -> None:
        del checker
        device.feed(wire.encode(wire.ESTOP, 1, 0))
        await asyncio.sleep(0.1)
        device.core._session.state = wire.IDLE
        await asyncio.sleep(0.1)

    assert set(watched(act)) == {"latch"}


def test_the_first_time_is_kept() -> None:
    async def act(device: SimDevice, checker: InvariantChecker) -> None:
        await asyncio.sleep(1)
        device.board.master(1)
        await asyncio.sleep(1)
        assert checker.broken["arm"].at_s == pytest.approx(1.01, abs=0.011)

    watched(act)


class TestZone:
    @pytest.fixture
    def zone(self) -> ZoneCheck:
        return ZoneCheck(
            make_chamber(cap_mmhg=40, hold_s=20, sensor={"offset_mmhg": 1.0, "noise_mmhg": 0.0, "step_mmhg": 0.2})
        )

    def felt_for(self, zone: ZoneCheck, felt: float, seconds: float, reading: float, from_s: float = 0.0) -> set[str]:
        found = (
            zone.look(round((from_s + tick / 100) * SECOND), felt, round(reading * 10), is_known=True)
            for tick in range(round(seconds * 100) + 1)
        )
        return {broken.invariant for broken in found if broken is not None}

    def test_over_its_cap_by_more_than_its_sensors_error_for_half_a_second_is_too_much(self, zone: ZoneCheck) -> None:
        assert self.felt_for(zone, 41.1, 2.0, 41.1) == set()
        assert self.felt_for(zone, 42.0, 0.5, 42.0, from_s=3) == set()
        assert self.felt_for(zone, 42.0, 0.6, 42.0, from_s=3) == {"cap"}

    def test_a_sensor_that_is_wrong_excuses_as_much_but_no_more_than_60_mmhg(self, zone: ZoneCheck) -> None:
        assert self.felt_for(zone, 70.0, 2.0, 35.0) == set()
        assert self.felt_for(zone, 101.0, 2.0, 0.0) == {"cap"}

    def test_what_a_sensor_hid_takes_its_time_to_leave_once_it_shows(self, zone: ZoneCheck) -> None:
        assert self.felt_for(zone, 90.0, 2.0, 35.0) == set()
        assert self.felt_for(zone, 90.0, 4.4, 90.0, from_s=2.01) == set()
        assert self.felt_for(zone, 90.0, 0.2, 90.0, from_s=6.42) == {"cap"}

    def test_a_hold_is_counted_until_it_has_rested_for_ten_seconds(self, zone: ZoneCheck) -> None:
        assert self.felt_for(zone, 30.0, 20.0, 30.0) == set()
        assert self.felt_for(zone, 5.0, 9.0, 5.0, from_s=20) == set()
        assert self.felt_for(zone, 30.0, 5.0, 30.0, from_s=29) == {"hold"}

    def test_a_hold_after_a_rest_is_a_new_one(self, zone: ZoneCheck) -> None:
        assert self.felt_for(zone, 30.0, 20.0, 30.0) == set()
        assert self.felt_for(zone, 5.0, 11.0, 5.0, from_s=20) == set()
        assert self.felt_for(zone, 30.0, 20.0, 30.0, from_s=31) == set()

    def test_after_a_fault_the_air_goes_one_way_or_the_other(self, zone: ZoneCheck) -> None:
        def looks(reading: int, *, is_relieved: bool) -> set[str]:
            zone.forget_fault()
            at_us = (ms * 1000 for ms in range(0, 1500, 10))
            found = (zone.look_at_exhaust(us, 30.0, reading, is_relieved=is_relieved) for us in at_us)
            return {broken.invariant for broken in found if broken is not None}

        assert looks(300, is_relieved=True) == set()
        assert looks(300, is_relieved=False) == {"relief"}
        assert looks(wire.INVALID, is_relieved=False) == {"relief"}
        assert looks(0, is_relieved=False) == set()

    def test_after_a_fault_the_pressure_never_rises(self, zone: ZoneCheck) -> None:
        assert zone.look_at_exhaust(0, 20.0, 200, is_relieved=True) is None
        risen = zone.look_at_exhaust(10_000, 23.0, 230, is_relieved=True)
        assert risen is not None
        assert risen.invariant == "no rise"

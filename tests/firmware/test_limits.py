"""Every hard limit against its figure: none of them may move without a test that says so.

First what the core does on either side of a limit: here, of filling in test_limits_filling.py, of heat and motors in
test_faults_heat.py, of a vent that fails in test_exhaust.py, of pauses and stops in test_session_time.py. Then the
figures themselves, each with its source; `make mutants` moves them one by one.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire
from legato.firmware.chamber import ChamberController
from legato.firmware.chamber_monitor import ChamberMonitor
from legato.firmware.config import COLD, HEAT, PRESSURE, ChannelConfig
from legato.firmware.ramp import Ramp
from tests.firmware.guards import HOLD_S, air, guard, holding, tripped_after

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)


class TestPressure:
    def test_no_description_allows_more_than_110_mmhg(self) -> None:
        chamber = ChannelConfig(PRESSURE, 255, air=air())
        assert (chamber.allows(220), chamber.allows(221)) == (True, False)

    def test_ten_above_110_trips_at_once_whatever_is_described(self) -> None:
        one = ChannelConfig(PRESSURE, 255, air=air())
        for tenths, code in ((1200, 0), (1201, wire.FAULT_OVER_CAP)):
            over = ChamberMonitor(ChamberController(0, 0, air(), Ramp()), one.cap)
            over.check(tenths, 1)
            assert over.code == code

    def test_ten_above_the_command_trips_after_half_a_second(self) -> None:
        assert tripped_after(holding(40), 500, 2000) is None
        assert tripped_after(holding(40), 501) == 51

    def test_a_fifth_above_a_high_command_trips(self) -> None:
        assert tripped_after(holding(90), 1080, 2000) is None
        assert tripped_after(holding(90), 1081) == 51

    def test_the_command_rises_by_40_mmhg_a_second_at_most(self, rig: "Rig") -> None:
        rig.play((0, FOOT, 100, 0.01))
        begin = rig.commanded(FOOT)
        rig.step(1)
        assert rig.commanded(FOOT) - begin == pytest.approx(40, abs=0.5)

    def test_a_pressure_is_kept_within_a_mmhg_and_a_half(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        for reading in (415, 385):
            rig.board.said[FOOT] = reading
            rig.step(0.05)
            assert (rig.board.fill & 1, rig.board.vent & 1) == (0, 1)
        rig.board.said[FOOT] = 416
        rig.step(0.02)
        assert not rig.board.vent & 1
        rig.board.said[FOOT] = 384
        rig.step(0.05)
        assert rig.board.fill & 1


class TestReleasing:
    def test_what_rises_10_mmhg_for_longer_than_a_movement_does_trips(self) -> None:
        """A person's movement lasts up to 2 s: domain figures 4.9."""
        assert tripped_after(guard(), 100) is None
        assert tripped_after(guard(), 101) == 221


class TestRefill:
    """A refill is over once the pressure is 3 mmHg below the plan, or 10 mmHg above it: session time runs again."""

    @pytest.mark.parametrize(("tenths", "state"), [(369, wire.REFILL), (370, wire.RUNNING)])
    def test_from_below_3_mmhg_are_close(self, rig: "Rig", tenths: int, state: int) -> None:
        rig.play((0, FOOT, 40, 0))
        rig.step(0.9)
        rig.board.said[FOOT] = tenths
        rig.step(0.2)
        assert (rig.commanded(FOOT), rig.core.state) == (40, state)

    @pytest.mark.parametrize(("tenths", "state"), [(301, wire.REFILL), (300, wire.RUNNING)])
    def test_from_above_10_mmhg_are_close(self, rig: "Rig", tenths: int, state: int) -> None:
        rig.hold(FOOT, 35)
        rig.pause()
        rig.seek(3000)
        rig.feed((3, FOOT, 20, 0), until_s=9, base_s=3)
        rig.board.said[FOOT] = tenths
        rig.run(session_ms=3000)
        rig.step(0.6)
        assert (rig.commanded(FOOT), rig.core.state) == (20, state)


class TestHolds:
    def run_s(self, mmhg: float, one: ChamberMonitor, most_s: int = 60) -> float | None:
        """How long a chamber may stand at a pressure before its hold is too long."""
        for tick in range(1, most_s * 100):
            one.sit_out(round(mmhg * 10), 1)
            if one.code:
                return tick / 100
        return None

    def test_a_hold_lasts_its_time_and_2_s(self) -> None:
        assert self.run_s(40, guard()) == pytest.approx(HOLD_S + 2, abs=0.1)

    def test_from_11_mmhg_on_there_is_a_hold(self) -> None:
        assert self.run_s(11, guard()) == pytest.approx(HOLD_S + 2, abs=0.6)

    def test_up_to_10_mmhg_there_is_no_hold(self) -> None:
        assert self.run_s(10, guard()) is None

    @pytest.mark.parametrize(("quiet_mmhg", "rest_s", "goes_on"), [(8, 11, False), (0, 10.1, True), (8.6, 15, True)])
    def test_only_ten_seconds_at_or_below_8_mmhg_end_a_hold(
        self, quiet_mmhg: float, rest_s: float, goes_on: bool
    ) -> None:
        one = guard()
        for mmhg, seconds in ((40.0, 6.0), (quiet_mmhg, rest_s), (40.0, 12.0)):
            for _ in range(round(seconds * 100)):
                one.sit_out(round(mmhg * 10), 1)
        assert one.code == (wire.FAULT_HOLD_TOO_LONG if goes_on else 0)


class TestSensors:
    def test_20_mmhg_within_a_tick_is_a_pressure_and_more_is_none(self) -> None:
        one, other = guard(), guard()
        for g, tenths in ((one, 300), (other, 301)):
            g.check(100, 1)
            g.check(tenths, 1)
        assert (one.chamber.pressure, other.chamber.pressure) == (300, 100)

    def test_for_each_tick_that_a_loop_is_late_it_may_be_2_mmhg_more(self) -> None:
        one, other = guard(), guard()
        for g, tenths in ((one, 340), (other, 341)):
            g.check(100, 1)
            g.check(tenths, 3)
        assert (one.chamber.pressure, other.chamber.pressure) == (340, 100)

    def test_five_bad_readings_in_a_row_trip_and_four_do_not(self) -> None:
        one = guard()
        one.check(50, 1)
        assert [one.check(wire.INVALID, 1) for _ in range(5)] == [False] * 4 + [True]

    def test_nor_do_five_with_a_good_one_among_them(self) -> None:
        one = guard()
        one.check(50, 1)
        bad = wire.INVALID
        assert [one.check(reading, 1) for reading in (bad, bad, bad, bad, 50, bad, bad)] == [False] * 6 + [True]

    def test_a_bad_reading_is_made_good_by_eight_good_ones(self) -> None:
        one = guard()
        one.check(50, 1)
        for _ in range(50):
            assert not one.check(wire.INVALID, 1)
            assert not any(one.check(50, 1) for _ in range(8))


class TestHeat:
    def test_no_heater_is_set_above_42_degrees(self) -> None:
        pad = ChannelConfig(HEAT, 100)
        assert (pad.allows(84), pad.allows(85)) == (True, False)

    def test_a_cooler_is_bound_from_below(self) -> None:
        assert [ChannelConfig(COLD, 24).allows(half) for half in (0, 23, 24)] == [True, False, True]


class TestTime:
    @pytest.mark.parametrize(("silent_s", "state"), [(1.49, wire.RUNNING), (1.52, wire.STOPPING)])
    def test_a_silent_host_is_borne_for_a_second_and_a_half(self, rig: "Rig", silent_s: float, state: int) -> None:
        rig.hold(FOOT, 40)
        rig.send(wire.HEARTBEAT)
        rig.is_beating = False
        rig.step(silent_s)
        assert rig.core.state == state

    def test_just_before_two_seconds_after_the_last_word_everything_is_off(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.send(wire.HEARTBEAT)
        rig.is_beating = False
        rig.step(1.94)
        assert not rig.board.is_safe
        rig.step(0.02)
        assert rig.board.is_safe

    @pytest.mark.parametrize(("until_s", "code"), [(10.5, wire.OK), (10.51, wire.TOO_FAR_AHEAD)])
    def test_plans_reach_ten_seconds_and_a_half_ahead(self, rig: "Rig", until_s: float, code: int) -> None:
        rig.arm()
        assert rig.feed(until_s=until_s) == code

    def test_an_under_run_holds_for_a_second(self, rig: "Rig") -> None:
        rig.play((0, FOOT, 20, 1), until_s=3)
        rig.step(3.96)
        assert rig.core.state == wire.RUNNING
        rig.step(0.08)
        assert rig.core.state == wire.STOPPING


FIGURES = {
    ("config", "HARD_CAP"): 220,  # 110 mmHg: domain figures 2.3
    ("config", "HARD_HEAT_CAP"): 84,  # 42 degC: domain figures 2.4
    ("thermostat", "TOO_HOT"): 430,  # 43 degC: IEC 60601-1, table 24
    ("thermostat", "TOO_COLD"): 50,
    ("thermostat", "TEMPERATURE_JUMP"): 50,
    ("thermostat", "BAD_SAMPLES"): 5,
    ("thermostat", "STUCK_TICKS"): 6000,
    ("thermostat", "WARMED"): 6,
    ("thermostat", "LOOSE_TICKS"): 18_000,
    ("drive", "GRACE_MS"): 2000,
    ("chamber", "SLEW"): 4,  # 40 mmHg/s
    ("chamber", "BAND"): 15,  # 1.5 mmHg
    ("chamber", "CLOSE"): 30,
    ("chamber", "FAR"): 100,
    ("chamber", "CONTACT"): 20,
    ("chamber_monitor", "OVER_CAP"): 100,  # cap + 10 mmHg: domain figures 2.3
    ("chamber_monitor", "OVER_SET"): 100,  # max(1.2 x set, set + 10 mmHg) for 0.5 s: domain figures 2.3
    ("chamber_monitor", "OVER_SET_TICKS"): 50,
    ("chamber_monitor", "RISEN"): 100,
    ("chamber_monitor", "RISEN_TICKS"): 220,  # longer than a movement of 2 s: domain figures 4.9
    ("chamber_monitor", "HELD"): 1615,  # 10 mmHg, summed over 16 ticks
    ("chamber_monitor", "RESTED"): 1295,  # 8 mmHg, summed over 16 ticks
    ("chamber_monitor", "REST_TICKS"): 1000,  # 10 s
    ("chamber_monitor", "HOLD_GRACE_MS"): 2000,
    ("chamber_monitor", "JUMP"): 200,  # 20 mmHg a tick
    ("chamber_monitor", "FASTEST"): 20,
    ("chamber_monitor", "DOUBT"): 8,
    ("chamber_monitor", "MOST_DOUBT"): 40,
    ("chamber_monitor", "EMPTY"): 30,
    ("chamber_monitor", "TOUCHED"): 60,
    ("chamber_monitor", "LEAKED"): 10,
    ("chamber_monitor", "SPIN_UP_MS"): 250,
    ("chamber_monitor", "MOVED"): 30,
    ("chamber_monitor", "STUCK"): 20_000,
    ("chamber_monitor", "NOISE"): 20,  # 0.5 mmHg, summed over 4 ticks
    ("chamber_monitor", "TRUST"): 4,
    ("relief", "LOOK_TICKS"): 30,
    ("relief", "LIMP"): 10,
    ("relief", "UNFELT"): 100,
    ("hardware", "VENTED"): 80,
    ("session", "SILENCE_MS"): 1500,  # design.md 4.7
    ("session", "SILENT_RELEASE_MS"): 450,
    ("session", "RELEASE_MS"): 1000,
    ("session", "STARVED_MS"): 1000,
    ("session", "LONGEST_PAUSE_MS"): 600_000,  # design.md 4.10
    ("session", "WARM_PAUSE_MS"): 30_000,
    ("stream", "HORIZON_MS"): 10_500,
    ("ticks", "TICK_MS"): 10,
}
"""The hard limits in the units of the firmware, with their source where it is not an estimate of ours."""


@pytest.mark.parametrize(("where", "value"), FIGURES.items(), ids=[".".join(where) for where in FIGURES])
def test_no_hard_limit_moves_by_accident(where: tuple[str, str], value: int) -> None:
    module, name = where
    assert getattr(import_module(f"legato.firmware.{module}"), name) == value

"""Every hard limit against its figure: none of them may move without a test that says so.

First what the core does on either side of a limit, then the figures themselves, each with where it comes from.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from firmware import wire
from firmware.chamber import Chamber
from firmware.config import COLD, HEAT, PRESSURE, Air, Channel
from firmware.curve import Curve
from firmware.guard import Guard

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)
HOLD_S = 20


def air(**other: int) -> Air:
    settings = {"pump": 0, "hold_ms": HOLD_S * 1000, "coil_ms": 0, "contact_ms": 400, "rise_mmhg_s": 60}
    return Air(**settings | {"vent_ms": 1700} | other)


def guard(cap_mmhg: float = 110) -> Guard:
    """The guard of a chamber that asks for nothing, and has felt nothing yet."""
    return Guard(Chamber(0, 0, air(), Curve()), round(cap_mmhg * 2))


def holding(mmhg: float, cap_mmhg: float = 110) -> Guard:
    """The guard of a chamber that is kept at a pressure."""
    one = guard(cap_mmhg)
    one.chamber.command = round(mmhg * 10)
    one.chamber.venting = one.chamber.releasing = False
    assert not one.check(round(mmhg * 10), 1)
    return one


def tripped_after(one: Guard, tenths: int, most: int = 3000) -> int | None:
    """Ticks of 10 ms until it trips at this reading."""
    return next((tick for tick in range(1, most + 1) if one.check(tenths, 1)), None)


class TestPressure:
    def test_no_description_allows_more_than_110_mmhg(self) -> None:
        chamber = Channel(PRESSURE, 255, air=air())
        assert (chamber.allows(220), chamber.allows(221)) == (True, False)

    def test_ten_above_110_trips_at_once_whatever_is_described(self) -> None:
        one = Channel(PRESSURE, 255, air=air())
        for tenths, code in ((1200, 0), (1201, wire.FAULT_OVER_CAP)):
            over = Guard(Chamber(0, 0, air(), Curve()), one.cap)
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


class TestHolds:
    def run_s(self, mmhg: float, one: Guard, most_s: int = 60) -> float | None:
        """How long a chamber may stand at a pressure before its hold is too long."""
        for tick in range(1, most_s * 100):
            one.sit_out(round(mmhg * 10), 1)
            if one.code:
                return tick / 100
        return None

    def test_above_10_mmhg_a_hold_lasts_its_time_and_2_s(self) -> None:
        assert self.run_s(11, guard()) == pytest.approx(HOLD_S + 2, abs=0.6)

    def test_up_to_10_mmhg_there_is_no_hold(self) -> None:
        assert self.run_s(10, guard()) is None

    @pytest.mark.parametrize(("quiet_mmhg", "rest_s", "goes_on"), [(8, 11, False), (8, 9.9, True), (8.6, 15, True)])
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

    def test_five_bad_readings_in_a_row_trip_and_four_do_not(self) -> None:
        one = guard()
        one.check(50, 1)
        assert [one.check(wire.INVALID, 1) for _ in range(5)] == [False] * 4 + [True]

    def test_a_bad_reading_is_made_good_by_eight_good_ones(self) -> None:
        one = guard()
        one.check(50, 1)
        for _ in range(20):
            assert not one.check(wire.INVALID, 1)
            assert not any(one.check(50, 1) for _ in range(8))


class TestFilling:
    def filled_ms(self, one: Guard, mmhg: float) -> int | None:
        """How long a chamber may be filled with this reading."""
        one.chamber.command, one.chamber.sharing = 400, 1
        one.chamber.venting = one.chamber.releasing = False
        ticks = tripped_after(one, round(mmhg * 10))
        return None if ticks is None else ticks * 10

    def test_without_contact_one_and_a_half_times_the_slack_and_a_quarter_second(self) -> None:
        assert self.filled_ms(guard(), 0) == pytest.approx(1.5 * 400 + 250, abs=20)

    def test_a_reading_that_does_not_move_is_stuck_after_20_mmhg_of_air(self) -> None:
        assert self.filled_ms(holding(10), 10) == pytest.approx(1000 * 20 / 60 + 250, abs=20)


class TestHeat:
    def test_no_heater_is_set_above_42_degrees(self) -> None:
        pad = Channel(HEAT, 100)
        assert (pad.allows(84), pad.allows(85)) == (True, False)

    def test_a_cooler_is_bound_from_below(self) -> None:
        assert [Channel(COLD, 24).allows(half) for half in (0, 23, 24)] == [True, False, True]


class TestTime:
    @pytest.mark.parametrize(("silent_s", "state"), [(1.49, wire.RUNNING), (1.52, wire.STOPPING)])
    def test_a_silent_host_is_borne_for_a_second_and_a_half(self, rig: "Rig", silent_s: float, state: int) -> None:
        rig.hold(FOOT, 40)
        rig.send(wire.HEARTBEAT)
        rig.is_beating = False
        rig.step(silent_s)
        assert rig.core.state == state

    def test_two_seconds_after_the_last_word_everything_is_off(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.send(wire.HEARTBEAT)
        rig.is_beating = False
        rig.step(1.9)
        assert not rig.board.is_safe
        rig.step(0.1)
        assert rig.board.is_safe

    @pytest.mark.parametrize(("until_s", "code"), [(10.5, wire.OK), (10.51, wire.TOO_FAR_AHEAD)])
    def test_plans_reach_ten_seconds_and_a_half_ahead(self, rig: "Rig", until_s: float, code: int) -> None:
        rig.arm()
        assert rig.feed(until_s=until_s) == code

    def test_an_under_run_holds_for_a_second(self, rig: "Rig") -> None:
        rig.play((0, FOOT, 20, 1), until_s=3)
        rig.step(3.9)
        assert rig.core.state == wire.RUNNING
        rig.step(0.2)
        assert rig.core.state == wire.STOPPING

    @pytest.mark.parametrize(("seconds", "state"), [(599.9, wire.PAUSED), (600.1, wire.IDLE)])
    def test_a_pause_lasts_ten_minutes(self, rig: "Rig", seconds: float, state: int) -> None:
        rig.hold(FOOT, 20)
        rig.pause()
        rig.step(seconds)
        assert rig.core.state == state

    def test_a_motor_runs_two_seconds_beyond_its_limit_at_most(self, rig: "Rig") -> None:
        rig.play((0, MOTOR, 50, 0), until_s=9)
        rig.step(6.9)
        assert rig.core.state == wire.RUNNING
        rig.step(0.3)
        assert rig.the_fault() == (wire.FAULT_ON_TOO_LONG, MOTOR)


FIGURES = {
    ("config", "HARD_CAP"): 220,  # 110 mmHg: domain figures 2.3
    ("config", "HARD_HEAT_CAP"): 84,  # 42 degC: domain figures 2.4
    ("heat", "TOO_HOT"): 430,  # 43 degC: IEC 60601-1, table 24
    ("heat", "TOO_COLD"): 50,
    ("heat", "JUMP"): 50,
    ("heat", "BAD_SAMPLES"): 5,
    ("heat", "STUCK_TICKS"): 6000,
    ("heat", "WARMED"): 6,
    ("heat", "LOOSE_TICKS"): 18_000,
    ("drive", "GRACE_MS"): 2000,
    ("chamber", "SLEW"): 4,  # 40 mmHg/s
    ("chamber", "BAND"): 15,  # 1.5 mmHg
    ("chamber", "CLOSE"): 30,
    ("chamber", "FAR"): 100,
    ("chamber", "CONTACT"): 20,
    ("guard", "OVER_CAP"): 100,  # cap + 10 mmHg: domain figures 2.3
    ("guard", "OVER_SET"): 100,  # max(1.2 x set, set + 10 mmHg) for 0.5 s: domain figures 2.3
    ("guard", "OVER_SET_TICKS"): 50,
    ("guard", "RISEN"): 100,
    ("guard", "RISEN_TICKS"): 220,
    ("guard", "HELD"): 1615,  # 10 mmHg, summed over 16 ticks
    ("guard", "RESTED"): 1295,  # 8 mmHg, summed over 16 ticks
    ("guard", "REST_TICKS"): 1000,  # 10 s
    ("guard", "HOLD_GRACE_MS"): 2000,
    ("guard", "JUMP"): 200,  # 20 mmHg a tick
    ("guard", "FASTEST"): 20,
    ("guard", "DOUBT"): 8,
    ("guard", "MOST_DOUBT"): 40,
    ("guard", "EMPTY"): 30,
    ("guard", "TOUCHED"): 60,
    ("guard", "LEAKED"): 50,
    ("guard", "SPIN_UP_MS"): 250,
    ("guard", "MOVED"): 30,
    ("guard", "STUCK"): 20_000,
    ("exhaust", "LOOK_TICKS"): 30,
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
    assert getattr(import_module(f"firmware.{module}"), name) == value

"""Figures that stand in several files, so that each wall stands alone, are the same in all of them."""

import re
from pathlib import Path

import pytest
from matplotlib import colormaps
from matplotlib.colors import to_hex
from pydantic import TypeAdapter, ValidationError

from legato.care.conditions import Cap
from legato.cli import stop_by_service
from legato.controller.link import connection, device_clock, device_messages, handshake, host_messages
from legato.controller.pair import clock_sync
from legato.controller.ports import port
from legato.controller.session import command_stream, dose, plausibility, playback, setpoint_feed
from legato.draw import heatmap, picture
from legato.firmware import (
    chamber,
    chamber_monitor,
    config,
    device_link,
    hardware,
    session,
    session_clock,
    stream,
    thermostat,
    ticks,
)
from legato.profiles import (
    air,
    by_hand,
    compile_context,
    device,
    envelope,
    pace,
    reverse_gradient,
    run_limits,
    schedule,
    segments,
    step_bases,
    steps,
    stroke_ledger,
)
from legato.profiles.anatomy import Zone
from legato.profiles.audit import curve, draining, expected_pressure, rolling, swinging
from legato.profiles.profile import Use
from legato.profiles.strokes import draining as drain_strokes
from legato.profiles.strokes import swing
from legato.sim import board as sim_board
from legato.sim import device as sim_device
from legato.sim.checks import checker, zone_check
from legato.tools.conform import bench
from legato.tools.conform.rules import air as air_rules
from legato.tools.conform.rules import greeting, states
from legato.tools.monitor import reader

SOURCES = Path(__file__).parents[2]


def test_the_tick_is_10_ms() -> None:
    assert {ticks.TICK_MS, schedule.TICK_MS, 1000 // segments.TICKS_PER_S, rolling.TICK_S * 1000} == {10}
    written = re.findall(r"^_?TICK_(?:MS|S)\b.*= *([0-9.]+)$", "\n".join(sources("controller", "sim")), re.MULTILINE)
    assert {float(tick) for tick in written} <= {10.0, 0.01}


def sources(*folders: str) -> list[str]:
    return [path.read_text() for folder in folders for path in (SOURCES / folder).rglob("*.py")]


def test_nothing_goes_above_110_mmhg() -> None:
    assert {device.HARD_CAP_MMHG, config.HARD_CAP / 2} == {110.0}
    hold = {"do": "hold", "from": Zone.FOOT, "seconds": 5.0}
    assert steps.Hold.model_validate(hold | {"pressure_mmhg": 110.0})
    with pytest.raises(ValidationError):
        steps.Hold.model_validate(hold | {"pressure_mmhg": 110.5})
    cap = TypeAdapter[float](Cap)
    assert cap.validate_python(110.0)
    with pytest.raises(ValidationError):
        cap.validate_python(110.5)


def test_whoever_measures_10_mmhg_above_a_cap_stops() -> None:
    assert {chamber_monitor.OVER_CAP / 10, plausibility.CAP_MARGIN_MMHG} == {10.0}
    assert {chamber_monitor.OVER_SET_TICKS * ticks.TICK_MS * 1000, zone_check.OVER_CAP_US} == {500_000}


def test_a_hold_begins_above_10_mmhg_and_ends_after_10_s_at_or_below_8() -> None:
    held = {
        run_limits.RUN_MMHG,
        zone_check.HELD_MMHG,
        dose.PRESSES_MMHG,
        reverse_gradient.PRESSED_MMHG,
        (chamber_monitor.HELD + 1) / chamber_monitor.SMOOTH / 10 - 0.1,
    }
    quiet = {
        run_limits.QUIET_MMHG,
        zone_check.RESTED_MMHG,
        reverse_gradient.RELEASED_MMHG,
        (chamber_monitor.RESTED + 1) / chamber_monitor.SMOOTH / 10 - 0.1,
    }
    assert (held, quiet) == ({10.0}, {8.0})
    assert {run_limits.BREAK_S, zone_check.REST_US / 1e6, chamber_monitor.REST_TICKS * ticks.TICK_MS / 1000} == {10.0}


def test_below_8_mmhg_a_chamber_is_vented() -> None:
    assert {hardware.VENTED / 10, bench.EMPTY_MMHG, stop_by_service.NO_AIR_MMHG} == {8.0}


def test_a_pressure_is_kept_within_a_mmhg_and_a_half() -> None:
    assert {run_limits.REGULATED_MMHG, chamber.BAND / 10} == {1.5}


def test_a_chamber_is_filled_from_3_mmhg_below_to_10_above_and_two_devices_wait_for_a_little_more() -> None:
    assert (chamber.CLOSE / 10, chamber.FAR / 10) == (3.0, 10.0)
    assert (chamber.CLOSE / 10 - clock_sync._SHORT_MMHG, chamber.FAR / 10 - clock_sync._FAR_MMHG) == (0.5, 1.0)
    assert air_rules.NEAR_MMHG - chamber.CLOSE / 10 == 1.0


def test_pressure_rises_by_40_mmhg_a_second_at_most() -> None:
    assert {envelope.SLEW_MMHG_S, air_rules.RISE_MMHG_S, chamber.SLEW * 100 / ticks.TICK_MS} == {40.0}
    assert compile_context.PLANNED_RISE_MMHG_S < pace.SLOWED_FROM_MMHG_S
    assert pace.SLOWED_FROM_MMHG_S * 1.02 < envelope.SLEW_MMHG_S


def test_a_pause_lasts_ten_minutes_and_so_long_a_question_waits() -> None:
    assert {session.LONGEST_PAUSE_MS / 1000, playback.BACK_S, by_hand.ANSWER_S} == {600.0}


def test_two_seconds_after_the_last_word_everything_is_off_and_who_is_silent_so_long_is_lost() -> None:
    silent_s = (session.SILENCE_MS + session.SILENT_RELEASE_MS) / 1000
    assert {checker.SILENT_US / 1e6, connection.SILENT_S} == {2.0}
    assert silent_s == 2.0 - 5 * ticks.TICK_MS / 1000
    assert connection.HEARTBEAT_S == bench.HEARTBEAT_S == session.SILENCE_MS / 1000 / 6


def test_clocks_of_devices_go_round_at_30_bits() -> None:
    masks = {ticks.MASK, chamber.LATER, sim_device.CLOCK_MASK, dose._CLOCK_MASK, device_clock.WRAP_MS - 1}
    assert masks == {(1 << 30) - 1}


def test_a_clock_is_put_right_by_100_parts_in_4096_at_most() -> None:
    assert {session_clock.RATE_MOST, clock_sync.RATE_MOST, states.RATE_MOST} == {100}
    assert {1 << session_clock.RATE_BITS, clock_sync.RATE_ONE} == {4096}
    assert session_clock.TRIM_REACH_MS == 2000


def test_the_units_of_the_wire() -> None:
    assert {host_messages.HALF_UNITS, sim_board.HALF_UNITS, reader.HALF_UNITS} == {2}
    assert {device_messages.TENTHS, reader.TENTHS} == {10}
    assert {device_link.DESCRIPTION_PART, handshake.PART_BYTES, greeting.PART_BYTES} == {128}
    on_boards = re.findall(r"^BAUD = (\d+)$", (SOURCES / "firmware/ports/mcu/start.py").read_text(), re.MULTILINE)
    assert [int(baud) for baud in on_boards] == [port.BAUD]


def test_the_back_of_the_knee_gets_20_mmhg() -> None:
    assert {envelope.ZONE_CAP_MMHG[Zone.POPLITEAL], step_bases.BACK_OF_KNEE_MMHG} == {20.0}


def test_heat_ends_at_42_degrees() -> None:
    assert {envelope.HEAT_MAX_C, config.HARD_HEAT_CAP / 2} == {42.0}
    assert {thermostat.TOO_HOT / 10, checker.SKIN_MAX_C} == {43.0}
    warm = {"do": "heat", "from": Zone.FOOT, "seconds": 60.0}
    assert steps.Heat.model_validate(warm | {"temp_c": 42.0})
    with pytest.raises(ValidationError):
        steps.Heat.model_validate(warm | {"temp_c": 42.5})


def test_the_host_plans_no_further_ahead_than_the_device_takes() -> None:
    assert (setpoint_feed.AHEAD_MS, stream.HORIZON_MS) == (10_000, 10_500)
    assert command_stream.HOLD_S * 1000 < stream.HORIZON_MS


def test_caps_and_holds_are_those_that_the_sources_give() -> None:
    assert envelope.USE_CAP_MMHG == {Use.COMFORT: 70.0, Use.SPORT: 90.0, Use.LYMPH: 50.0}
    assert envelope.USE_HOLD_S == {Use.COMFORT: 120.0, Use.SPORT: 120.0, Use.LYMPH: 90.0}
    assert envelope.ZONE_CAP_MMHG == {Zone.CALF: 80.0, Zone.SHIN: 80.0, Zone.KNEE: 40.0, Zone.POPLITEAL: 20.0}
    assert envelope.ZONE_HOLD_S == {Zone.CALF: 60.0, Zone.SHIN: 60.0, Zone.KNEE: 30.0, Zone.POPLITEAL: 3.0}
    assert (envelope.HOLD_MAX_S, envelope.COOL_MAX_S, envelope.PERCUSSION_MAX_S) == (120.0, 900.0, 120.0)
    assert (envelope.SESSION_MAX_S, reverse_gradient.REVERSE_MMHG, reverse_gradient.HELD_S) == (3600, 5.0, 2.0)


def test_the_auditor_measures_by_the_figures_that_the_strokes_are_drawn_by() -> None:
    assert draining.CLOSED_MMHG == drain_strokes.CLOSED_MMHG == 5.0
    assert swinging.FLAT_MMHG == swing.FLAT_MMHG == 4.0
    assert curve.CONTACT_MMHG == air.BASELINE_MMHG == 6.0
    assert expected_pressure.FAINT_MMHG == stroke_ledger.FAINT_MMHG == 8.0
    assert rolling.FULL_MMHG == envelope.ROLLER_FULL_MMHG == 70.0


def test_pressure_has_one_scale_of_colour() -> None:
    """The panel's begins with the cloth of an empty chamber and leaves out what cannot be told from it."""
    assert picture.COLOURS == "inferno"
    inferno = colormaps[picture.COLOURS]
    steps = len(heatmap.PALETTE) - 1
    assert tuple(to_hex(inferno(i / steps)) for i in range(steps + 1)) == heatmap.PALETTE
    panel = (SOURCES / "legato/panel/js/colour.js").read_text()
    stops = re.findall(r"\[(\d+), (\d+), (\d+)\]", panel.partition("STOPS = ")[2].splitlines()[0])
    drawn = [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in stops]
    assert drawn[1:] == list(heatmap.PALETTE[3:-1])
    light = [0.2126 * int(r) + 0.7152 * int(g) + 0.0722 * int(b) for r, g, b in stops]
    assert light == sorted(light)

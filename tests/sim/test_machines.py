"""Motors, rollers and pads: none of them is where it should be at once."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from legato.profiles.device import Cooler, Heater
from legato.sim.first_order_lag import FirstOrderLag
from legato.sim.heating_pad import BLOOD_K_W, CORE_C, FUSE_C, ROOM_C, SKIN_C, SKIN_J_K, PadModel
from legato.sim.motors import MotorModel, RollerModel

SECOND_US = 1_000_000
PLACE = {"id": "pad", "zone": "calf", "side": "left", "from_cm": 22, "to_cm": 36}


def heater() -> Heater:
    return Heater.model_validate_json(json.dumps(PLACE | {"kind": "heater"}))


def cooler() -> Cooler:
    return Cooler.model_validate_json(json.dumps(PLACE | {"kind": "cooler"}))


def test_a_motor_reaches_63_percent_of_its_speed_in_one_time_constant() -> None:
    motor = MotorModel(spin_up_s=0.2)
    motor.enable(True, 0)
    motor.drive(80.0, SECOND_US)
    assert motor.felt_at(SECOND_US + 200_000) == pytest.approx(80.0 * 0.632, rel=1e-3)
    assert motor.sensed_at(SECOND_US) == 80.0


def test_a_motor_without_supply_runs_down_and_comes_back_with_it() -> None:
    motor = MotorModel(spin_up_s=0.1)
    motor.drive(50.0, 0)
    assert motor.felt_at(SECOND_US) == 0.0
    motor.enable(True, SECOND_US)
    assert motor.felt_at(2 * SECOND_US) == pytest.approx(50.0, abs=0.01)
    motor.enable(False, 2 * SECOND_US)
    assert motor.felt_at(3 * SECOND_US) == pytest.approx(0.0, abs=0.01)
    assert motor.sensed_at(3 * SECOND_US) == 0.0


def test_a_lag_that_gets_a_new_target_sets_out_from_where_it_is() -> None:
    lag = FirstOrderLag(1.0)
    lag.aim(100.0, 0)
    lag.aim(0.0, SECOND_US)
    assert lag.at(SECOND_US) == pytest.approx(63.2, abs=0.1)
    assert lag.at(2 * SECOND_US) == pytest.approx(63.2 * 0.368, abs=0.1)


def test_a_lag_without_time_constant_is_there_at_once() -> None:
    lag = FirstOrderLag(0.0)
    lag.aim(1.0, SECOND_US)
    assert lag.at(SECOND_US + 1) == 1.0


def test_a_roller_travels_at_its_speed_and_stops_at_the_end_of_its_stretch() -> None:
    roller = RollerModel(10.0, 30.0, 5.0)
    roller.enable(True, 0)
    roller.drive(40.0, 0)
    assert roller.felt_at(2 * SECOND_US) == pytest.approx(20.0)
    assert roller.felt_at(60 * SECOND_US) == 30.0
    roller.drive(12.0, 60 * SECOND_US)
    assert roller.sensed_at(61 * SECOND_US) == pytest.approx(25.0)


def test_a_roller_without_supply_stays_where_it_is() -> None:
    roller = RollerModel(10.0, 30.0, 5.0)
    roller.enable(True, 0)
    roller.drive(30.0, 0)
    roller.enable(False, SECOND_US)
    assert roller.felt_at(9 * SECOND_US) == pytest.approx(15.0)


@given(changes=st.lists(st.tuples(st.integers(1, 900), st.integers(0, 100), st.booleans()), min_size=1, max_size=5))
def test_a_pad_warms_the_skin_as_its_equations_say(changes: list[tuple[int, int, bool]]) -> None:
    spec = heater()
    pad, state, now_us = PadModel(spec), [ROOM_C, SKIN_C], 0

    def rates(_: float, y: "np.ndarray[tuple[int], np.dtype[np.float64]]", power_w: float) -> list[float]:
        into_skin_w = (y[0] - y[1]) / spec.to_skin_k_w
        element_w = power_w - (y[0] - ROOM_C) / spec.to_room_k_w - into_skin_w
        return [element_w / spec.capacity_j_k, (into_skin_w - (y[1] - CORE_C) / BLOOD_K_W) / SKIN_J_K]

    for seconds, duty, on in changes:
        pad.drive(duty, now_us)
        pad.enable(on, now_us)
        now_us += seconds * SECOND_US
        power_w = spec.power_w * duty / 100.0 if on else 0.0
        state = solve_ivp(rates, (0.0, seconds), state, args=(power_w,), rtol=1e-8, atol=1e-8).y[:, -1].tolist()
        assert pad.sensed_at(now_us) == pytest.approx(state[0], abs=1e-3)
        assert pad.felt_at(now_us) == pytest.approx(state[1], abs=1e-3)


def test_unheated_skin_stays_near_33_degrees() -> None:
    pad = PadModel(heater())
    assert pad.felt_at(0) == 33.0
    assert pad.felt_at(3600 * SECOND_US) == pytest.approx(33.0, abs=0.2)


def test_a_pad_that_gets_too_hot_burns_its_fuse_for_good() -> None:
    spec = Heater.model_validate_json(json.dumps(PLACE | {"kind": "heater", "power_w": 40}))
    looked_at, left_alone = PadModel(spec), PadModel(spec)
    for pad in (looked_at, left_alone):
        pad.enable(True, 0)
        pad.drive(100.0, 0)
    hottest = max(looked_at.sensed_at(s * SECOND_US) for s in range(1800))
    assert FUSE_C - 1.0 < hottest <= FUSE_C
    assert left_alone.sensed_at(1800 * SECOND_US) == pytest.approx(looked_at.sensed_at(1800 * SECOND_US))
    looked_at.drive(100.0, 1800 * SECOND_US)
    assert looked_at.sensed_at(3600 * SECOND_US) < 35.0


def test_a_cooler_takes_heat_away() -> None:
    pad = PadModel(cooler())
    pad.enable(True, 0)
    pad.drive(100.0, 0)
    assert pad.felt_at(900 * SECOND_US) < 25.0

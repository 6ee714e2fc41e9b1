"""The board: which coil does what, what the master enable cuts off, and what the firmware is told of its hardware."""

import pytest

from legato.firmware.config import COLD, HEAT, INTENSITY, POSITION, PRESSURE, RATE
from legato.profiles.canonical import from_wire
from legato.profiles.device import Device
from legato.profiles.load import builtin_devices
from legato.sim.board import SimBoard, config_for
from legato.sim.plant import Plant
from tests.host import BOOTS
from tests.sim.parts import CHAIR

SECOND_US = 1_000_000


def board_and_plant(device: Device) -> tuple[SimBoard, Plant]:
    plant = Plant(device)
    return SimBoard(device, plant, seed=1), plant


def pressures(plant: Plant, now_us: int) -> list[float]:
    plant.advance(now_us)
    return [bladder.pressure_at(now_us) for bladder in plant.bladders]


def test_one_energised_fill_with_its_vent_and_the_dump_closed_inflates_one_chamber() -> None:
    board, plant = board_and_plant(BOOTS)
    board.master(1)
    board.pump(0, 1)
    board.valves(0b100, 0b100, 0b1)
    felt = pressures(plant, 5 * SECOND_US)
    assert felt[2] > 40.0
    assert felt[:2] + felt[3:] == [0.0] * 11


def test_everything_at_zero_lets_the_air_out() -> None:
    board, plant = board_and_plant(BOOTS)
    board.master(1)
    board.pump(0, 1)
    board.valves(0b1, 0b1, 0b1)
    assert pressures(plant, 3 * SECOND_US)[0] > 40.0
    board.now_us = 3 * SECOND_US
    board.valves(0, 0, 0)
    assert pressures(plant, 7 * SECOND_US)[0] == 0.0


def test_with_the_dump_open_a_chamber_gets_next_to_nothing() -> None:
    board, plant = board_and_plant(BOOTS)
    board.master(1)
    board.pump(0, 1)
    board.valves(0b1, 0b1, 0)
    assert pressures(plant, 60 * SECOND_US)[0] < 15.0


def test_without_the_master_enable_no_pump_runs() -> None:
    board, plant = board_and_plant(BOOTS)
    board.pump(0, 1)
    board.valves(0b1, 0b1, 0b1)
    assert pressures(plant, 10 * SECOND_US)[0] == 0.0
    board.now_us = 10 * SECOND_US
    board.master(1)
    assert pressures(plant, 13 * SECOND_US)[0] > 40.0
    board.now_us = 13 * SECOND_US
    board.master(0)
    coasted = pressures(plant, 15 * SECOND_US)[0]
    assert pressures(plant, 20 * SECOND_US)[0] <= coasted


def test_every_channel_is_measured_in_tenths() -> None:
    board, _ = board_and_plant(CHAIR)
    names = [c.name for c in CHAIR.channels]
    board.master(1)
    board.drive(names.index("back_percussion"), 100)
    out = [-1] * len(names)
    board.now_us = SECOND_US
    board.measure(out)
    measured = dict(zip(names, out, strict=True))
    assert measured["back_percussion"] == 500
    assert measured["back_roller.position"] == 950
    assert measured["seat_heat"] == pytest.approx(240, abs=5)
    assert all(0 <= measured[c.id] < 40 for c in CHAIR.chambers)


@pytest.mark.parametrize("device", builtin_devices().values(), ids=builtin_devices())
def test_the_firmware_is_told_what_the_description_says(device: Device) -> None:
    config = config_for(device)
    assert from_wire(config.description) == device
    assert len(config.channels) == len(device.channels)
    kinds = {
        "chamber": [PRESSURE],
        "motor": [INTENSITY, RATE],
        "roller": [INTENSITY, POSITION],
        "heater": [HEAT],
        "cooler": [COLD],
    }
    assert [c.kind for c in config.channels] == [kind for a in device.actuators for kind in kinds[a.kind]]
    for told, chamber in zip([c for c in config.channels if c.air], device.chambers, strict=True):
        assert told.cap == 2 * chamber.cap_mmhg
        assert told.air is not None
        assert told.air.hold_ms == 1000 * chamber.hold_s
        assert device.pumps[told.air.pump].name == chamber.pump
        assert told.air.vent_ms <= 4000

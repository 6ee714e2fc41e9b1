"""The circuit board between firmware and plant: coils, switches and sensors, and what the firmware reads of them."""

from collections.abc import Callable
from hashlib import sha256
from random import Random

from legato.firmware import wire
from legato.firmware.board import Io
from legato.firmware.config import COLD, HEAT, INTENSITY, POSITION, PRESSURE, RATE, UNITY_GAIN, Air, Config
from legato.firmware.config import ChannelConfig as ConfigChannel
from legato.profiles.air import fill_seconds, vent_seconds
from legato.profiles.canonical import description_hash, to_wire
from legato.profiles.device import Chamber, Channel, Cooler, Device, Heater, Motor, Quantity
from legato.profiles.envelope import in_force
from legato.sim.plant import Plant
from legato.sim.sensors import Sensor, convert

QUEUE_SLOTS = 256
HALF_UNITS = 2

NTC_NOISE_C = 0.05
"""Noise of a 10 k thermistor on a 10-bit converter ([E] estimate)."""


class SimBoard(Io):
    """The firmware's Io on a plant. `now_us` is the plant time at which the firmware acts; whoever runs it sets it."""

    def __init__(self, device: Device, plant: Plant, seed: int) -> None:
        self.now_us = 0
        self._plant = plant
        self.fill = self.vent = self.dump = 0
        """The masks of the coils that are energised."""
        self.is_enabled = False
        self.wires: list[Callable[[list[int]], None]] = []
        """What comes between the sensors and the firmware, and may falsify what passes."""
        self._pumps_on = [False] * len(plant.circuits)
        self._heats = {c.index for c in device.channels if c.quantity is Quantity.TEMPERATURE}
        self._sensors = [_sensor(channel, plant, seed) for channel in device.channels]
        self._calibrated = [
            (channel.index, _air(device, chamber))
            for channel in device.channels
            if isinstance(chamber := channel.actuator, Chamber) and _is_calibrated(chamber)
        ]

    def measure(self, out: list[int]) -> None:
        """What the sensors say now, in tenths."""
        self._plant.advance(self.now_us)
        convert(self._sensors, self.now_us, out)
        for falsify in self.wires:
            falsify(out)
        for channel, air in self._calibrated:
            if out[channel] != wire.INVALID:
                out[channel] = max(0, (out[channel] - air.zero) * UNITY_GAIN // air.gain)

    def valves(self, fill: int, vent: int, dump: int) -> None:
        """Energise coils: a fill opens, vents and dumps close."""
        fills, vents, dumps = fill ^ self.fill, vent ^ self.vent, dump ^ self.dump
        self.fill, self.vent, self.dump = fill, vent, dump
        for n, (circuit, bladder) in enumerate(zip(self._plant.circuit_of, self._plant.bladders, strict=True)):
            bit = 1 << n
            if fills & bit:
                circuit.switch(bladder.fill, self.now_us, is_open=bool(fill & bit))
            if vents & bit:
                circuit.switch(bladder.vent, self.now_us, is_open=not vent & bit)
        for n, circuit in enumerate(self._plant.circuits):
            if dumps & (1 << n):
                circuit.switch(circuit.dump, self.now_us, is_open=not dump & (1 << n))

    def pump(self, number: int, on: int) -> None:
        """Switch a pump; it runs while the master enable is on as well."""
        self._pumps_on[number] = bool(on)
        self._plant.circuits[number].run_pump(bool(on) and self.is_enabled, self.now_us)

    def drive(self, channel: int, value: int) -> None:
        """Drive a motor or roller in half-units, a pad with a duty in %."""
        unit = 1 if channel in self._heats else HALF_UNITS
        self._plant.models[channel].drive(value / unit, self.now_us)

    def master(self, on: int) -> None:
        """Supply, or cut off, pumps, motors, rollers and pads."""
        self.is_enabled = bool(on)
        for circuit, wanted in zip(self._plant.circuits, self._pumps_on, strict=True):
            circuit.run_pump(wanted and self.is_enabled, self.now_us)
        for model in self._plant.models.values():
            model.enable(self.is_enabled, self.now_us)

    def lose_power(self) -> None:
        """Every output falls back, as it does when the supply fails."""
        self.valves(0, 0, 0)
        for number in range(len(self._pumps_on)):
            self.pump(number, 0)
        for channel in self._plant.models:
            self.drive(channel, 0)
        self.master(0)


def _sensor(channel: Channel, plant: Plant, seed: int) -> Sensor:
    """The sensor of one channel, with its own source of noise."""
    rng = Random(f"{seed}/sensor/{channel.name}")  # noqa: S311 - noise, not a secret
    match channel.actuator:
        case Chamber(sensor=spec):
            truth = plant.felt[channel.index]
            return Sensor(truth, rng, offset=spec.offset_mmhg, noise=spec.noise_mmhg, step=spec.step_mmhg)
        case Heater() | Cooler():
            return Sensor(plant.models[channel.index].sensed_at, rng, noise=NTC_NOISE_C)
        case _:
            return Sensor(plant.models[channel.index].sensed_at, rng)


def _is_calibrated(chamber: Chamber) -> bool:
    return (chamber.sensor.zero_mmhg, chamber.sensor.gain) != (0.0, 1.0)


def config_for(device: Device) -> Config:
    """What the firmware of `device` has to know, worked out once from its description."""
    return Config(
        description=to_wire(device),
        desc_hash=description_hash(device),
        device_id=sha256(f"simulated {device.name}".encode()).digest()[:8],
        version=wire.FIRMWARE,
        queue_slots=QUEUE_SLOTS,
        session_ms=1000 * device.session_s,
        channels=[_config_channel(device, channel) for channel in in_force(device).channels],
    )


def _config_channel(device: Device, channel: Channel) -> ConfigChannel:
    """Caps in half-units, times in ms; a roller has no limit of time."""
    match channel.actuator, channel.quantity:
        case Chamber() as chamber, _:
            return ConfigChannel(PRESSURE, int(chamber.cap_mmhg * HALF_UNITS), air=_air(device, chamber))
        case Motor() as motor, Quantity.INTENSITY:
            return ConfigChannel(INTENSITY, 100 * HALF_UNITS, int(motor.max_s * 1000))
        case Motor() as motor, _:
            return ConfigChannel(RATE, int(motor.max_hz * HALF_UNITS))
        case Heater() as heater, _:
            return ConfigChannel(HEAT, int(heater.max_c * HALF_UNITS), int(heater.max_s * 1000))
        case Cooler() as cooler, _:
            return ConfigChannel(COLD, int(cooler.min_c * HALF_UNITS), int(cooler.max_s * 1000))
        case roller, Quantity.POSITION:
            return ConfigChannel(POSITION, int(roller.to_cm * HALF_UNITS))
        case _:
            return ConfigChannel(INTENSITY, 100 * HALF_UNITS)


def _air(device: Device, chamber: Chamber) -> Air:
    """The times a firmware needs to plan its valves, from the same laws as the plant; the rise is that near 20 mmHg."""
    pump = device.pump_of(chamber)
    return Air(
        pump=device.pumps.index(pump),
        hold_ms=int(chamber.hold_s * 1000),
        coil_ms=chamber.coil_ms,
        contact_ms=round(1000 * fill_seconds(chamber, pump, 0.0, 0.0, slack=True)),
        rise_mmhg_s=round(10.0 / fill_seconds(chamber, pump, 15.0, 25.0)),
        vent_ms=round(1000 * vent_seconds(chamber, 110.0, 8.0)),
        zero=round(10 * chamber.sensor.zero_mmhg),
        gain=round(UNITY_GAIN * chamber.sensor.gain),
    )

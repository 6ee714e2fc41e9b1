"""A microcontroller as the firmware's board: registers for valves, a multiplexer for sensors, pulses for power."""

from machine import PWM, Pin  # type: ignore[import-not-found]

from ... import wire
from ...board import Io
from ...config import COLD, HEAT, PRESSURE, UNITY_GAIN, Air, Config
from . import sensors
from .valves import ShiftRegisters
from .wiring import Wiring

HEAT_HZ = 20
MOTOR_HZ = 200
FULL_DUTY = 65535
FULL_PERCENT = 100
FULL_HALF_UNITS = 200

HUNDRED_MMHG = 1000
"""In tenths."""

DRIFT_PARTS = 20
"""A sensor's zero is taken at power-on, with all vents open, if it is within a 20th of 100 mmHg of what is known of it:
the data sheet's, moved by its calibration."""


class McuBoard(Io):
    """`converter` is the analogue input behind the multiplexer, with `read_u16()`."""

    def __init__(self, config: Config, wiring: Wiring, converter) -> None:  # type: ignore[no-untyped-def] # a machine.ADC
        count = len(config.channels)
        self._is_air = [channel.kind == PRESSURE for channel in config.channels]
        self._is_heat = [channel.kind == HEAT or channel.kind == COLD for channel in config.channels]
        self._chambers = sum(self._is_air)
        self._registers = ShiftRegisters(wiring, 2 * self._chambers + config.pumps)
        self._master = Pin(wiring.master, Pin.OUT, value=0)
        self._pumps = [Pin(pin, Pin.OUT, value=0) for pin in wiring.pumps]
        self._pulses = [self._pulse(channel, wiring) for channel in range(count)]
        self._driven = [0] * count
        self._select = [Pin(pin, Pin.OUT, value=0) for pin in wiring.select]
        self._inputs = [wiring.inputs.get(channel, -1) for channel in range(count)]
        self._converter = converter
        self._spans = [self._span(channel.air, wiring) for channel in config.channels]
        self._zeros = [self._zero(n, config.channels[n].air, wiring) for n in range(count)]

    def measure(self, out: list[int]) -> None:
        """Every sensor in turn; what has none reads as it is driven."""
        for channel in range(len(out)):
            if self._is_air[channel]:
                out[channel] = sensors.pressure(self._raw(channel), self._zeros[channel], self._spans[channel])
            elif self._is_heat[channel]:
                out[channel] = sensors.temperature(self._raw(channel))
            else:
                out[channel] = self._driven[channel] * 5

    def valves(self, fill: int, vent: int, dump: int) -> None:
        """Fill coils are the low bits, then the vents, then the dumps."""
        self._registers.show(fill | vent << self._chambers | dump << (2 * self._chambers))

    def pump(self, number: int, on: int) -> None:
        """A switch."""
        self._pumps[number].value(on)

    def drive(self, channel: int, value: int) -> None:
        """Pulses; a rate or a position has no pin of its own and is only remembered."""
        self._driven[channel] = value
        pulse = self._pulses[channel]
        if pulse is not None:
            full = FULL_PERCENT if self._is_heat[channel] else FULL_HALF_UNITS
            pulse.duty_u16(FULL_DUTY * min(value, full) // full)

    def master(self, on: int) -> None:
        """A switch."""
        self._master.value(on)

    def _pulse(self, channel: int, wiring: Wiring):  # type: ignore[no-untyped-def] # a machine.PWM or None
        pin = wiring.drives.get(channel)
        if pin is None:
            return None
        return PWM(Pin(pin, Pin.OUT, value=0), freq=HEAT_HZ if self._is_heat[channel] else MOTOR_HZ, duty_u16=0)

    def _raw(self, channel: int) -> int:
        number = self._inputs[channel]
        if number < 0:
            return wire.INVALID
        for n in range(len(self._select)):
            self._select[n].value(number >> n & 1)
        raw: int = self._converter.read_u16()
        return raw

    def _span(self, air: Air | None, wiring: Wiring) -> int:
        """What 100 mmHg are for the converter: as the data sheet says, times what the calibration has found."""
        return wiring.span * air.gain // UNITY_GAIN if air is not None else wiring.span

    def _zero(self, channel: int, air: Air | None, wiring: Wiring) -> int:
        """What the sensor reads now, unless that is far from what the calibration has found."""
        raw = self._raw(channel)
        zero = wiring.zero + (air.zero * wiring.span // HUNDRED_MMHG if air is not None else 0)
        return raw if abs(raw - zero) * DRIFT_PARTS < wiring.span else zero

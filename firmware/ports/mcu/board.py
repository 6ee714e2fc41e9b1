"""A microcontroller as the firmware's board: registers for valves, a multiplexer for sensors, pulses for power."""

from machine import PWM, Pin  # type: ignore[import-not-found]

from firmware import wire
from firmware.board import Io
from firmware.config import COLD, HEAT, PRESSURE, Config
from firmware.ports.mcu import sensors
from firmware.ports.mcu.valves import Registers
from firmware.ports.mcu.wiring import Wiring

HEAT_HZ = 20
MOTOR_HZ = 200
FULL_DUTY = 65535
FULL_PERCENT = 100
FULL_HALF_UNITS = 200

DRIFT_PARTS = 20
"""A sensor's zero is taken at power-on, with all vents open, if it is within a 20th of 100 mmHg of the data sheet's."""


class McuBoard(Io):
    """`converter` is the analogue input behind the multiplexer, with `read_u16()`."""

    def __init__(self, config: Config, wiring: Wiring, converter) -> None:  # type: ignore[no-untyped-def] # a machine.ADC
        count = len(config.channels)
        self._is_air = [channel.kind == PRESSURE for channel in config.channels]
        self._is_heat = [channel.kind == HEAT or channel.kind == COLD for channel in config.channels]
        self._chambers = sum(self._is_air)
        self._registers = Registers(wiring, 2 * self._chambers + config.pumps)
        self._master = Pin(wiring.master, Pin.OUT, value=0)
        self._pumps = [Pin(pin, Pin.OUT, value=0) for pin in wiring.pumps]
        self._pulses = [self._pulse(channel, wiring) for channel in range(count)]
        self._driven = [0] * count
        self._select = [Pin(pin, Pin.OUT, value=0) for pin in wiring.select]
        self._inputs = [wiring.inputs.get(channel, -1) for channel in range(count)]
        self._converter = converter
        self._span = wiring.span
        self._zeros = [self._zero(channel, wiring) for channel in range(count)]

    def measure(self, out: list[int]) -> None:
        """Every sensor in turn; what has none reads as it is driven."""
        for channel in range(len(out)):
            if self._is_air[channel]:
                out[channel] = sensors.pressure(self._raw(channel), self._zeros[channel], self._span)
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

    def _zero(self, channel: int, wiring: Wiring) -> int:
        raw = self._raw(channel)
        return raw if abs(raw - wiring.zero) * DRIFT_PARTS < wiring.span else wiring.zero

"""As much of MicroPython's `machine` as the ports use: pins that remember, a converter that reads what it is told."""

LEVELS: dict[int, int] = {}
"""What each pin is driven to, by its number; an input is held low."""

EDGES: list[tuple[int, int]] = []
"""Every (pin, level) that was driven, in order."""

PULSES: dict[int, int] = {}
"""The duty of each pulsed pin."""

READINGS: dict[int, int] = {}
"""What the converter reads at each address of its multiplexer."""

REST = 6619
"""What it reads at all others."""


class Pin:
    IN = 0
    OUT = 1

    def __init__(self, number: int, mode: int = IN, value: int = 0) -> None:
        self.number = number
        self._is_output = mode == Pin.OUT
        if self._is_output:
            self.value(value)

    def value(self, level: int | None = None) -> int:
        if level is not None:
            LEVELS[self.number] = level
            EDGES.append((self.number, level))
        return LEVELS[self.number] if self._is_output else 0


class PWM:
    def __init__(self, pin: Pin, freq: int, duty_u16: int) -> None:
        self.freq = freq
        self._number = pin.number
        self.duty_u16(duty_u16)

    def duty_u16(self, duty: int) -> None:
        PULSES[self._number] = duty


class ADC:
    ATTN_11DB = 3

    def __init__(self, pin: Pin, atten: int = 0) -> None:
        self.pin = pin
        self.atten = atten
        self.select: tuple[int, ...] = ()

    def read_u16(self) -> int:
        address = 0
        for n in range(len(self.select)):
            address |= LEVELS[self.select[n]] << n
        return READINGS.get(address, REST)


class UART:
    """Only to be imported: the ports are tried without a line."""


class WDT:
    """Only to be imported."""


def unique_id() -> bytes:
    return b"\1\2\3\4\5\6"

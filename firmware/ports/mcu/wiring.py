"""Which pin does what, and what the pressure sensors give. A board's `main.py` makes one."""


class Wiring:
    """Valves hang on a chain of 74HC595 shift registers, sensors on one 16-way multiplexer. All numbers are GPIO's.

    `uart`: number, transmit, receive. `registers`: data, clock, latch. `enable`: the registers' /OE, pulled up.
    `select`: the four address lines of the multiplexer, low bit first. `strap`: pulled up; while it is low at
    power-on, the firmware does not start. `drives`: the pin of each heater, cooler and motor intensity, by channel.
    `inputs`: the multiplexer's input of each chamber, heater and cooler, by channel. `zero` is what a pressure sensor
    reads (0..65535) without pressure, `span` what it reads more for 100 mmHg.
    """

    def __init__(
        self,
        uart: tuple[int, int, int],
        registers: tuple[int, int, int],
        enable: int,
        select: tuple[int, int, int, int],
        pumps: tuple[int, ...],
        master: int,
        strap: int,
        drives: dict[int, int],
        inputs: dict[int, int],
        zero: int,
        span: int,
    ) -> None:
        self.uart = uart
        self.registers = registers
        self.enable = enable
        self.select = select
        self.pumps = pumps
        self.master = master
        self.strap = strap
        self.drives = drives
        self.inputs = inputs
        self.zero = zero
        self.span = span

"""pyFirmata2: a PWM pin written for each set-point."""

from pyfirmata2 import Board, pyfirmata2

from bench.peers.hosts.timing import on_time
from bench.stress.hosting import Report, host
from bench.stress.work import ACTUATORS, Ideal

LAYOUT = {"digital": tuple(range(16)), "analog": (), "pwm": tuple(range(ACTUATORS)), "disabled": ()}
FULL = 255.0


async def stream(port: str, seconds: float) -> Report:
    """Its writes are synchronous: three bytes into the tty's buffer."""
    pyfirmata2.BOARD_SETUP_WAIT_TIME = 0.1  # a pty needs no five seconds to come out of its reset
    board = Board(port, layout=LAYOUT)
    pins = [board.get_pin(f"d:{number}:p") for number in range(ACTUATORS)]

    async def write(ideal: Ideal) -> None:
        pins[ideal.actuator].write(ideal.value / FULL)

    try:
        return await on_time(write, seconds)
    finally:
        board.exit()


if __name__ == "__main__":
    host(stream)

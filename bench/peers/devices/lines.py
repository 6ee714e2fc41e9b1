"""A device that takes `ACTUATOR VALUE` lines and acts at once, as many a sketch for a microcontroller does."""

from bench.peers.devices.writing import Writing
from bench.stress.stand import serve


def line(actuator: int, value: int) -> bytes:
    """What the host sends."""
    return b"%d %d\n" % (actuator, value)


class Lines(Writing):
    """Answers nothing."""

    def feed(self, data: bytes) -> None:
        self._held += data
        *whole, rest = self._held.split(b"\n")
        for text in whole:
            actuator, value = text.split()
            self.write(int(actuator), int(value))
        self._held = rest


if __name__ == "__main__":
    serve(lambda _loop, notebook: Lines(notebook))

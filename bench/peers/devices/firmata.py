"""A Firmata device whose first eight pins are actuators (Firmata protocol 2.x: analog messages of 3 bytes)."""

from bench.peers.devices.writing import Writing
from bench.stress.stand import serve

ANALOG_MESSAGE = 0xE0
START_SYSEX = 0xF0
END_SYSEX = 0xF7
_LONG = (ANALOG_MESSAGE, 0x90)
_PIN_MODE = 0xF4
_DIGITAL_PIN = 0xF5
_REPORTS = (0xC0, 0xD0)


class FirmataDevice(Writing):
    """Takes analog messages; understands just enough of the others to skip them."""

    def feed(self, data: bytes) -> None:
        self._held += data
        while self._held and (length := self._length()) and len(self._held) >= length:
            kind, number = self._held[0] & 0xF0, self._held[0] & 0x0F
            if kind == ANALOG_MESSAGE:
                self.write(number, self._held[1] | self._held[2] << 7)
            del self._held[:length]

    def _length(self) -> int:
        """Of the message that comes first; 0 where that cannot be told yet."""
        first = self._held[0]
        if first == START_SYSEX:
            return self._held.find(END_SYSEX) + 1
        if first & 0xF0 in _LONG or first in (_PIN_MODE, _DIGITAL_PIN):
            return 3
        return 2 if first & 0xF0 in _REPORTS else 1


if __name__ == "__main__":
    serve(lambda _loop, notebook: FirmataDevice(notebook))

"""A Modbus RTU device with a holding register for each actuator (Modbus over serial line 1.02, function 6)."""

import struct

from bench.peers.devices.writing import Writing
from bench.stress.stand import serve

WRITE_SINGLE_REGISTER = 6
FRAME_BYTES = 8
_POLYNOMIAL = 0xA001


def crc16(data: bytes) -> int:
    """The check of Modbus RTU (appendix B of its specification)."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
    return crc


class Registers(Writing):
    """Knows only how to write a single register, and answers with the request, as the standard asks."""

    def feed(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= FRAME_BYTES:
            self._take(bytes(self._held[:FRAME_BYTES]))
            del self._held[:FRAME_BYTES]

    def _take(self, frame: bytes) -> None:
        _unit, function, register, value = struct.unpack_from(">BBHH", frame)
        (check,) = struct.unpack_from("<H", frame, FRAME_BYTES - 2)
        if function == WRITE_SINGLE_REGISTER and check == crc16(frame[:-2]):
            self.write(register, value)
            self.send(frame)


if __name__ == "__main__":
    serve(lambda _loop, notebook: Registers(notebook))

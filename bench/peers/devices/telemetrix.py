"""A Telemetrix4Arduino device whose first eight pins are actuators (its commands: length, number, arguments)."""

from bench.peers.devices.writing import Writing
from bench.stress.stand import serve

ANALOG_WRITE = 3
GET_FIRMWARE_VERSION = 5
ARE_U_THERE = 6
GET_FEATURES = 54
REPORT_FEATURES = 20
INSTANCE = 1

ANSWERS = {
    ARE_U_THERE: bytes((2, ARE_U_THERE, INSTANCE)),
    GET_FIRMWARE_VERSION: bytes((4, GET_FIRMWARE_VERSION, 5, 4, 1)),
    GET_FEATURES: bytes((2, REPORT_FEATURES, 0)),
}


class TelemetrixDevice(Writing):
    """Takes analog writes and answers what a host asks when it connects."""

    def feed(self, data: bytes) -> None:
        self._held += data
        while self._held and len(self._held) > self._held[0]:
            length = self._held[0] + 1
            self._take(bytes(self._held[1:length]))
            del self._held[:length]

    def _take(self, command: bytes) -> None:
        if command[0] == ANALOG_WRITE:
            self.write(command[1], command[2] << 8 | command[3])
        elif command[0] in ANSWERS:
            self.send(ANSWERS[command[0]])


if __name__ == "__main__":
    serve(lambda _loop, notebook: TelemetrixDevice(notebook))

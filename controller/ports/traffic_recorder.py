"""A recording of a line: bytes with time and direction, a JSON object a line; see docs/how-to/field.md."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TextIO

from legato.controller.ports.port import Port

FORMAT: Final = 1
_DIGITS: Final = 6


class BadRecording(ValueError):
    """This is not a recording; the message says what is wrong with the line."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that passed at once: `at_s` since the recording began, from the host (`is_ours`) or the device."""

    at_s: float
    is_ours: bool
    data: bytes


class TrafficRecorder:
    """Writes a recording to `file`. A file that cannot be written stops the recording, and nothing else."""

    def __init__(self, file: TextIO, clock: Callable[[], float], about: Mapping[str, str]) -> None:
        """`clock` gives seconds; `about` is kept in the first line."""
        self.error: Exception | None = None
        self._file = file
        self._clock = clock
        self._began_s: float | None = None
        self._write({"legato": "traffic", "format": FORMAT, **about})

    def put(self, data: bytes, *, is_ours: bool) -> None:
        """Bytes that pass now; times count from the first of them."""
        now_s = self._clock()
        if self._began_s is None:
            self._began_s = now_s
        at_s = round(now_s - self._began_s, _DIGITS)
        self._write({"t": at_s, "from": "host" if is_ours else "device", "hex": data.hex()})

    def _write(self, line: Mapping[str, object]) -> None:
        if self.error is not None:
            return
        try:
            self._file.write(json.dumps(line, separators=(",", ":")) + "\n")
            self._file.flush()
        except Exception as error:
            self.error = error


class RecordedPort:
    """A port whose traffic is recorded."""

    def __init__(self, port: Port, recorder: TrafficRecorder) -> None:
        self._port = port
        self._recorder = recorder

    def write(self, data: bytes) -> None:
        """Sends, then records."""
        self._port.write(data)
        if data:
            self._recorder.put(data, is_ours=True)

    async def read(self) -> bytes:
        """What has arrived, recorded."""
        data = await self._port.read()
        self._recorder.put(data, is_ours=False)
        return data

    async def close(self) -> None:
        """Closes the port; the recorder belongs to whoever made it."""
        await self._port.close()


def with_recorder(
    opener: Callable[[], Awaitable[Port]], recorder: TrafficRecorder | None
) -> Callable[[], Awaitable[Port]]:
    """`opener`, with the traffic of its ports recorded where there is a `recorder`."""

    async def opened() -> Port:
        port = await opener()
        return RecordedPort(port, recorder) if recorder is not None else port

    return opened


def check_head(line: str) -> None:
    """Raises BadRecording where `line` does not begin a recording that can be read."""
    head = _object(line)
    if head.get("legato") != "traffic":
        raise BadRecording('not a recording: the first line is not {"legato":"traffic",...}')
    if head.get("format") != FORMAT:
        raise BadRecording(f"a recording of format {head.get('format')}; this Legato reads format {FORMAT}")


def parse(line: str) -> Chunk:
    """One line after the first; raises BadRecording."""
    entry = _object(line)
    match entry:
        case {"t": float() | int() as at_s, "from": "host" | "device" as sender, "hex": str() as spaced}:
            try:
                return Chunk(float(at_s), sender == "host", bytes.fromhex(spaced))
            except ValueError:
                raise BadRecording("`hex` is not pairs of hexadecimal digits") from None
    raise BadRecording('a line is {"t":SECONDS,"from":"host" or "device","hex":"..."}')


def _object(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        raise BadRecording("this is not JSON") from None
    if not isinstance(found, dict):
        raise BadRecording("this is not a JSON object")
    return found

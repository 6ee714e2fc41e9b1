"""A recording of a line: what passed, in both directions, and nothing that a full disk could disturb."""

import asyncio
import io

import pytest

from legato.controller.ports import traffic_recorder
from legato.controller.ports.traffic_recorder import BadRecording, Chunk, RecordedPort, TrafficRecorder


class Echo:
    """A port that sends back what was written last."""

    said = b""

    def write(self, data: bytes) -> None:
        self.said = data

    async def read(self) -> bytes:
        return self.said

    async def close(self) -> None:
        pass


class FullDisk(io.StringIO):
    def write(self, text: str) -> int:  # noqa: ARG002 - what cannot be written
        raise OSError(28, "No space left on device")


def passed(file: io.StringIO) -> TrafficRecorder:
    """A tape on `file`, after `ping` went out at 7.0 s and came back at 7.25 s."""
    times = iter((7.0, 7.25))
    taped = TrafficRecorder(file, lambda: next(times), {"port": "echo"})
    port = RecordedPort(Echo(), taped)
    port.write(b"ping")
    assert asyncio.run(port.read()) == b"ping"
    return taped


def test_it_reads_back_as_it_was() -> None:
    file = io.StringIO()
    assert passed(file).error is None
    head, *lines = file.getvalue().splitlines()
    traffic_recorder.check_head(head)
    assert [traffic_recorder.parse(line) for line in lines] == [Chunk(0.0, True, b"ping"), Chunk(0.25, False, b"ping")]


def test_a_full_disk_stops_the_recording_and_nothing_else() -> None:
    assert isinstance(passed(FullDisk()).error, OSError)


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", "nonsense", '{"t":0,"from":"host","hex":"0"}', '{"t":0,"from":"me","hex":""}']
)
def test_what_is_no_line_of_a_recording_is_said_to_be_none(line: str) -> None:
    with pytest.raises(BadRecording):
        traffic_recorder.parse(line)


@pytest.mark.parametrize("line", ['{"legato":"traffic","format":2}', '{"t":0,"from":"host","hex":""}'])
def test_a_recording_begins_with_its_format(line: str) -> None:
    with pytest.raises(BadRecording):
        traffic_recorder.check_head(line)

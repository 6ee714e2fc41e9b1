"""Messages against the bytes that the wire vectors pin."""

from pathlib import Path

import pytest

from legato.controller.errors import WrongProtocol
from legato.controller.link import device_messages, host_messages
from legato.firmware import wire
from legato.profiles.schedule import SetPoint

SAID = {
    "hello": host_messages.Hello(),
    "heartbeat": host_messages.Heartbeat(),
    "estop": host_messages.EStop(),
    "arm": host_messages.Arm(0x5EED0001, 0x1234),
    "setpoints": host_messages.SetPoints(
        12_000,
        14_000,
        (
            SetPoint(12_000, 0, 35.0, 1_000),
            SetPoint(12_000, 2, 35.0, 1_000),
            SetPoint(12_500, 1, 30.0, 2_000),
            SetPoint(14_000, 0, 6.0, 0),
        ),
    ),
}

VECTORS = Path(__file__).parents[1] / "vectors"


def vector(name: str) -> bytes:
    """The whole frame of a wire vector, delimiter included."""
    _, _, spaced = (VECTORS / f"{name}.txt").read_text().partition("[wire]")
    return bytes.fromhex(spaced)


@pytest.mark.parametrize("name", ["hello", "heartbeat", "estop", "arm", "setpoints"])
def test_the_host_says_what_the_vector_pins(name: str) -> None:
    message = SAID[name]
    assert isinstance(
        message,
        host_messages.Hello
        | host_messages.Heartbeat
        | host_messages.EStop
        | host_messages.Arm
        | host_messages.SetPoints,
    )
    frame = vector(name)
    decoded = wire.decode(frame[:-1])
    assert decoded is not None
    kind, seq, session, payload = decoded
    assert (kind, payload.hex(" ")) == (message.kind, message.pack().hex(" "))
    assert wire.encode(message.kind, seq, session, message.pack()) == frame


def test_a_status_reads_in_units_of_the_channel() -> None:
    status = _parsed(vector("status"))
    assert isinstance(status, device_messages.Status)
    assert (status.device_ms, status.session_ms, status.state) == (123_456, 12_340, wire.RUNNING)
    assert status.measured == (34.7, None)
    assert status.commanded == (35.0, 6.0)
    assert status.slack_ms == 1_660


@pytest.mark.parametrize("name", ["welcome", "description", "reply", "fault"])
def test_every_word_of_the_device_is_understood(name: str) -> None:
    assert type(_parsed(vector(name))).__name__.lower().startswith(name)


def test_another_protocol_version_is_named_whatever_its_layout() -> None:
    with pytest.raises(WrongProtocol, match=r"protocol 9.*update the older"):
        device_messages.parse(wire.WELCOME, bytes([9, 1, 2]))


@pytest.mark.parametrize("kind", [wire.STATUS, wire.REPLY, wire.FAULT, 0x7F])
def test_what_fits_no_layout_is_a_value_error(kind: int) -> None:
    with pytest.raises(ValueError, match="no message has kind"):
        device_messages.parse(kind, b"\x01")


def _parsed(frame: bytes) -> device_messages.DeviceMessage:
    decoded = wire.decode(frame[:-1])
    assert decoded is not None
    return device_messages.parse(decoded[0], decoded[3])

"""The state machine: who may ask for what when."""

import struct
from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)
BOOT_ID = 0x5EED1234


def to_idle(_: "Rig") -> None:
    """Where it starts."""


def to_armed(rig: "Rig") -> None:
    assert rig.arm() == wire.OK


def to_refill(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 0))
    assert rig.core.state == wire.REFILL


def to_running(rig: "Rig") -> None:
    rig.hold(FOOT, 40)


def to_paused(rig: "Rig") -> None:
    to_running(rig)
    assert rig.pause() == wire.OK


def to_stopping(rig: "Rig") -> None:
    to_running(rig)
    assert rig.stop() == wire.OK


def to_faulted(rig: "Rig") -> None:
    assert rig.send(wire.ESTOP) == wire.OK


WAYS = {
    wire.IDLE: to_idle,
    wire.ARMED: to_armed,
    wire.REFILL: to_refill,
    wire.RUNNING: to_running,
    wire.PAUSED: to_paused,
    wire.STOPPING: to_stopping,
    wire.FAULTED: to_faulted,
}
NAMES = {
    value: name
    for name, value in vars(wire).items()
    if name in {"IDLE", "ARMED", "REFILL", "RUNNING", "PAUSED", "STOPPING", "FAULTED"}
}
ALL, LIVE = set(WAYS), {wire.ARMED, wire.REFILL, wire.RUNNING, wire.PAUSED, wire.STOPPING}
STANDING = {wire.ARMED, wire.PAUSED}

ALLOWED = {
    "arm": {wire.IDLE},
    "run": STANDING,
    "trim": {wire.REFILL, wire.RUNNING},
    "pause": {wire.REFILL, wire.RUNNING, wire.PAUSED},
    "seek": STANDING,
    "gain": LIVE,
    "stop": ALL,
    "feed": LIVE - {wire.STOPPING},
    "beat": ALL,
}


def ask(rig: "Rig", what: str) -> int | None:
    match what:
        case "arm":
            return rig.arm(session=rig.session + 1)
        case "run":
            return rig.run(session_ms=rig.core.session_ms(rig.now_ms))
        case "trim":
            return rig.trim(rig.core.session_ms(rig.now_ms), rig.now_ms)
        case "pause":
            return rig.pause()
        case "seek":
            return rig.seek(0)
        case "gain":
            return rig.gain(90)
        case "stop":
            return rig.stop()
        case "feed":
            return rig.feed(until_s=9.5)
        case _:
            return rig.send(wire.HEARTBEAT)


@pytest.mark.parametrize("what", ALLOWED)
@pytest.mark.parametrize("state", WAYS, ids=NAMES.__getitem__)
def test_a_request_is_taken_in_these_states_only(rig: "Rig", state: int, what: str) -> None:
    WAYS[state](rig)
    assert rig.core.state == state
    assert ask(rig, what) == (wire.OK if state in ALLOWED[what] else wire.NOT_NOW)


@pytest.mark.parametrize("state", WAYS, ids=NAMES.__getitem__)
def test_hello_is_answered_in_any_state_and_changes_nothing(rig: "Rig", state: int) -> None:
    WAYS[state](rig)
    rig.send(wire.HELLO, b"\x01\x01", session=0)
    welcome = struct.unpack(wire.WELCOME_FORMAT, rig.heard[-1][3])
    assert welcome[:4] == (wire.PROTOCOL, 10, 16, BOOT_ID)
    assert welcome[7] == rig.core.state == state


def test_the_description_travels_in_parts(rig: "Rig") -> None:
    text = b""
    while True:
        rig.send(wire.GET_DESCRIPTION, struct.pack("<H", len(text)))
        assert struct.unpack_from("<H", rig.heard[-1][3])[0] == len(text)
        if len(rig.heard[-1][3]) == 2:
            break
        text += rig.heard[-1][3][2:]
    assert text == b'{"name":"bench"}' * 20


class TestArming:
    def arm(self, rig: "Rig", session: int, boot_id: int, nonce: int) -> int | None:
        return rig.send(wire.ARM, struct.pack(wire.ARM_FORMAT, boot_id, nonce), session=session)

    def test_another_boot_is_refused(self, rig: "Rig") -> None:
        rig.send(wire.HELLO, b"\x01\x01")
        assert self.arm(rig, 5, BOOT_ID + 1, rig.nonce) == wire.WRONG_BOOT

    def test_a_used_nonce_is_refused(self, rig: "Rig") -> None:
        rig.send(wire.HELLO, b"\x01\x01")
        nonce = rig.nonce
        assert self.arm(rig, 5, BOOT_ID, nonce) == wire.OK
        rig.session = 5
        rig.stop()
        rig.step(0.1)
        assert rig.core.state == wire.IDLE
        assert self.arm(rig, 5, BOOT_ID, nonce) == wire.WRONG_NONCE

    def test_a_repeated_arm_changes_nothing(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        assert self.arm(rig, rig.session, BOOT_ID, 0) == wire.OK
        assert rig.core.state == wire.RUNNING

    def test_session_0_is_none(self, rig: "Rig") -> None:
        rig.send(wire.HELLO, b"\x01\x01")
        assert self.arm(rig, 0, BOOT_ID, rig.nonce) == wire.MALFORMED


@pytest.mark.parametrize(
    "kind", [wire.RUN, wire.PAUSE, wire.STOP, wire.GAIN, wire.SEEK, wire.HEARTBEAT, wire.SETPOINTS]
)
def test_a_frame_of_another_session_is_refused_and_is_no_sign_of_life(rig: "Rig", kind: int) -> None:
    rig.hold(FOOT, 40)
    rig.is_beating = False
    for _ in range(25):
        assert rig.send(kind, bytes(9), session=rig.session + 1) == wire.WRONG_SESSION
        rig.step(0.1)
    assert rig.ended == wire.ENDED_HOST_SILENT


def test_a_message_of_the_wrong_length_or_kind_is_named(rig: "Rig") -> None:
    rig.arm()
    assert rig.send(wire.RUN, b"\x01") == wire.MALFORMED
    assert rig.send(0x55) == wire.UNKNOWN


def test_an_echo_is_not_answered(rig: "Rig") -> None:
    rig.step(1)
    for kind, seq, session, payload in list(rig.heard):
        assert rig.send(kind, payload, session=session, seq=seq) is None

"""Set-point frames: in order, once, whole or not at all, and never outside the limits."""

from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE = range(3)
SLOTS = 16


@pytest.fixture
def armed(rig: "Rig") -> "Rig":
    assert rig.arm() == wire.OK
    return rig


def free(rig: "Rig") -> int:
    rig.step(0.1)
    return rig.status[10]


def test_frames_are_taken_in_order(armed: "Rig") -> None:
    assert armed.feed((0, FOOT, 10, 1), until_s=1, seq=0) == wire.OK
    assert armed.feed((2, FOOT, 0, 1), until_s=3, seq=2) == wire.OUT_OF_ORDER
    assert armed.feed((1, FOOT, 20, 1), until_s=2, seq=1) == wire.OK
    assert free(armed) == SLOTS - 2


def test_a_duplicate_is_acknowledged_and_changes_nothing(armed: "Rig") -> None:
    for _ in range(2):
        assert armed.feed((0, FOOT, 10, 1), until_s=1, seq=0) == wire.OK
    assert free(armed) == SLOTS - 1


def test_the_numbering_goes_round(armed: "Rig") -> None:
    for number in range(300):
        assert armed.feed(until_s=0, seq=number & 0xFF) == wire.OK


def test_a_refused_frame_leaves_nothing_behind_and_can_be_sent_again(armed: "Rig") -> None:
    assert armed.feed((0, FOOT, 30, 1), (1, KNEE, 40.5, 1), until_s=2) == wire.OVER_LIMIT
    assert free(armed) == SLOTS
    assert armed.feed((0, FOOT, 30, 1), (1, KNEE, 40, 1), until_s=2) == wire.OK


def test_a_target_above_the_cap_of_its_channel_is_refused(armed: "Rig") -> None:
    assert armed.feed((0, CALF, 80, 1), until_s=1) == wire.OK
    assert armed.feed((1, CALF, 80.5, 1), until_s=1) == wire.OVER_LIMIT


def test_a_channel_that_does_not_exist_is_malformed(armed: "Rig") -> None:
    assert armed.feed((0, 6, 10, 1), until_s=1) == wire.MALFORMED


def test_a_ramp_of_more_than_16_bits_is_malformed(armed: "Rig") -> None:
    assert armed.feed((0, FOOT, 10, 655.36), until_s=1) == wire.MALFORMED
    assert armed.feed((0, FOOT, 10, 655.35), until_s=1) == wire.OK


def test_bytes_that_are_no_rows_are_malformed(armed: "Rig") -> None:
    assert armed.send(wire.SETPOINTS, bytes(7) + b"\x80", seq=0) == wire.MALFORMED
    assert armed.send(wire.SETPOINTS, bytes(6), seq=0) == wire.MALFORMED


@pytest.mark.parametrize(("when_s", "until_s"), [(10.51, 10.5), (1, 10.51)])
def test_what_lies_too_far_ahead_is_refused(armed: "Rig", when_s: float, until_s: float) -> None:
    assert armed.feed((when_s, FOOT, 10, 1), until_s=until_s) == wire.TOO_FAR_AHEAD
    assert armed.feed((10.5, FOOT, 10, 1), until_s=10.5) == wire.OK


def test_what_was_declared_complete_cannot_be_added_to(armed: "Rig") -> None:
    assert armed.feed((1, FOOT, 10, 1), until_s=5) == wire.OK
    assert armed.feed((4.99, FOOT, 0, 1), until_s=6) == wire.TOO_LATE
    assert armed.feed((5, FOOT, 0, 1), until_s=4.99) == wire.TOO_LATE
    assert armed.feed((5, FOOT, 0, 1), until_s=6) == wire.OK


def test_rows_do_not_go_back_behind_the_last_row(armed: "Rig") -> None:
    assert armed.feed((5, FOOT, 10, 1), until_s=4) == wire.OK
    assert armed.feed((4.5, FOOT, 0, 1), until_s=6) == wire.TOO_LATE


def test_more_rows_than_fit_are_refused_whole(armed: "Rig") -> None:
    assert armed.feed(*[(0.1 * n, FOOT, 10, 0) for n in range(SLOTS - 1)], until_s=2) == wire.OK
    assert armed.feed((3, FOOT, 10, 0), (3.1, FOOT, 0, 0), until_s=4) == wire.QUEUE_FULL
    assert armed.feed((3, FOOT, 10, 0), until_s=3) == wire.OK
    assert free(armed) == 0


def test_nothing_follows_the_end(armed: "Rig") -> None:
    assert armed.feed((0, FOOT, 10, 1), until_s=3, end=True) == wire.OK
    assert armed.feed((3, FOOT, 10, 1), until_s=4) == wire.NOT_NOW


def test_without_a_session_nothing_is_taken(rig: "Rig") -> None:
    assert rig.feed((0, FOOT, 10, 1), until_s=1) == wire.NOT_NOW


def test_a_reset_device_refuses_stale_rows(rig: "Rig") -> None:
    rig.session = 99
    assert rig.feed((0, FOOT, 10, 1), until_s=1) == wire.WRONG_SESSION
    assert rig.core.state == wire.IDLE


def test_a_seek_empties_the_queue_and_keeps_the_numbering(armed: "Rig") -> None:
    assert armed.feed((0, FOOT, 10, 1), until_s=1) == wire.OK
    assert armed.seek(60_000) == wire.OK
    assert free(armed) == SLOTS
    assert armed.feed((2, FOOT, 10, 1), until_s=3) == wire.TOO_LATE
    assert armed.feed((60, FOOT, 10, 1), until_s=61, base_s=60) == wire.OK

"""Late is graded: an under-run holds, then releases, then latches; a silent host is released and needs a new arm."""

from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)


class TestUnderRun:
    @pytest.fixture
    def starved(self, rig: "Rig") -> "Rig":
        """Half a second into an under-run."""
        rig.play((0, FOOT, 40, 1), until_s=2)
        rig.step(2.5)
        return rig

    def test_it_first_holds_and_time_stands(self, starved: "Rig") -> None:
        assert starved.core.state == wire.RUNNING
        assert starved.core.session_ms(starved.now_ms) == 2000
        assert starved.mmhg(FOOT) == pytest.approx(40, abs=3)

    def test_rows_that_come_in_time_are_played_as_if_nothing_had_been(self, starved: "Rig") -> None:
        assert starved.feed((2, FOOT, 20, 1), until_s=9, base_s=2) == wire.OK
        starved.step(0.5)
        assert starved.core.session_ms(starved.now_ms) == pytest.approx(2500, abs=10)
        assert starved.commanded(FOOT) == pytest.approx(30, abs=1)

    def test_then_it_releases_slowly(self, starved: "Rig") -> None:
        starved.step(1)
        assert starved.core.state == wire.STOPPING
        assert starved.commanded(FOOT) == pytest.approx(20, abs=2)

    def test_then_it_latches_with_the_evidence(self, starved: "Rig") -> None:
        starved.step(1.6)
        assert starved.core.state == wire.FAULTED
        number, code, channel, slack_ms, since_ms, _, session_ms = starved.faults[0]
        assert (number, code, channel, session_ms) == (1, wire.FAULT_UNDERRUN, wire.NO_CHANNEL, 2000)
        assert slack_ms == 0
        assert since_ms == pytest.approx(4000, abs=50)
        assert starved.ended == wire.ENDED_FAULT
        assert starved.board.is_safe

    def test_an_empty_queue_below_the_watermark_is_none(self, rig: "Rig") -> None:
        rig.play((0, FOOT, 40, 1), until_s=10)
        rig.step(9)
        assert rig.core.state == wire.RUNNING
        assert rig.status[11] == pytest.approx(100, abs=12)


class TestSilence:
    @pytest.fixture
    def silent(self, rig: "Rig") -> "Rig":
        """The host has just sent its last frame; everything is on."""
        rig.play((0, FOOT, 40, 1), (0, MOTOR, 60, 0), (0, PAD, 40, 0))
        rig.step(2)
        rig.send(wire.HEARTBEAT)
        rig.is_beating = False
        return rig

    def test_a_stall_of_a_second_changes_nothing(self, silent: "Rig") -> None:
        silent.step(1.4)
        assert silent.core.state == wire.RUNNING
        assert silent.commanded(FOOT) == 40
        silent.send(wire.HEARTBEAT)
        silent.step(1.4)
        assert silent.core.state == wire.RUNNING

    def test_from_a_second_and_a_half_it_ramps_down(self, silent: "Rig") -> None:
        silent.step(1.75)
        assert silent.core.state == wire.STOPPING
        assert 10 < silent.commanded(FOOT) < 25

    @pytest.mark.parametrize("state", ["running", "refilling", "paused", "armed"])
    def test_by_two_seconds_everything_is_off(self, rig: "Rig", state: str) -> None:
        rig.arm()
        rig.feed((0, FOOT, 40, 0), (0, PAD, 40, 0), until_s=9)
        if state != "armed":
            rig.run()
            rig.step(0.3 if state == "refilling" else 2)
        if state == "paused":
            rig.pause()
        rig.send(wire.HEARTBEAT)
        rig.is_beating = False
        rig.step(2)
        assert rig.board.is_safe
        assert (rig.core.state, rig.ended) == (wire.IDLE, wire.ENDED_HOST_SILENT)

    @pytest.mark.parametrize("slack_s", [0.1, 0.25, 0.4])
    def test_even_where_the_release_of_an_under_run_has_begun(self, rig: "Rig", slack_s: float) -> None:
        rig.play((0, FOOT, 40, 1), until_s=3)
        rig.step(3 - slack_s)
        rig.send(wire.HEARTBEAT)
        rig.is_beating = False
        rig.step(1.45)
        assert rig.core.state == wire.STOPPING
        rig.step(0.55)
        assert rig.board.is_safe

    def test_it_then_needs_a_new_arm(self, silent: "Rig") -> None:
        silent.step(3)
        assert silent.run(session_ms=silent.core.session_ms(silent.now_ms)) == wire.NOT_NOW
        assert silent.arm(silent.session + 1) == wire.OK

    def test_junk_is_no_sign_of_life(self, silent: "Rig") -> None:
        for _ in range(20):
            silent.send_raw(b"\x05junk\x00")
            silent.step(0.1)
        assert silent.core.state == wire.IDLE
        assert silent.status[12] == 20


class TestOversleeping:
    """The loop itself is late, as on a board that writes its flash, or in a simulator on a busy computer."""

    @pytest.mark.parametrize("late_ms", [50, 100, 200, 300, 400])
    def test_a_late_tick_while_the_air_comes_is_no_fault(self, make_rig: "Callable[[], Rig]", late_ms: int) -> None:
        """At whatever moment of the first filling it comes."""
        for at_ms in range(0, 1500, 10):
            rig = make_rig()
            rig.play((0, FOOT, 40, 1), until_s=9)
            rig.step(at_ms / 1000)
            rig.oversleep(late_ms)
            rig.step(1)
            assert rig.core.state == wire.RUNNING, (at_ms, rig.faults)

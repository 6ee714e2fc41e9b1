"""The loop of every port: it feeds its watchdog as long as it keeps up, and not once it has lost control."""

from typing import TYPE_CHECKING

import pytest

from legato.firmware.ports.runtime import Runtime, serve

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig


class Clocked(Runtime):
    """A loop of 20 rounds, each of which takes `round_ms`."""

    def __init__(self, round_ms: int) -> None:
        self.fed = 0
        self._round_ms = round_ms
        self._now_ms = 0
        self._rounds = 20

    def now_ms(self) -> int:
        return self._now_ms

    def read(self, wait_ms: int) -> bytes | None:
        self._now_ms += max(wait_ms, 1)
        self._rounds -= 1
        return b"" if self._rounds else None

    def write(self, data: bytes) -> None:
        pass

    def before_tick(self, now_ms: int) -> None:
        self._now_ms = now_ms + self._round_ms

    def after_tick(self) -> None:
        self.fed += 1


@pytest.mark.parametrize(("round_ms", "is_fed"), [(2, True), (25, True), (40, False), (200, False)])
def test_a_loop_that_is_too_slow_starves_its_watchdog(rig: "Rig", round_ms: int, *, is_fed: bool) -> None:
    clocked = Clocked(round_ms)
    serve(rig.core, clocked)
    assert (clocked.fed > 10) == is_fed

"""Patience with a device that is away."""

import asyncio
import random

import pytest

from legato.controller.errors import DeviceFaulted, PortNotFound
from legato.controller.session.reconnect import keep_trying
from legato.sim.clock import run


class Door:
    """Opens at the `opens`-th knock; notes when it was knocked at."""

    def __init__(self, opens: int, error: Exception) -> None:
        self.knocks: list[float] = []
        self._opens = opens
        self._error = error

    async def knock(self) -> str:
        self.knocks.append(asyncio.get_running_loop().time())
        if len(self.knocks) < self._opens:
            raise self._error
        return "open"


def tried(door: Door, patience_s: float, told: list[Exception], seed: int = 1) -> str:
    return run(keep_trying(door.knock, random.Random(seed), patience_s, told.append))


def test_it_tries_until_it_succeeds_and_tells_of_each_failure() -> None:
    told: list[Exception] = []
    assert tried(Door(5, PortNotFound("gone")), 60.0, told) == "open"
    assert [str(error) for error in told] == ["gone"] * 4


def test_the_pauses_grow_and_are_spread() -> None:
    doors = [Door(8, ConnectionError()) for _ in range(2)]
    for seed, door in enumerate(doors):
        tried(door, 60.0, [], seed)
    for door in doors:
        pauses = [b - a for a, b in zip(door.knocks, door.knocks[1:], strict=False)]
        assert pauses[-1] > 4 * pauses[0]
        assert max(pauses) <= 4.5
    assert doors[0].knocks != doors[1].knocks


def test_patience_has_an_end() -> None:
    door = Door(1_000, PortNotFound("gone"))
    with pytest.raises(PortNotFound):
        tried(door, 10.0, [])
    assert 10.0 <= door.knocks[-1] <= 15.0


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread"), OSError(24, "no files")])
def test_what_the_machine_does_not_have_now_it_may_have_again(error: Exception) -> None:
    assert tried(Door(3, error), 60.0, []) == "open"


def test_a_faulted_device_is_not_a_matter_of_patience() -> None:
    door = Door(3, DeviceFaulted("held too long"))
    with pytest.raises(DeviceFaulted):
        tried(door, 60.0, [])
    assert len(door.knocks) == 1

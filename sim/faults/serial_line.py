"""Faults of the line between host and device."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Annotated, Literal

from pydantic import Field

from legato.sim.faults.cable import ByteFilter, Lane, Onward
from legato.sim.faults.fault import FaultBench, InjectedFault, Undo
from legato.sim.faults.frames import queue_full

Rate = Annotated[float, Field(gt=0, le=0.2)]
Direction = Literal["both", "to_device", "to_host"]


class OfLine(InjectedFault):
    """A fault of the line, in one direction or both."""

    place = "line"

    direction: Direction = "both"

    def lanes(self, bench: FaultBench) -> Iterator[Lane]:
        """The directions that are hit."""
        if self.direction != "to_host":
            yield bench.cable.to_device
        if self.direction != "to_device":
            yield bench.cable.to_host

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        return _all([lane.insert(self.byte_filter(rng, bench.loop)) for lane in self.lanes(bench)])

    def byte_filter(self, rng: Random, loop: AbstractEventLoop) -> ByteFilter:
        """What is put into each lane."""
        raise NotImplementedError


class Bitwise(OfLine):
    """A fault that hits byte by byte: `rate` is the chance of each."""

    rate: Rate = 0.01

    def byte_filter(self, rng: Random, loop: AbstractEventLoop) -> ByteFilter:
        del loop

        def disturb(data: bytes, onward: Onward) -> None:
            onward(b"".join(self.hit(byte, rng) if rng.random() < self.rate else bytes((byte,)) for byte in data))

        return disturb

    def hit(self, byte: int, rng: Random) -> bytes:
        """What becomes of a byte."""
        raise NotImplementedError


class BitFlips(Bitwise):
    """Bits flip on the line, as beside a motor without a suppressor."""

    kind: Literal["bit_flips"]

    def hit(self, byte: int, rng: Random) -> bytes:
        return bytes((byte ^ 1 << rng.randrange(8),))


class LostBytes(Bitwise):
    """Bytes get lost, as when a receiver is not read in time."""

    kind: Literal["lost_bytes"]

    def hit(self, byte: int, rng: Random) -> bytes:
        del byte, rng
        return b""


class DoubledBytes(Bitwise):
    """Bytes arrive twice."""

    kind: Literal["doubled_bytes"]

    def hit(self, byte: int, rng: Random) -> bytes:
        del rng
        return bytes((byte, byte))


class JunkBytes(Bitwise):
    """Random bytes come in between, up to 40 at a time."""

    kind: Literal["junk"]

    def hit(self, byte: int, rng: Random) -> bytes:
        return bytes((byte,)) + rng.randbytes(rng.randint(1, 40))


class BaudMismatch(OfLine):
    """The two ends run at different speeds: everything arrives as garbage."""

    kind: Literal["baud_mismatch"]

    def byte_filter(self, rng: Random, loop: AbstractEventLoop) -> ByteFilter:
        del loop

        def garble(data: bytes, onward: Onward) -> None:
            onward(rng.randbytes(len(data)))

        return garble


class HalfOpen(OfLine):
    """One direction is dead and the other is not; neither end knows."""

    kind: Literal["half_open"]
    direction: Literal["to_device", "to_host"] = "to_device"

    def byte_filter(self, rng: Random, loop: AbstractEventLoop) -> ByteFilter:
        del rng, loop
        return _swallow


class ReorderedBytes(OfLine):
    """Writes overtake each other: now and then one is held back until the next has passed."""

    kind: Literal["reordered_bytes"]
    share: Annotated[float, Field(gt=0, le=0.5)] = 0.1

    def byte_filter(self, rng: Random, loop: AbstractEventLoop) -> ByteFilter:
        del loop
        held: list[bytes] = []

        def shuffle(data: bytes, onward: Onward) -> None:
            if not held and rng.random() < self.share:
                held.append(data)
                return
            onward(data)
            while held:
                onward(held.pop())

        return shuffle


class DelayedBytes(OfLine):
    """Everything arrives later by up to `by_ms`, in order, as through a busy USB hub or a radio bridge."""

    kind: Literal["delayed_bytes"]
    by_ms: Annotated[int, Field(ge=1, le=2000)] = 200

    def byte_filter(self, rng: Random, loop: AbstractEventLoop) -> ByteFilter:
        last_s = 0.0

        def delay(data: bytes, onward: Onward) -> None:
            nonlocal last_s
            last_s = max(last_s, loop.time() + rng.random() * self.by_ms / 1000.0)
            loop.call_at(last_s, onward, data)

        return delay


class LineStall(OfLine):
    """Nothing arrives for a while, then everything at once."""

    kind: Literal["stall"]
    for_s: Annotated[float, Field(gt=0, le=60)] = 1.0

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        return _all([_dam(lane) for lane in self.lanes(bench)])


class FullQueue(InjectedFault):
    """The device says that it has no room for set-points, as a firmware would that has leaked its queue."""

    place = "device"

    kind: Literal["full_queue"]

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        return bench.cable.to_host.insert(queue_full())


class Unplug(InjectedFault):
    """The plug is pulled; it is back after `for_s`."""

    place = "line"

    kind: Literal["unplug"]

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        bench.cable.pull()
        return bench.cable.plug


def _swallow(data: bytes, onward: Onward) -> None:
    """Hand nothing on."""
    del data, onward


def _dam(lane: Lane) -> Undo:
    waiting: list[Callable[[], None]] = []
    take_out = lane.insert(lambda data, onward: waiting.append(partial(onward, data)))

    def open_up() -> None:
        take_out()
        for release in waiting:
            release()

    return open_up


def _all(undos: list[Undo]) -> Undo:
    def undo() -> None:
        for one in undos:
            one()

    return undo

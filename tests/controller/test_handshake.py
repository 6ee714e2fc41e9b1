"""Getting to know a device: on bad lines, strange lines, and with somebody else's routine still running."""

import asyncio
import random
import struct

import pytest

from legato.controller.errors import DeviceFaulted, NotLegato, WrongProtocol
from legato.controller.link.device_messages import Welcome
from legato.controller.link.host_messages import Arm, Hello, Run, SetPoints
from legato.controller.session.events import Notice
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.sim.clock import run
from legato.sim.device import SimDevice, as_simulated
from legato.sim.pipes import MemoryPipe
from tests.host import BOOTS, SINGLE, squeezes


class NoisyPipe:
    """A pipe on which one byte in a hundred is not what it was, in both directions."""

    def __init__(self, pipe: MemoryPipe, seed: int) -> None:
        self._pipe = pipe
        self._rng = random.Random(seed)

    def write(self, data: bytes) -> None:
        self._pipe.write(self._garbled(data))

    async def read(self) -> bytes:
        return self._garbled(await self._pipe.read())

    async def close(self) -> None:
        await self._pipe.close()

    def _garbled(self, data: bytes) -> bytes:
        return bytes(self._rng.randrange(256) if self._rng.random() < 0.01 else byte for byte in data)


class Stranger:
    """The host's end of a line on which `says` is all that ever comes."""

    def __init__(self, says: bytes = b"") -> None:
        self._says = says

    def write(self, data: bytes) -> None:
        pass

    async def read(self) -> bytes:
        if not self._says:
            await asyncio.sleep(1_000_000)
        said, self._says = self._says, b""
        return said

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("seed", range(10))
def test_a_device_is_known_within_five_seconds_at_one_byte_in_a_hundred_wrong(seed: int) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(BOOTS, seed, loop)
        device.start()

        async def opener() -> NoisyPipe:
            return NoisyPipe(MemoryPipe(device, loop), seed)

        async with Session(opener, random.Random(seed)) as session:
            assert session.device == as_simulated(BOOTS)
            assert loop.time() < 5.0

    run(main())


@pytest.mark.parametrize(
    ("says", "error", "message"),
    [
        (b"", NotLegato, "nothing answers"),
        (b"ok\r\nGrbl 1.1f ['$' for help]\r\n\x00", NotLegato, "something else speaks there"),
        (
            wire.encode(wire.WELCOME, 1, 0, struct.pack("<BB", 2, 0)),
            WrongProtocol,
            "the device speaks protocol 2, this host 1",
        ),
    ],
)
def test_what_is_not_our_device_is_told_apart(says: bytes, error: type[Exception], message: str) -> None:
    async def opener() -> Stranger:
        return Stranger(says)

    async def main() -> None:
        with pytest.raises(error, match=message):
            await Session(opener, random.Random(1)).__aenter__()

    run(main())


def test_a_port_that_echoes_is_told_from_a_device() -> None:
    class Echo(Stranger):
        def write(self, data: bytes) -> None:
            self._says += data

        async def read(self) -> bytes:
            while not self._says:  # noqa: ASYNC110 - virtual time
                await asyncio.sleep(0.01)
            return await super().read()

    async def opener() -> Echo:
        return Echo(b"")

    async def main() -> None:
        with pytest.raises(NotLegato, match="it sends back what is sent"):
            await Session(opener, random.Random(1)).__aenter__()

    run(main())


def test_a_device_that_falls_silent_after_its_name_is_none() -> None:
    class Mute(MemoryPipe):
        async def read(self) -> bytes:
            said = await super().read()
            frames = wire.Decoder().feed(said)
            return b"".join(wire.encode(*f) for f in frames if f[0] == wire.WELCOME) or b"\x00"

    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(BOOTS, 1, loop)
        device.start()

        async def opener() -> Mute:
            return Mute(device, loop)

        with pytest.raises(NotLegato, match="does not describe itself"):
            await Session(opener, random.Random(1)).__aenter__()

    run(main())


def test_a_routine_that_another_host_left_running_is_stopped_first() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(SINGLE, 1, loop)
        device.start()
        leave_running(device)
        await asyncio.sleep(0.5)
        assert device.core.state == wire.RUNNING

        async def opener() -> MemoryPipe:
            return MemoryPipe(device, loop)

        async with Session(opener, random.Random(2)) as session:
            assert device.core.state == wire.IDLE
            assert (await session.play(squeezes(SINGLE, 1))).kind == "completed"

    run(main())


def test_a_latched_fault_is_told_at_connect_and_cleared_on_request() -> None:
    async def main() -> None:
        device = SimDevice(SINGLE, 1, asyncio.get_running_loop())
        device.start()
        device.feed(wire.encode(wire.ESTOP, 0, 0))

        async def opener() -> MemoryPipe:
            return MemoryPipe(device, asyncio.get_running_loop())

        with pytest.raises(DeviceFaulted, match="emergency stop"):
            await Session(opener, random.Random(1)).__aenter__()
        async with Session(opener, random.Random(1), clear_fault=True):
            assert device.core.state == wire.IDLE

    run(main())


def leave_running(device: SimDevice) -> None:
    """What a host does that starts a routine and is never heard of again."""
    said: list[bytes] = []
    device.send = said.append
    device.feed(wire.encode(Hello.kind, 1, 0, Hello().pack()))
    decoded = wire.decode(said[-1][:-1])
    assert decoded is not None
    welcome = Welcome.parse(decoded[3])
    for message in (Arm(welcome.boot_id, welcome.nonce), SetPoints(0, 9_000, ()), Run(1, 0)):
        device.feed(wire.encode(message.kind, 0, 77, message.pack()))


@pytest.mark.parametrize(("version", "age"), [((0, 0, 9), "older"), ((9, 0, 0), "newer")])
def test_a_device_with_another_firmware_plays_and_the_difference_is_said(
    version: tuple[int, int, int], age: str
) -> None:
    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        device = SimDevice(BOOTS, 1, loop)
        device.start()
        device.core._link._config.version = version

        async def opener() -> MemoryPipe:
            return MemoryPipe(device, loop)

        session = Session(opener, random.Random(1))
        events = session.events.subscribe()
        async with session:
            pass
        return [event.text async for event in events if isinstance(event, Notice)]

    (said,) = run(main())
    assert f"firmware is {'.'.join(map(str, version))}, {age} than the" in said
    assert ("`legato flash`" in said) == (age == "older")

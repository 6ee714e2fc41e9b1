"""How a host gets to know a device, in virtual time on a line of 115200 baud: round trips, and time in noise."""

import asyncio
from collections.abc import Iterator
from random import Random

from bench.budget import Measure
from bench.stress.spread import percentile
from legato.app.testbed import Testbed
from legato.controller.link.handshake import Known
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.profiles.canonical import description_hash
from legato.profiles.device import Device
from legato.sim import clock
from legato.sim.faults.serial_line import BitFlips

TIMES = 100
RATE = 0.01


def handshakes(device: Device, times: int = TIMES) -> Iterator[Measure]:
    """Budgets of design: three round trips to a known device, and 5 s where one byte in a hundred is wrong."""
    trips, _ = _connected(device, 0, is_known=True, rate=0.0)
    yield Measure("handshake with a known device", trips, "round trips", 3)
    for is_known, what in ((True, "a known device"), (False, "a new one, which describes itself")):
        took_s = [_connected(device, seed, is_known=is_known, rate=RATE)[1] for seed in range(times)]
        remark = f"{times} seeds, virtual time: median {percentile(took_s, 50):.2f}, p99 {percentile(took_s, 99):.2f}"
        yield Measure(f"handshake at 1 % byte errors, worst: {what}", max(took_s), "s", 5, remark=remark)


def _connected(device: Device, seed: int, *, is_known: bool, rate: float) -> tuple[int, float]:
    """How many frames of the host reached the device, and how long it took."""
    return clock.run(_connect(device, seed, is_known, rate))


async def _connect(device: Device, seed: int, is_known: bool, rate: float) -> tuple[int, float]:
    loop, rng = asyncio.get_running_loop(), Random(f"{seed}/bench")  # noqa: S311 - noise, not a secret
    bed, decoder, heard = Testbed(device, seed), wire.Decoder(), []
    known: Known = {description_hash(bed.device.device): bed.device.device} if is_known else {}
    if rate:
        stage = BitFlips(kind="bit_flips", rate=rate).byte_filter(rng, loop)
        bed.cable.to_device.insert(stage)
        bed.cable.to_host.insert(stage)
    bed.cable.tap = lambda data: heard.extend(decoder.feed(data))
    began_s = loop.time()
    async with Session(bed.plug_in, rng, known=known):
        return len(heard), loop.time() - began_s

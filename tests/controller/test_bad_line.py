"""A bad line is called one, with its figures, wherever it costs an answer; a strange or silent one is not."""

import asyncio
import random

import pytest

from legato.controller.errors import BadLine, ControllerError, NotLegato
from legato.controller.link.endpoint import Endpoint
from legato.controller.link.noise import bad_line, unreadable
from legato.controller.link.traffic import Traffic
from legato.controller.session.session import Session
from legato.profiles.device import Device
from legato.sim.clock import run
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from tests.controller.test_handshake import NoisyPipe
from tests.host import BOOTS


class Noisy(NoisyPipe):
    """`share` of all bytes are not what they were."""

    share = 0.03

    def _garbled(self, data: bytes) -> bytes:
        return bytes(self._rng.randrange(256) if self._rng.random() < self.share else byte for byte in data)


def refusal(boots: Device, seed: int, share: float) -> ControllerError | None:
    """What a session says of a line on which `share` of all bytes are wrong."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(boots, seed, loop)
        device.start()

        async def opener() -> Noisy:
            pipe = Noisy(MemoryPipe(device, loop), seed)
            pipe.share = share
            return pipe

        async with Session(opener, random.Random(seed)):
            pass

    try:
        run(main())
    except ControllerError as error:
        return error
    return None


@pytest.mark.parametrize("seed", range(4))
def test_at_three_bytes_in_a_hundred_wrong_the_line_is_to_blame_and_no_firmware(seed: int) -> None:
    error = refusal(BOOTS, seed, 0.03)
    assert isinstance(error, BadLine)
    assert str(error).startswith("bad line: ")
    assert " % of frames unreadable (" in str(error)
    assert "sent again; check the cable" in str(error)


def test_of_noise_alone_nobody_knows_that_a_device_of_ours_is_behind_it() -> None:
    error = refusal(BOOTS, 1, 0.9)
    assert isinstance(error, NotLegato)
    assert "something else speaks there" in str(error)


def test_a_line_that_is_whole_is_never_to_blame() -> None:
    link = Endpoint(Traffic())
    link.sound_frames = 7
    assert bad_line(link) is None


@pytest.mark.parametrize(
    ("bad", "sound", "words"),
    [
        (12, 378, "3.1 % of frames unreadable (12 of 390)"),
        (0, 5, "0.0 % of frames unreadable (0 of 5)"),
        (0, 0, "0.0 % of frames unreadable (0 of 0)"),
    ],
)
def test_figures_are_a_share_and_a_count(bad: int, sound: int, words: str) -> None:
    assert unreadable(bad, sound) == words

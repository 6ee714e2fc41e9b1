"""A board that prints debug text between its frames keeps its connection; the text is quoted once, and counted."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from legato.controller.errors import NotLegato
from legato.controller.link.debug_text import DebugText, quote
from legato.controller.link.deframer import Deframer
from legato.controller.session.events import Lost, Notice
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.sim.clock import run
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from tests.host import BOOTS, SINGLE, Stage, perform, squeezes

Send = Callable[[bytes], None]

LINE = b"\x1b[32m[  12.345] I (main) adc=1023 t=27.3 \xc2\xb0C\x1b[0m\r\n"
FRAMES = [
    wire.encode(kind, seq, 7, bytes(range(seq))) for kind, seq in ((wire.STATUS, 40), (wire.REPLY, 3), (wire.STATUS, 0))
]
MEANT = [wire.decode(frame[:-1]) for frame in FRAMES]


# Frames out of it all.


@pytest.mark.parametrize(
    "said",
    [
        b"", LINE, b"ok\n", b"\n", b"> ", "18 °C, µs\n".encode(), b"x" * 5_000, b"\xff\xfe\x81\x84",
        bytes(range(1, 256)), b"\x02\x84" * 80, b"cut\x00off\n", LINE * 30,
    ],
)  # fmt: skip
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_every_frame_behind_whatever_was_said_is_found_however_it_is_cut(said: bytes, piece: int) -> None:
    sieve, stream = Deframer(), b"".join(said + frame for frame in FRAMES)
    found = [frame for at in range(0, len(stream), piece) for frame in sieve.feed(stream[at : at + piece])]
    assert found == MEANT
    assert len(sieve.rest) <= 2 * wire.MAX_FRAME


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_text_is_no_bad_frame_and_comes_out_whole(piece: int) -> None:
    sieve, stream, text = Deframer(), b"".join(LINE * 9 + frame for frame in FRAMES), b""
    for at in range(0, len(stream), piece):
        sieve.feed(stream[at : at + piece])
        text += sieve.text
    assert (sieve.bad, text) == (0, LINE * 27)


def test_junk_is_counted_once_however_long_it_is_and_is_no_text() -> None:
    sieve, dice = Deframer(), random.Random(1)
    for _ in range(10):
        assert sieve.feed(bytes(dice.randrange(128, 256) for _ in range(3_000)) + b"\x00") == []
        assert sieve.text == b""
    assert sieve.bad == 10


def test_text_in_the_middle_of_a_frame_costs_that_frame_alone() -> None:
    sieve = Deframer()
    assert sieve.feed(FRAMES[0][:20] + LINE + FRAMES[0][20:] + FRAMES[1]) == MEANT[1:2]
    assert sieve.bad == 1


# What is told of it.


def test_text_is_quoted_once_then_counted_ever_less_often() -> None:
    told: list[str] = []
    chatter = DebugText(told.append)
    for _ in range(25_000):
        chatter.take(LINE[:11])
        chatter.take(LINE[11:])
    assert (
        told[0] == 'the device prints text between its frames ("[ 12.345] I (main) adc=1023 t=27.3 °C"); it is ignored'
    )
    assert told[1:] == [f"the device has printed {n} lines of text by now" for n in (10, 100, 1_000, 10_000)]


def test_a_line_without_an_end_is_quoted_in_part_and_held_in_part() -> None:
    told: list[str] = []
    chatter = DebugText(told.append)
    for _ in range(10_000):
        chatter.take(b"0123456789" * 3)
    assert "0123456789..." in told[0]
    assert len(told) == 4
    assert len(chatter._line) <= 100


def test_nothing_that_a_terminal_would_obey_is_quoted() -> None:
    assert quote(b"\x1b]0;title\x07a\x1b[31mred\x08\xff\x00\xe2\x80\xaeb") == "]0;title ared b"


# A whole session.


def chatting(here: Stage, line: bytes, every_s: float, *, inside: bool = False) -> Coroutine[Any, Any, None]:
    """The device of a stage prints `line`, between its frames or in the middle of one, at no fixed pace."""
    dice = random.Random(3)

    async def print_lines() -> None:
        while True:
            await asyncio.sleep(every_s * dice.uniform(0.5, 1.5))
            if inside:
                waiting.append(line)
            else:
                here.device.send(line)

    waiting: list[bytes] = []
    send: Send = here.device.send

    def spoilt(data: bytes) -> None:
        for text in waiting:
            cut = dice.randrange(len(data))
            data = data[:cut] + text + data[cut:]
        waiting.clear()
        send(data)

    here.device.send = spoilt
    return print_lines()


@pytest.mark.parametrize(
    ("line", "every_s"), [(LINE, 0.1), (LINE, 0.01), (b"x" * 300, 0.1), (b"\x81\xff\x02", 0.1), (b"cut\x00off\n", 0.1)],
    ids=["ten a second", "a hundred a second", "without an end", "binary", "with zeros"],
)  # fmt: skip
def test_an_idle_board_that_prints_all_along_keeps_its_connection(line: bytes, every_s: float) -> None:
    async def act(here: Stage) -> None:
        printing = asyncio.create_task(chatting(here, line, every_s))
        await asyncio.sleep(120)
        printing.cancel()
        assert here.session.is_connected

    left = perform(SINGLE, act)
    assert not [event for event in left.heard if isinstance(event, Lost)]
    assert len([event for event in left.heard if isinstance(event, Notice)]) <= 6


def test_a_massage_goes_on_over_text_also_in_the_middle_of_frames() -> None:
    async def act(here: Stage) -> None:
        between, inside = (asyncio.create_task(chatting(here, LINE, 0.1, inside=cut)) for cut in (False, True))
        assert (await here.session.play(squeezes(SINGLE, 4))).kind == "completed"
        between.cancel()
        inside.cancel()

    left = perform(SINGLE, act)
    told = [event.text for event in left.heard if isinstance(event, Notice)]
    assert (told[0].count("adc=1023"), len(told) <= 4) == (1, True)
    assert not [event for event in left.heard if isinstance(event, Lost)]


def test_a_board_that_prints_as_it_starts_is_met() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(BOOTS, 1, loop)
        device.start()

        async def opener() -> MemoryPipe:
            pipe = MemoryPipe(device, loop)
            for n in range(100):
                loop.call_later(n / 100, lambda: device.send(LINE))
            return pipe

        async with Session(opener, random.Random(1)):
            assert loop.time() < 2.0

    run(main())


@pytest.mark.parametrize("says", [b"\r\nGrbl 1.1f ['$' for help]\r\n", b"Grbl 1.1f ['$' for help]\r\n" * 20 + b"\x00"])
def test_a_stranger_is_quoted_too(says: bytes) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(BOOTS, 1, loop)

        async def opener() -> MemoryPipe:
            pipe = MemoryPipe(device, loop)
            device.send(says)
            return pipe

        with pytest.raises(NotLegato, match=r'something else speaks there \("Grbl 1\.1f'):
            await Session(opener, random.Random(1)).__aenter__()

    run(main())

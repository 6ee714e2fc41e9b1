"""A stop depends on no bookkeeping: the frames go out first, on every line, and whoever fails keeps no device from its
own, and ends no massage but its own.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from legato.firmware import wire
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow
from legato.service.devices.state import Doing
from legato.sim.pipes import discard

Live = Callable[..., Any]
Ledger = list[tuple[str, str]]
NAMES = ("boots", "wraps", "chair")


class Mute(Exception):
    """An error that cannot even say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


ERRORS = [ValueError, OSError, Mute]

BOOKKEEPERS = [
    "standing.emergency",
    "standing.stopping",
    "standing.take",
    "standing.until",
    "standing._set",
    "standing._publish",
    "standing._happened",
    "standing._now",
    "_session.record_cut_off",
    "_session.events.publish",
    "_session._playback._publish",
    "_session._playback._prompts.announce",
    "_session._playback._position.pass_to",
    "_session._playback.state._publish",
    "_session._playback.state._complete",
    "_session._reports.holds.take",
    "_desk.ended",
    "_connections._take",
    "released",
    "obeyed",
    "record_cut_off",
]
"""Of the first unit, everything that takes part in keeping the books of a stop."""


def broken(owner: Any, path: str, ledger: Ledger, error: type[Exception]) -> None:
    """Has what is at `path` below `owner` raise, and the ledger say that it was asked."""
    *way, last = path.split(".")
    for step in way:
        owner = getattr(owner, step)

    def fails(*_: Any, **__: Any) -> Any:
        ledger.append(("record", path))
        raise error("injected")

    # Slotted or not: an attribute of the instance hides the method of the class.
    setattr(owner, last, fails)


def overheard(house: Any, ledger: Ledger) -> None:
    """Has the ledger keep every frame that goes out to a device, and everything that is published."""
    for name, socket in house.sockets.items():
        pipe = socket.pipes[-1]

        def write(data: bytes, name: str = name, write: Any = pipe.write) -> None:
            for kind, *_ in wire.Decoder().feed(b"\0" + data):
                if kind in (wire.STOP, wire.ESTOP):
                    ledger.append(("frame", name))
            write(data)

        pipe.write = write
    publish = house.fleet._hub.publish
    for unit in house.fleet._units.values():

        def published(news: Any, publish: Any = publish) -> None:
            ledger.append(("record", news.type))
            publish(news)

        unit.standing._publish = published


def stops_first(ledger: Ledger) -> bool:
    """Whether every device had its frame before anything was recorded."""
    return ledger[: len(NAMES)] == [("frame", name) for name in NAMES]


async def all_play(house: Any) -> None:
    for name in NAMES:
        await house.begin(name)
    for name in NAMES:
        await house.played_to(2_500, name)


@pytest.mark.parametrize(("stop", "state"), [("emergency_stop", wire.FAULTED), ("stop_all", wire.IDLE)])
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("bookkeeper", BOOKKEEPERS)
def test_a_stop_of_all_reaches_every_device_whatever_fails_at_the_first(
    live: Live, bookkeeper: str, error: type[Exception], stop: str, state: int
) -> None:
    ledger: Ledger = []

    async def act(house: Any) -> None:
        await all_play(house)
        overheard(house, ledger)
        broken(house.fleet._units["boots"], bookkeeper, ledger, error)
        ledger.clear()
        # What cannot be kept, or cannot tell how its device stands, may fail its caller, but only once all are stopped.
        with suppress(Exception):
            await getattr(house.fleet, stop)()
        await house.until(lambda: all(s.device.core.state == state for s in house.sockets.values()))

    live(act, *NAMES)
    assert stops_first(ledger)


@pytest.mark.parametrize("what", ["cut_off", "release"])
@pytest.mark.parametrize("error", ERRORS)
def test_a_line_that_breaks_under_a_stop_keeps_no_other_from_its_frame(
    live: Live, what: str, error: type[Exception]
) -> None:
    ledger: Ledger = []

    async def act(house: Any) -> None:
        await all_play(house)
        overheard(house, ledger)
        broken(house.sockets["boots"].pipes[-1], "write", [], error)
        ledger.clear()
        with suppress(Exception):
            await (house.fleet.emergency_stop() if what == "cut_off" else house.fleet.stop_all())
        assert [entry for entry in ledger if entry[0] == "frame"][:2] == [("frame", "wraps"), ("frame", "chair")]

    live(act, *NAMES)


@pytest.fixture
def mute_log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A log that fails at every line."""
    lines: list[str] = []

    def fails(_: Any, record: logging.LogRecord) -> None:
        lines.append(record.name)
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(logging.Logger, "handle", fails)
    return lines


@pytest.mark.parametrize("error", ERRORS)
def test_also_with_a_log_that_fails_every_device_is_stopped_and_the_service_goes_on(
    live: Live, mute_log: list[str], error: type[Exception]
) -> None:
    ledger: Ledger = []

    async def act(house: Any) -> None:
        await all_play(house)
        overheard(house, ledger)
        broken(house.fleet._units["boots"], "standing.emergency", ledger, error)
        ledger.clear()
        await house.fleet.emergency_stop()
        for name in NAMES[1:]:
            await house.until_doing(Doing.ESTOP, name)
            assert (await house.fleet.clear_fault(name)).doing is Doing.IDLE

    live(act, *NAMES)
    assert stops_first(ledger)
    assert mute_log


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("bookkeeper", ["standing.take", "standing._publish", "standing._now", "_desk.ended"])
def test_no_bookkeeping_that_fails_ends_a_massage_neither_its_own_nor_anothers(
    live: Live, bookkeeper: str, error: type[Exception]
) -> None:
    async def act(house: Any) -> None:
        await all_play(house)
        broken(house.fleet._units["boots"], bookkeeper, [], error)
        await house.until(lambda: all(s.device.core.state == wire.IDLE for s in house.sockets.values()))
        for name in NAMES[1:]:
            assert (await house.until_doing(Doing.IDLE, name)).last.kind == "completed"
        # Completed, not cut short: the device itself says so.
        assert house.sockets["boots"].device.core._session.ended == wire.ENDED_COMPLETED

    live(act, *NAMES)


@pytest.mark.parametrize("bookkeeper", ["standing.take", "standing._publish"])
def test_bookkeeping_that_fails_at_every_event_of_a_massage_leaves_a_few_lines_in_the_log(
    live: Live, bookkeeper: str, caplog: pytest.LogCaptureFixture
) -> None:
    ledger: Ledger = []

    async def act(house: Any) -> None:
        await house.begin("boots")
        await house.played_to(2_500, "boots")
        broken(house.fleet._units["boots"], bookkeeper, ledger, ValueError)
        await house.until(lambda: house.sockets["boots"].device.core.state == wire.IDLE)

    live(act, "boots")
    lines = [record for record in caplog.records if "the record of what happened failed" in record.getMessage()]
    assert len(ledger) > 100
    assert 1 < len(lines) < 30
    assert sum(record.exc_info is not None for record in lines) < 5


def test_a_diary_that_cannot_be_begun_keeps_nobody_from_a_massage(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        broken(house.desk, "begun", [], ValueError)
        assert (await house.begin()).doing is not Doing.IDLE
        assert (await house.until_doing(Doing.IDLE)).last.kind == "completed"

    live(act)


@pytest.mark.parametrize("error", ERRORS)
def test_a_supervisor_that_dies_is_begun_again_and_the_others_never_notice(
    live: Live, mute_log: list[str], error: type[Exception]
) -> None:
    async def act(house: Any) -> None:
        await house.begin("wraps")
        await house.until_doing(Doing.IDLE, "boots")
        connections = house.fleet._units["boots"]._connections
        attend = connections._was_well
        failures: list[int] = []

        async def dies(number: int) -> bool:
            if len(failures) < 3:
                failures.append(1)
                raise error("injected")
            return bool(await attend(number))

        connections._was_well = dies
        house.sockets["boots"].unplug()
        await house.until(lambda: len(failures) == 3)
        house.sockets["boots"].plug()
        await house.until_doing(Doing.IDLE, "boots")
        assert (await house.until_doing(Doing.IDLE, "wraps")).last.kind == "completed"

    live(act, "boots", "wraps")
    assert mute_log


@pytest.mark.parametrize("error", ERRORS)
def test_a_port_whose_error_has_no_words_ends_no_other_massage(live: Live, error: type[Exception]) -> None:
    async def act(house: Any) -> None:
        await house.begin("wraps")
        house.sockets["boots"].unplug()
        house.sockets["boots"].error = error("injected")
        await house.until_doing(Doing.OFFLINE, "boots")
        assert (await house.until_doing(Doing.IDLE, "wraps")).last.kind == "completed"
        house.sockets["boots"].plug()
        await house.until_doing(Doing.IDLE, "boots")

    live(act, "boots", "wraps")


def test_a_listener_that_fails_keeps_no_stop_and_no_other_listener(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        with house.fleet.news() as broken_one, house.fleet.news() as news:
            broken(broken_one, "put", [], ValueError)
            await house.fleet.emergency_stop()
            assert house.sockets["boots"].device.core.state == wire.FAULTED
            told = [await anext(news) for _ in range(3)]
        assert {item.type for item in told} >= {"state"}

    live(act)


# A stop that comes while something else is on its way.


@pytest.mark.parametrize("after_s", [0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0])
def test_an_emergency_stop_at_any_moment_of_a_start_leaves_the_device_stopped(live: Live, after_s: float) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        house.desk.takes_s = 0.05
        starting = asyncio.create_task(house.fleet.start("boots", Start(routine="squeezes")))
        await asyncio.sleep(after_s)
        await house.fleet.emergency_stop()
        with suppress(NotNow):
            await starting
        await asyncio.sleep(5.0)
        device = house.sockets["boots"].device
        assert (device.core.state, max(device.felt()) <= 8.0) == (wire.FAULTED, True)
        assert house.state().doing is Doing.ESTOP

    live(act)


@pytest.mark.parametrize("after_s", [0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0])
def test_a_soft_stop_at_any_moment_of_a_start_means_that_nothing_plays(live: Live, after_s: float) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        house.desk.takes_s = 0.05
        starting = asyncio.create_task(house.fleet.start("boots", Start(routine="squeezes")))
        await asyncio.sleep(after_s)
        await house.fleet.stop("boots")
        with suppress(NotNow):
            await starting
        await asyncio.sleep(5.0)
        device = house.sockets["boots"].device
        assert (device.core.state, max(device.felt()) <= 8.0) == (wire.IDLE, True)
        assert house.state().doing is Doing.IDLE

    live(act)


def test_an_emergency_stop_goes_out_on_a_line_where_hands_are_still_being_shaken(live: Live) -> None:
    async def act(house: Any) -> None:
        socket = house.sockets["boots"]
        # The device hears, but nothing that it says arrives: hands are shaken for seconds.
        await house.until(lambda: bool(socket.pipes))
        socket.device.send = discard
        await asyncio.sleep(0.001)
        assert house.state().doing is Doing.OFFLINE
        await house.fleet.emergency_stop()
        await house.until(lambda: socket.device.core.state == wire.FAULTED, patience_s=1.0)

    live(act)


def test_an_emergency_stop_while_the_port_is_being_opened_is_the_first_thing_on_the_line(live: Live) -> None:
    async def act(house: Any) -> None:
        socket, opened = house.sockets["boots"], asyncio.Event()
        await house.until_doing(Doing.IDLE)
        socket.unplug()
        await house.until_doing(Doing.OFFLINE)
        socket.waits = opened.wait
        socket.plug()
        before = socket.opened
        await house.until(lambda: socket.opened > before)
        stopping = asyncio.create_task(house.fleet.emergency_stop())
        await asyncio.sleep(0)
        first: list[int] = []
        feed = socket.device.feed
        decoder = wire.Decoder()

        def heard(data: bytes) -> None:
            first.extend(kind for kind, *_ in decoder.feed(data))
            feed(data)

        socket.device.feed = heard
        opened.set()
        await house.until(lambda: socket.device.core.state == wire.FAULTED)
        assert first[0] == wire.ESTOP
        await stopping

    live(act)

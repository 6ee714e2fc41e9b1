"""Playing on a port: what keys do, what a viewer is told, and that the device is let go of whatever happens."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import pytest

from legato.app.simulated_port import SimPort
from legato.controller.errors import NotLegato
from legato.controller.ports.port import Port
from legato.controller.session.events import (
    CueShown,
    Ended,
    Event,
    Found,
    Intensity,
    Lost,
    Moved,
    Notice,
    Outcome,
    Paused,
    Resumed,
    Step,
    Telemetry,
)
from legato.controller.session.narration import ending
from legato.firmware import wire
from legato.profiles import load
from legato.profiles.profile import Profile
from legato.service.devices.state import Update
from legato.service.endpoints import SCHEMES
from legato.sim import clock
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from legato.terminal.keys import Key
from legato.terminal.playing import Wish, play
from legato.terminal.run import Listen
from legato.terminal.scene import Scene
from legato.terminal.views import Listener

HOLDS = """
    {"do": "hold", "from": "ankle", "pressure_mmhg": 30, "seconds": 10, "title": "First"},
    {"do": "rest", "seconds": 10, "title": "A breath"},
    {"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 10, "title": "Second"}"""
QUESTION = """
    {"do": "cue", "say": "Ready?", "wait": true, "timeout_s": 60},"""


def routine(*steps: str) -> Profile:
    head = '"format": 1, "name": "two", "title": "Two holds"'
    return Profile.model_validate_json(f'{{{head}, "steps": [{"".join(steps)}]}}')


def typed(*keys: tuple[float, Key]) -> Listen:
    """Keys at moments of virtual time, in seconds."""

    @contextmanager
    def listen(heard: Callable[[Key], None]) -> Iterator[None]:
        for at_s, key in keys:
            asyncio.get_running_loop().call_at(at_s, heard, key)
        yield

    return listen


def played(profile: Profile, *keys: tuple[float, Key]) -> tuple[Outcome, list[Event]]:
    """The outcome and all events of a run in virtual time."""
    events: list[Event] = []
    outcome = clock.run(play(profile, ["sim://wrap-3"], lambda _: Listener(events.append), Wish(), typed(*keys)))
    return outcome, events


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(e) for e in events if not isinstance(e, Telemetry)]


def test_a_routine_plays_to_its_end_and_says_so() -> None:
    outcome, events = played(routine(HOLDS))
    assert outcome.kind == "completed"
    assert [e.mark.title for e in events if isinstance(e, Step)] == ["Filling (19 s)", "First", "A breath", "Second"]
    assert isinstance(events[-1], Ended)


def test_space_pauses_and_space_again_resumes() -> None:
    outcome, events = played(routine(HOLDS), (15.0, Key.PAUSE_OR_RESUME), (25.0, Key.PAUSE_OR_RESUME))
    assert outcome.kind == "completed"
    assert kinds(events).index(Paused) < kinds(events).index(Resumed)


def test_space_answers_a_waiting_cue() -> None:
    outcome, events = played(routine(QUESTION, HOLDS), (20.0, Key.PAUSE_OR_RESUME))
    assert outcome.kind == "completed"
    assert CueShown in kinds(events)


def test_minus_takes_intensity_away_and_plus_gives_no_more_than_all() -> None:
    _, events = played(routine(HOLDS), (10.0, Key.LESS), (11.0, Key.MORE), (12.0, Key.MORE))
    assert [e.percent for e in events if isinstance(e, Intensity)] == [90, 100, 100]


def test_five_presses_at_once_are_five_steps_of_intensity() -> None:
    _, events = played(routine(HOLDS), *[(10.0, Key.LESS)] * 5)
    assert [e.percent for e in events if isinstance(e, Intensity)][-1] == 50


def test_space_pauses_also_while_the_device_fills_up_after_a_pause() -> None:
    space = Key.PAUSE_OR_RESUME
    outcome, events = played(routine(HOLDS), (12.0, space), (20.0, space), (20.5, space), (30.0, space))
    refilling = [e for e in events if isinstance(e, Telemetry) and e.state == "refill"]
    assert refilling
    assert not [e for e in events if isinstance(e, Notice)]
    assert kinds(events).count(Paused) == 2
    assert outcome.kind == "completed"


def test_a_listener_that_fails_is_logged_and_the_massage_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def fail(event: Event) -> None:
        raise ZeroDivisionError(event)

    outcome = clock.run(play(routine(HOLDS), ["sim://wrap-3"], lambda _: Listener(fail), Wish()))
    assert outcome.kind == "completed"
    assert "the listener at Ended failed" in caplog.text


def test_skip_leaves_a_step_out() -> None:
    _, whole = played(routine(HOLDS))
    _, shorter = played(routine(HOLDS), (30.0, Key.SKIP))
    runs = [sum(isinstance(e, Telemetry) and e.state == "running" for e in events) for events in (shorter, whole)]
    assert runs[0] < runs[1]


@pytest.mark.parametrize(("key", "kind"), [(Key.STOP, "stopped"), (Key.EMERGENCY_STOP, "emergency_stopped")])
def test_both_stops_end_the_run(key: Key, kind: str) -> None:
    outcome, _ = played(routine(HOLDS), (15.0, key))
    assert outcome.kind == kind


def test_a_key_that_cannot_be_granted_is_said_and_changes_nothing() -> None:
    outcome, events = played(routine(HOLDS), (15.0, Key.STOP), (15.1, Key.PAUSE_OR_RESUME))
    assert outcome.kind == "stopped"
    assert any(isinstance(e, Notice) and "pause or resume" in e.text for e in events)


def test_the_scene_knows_where_the_routine_is() -> None:
    seen: list[Scene] = []

    def watch(scene: Scene) -> Listener:
        seen.append(scene)
        return Listener(lambda _: None)

    clock.run(play(routine(HOLDS), ["sim://wrap-3"], watch, Wish()))
    assert (seen[0].now, seen[0].step, seen[0].left_s) == ("over", "Second", 0.0)


def lost_once_at(at_s: float) -> Callable[[str], Coroutine[None, None, Port]]:
    """Opens simulated devices, the first of which is unplugged `at_s` seconds into virtual time."""
    opened: list[SimPort] = []

    async def open_to_be_lost(name: str) -> Port:
        loop = asyncio.get_running_loop()
        port = SimPort(SimDevice(load.device(name), 0, loop), loop)
        if not opened:
            loop.call_at(at_s, port.unplug)
        opened.append(port)
        return port

    return open_to_be_lost


def test_after_a_loss_space_resumes_and_the_next_space_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCHEMES, "sim", lost_once_at(15.0))
    outcome, events = played(routine(HOLDS), *((at_s, Key.PAUSE_OR_RESUME) for at_s in (20.0, 45.0, 55.0)))
    assert outcome.kind == "completed"
    assert [k for k in kinds(events) if k in {Lost, Resumed, Paused}] == [Lost, Resumed, Paused, Resumed]


def test_with_nobody_there_to_resume_a_lost_device_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCHEMES, "sim", lost_once_at(15.0))
    events: list[Event] = []
    outcome = clock.run(play(routine(HOLDS), ["sim://wrap-3"], lambda _: Listener(events.append), Wish()))
    assert outcome.kind == "link_lost"
    assert {Lost, Found, Ended} <= set(kinds(events))


@pytest.mark.parametrize(("name", "shown"), [("/dev/ttyX", "/dev/ttyX at 115200 baud"), ("sim://mute", "sim://mute")])
def test_where_nothing_answers_the_port_is_named(monkeypatch: pytest.MonkeyPatch, name: str, shown: str) -> None:
    async def mute(*_: object) -> Port:
        loop = asyncio.get_running_loop()
        return MemoryPipe(SimDevice(load.device("wrap-3"), 0, loop), loop)  # which nobody has switched on

    monkeypatch.setattr("legato.service.endpoints.open_port", mute)
    with pytest.raises(NotLegato, match=f"^{shown}: no Legato device on this port"):
        clock.run(play(routine(HOLDS), [name], lambda _: Listener(lambda _: None), Wish()))


class Broken:
    """A view that cannot show anything."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def show(self, _: Update) -> None:
        raise self._error

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize("error", [ValueError("injected"), OSError(28, "no space left on device")])
def test_a_view_that_fails_is_logged_whole_once_and_the_massage_goes_on(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    outcome = clock.run(play(routine(HOLDS), ["sim://wrap-3"], lambda _: Broken(error), Wish()))
    assert outcome.kind == "completed"
    assert caplog.text.count("Traceback") == 1
    assert caplog.text.count("the view failed") < 12


@pytest.mark.parametrize(("key", "kind"), [(Key.STOP, "stopped"), (Key.EMERGENCY_STOP, "emergency_stopped")])
def test_both_stops_end_the_run_also_where_nothing_can_be_shown(key: Key, kind: str) -> None:
    view = Broken(ValueError("injected"))
    outcome = clock.run(play(routine(HOLDS), ["sim://wrap-3"], lambda _: view, Wish(), typed((12.0, key))))
    assert outcome.kind == kind


def test_a_skip_while_paused_waits_for_space() -> None:
    space = Key.PAUSE_OR_RESUME
    outcome, events = played(routine(HOLDS), (15.0, space), (20.0, Key.SKIP), (60.0, space))
    assert outcome.kind == "completed"
    moved = next(i for i, e in enumerate(events) if isinstance(e, Moved))
    resumed = next(i for i, e in enumerate(events) if isinstance(e, Resumed))
    pressed = [e for e in events[moved:resumed] if isinstance(e, Telemetry) and e.state == "running"]
    assert moved < resumed
    assert len(pressed) <= 1  # the one that tells of the resume


def test_a_skip_of_a_question_waits_for_space_as_a_pause_does() -> None:
    keys = ((60.0, Key.SKIP), (90.0, Key.PAUSE_OR_RESUME))
    outcome, events = played(routine(QUESTION, HOLDS), *keys)
    assert outcome.kind == "completed"
    assert [type(e) for e in events if isinstance(e, Moved | Resumed | Notice)] == [Moved, Resumed]


ICE = """
    {"do": "cool", "from": "thigh", "seconds": 600, "by_hand": "ice in a cloth"}"""
TAKE_OFF = "Take off what lies on the leg: ice in a cloth, on both thighs."


def test_who_stops_with_ice_on_the_leg_is_told_to_take_it_off() -> None:
    outcome, events = played(
        routine(ICE), (5.0, Key.PAUSE_OR_RESUME), (30.0, Key.SKIP), (40.0, Key.SKIP), (50.0, Key.STOP)
    )
    assert (outcome.kind, outcome.laid_on) == ("stopped", "ice in a cloth, on both thighs")
    notices = [event.text for event in events if isinstance(event, Notice)]
    assert notices == [
        "skip this step: cannot skip before somebody confirms that this is off: ice in a cloth, on both thighs"
    ]
    assert isinstance(events[-1], Ended)
    assert ending(events[-1].outcome).endswith(TAKE_OFF)


def test_who_cancels_with_ice_on_the_leg_is_told_so_too(capsys: pytest.CaptureFixture[str]) -> None:
    async def act() -> None:
        run = asyncio.ensure_future(
            play(routine(ICE), ["sim://wrap-3"], lambda _: Listener(print), Wish(), typed((5.0, Key.PAUSE_OR_RESUME)))
        )
        await asyncio.sleep(30.0)
        run.cancel()
        await asyncio.wait([run])

    clock.run(act())
    assert capsys.readouterr().err == f"{TAKE_OFF}\n"


@pytest.mark.parametrize(("cancels", "within_s", "state"), [(1, 0.05, wire.STOPPING), (2, 0.1, wire.FAULTED)])
def test_who_cancels_has_a_stop_on_the_line_and_who_does_so_again_an_emergency_stop(
    monkeypatch: pytest.MonkeyPatch, cancels: int, within_s: float, state: int
) -> None:
    devices: list[SimDevice] = []

    async def opened(name: str) -> Port:
        loop = asyncio.get_running_loop()
        devices.append(SimDevice(load.device(name), 0, loop))
        return SimPort(devices[-1], loop)

    async def act() -> int:
        run = asyncio.ensure_future(play(routine(HOLDS), ["sim://wrap-3"], lambda _: Listener(print), Wish()))
        await asyncio.sleep(25.0)
        assert devices[0].core.state == wire.RUNNING
        for _ in range(cancels):
            run.cancel()
            await asyncio.sleep(within_s / cancels)
        found = devices[0].core.state
        await asyncio.wait([run])
        return found

    monkeypatch.setitem(SCHEMES, "sim", opened)
    assert clock.run(act()) == state

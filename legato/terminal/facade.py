"""What scripts call that waits, and asks at the terminal: `legato.play`."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from legato.app import facade, people
from legato.app.admission import length
from legato.app.routine import routine_of, said
from legato.controller.session.events import Event, Outcome
from legato.errors import UsageError
from legato.profiles.profile import Profile
from legato.terminal import playing, remarks
from legato.terminal.views import Listener


def play(
    profile: Profile | str | Path,
    port: str | Sequence[str],
    *,
    person: str | None = None,
    minutes: float | None = None,
    on_event: Callable[[Event], None] = lambda _: None,
    acknowledged: bool = False,
    keep_simulated: bool = False,
) -> Outcome:
    """Plays on the device at `port` for `person`, or whoever is current; waits until it is over, and says how it ended.

    It lasts about `minutes`; without, as long as is written, or, where this person follows a course of it, in full.
    Every event is given to `on_event`. Ctrl-C vents the device before KeyboardInterrupt is raised.

    A person's massages are kept in their diary; a run on a simulator is none, and is kept, marked, only where
    `keep_simulated` asks for it.

    With two ports it plays on two devices as one, such as a boot for each leg: they start and stay together, and what
    stops one stops the other.

    In a notebook, or wherever an event loop runs, `legato.connect` plays without holding it up, and can pause, skip and
    stop.

    Raises:
        UsageError: an event loop runs here, or something else is given than is expected.
        InvalidFile: there is no such routine, or its file is not valid.
        UnknownName: there is no such person.
        NotAllowed: it is not for this person, or not yet, or a caution was neither `acknowledged` here nor at the
            terminal.
        DiaryError: the diary cannot be read, so nobody knows of the last massage.
        PortError: a port cannot be used, or the devices at two ports do not go together.
        CompileError: the routine cannot be made safe on the device that is there, or has no such length on it.
        DeviceFaulted: the device holds a fault; `legato play --clear-fault` clears it.
        LinkLost: Ctrl-C was pressed, and the device has not confirmed that it stopped.
    """
    _insist_on_no_loop()
    routine, who = routine_of(profile), people.person_of(person)
    asked = facade.length(minutes)
    if not callable(on_event):
        raise UsageError(f"on_event must be a function of one event, not {said(on_event)}")
    admitted = remarks.admitted_to_play(routine, who, facade.flag(acknowledged, "acknowledged"))
    wish = playing.Wish(
        person=who,
        restrictions=admitted.restrictions,
        minutes=length(routine, who, asked).minutes,
        keep_simulated=facade.flag(keep_simulated, "keep_simulated"),
    )
    return asyncio.run(playing.play(routine, port, lambda _: Listener(on_event), wish))


def _insist_on_no_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise UsageError(
        "an event loop runs here, as in a notebook, and legato.play would hold it up until the massage is over; write"
        " `async with legato.connect(port) as device:` and in it `await device.play(routine)`"
    )

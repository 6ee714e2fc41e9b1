"""`legato play`: a routine on a port, or on two, live."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from legato.app import forewarning, people, wall_clock
from legato.app.admission import Admission
from legato.app.duplicate_ports import ambiguity
from legato.cli.exit_codes import OUTCOME_EXIT, Exit
from legato.controller.session.events import Outcome
from legato.controller.session.narration import ending, shortfall
from legato.process.gc_tuning import undisturbed
from legato.process.nonblocking_output import unhurried
from legato.process.signals import ending_signals, unstopped
from legato.process.unfailing import unfailing
from legato.profiles import load
from legato.profiles.schedule import Schedule
from legato.terminal import output, remarks
from legato.terminal.keys import listening
from legato.terminal.playing import Wish
from legato.terminal.playing import play as play_profile
from legato.terminal.traffic_file import recorded
from legato.terminal.views import view


@dataclass(frozen=True, slots=True)
class For:
    """Who it is played for (`person`, or the current one), and for about how many `minutes`, if that is given.

    Cautions may already be `acknowledged`. With `keep_simulated` the run enters the diary even if the device is
    simulated.
    """

    person: str | None = None
    acknowledged: bool = False
    keep_simulated: bool = False
    minutes: float | None = None


def play(
    name: str,
    ports: list[str],
    devices: list[str],
    who: For,
    strict: bool,
    clear_fault: bool,
    keys: bool,
    record: Path | None,
    json: bool,
) -> int:
    """Plays until the routine ends, a key stops it or a signal arrives; the exit code says which."""
    profile, wanted = remarks.routine(name), [load.device(device) for device in devices]
    person = people.chosen(who.person)
    admitted = remarks.admitted_to_play(profile, person, who.acknowledged)
    minutes = remarks.minutes(profile, person, who.minutes)
    for unclear in filter(None, map(ambiguity, ports)):
        output.say(unclear)
    listen = listening if keys or sys.stdin.isatty() else None
    at = wall_clock.now().isoformat(timespec="seconds")
    with unhurried(), unfailing(), recorded(record, {"port": ports[0], "at": at}) as tape:
        wish = Wish(
            devices=wanted,
            strict=strict,
            clear_fault=clear_fault,
            person=person,
            restrictions=admitted.restrictions,
            minutes=minutes,
            keep_simulated=who.keep_simulated,
            ready=partial(_say_before, admitted, person.name if person else None, json),
            tape=tape,
        )
        watch = view(json=json, of_service=False)
        with undisturbed():
            return asyncio.run(until_signalled(play_profile(profile, ports, watch, wish, listen)))


async def until_signalled(run: Coroutine[Any, Any, Outcome]) -> int:
    """A signal cancels the run, which vents the device as it ends; further signals meanwhile have no effect."""
    signals: list[int] = []
    loop, playing = asyncio.get_running_loop(), asyncio.ensure_future(run)

    def take(number: int) -> None:
        if not signals:
            signals.append(number)
            playing.cancel()

    for number in ending_signals():
        loop.add_signal_handler(number, take, number)
    try:
        with unstopped():
            return _reported(await playing)
    except asyncio.CancelledError:
        output.say(f"{signal.Signals(signals[0]).name}: stopped; the device is venting")
        return 128 + signals[0]


def _reported(outcome: Outcome) -> int:
    code = OUTCOME_EXIT[outcome.kind]
    if code != Exit.DONE:
        output.say(ending(outcome))
    elif outcome.shortfall is not None:
        output.say(shortfall(outcome.shortfall))
    return code


def _say_before(admitted: Admission, person: str | None, json: bool, schedule: Schedule) -> None:
    """Says what the person should know before anything moves."""
    if admitted.notice:
        output.say(admitted.notice)
    if json:
        output.as_json_line({"event": "report", **forewarning.as_dict(schedule, person, admitted.restrictions)})
        return
    for line in forewarning.lines(schedule, person, admitted.restrictions):
        output.data(line)

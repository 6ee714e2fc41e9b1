"""A stop sent to services on this computer that cannot be proved to be ours, and an honest report of its effect."""

from collections.abc import Iterable
from typing import Final

from legato.cli.exit_codes import Exit
from legato.cli.stop_by_service import stopped
from legato.controller.ports.port_owner import owner_pid
from legato.service.client.client import Client, Declined, Unreachable
from legato.service.client.own_service import AnotherHome, Passed, Unproven, insist_on_proof
from legato.service.devices.advice import SWITCH_OFF
from legato.service.runtime_file import Running
from legato.terminal import output

_REACHES: Final = "; `legato stop --emergency` reaches it too"
_NEEDS_NONE: Final = " Without a token it may refuse that; `legato stop --emergency` needs none on this computer."


def by_others(passed: Iterable[Passed], device: str | None, port: str | None, stop: str) -> dict[int, int]:
    """Exit codes by process id, of the services that were asked.

    An emergency stop, at the path `stop`, also goes to services that use another home; if a port is named, only to
    the one that holds it, which is then asked to stop all its devices.
    """
    codes: dict[int, int] = {}
    for one in passed:
        running = one.running
        if running is not None and stop and _is_meant(one, running, port):
            if (code := _emergency_stop(one, running, device, stop)) is not None:
                codes[running.pid] = code
            continue
        say(one, is_emergency=bool(stop))
        if one.is_owed and running is not None:
            codes[running.pid] = Exit.LINK_LOST
    return codes


def say(one: Passed, *, is_emergency: bool) -> None:
    """Reports a service that was passed over."""
    if one.is_owed:
        has_token = one.running is not None and one.running.token_file is not None
        output.say(f"{one}. {SWITCH_OFF}" + _NEEDS_NONE * (has_token and not is_emergency))
    else:
        output.say(str(one) + _REACHES * (isinstance(one.why, AnotherHome) and not is_emergency))


def _is_meant(one: Passed, running: Running, port: str | None) -> bool:
    if port is not None:
        return owner_pid(port) == running.pid
    return isinstance(one.why, AnotherHome)


def _emergency_stop(one: Passed, running: Running, device: str | None, stop: str) -> int | None:
    try:
        insist_on_proof(running, stop)
    except Unproven as doubt:
        doubted = Passed(one.name, doubt, running, stop)
        say(doubted, is_emergency=True)
        return Exit.LINK_LOST if doubted.is_owed else None
    output.say(f"{one.name} uses another home, {running.home}; the emergency stop is sent to it as well")
    try:
        return stopped(Client(running), device, is_emergency=True)
    except Declined as error:
        output.say(str(error))
    except Unreachable as error:
        output.say(f"{error}. {SWITCH_OFF}")
        return Exit.LINK_LOST
    return None

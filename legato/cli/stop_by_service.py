"""Asks the service to stop until every device is at rest; reports each. Uses only the standard library."""

import sys
import time
from collections.abc import Collection, Container
from typing import Any, Final

from legato.service.client.client import Client, Declined, Unreachable, device_path

DONE: Final = 0
NOT_STOPPED: Final = 5
"""As in exit_codes.Exit, which is not imported here."""

AIR_OUT_S: Final = 8.0
"""How long a stopped device may take to vent; the slowest built-in one takes 4 s."""

NO_AIR_MMHG: Final = 8.0

AGAIN_S: Final = 0.3

STOPPED: Final = ("confirmed", "pressure_mmhg", "text")
"""What a service reports of each device that it was asked to stop."""

STILL_PRESSED: Final = "stopped, but still holding {mmhg:.0f} mmHg; switch the device off"
NOT_FELT: Final = "stopped, but a pressure sensor gives no reading; if the device still holds air, switch it off"

NO_DEVICES: Final = "the service has no devices, so nothing was stopped"


def stopped(client: Client, device: str | None, *, is_emergency: bool) -> int | None:
    """Stops `device`, or all of them; returns the exit code, or None if the service has no devices.

    A device that is neither at rest without pressure nor known to be offline is asked again; the others are not.
    Raises what `Client.stop` does.
    """
    what = what_to_ask(is_emergency)
    states = {state["id"]: state for state in _asked(client, device_path(device, what))}
    away = {which for which, state in states.items() if client.is_here and _is_away(state)}
    given_up = {which for which, ports in _ports(client, away).items() if any(list(map(_was_given_up, ports)))}
    deadline_s = time.monotonic() + AIR_OUT_S
    while again := [which for which, state in states.items() if not _is_settled(state, given_up)]:
        if time.monotonic() >= deadline_s:
            break
        time.sleep(AGAIN_S)
        for which in again:
            states |= {state["id"]: state for state in _asked(client, device_path(which, what))}
    return max([_report(state, is_emergency) for state in states.values()], default=None)


def what_to_ask(is_emergency: bool) -> str:
    """The last segment of the request path."""
    return "emergency-stop" if is_emergency else "stop"


def _ports(client: Client, away: Collection[str]) -> dict[str, list[str]]:
    """The ports of these devices: the reply to an emergency stop, which anyone may request, contains no file paths."""
    try:
        states = client.get("/devices") if away else []
        ends = {state["id"]: state.get("parts") or [state] for state in states if state["id"] in away}
        return {which: [end.get("path") or end["port"] for end in of_it] for which, of_it in ends.items()}
    except (Declined, Unreachable):
        return {}


def _asked(client: Client, path: str) -> list[dict[str, Any]]:
    answer = client.stop(path)
    states = answer if isinstance(answer, list) else [answer]
    if not all(_has(state, "id", "port", "doing", "stop") and _has(state["stop"], *STOPPED) for state in states):
        raise Unreachable(f"{client.url} does not answer a stop as this Legato does; nothing is known to have stopped")
    return states


def _has(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and value.keys() >= {*keys}


def _is_away(state: dict[str, Any]) -> bool:
    return not state["stop"]["confirmed"] and state["doing"] == "offline"


def _was_given_up(port: str) -> bool:
    """Whether a `legato play` that kept the service from this port has stopped and released it."""
    # Imported here, so that an ordinary stop does not wait for asyncio.
    import asyncio

    from legato.cli.port_owner_process import asked_to_stop, player_at

    pid = player_at(port)
    return pid is not None and asyncio.run(asked_to_stop(pid, port))


def _is_settled(state: dict[str, Any], given_up: Container[str]) -> bool:
    """Whether asking again would change nothing: it is offline for good, or at rest without pressure."""
    if not state["stop"]["confirmed"]:
        return _is_away(state) and state["id"] not in given_up
    mmhg = state["stop"]["pressure_mmhg"]
    return state["doing"] != "stopping" and mmhg is not None and mmhg <= NO_AIR_MMHG


def _report(state: dict[str, Any], is_emergency: bool) -> int:
    """Prints the state of one device; returns 0 only if the device itself confirms that it is at rest."""
    stop = state["stop"]
    mmhg, text = stop["pressure_mmhg"], stop["text"]
    wrong = NOT_FELT if mmhg is None else STILL_PRESSED.format(mmhg=mmhg) if mmhg > NO_AIR_MMHG else ""
    if stop["confirmed"]:
        text = "emergency stop: " * is_emergency + (wrong or text)
    if take_off := stop.get("take_off"):
        text = f"{text}. {take_off}" if text[-1:] != "." else f"{text} {take_off}"
    print(f"{state['id']}: {text}", file=sys.stderr, flush=True)
    return DONE if stop["confirmed"] and not wrong else NOT_STOPPED

"""A stop asked of the service until every device is still, and told device by device. Only the standard library."""

import sys
import time
from typing import Any, Final

from legato.client import Client, Unreachable, device_path

DONE: Final = 0
NOT_STOPPED: Final = 5
"""As in errors.Exit, which is not imported here."""

AIR_OUT_S: Final = 8.0
"""How long the air may take to go, once the device was stopped; it takes 4 s on the slowest built-in one."""

NO_AIR_MMHG: Final = 8.0

AGAIN_S: Final = 0.3

STILL_PRESSED: Final = "stopped, but it still holds {mmhg:.0f} mmHg; switch the device off"

NO_DEVICES: Final = "the service has no devices, so it has stopped nothing"


def stopped(client: Client, device: str | None, *, is_emergency: bool) -> int | None:
    """Stops `device`, or all of them; the exit code, or None where the service has none.

    Until each is at rest without pressure, or known to be away, the service is asked again: a stop does no harm.
    Raises what `Client.post` does.
    """
    path = device_path(device, "emergency-stop" if is_emergency else "stop")
    deadline_s = time.monotonic() + AIR_OUT_S
    while True:
        states = _asked(client, path)
        is_late = time.monotonic() > deadline_s
        if is_late or all(map(_is_settled, states)):
            return max([_told(state, is_emergency) for state in states], default=None)
        time.sleep(AGAIN_S)


def _asked(client: Client, path: str) -> list[dict[str, Any]]:
    answer = client.post(path)
    states = answer if isinstance(answer, list) else [answer]
    if not all(isinstance(state, dict) and isinstance(state.get("stop"), dict) for state in states):
        raise Unreachable(f"{client.url} does not answer a stop as this Legato does: nothing is known to be stopped")
    return states


def _is_settled(state: dict[str, Any]) -> bool:
    """Whether asking again would change nothing: it is away, or at rest without pressure."""
    if not state["stop"]["confirmed"]:
        return bool(state["doing"] == "offline")
    return state["doing"] != "stopping" and (state["stop"]["pressure_mmhg"] or 0.0) <= NO_AIR_MMHG


def _told(state: dict[str, Any], is_emergency: bool) -> int:
    """Says how one device stands; 0 only where the device itself says that all is well."""
    stop = state["stop"]
    is_pressed = (stop["pressure_mmhg"] or 0.0) > NO_AIR_MMHG
    text = stop["text"]
    if stop["confirmed"]:
        text = STILL_PRESSED.format(mmhg=stop["pressure_mmhg"]) if is_pressed else text
        text = f"emergency stop: {text}" if is_emergency else text
    print(f"{state['id']}: {text}", file=sys.stderr, flush=True)
    return DONE if stop["confirmed"] and not is_pressed else NOT_STOPPED

"""`legato stop`, the fast path: to the running service, before the command line is imported."""

import os
import sys
from collections.abc import Sequence

from legato.cli.stop_by_service import NOT_STOPPED, stopped, what_to_ask
from legato.service.client.client import Client, Declined, Unreachable, device_path
from legato.service.client.own_service import service_to_stop

STOP = "stop"
EMERGENCY = ("--emergency", "-e")

REFUSED = 6
"""As in exit_codes.Exit, which is not imported here."""


def stop(args: Sequence[str]) -> int | None:
    """Executes `legato ARGS` if it is a stop that the running service can do; otherwise None, for the slow path.

    All devices are stopped unless one is named.
    """
    if not args or args[0] != STOP or any(arg.startswith("-") and arg not in EMERGENCY for arg in args[1:]):
        return None
    names = [arg for arg in args[1:] if arg not in EMERGENCY]
    if len(names) > 1:
        return None
    device, is_emergency = names[0] if names else None, len(names) < len(args) - 1
    running, passed = service_to_stop(os.environ, device_path(device, what_to_ask(is_emergency)))
    if running is None or passed:
        return None
    try:
        return stopped(Client(running), device, is_emergency=is_emergency)
    except Declined as error:
        return _failed(str(error), REFUSED)
    except Unreachable as error:
        return _failed(str(error), NOT_STOPPED)


def _failed(what: str, code: int) -> int:
    print(what, file=sys.stderr)
    return code

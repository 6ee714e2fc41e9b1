"""`legato stop` on its shortest way: to the running service, before anything of the command line is imported."""

import os
import sys
from collections.abc import Sequence

from legato.client import Client, Declined, Unreachable
from legato.proof import own_service
from legato.stopping import NOT_STOPPED, stopped

STOP = "stop"
EMERGENCY = ("--emergency", "-e")

REFUSED = 6
"""As in errors.Exit, which is not imported here."""


def stop(args: Sequence[str]) -> int | None:
    """Does `legato ARGS` if it is a stop that the running service can do; None is for the long way.

    Of several devices all are stopped, unless one is named.
    """
    if not args or args[0] != STOP or any(arg.startswith("-") and arg not in EMERGENCY for arg in args[1:]):
        return None
    names = [arg for arg in args[1:] if arg not in EMERGENCY]
    if len(names) > 1:
        return None
    running, doubts = own_service(os.environ)
    if running is None or doubts:
        return None
    try:
        return stopped(Client(running), names[0] if names else None, is_emergency=len(names) < len(args) - 1)
    except Declined as error:
        return _failed(str(error), REFUSED)
    except Unreachable as error:
        return _failed(str(error), NOT_STOPPED)


def _failed(what: str, code: int) -> int:
    print(what, file=sys.stderr)
    return code

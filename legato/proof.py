"""Which service is one's own: one that has proved itself. Anything else at its address is not even told the token."""

import hmac
import os
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from queue import Empty, SimpleQueue
from typing import Final

from care.errors import CareError
from care.home import home
from controller.web.proof import proof
from legato.client import Client, Unreachable
from legato.runtime import SYSTEM, Doubt, Running, files, is_vouched_for, read

SOON_S: Final = 0.5
"""How long a stranger may keep a stop waiting."""

PATIENT_S: Final = 5.0
"""The same for a process that the kernel knows to be the service: it may have a lot to do, and has the ports."""


def own_service(environ: Mapping[str, str]) -> tuple[Running | None, Sequence[str]]:
    """The service to talk to, None where none runs, and what was passed over, with why.

    It is the one that LEGATO_URL names, which is believed as it is named; this user's that keeps this home; or this
    machine's.
    """
    if url := environ.get("LEGATO_URL"):
        return Running(url, token_file=environ.get("LEGATO_TOKEN_FILE")), ()
    doubts: list[str] = []
    for file in files(environ):
        told: Running | None = None
        try:
            told = read(file)
            _insist(told, None if file.parent == SYSTEM else kept_home(environ))
        except Doubt as doubt:
            doubts.append(f"{told.name if told else file} is not asked: {doubt}")
        except FileNotFoundError:
            continue
        else:
            # Of another home or an earlier time: where one's own is there, that is no news.
            return told, () if file.parent != SYSTEM else doubts
    return None, doubts


def kept_home(environ: Mapping[str, str]) -> str:
    """The home folder of this environment, as one service's is told from another's; empty where none is known."""
    try:
        return os.path.realpath(home(environ))
    except CareError:
        return ""


def _insist(running: Running, own_home: str | None) -> None:
    """Raises Doubt unless it is there, is one's own, and proves it."""
    is_known = is_vouched_for(running)
    if own_home and running.home != own_home:
        raise Doubt(f"it keeps another home, {running.home}")
    if why := _doubt(running, PATIENT_S if is_known else SOON_S):
        raise Doubt(why)


@cache
def _doubt(running: Running, patience_s: float) -> str:
    """Why it is not believed; asked once, since the whole of a command must not wait for it twice."""
    challenge, answer = os.urandom(16).hex(), SimpleQueue[str | Unreachable]()

    def ask() -> None:
        try:
            answer.put(Client(running, patience_s).proof(challenge))
        except Unreachable as error:
            answer.put(error)

    # In a thread: what comes a byte at a time would never be late.
    threading.Thread(target=ask, name="proof", daemon=True).start()
    try:
        told = answer.get(timeout=patience_s)
    except Empty:
        return f"it does not prove itself within {patience_s:g} s"
    if isinstance(told, Unreachable):
        return "nobody there proves to be it"
    is_proof = hmac.compare_digest(told.encode(), proof(running.secret, challenge).encode())
    return "" if is_proof else "something else answers there"

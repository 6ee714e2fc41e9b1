"""Which service is one's own: one that has proved itself. Anything else at its address is not even told the token.

A stop does not wait for that: it goes out at once, without the token, to whatever may be one's own.
"""

import hmac
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

from legato.care.errors import CareError
from legato.care.home import home
from legato.service.client.client import Client, Unreachable, insisting
from legato.service.identity import proof
from legato.service.runtime_file import SYSTEM, Doubt, Running, files, is_vouched_for, read

SOON_S: Final = 0.5
"""How long a stranger may keep a stop waiting."""

PATIENT_S: Final = 5.0
"""The same for a process that the kernel knows to be the service: it may have a lot to do, and has the ports."""


class AnotherHome(Doubt):
    """It may well be a service, but not that of whoever asks."""


class Unproven(Doubt):
    """It was asked, and has not proved itself; where it `is_silent` it may be the service, and have a lot to do."""

    def __init__(self, why: str, *, is_silent: bool = False) -> None:
        super().__init__(why)
        self.is_silent = is_silent


class Passed(NamedTuple):
    """What was passed over, and why; `running` is None where nothing is known of it, `stop` what it was sent."""

    name: str
    why: Doubt
    running: Running | None
    stop: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self._fate}: {self.why}"

    @property
    def is_silent(self) -> bool:
        """Whether it may have heard what it was asked."""
        return isinstance(self.why, Unproven) and self.why.is_silent

    @property
    def is_owed(self) -> bool:
        """Whether it was sent a stop that nobody has confirmed, though it may have heard it."""
        return self.is_silent and bool(self.stop)

    @property
    def _fate(self) -> str:
        if not (self.stop and isinstance(self.why, Unproven)):
            return "is not asked"
        return "was sent the stop, and has not confirmed it" if self.is_silent else "is not believed"


def own_service(environ: Mapping[str, str]) -> tuple[Running | None, Sequence[str]]:
    """The service to talk to, None where none runs, and what was passed over, with why.

    It is the one that LEGATO_URL names, which is believed as it is named; this user's that keeps this home; or this
    machine's.
    """
    found, passed = service_to_stop(environ, "")
    return found, [str(one) for one in passed]


def service_to_stop(environ: Mapping[str, str], stop: str) -> tuple[Running | None, Sequence[Passed]]:
    """The same; each that may be it has been sent the stop at the path `stop` before it was believed."""
    if url := environ.get("LEGATO_URL"):
        return Running(url, token_file=environ.get("LEGATO_TOKEN_FILE")), ()
    passed: list[Passed] = []
    for file in files(environ):
        told: Running | None = None
        try:
            told = read(file)
            _insist(told, None if file.parent == SYSTEM else kept_home(environ), stop)
        except Doubt as doubt:
            passed.append(Passed(told.name if told else str(file), doubt, told, stop))
        except FileNotFoundError:
            continue
        else:
            # Of another home or an earlier time: where one's own is there, that is no news.
            return told, () if file.parent != SYSTEM else passed
    return None, passed


def kept_home(environ: Mapping[str, str]) -> str:
    """The home folder of this environment, as one service's is told from another's; empty where none is known."""
    try:
        return os.path.realpath(home(environ))
    except CareError:
        return ""


def insist_on_proof(running: Running, stop: str, patience_s: float = PATIENT_S) -> None:
    """Raises Unproven unless it proves itself; the stop at the path `stop`, if any, goes there in any case."""
    if stop:
        _send(running, stop, patience_s)
    if (doubt := _doubt(running, patience_s)) is not None:
        raise doubt


def _insist(running: Running, own_home: str | None, stop: str) -> None:
    """Raises Doubt unless it is there, is one's own, and proves it."""
    is_known = is_vouched_for(running)
    if own_home and running.home != own_home:
        raise AnotherHome(f"it keeps another home, {running.home}")
    insist_on_proof(running, stop, PATIENT_S if is_known else SOON_S)


@cache
def _send(running: Running, stop: str, patience_s: float) -> None:
    """Has whoever is there stop, once in a command: nothing secret goes there, and nothing that is answered counts."""

    def call_out() -> None:
        with suppress(Unreachable):
            insisting(lambda: Client(running, patience_s).call_out(stop), patience_s)

    # No daemon: the command does not end before it has gone out.
    threading.Thread(target=call_out, name="stop").start()


@cache
def _doubt(running: Running, patience_s: float) -> Unproven | None:
    """Why it is not believed; asked once, since the whole of a command must not wait for it twice."""
    challenge, answer = os.urandom(16).hex(), SimpleQueue[str | Unreachable]()

    def ask() -> None:
        try:
            answer.put(insisting(lambda: Client(running, patience_s).proof(challenge), patience_s))
        except Unreachable as error:
            answer.put(error)

    # In a thread: what comes a byte at a time would never be late.
    threading.Thread(target=ask, name="proof", daemon=True).start()
    late = Unproven(f"it does not prove itself within {patience_s:g} s", is_silent=True)
    try:
        told = answer.get(timeout=patience_s)
    except Empty:
        return late
    if isinstance(told, Unreachable):
        if isinstance(told.__cause__, TimeoutError):
            return late
        return Unproven(f"nobody there proves to be it: {told.__cause__}")
    is_proof = hmac.compare_digest(told.encode(), proof(running.secret, challenge).encode())
    return None if is_proof else Unproven("something else answers there")

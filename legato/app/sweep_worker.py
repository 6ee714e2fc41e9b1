"""A process that replays one case after the other, for a sweep: pickles come in, pickles go out.

It is a program of its own and no child of multiprocessing: that would run the caller's script anew, and has nothing to
run for a notebook; and one process that dies would take the whole pool with it.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from legato.app.compile_for import compiled
from legato.app.replay import played
from legato.app.summary import Summary
from legato.controller.session.events import Outcome
from legato.errors import LegatoError
from legato.profiles.device import Device
from legato.profiles.profile import Profile


@dataclass(frozen=True, slots=True)
class ReplayJob:
    """One replay to be done."""

    routine: Profile
    device: Device
    seed: int
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case: a summary and an outcome, or the `error` that was in the way."""

    summary: Summary | None = None
    outcome: Outcome | None = None
    error: str = ""


def result(case: ReplayJob) -> Result:
    """Replays one case; whatever is raised is its result."""
    try:
        done = played(compiled(case.routine, case.device, minutes=case.minutes), case.seed)
    except LegatoError as error:
        return Result(error=str(error))
    except Exception as error:  # one that fails must not lose the others
        return Result(error=f"{type(error).__name__}: {error}")
    return Result(done.summary, done.outcome)


def serve(requests: BinaryIO, answers: BinaryIO, do: Callable[[ReplayJob], Result] = result) -> None:
    """Answers each case until no more come."""
    while True:
        try:
            case = pickle.load(requests)  # noqa: S301 - from the process that has started this one
        except EOFError:
            return
        pickle.dump(do(case), answers)
        answers.flush()


def main() -> None:
    """Serves standard input and output; what anything else would print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the sweep, which ends its workers
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)

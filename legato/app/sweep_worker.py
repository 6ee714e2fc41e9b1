"""A process that replays one case after the other, for a sweep: pickles in, pickles out.

It is a program of its own and does not use multiprocessing, which would run the caller's script again, has nothing to
run in a notebook, and loses the whole pool when one process dies.
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
    """One replay to do."""

    routine: Profile
    device: Device
    seed: int
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a case: a summary and an outcome, or the `error` that prevented them."""

    summary: Summary | None = None
    outcome: Outcome | None = None
    error: str = ""


def result(case: ReplayJob) -> Result:
    """Replays one case; an exception becomes its result."""
    try:
        done = played(compiled(case.routine, case.device, minutes=case.minutes), case.seed)
    except LegatoError as error:
        return Result(error=str(error))
    except Exception as error:  # one failure must not lose the others
        return Result(error=f"{type(error).__name__}: {error}")
    return Result(done.summary, done.outcome)


def serve(requests: BinaryIO, answers: BinaryIO, do: Callable[[ReplayJob], Result] = result) -> None:
    """Answers cases until the end of input."""
    while True:
        try:
            case = pickle.load(requests)  # noqa: S301 - from the process that has started this one
        except EOFError:
            return
        pickle.dump(do(case), answers)
        answers.flush()


def main() -> None:
    """Serves standard input and output; anything else that prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the sweep, which ends its workers
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)

"""Signals of a command: which ones end it, and what the shell's job control must not do to one that keeps a device."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

JOB_CONTROL: Final = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


def ending_signals() -> tuple[signal.Signals, ...]:
    """The signals that end a command; a hang-up is none where whoever began it has it ignored, as `nohup` does.

    Ctrl-C and SIGTERM always are: nobody who wants a massage to end has to ask what a shell has set.
    """
    always = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    return always if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (*always, signal.SIGHUP)


@contextmanager
def unstopped() -> Iterator[None]:
    """While the block runs, neither Ctrl-Z nor the terminal stops this process, also not in the background.

    A host that stands still is a device without a host: its deadman ends what it plays.
    """
    before = {number: signal.signal(number, signal.SIG_IGN) for number in JOB_CONTROL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

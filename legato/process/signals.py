"""Signals of a command: which ones end it, and which of the shell's job control must not suspend it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

JOB_CONTROL: Final = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


def ending_signals() -> tuple[signal.Signals, ...]:
    """The signals that end a command. A hang-up does not if the parent process has it ignored, as `nohup` does.

    Ctrl-C and SIGTERM always do: ending a massage must not depend on what a shell has set.
    """
    always = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    return always if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (*always, signal.SIGHUP)


@contextmanager
def unstopped() -> Iterator[None]:
    """While the block runs, neither Ctrl-Z nor the terminal suspends this process, even in the background.

    A suspended host is a silent host: the device's deadman would end the run.
    """
    before = {number: signal.signal(number, signal.SIG_IGN) for number in JOB_CONTROL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

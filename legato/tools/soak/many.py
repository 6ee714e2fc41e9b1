"""Runs many cases, in a number of processes; the verdicts are in the order of their seeds."""

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from legato.tools.soak.draw import draw
from legato.tools.soak.run import CaseVerdict, run

_CHUNK = 8


def verdict(seed: int) -> CaseVerdict:
    """The verdict on the case of `seed`."""
    return run(draw(seed))


def verdicts(seeds: range, jobs: int) -> Iterator[CaseVerdict]:
    """The verdicts on the cases of `seeds`, each as soon as all before it are known."""
    if jobs == 1:
        yield from map(verdict, seeds)
        return
    # A forked child would inherit any running event loop; a spawned one starts clean.
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            yield from pool.map(verdict, seeds, chunksize=_CHUNK)
        finally:
            # After Ctrl-C do not wait for the rest; chunks in progress are finished.
            pool.shutdown(wait=False, cancel_futures=True)

"""Runs many cases, on as many processes as are given; the verdicts come in the order of their seeds."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from legato.soak.draw import draw
from legato.soak.run import Verdict, run

_CHUNK = 8


def verdict(seed: int) -> Verdict:
    """The verdict on the case of `seed`."""
    return run(draw(seed))


def verdicts(seeds: range, jobs: int) -> Iterator[Verdict]:
    """The verdicts on the cases of `seeds`, each as soon as all before it are known."""
    if jobs == 1:
        yield from map(verdict, seeds)
        return
    # A forked child would inherit whatever event loop is about; a spawned one starts clean.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(verdict, seeds, chunksize=_CHUNK)

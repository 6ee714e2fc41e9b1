"""Starts faults when their time has come, and ends them when it is over."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from legato.sim.faults.fault import FaultBench, InjectedFault, Undo
from legato.sim.faults.script import Script


@dataclass(frozen=True, slots=True)
class Incident:
    """A fault that began (or ended) at `at_s` on the clock of the loop."""

    at_s: float
    fault: InjectedFault
    has_begun: bool


class Injector:
    """The faults of one bench. Each has a source of chance of its own, so that leaving one out changes no other."""

    def __init__(self, bench: FaultBench, seed: int, report: Callable[[Incident], None] = lambda _: None) -> None:
        self._bench = bench
        self._seed = seed
        self._report = report
        self._undos: list[Undo] = []

    def schedule(self, script: Script) -> None:
        """Let every fault of `script` come at its time, counted from now."""
        for fault in script.faults:
            self._bench.loop.call_later(fault.at_s, self.begin, fault)

    def begin(self, fault: InjectedFault) -> None:
        """Bring `fault` about now; raises UnknownTarget or OutOfReach."""
        rng = Random(f"{self._seed}/fault/{fault.model_dump_json()}")  # noqa: S311 - the same seed, the same fault
        undo = fault.begin(self._bench, rng)
        self._undos.append(undo)
        self._report_incident(fault, has_begun=True)
        if fault.for_s is not None:
            self._bench.loop.call_later(fault.for_s, partial(self._end, fault, undo))

    def end_all(self) -> None:
        """Put everything right again that is still wrong, the latest first."""
        while self._undos:
            self._undos.pop()()

    def _end(self, fault: InjectedFault, undo: Undo) -> None:
        if undo in self._undos:
            self._undos.remove(undo)
            undo()
            self._report_incident(fault, has_begun=False)

    def _report_incident(self, fault: InjectedFault, *, has_begun: bool) -> None:
        self._report(Incident(self._bench.loop.time(), fault, has_begun))

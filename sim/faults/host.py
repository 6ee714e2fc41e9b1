"""Faults of the host: the process that drives the device stands still, or is gone."""

from random import Random
from typing import Annotated, Literal

from pydantic import Field

from legato.sim.faults.fault import FaultBench, InjectedFault, Undo


class OfHost(InjectedFault):
    """A fault that stops the host in its tracks for `for_s`."""

    place = "host"

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        bench.host.freeze()
        return bench.host.thaw


class HostStall(OfHost):
    """The host's process gets no time for a moment, of up to 1 s: nobody should notice."""

    kind: Literal["host_stall"]
    for_s: Annotated[float, Field(gt=0, le=1)] = 1.0


class HostFrozen(OfHost):
    """The host's process is stopped, as by SIGSTOP or a closed lid, and goes on later."""

    kind: Literal["host_frozen"]
    for_s: Annotated[float, Field(ge=1, le=600)] = 3.0


class HostKilled(InjectedFault):
    """The host's process is killed; another one has to be started."""

    place = "host"

    kind: Literal["host_killed"]
    for_s: None = None

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        bench.host.kill()
        return lambda: None

"""The budgets of time, measured at the device: over a pty in real time; the handshake on a line of its speed."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext

from bench.budget import Measure
from bench.handshakes import handshakes
from bench.stress.estop import stops
from bench.stress.machine import Steal
from bench.stress.spread import percentile
from bench.stress.trial import LEGATO, HostCondition, Trial, busy, run
from legato.profiles.device import Device

WORK_S = 10.0
STOPS = 50
_DEVICE_WRAP_MS = 1 << 30


def measures(device: Device) -> Iterator[Measure]:
    """The figures one by one, each as soon as it is known."""
    clock_ms: list[float] = []
    for condition in HostCondition:
        steal = Steal()
        trial = asyncio.run(_under(condition))
        clock_ms += clock_errors_ms(trial)
        yield _punctuality(condition, trial, steal.percent())
    yield Measure("device clock error, p95", percentile(clock_ms, 95), "ms", 1, remark="all four conditions")
    yield _emergency_stop(is_hard=False)
    yield _emergency_stop(is_hard=True)
    yield from handshakes(device)


def clock_errors_ms(trial: Trial) -> list[float]:
    """What the host took the device's clock for, against what it was: how far off, each time it was looked at."""
    at_s, device_ms = trial.device["clock"]
    errors = (taken_ms - device_ms - (host_s - at_s) * 1000.0 for host_s, taken_ms in trial.host["clock"])
    return [abs((error + _DEVICE_WRAP_MS / 2) % _DEVICE_WRAP_MS - _DEVICE_WRAP_MS / 2) for error in errors]


async def _under(condition: HostCondition) -> Trial:
    async with busy() if condition is HostCondition.BUSY else nullcontext():
        return await run(LEGATO, condition, WORK_S, asyncio.Barrier(1))


def _punctuality(condition: HostCondition, trial: Trial, steal: float | None) -> Measure:
    spread, late_ms = trial.spread, trial.device["late_max_ms"]
    remark = f"median {spread.p50_ms:.1f}, worst {spread.max_ms:.1f}, lost {spread.lost} of {spread.of}; "
    remark += f"the device process itself woke up {late_ms:.1f} ms late at worst"
    remark += "" if trial.device["is_realtime"] else ", without real-time priority"
    remark += "" if steal is None else f"; {steal:.1f} % stolen"
    return Measure(f"execution error, p99: {condition}", spread.p99_ms, "ms", 10, remark=remark)


def _emergency_stop(*, is_hard: bool) -> Measure:
    """No line is slower than a pty, so that all of it is beyond wire time."""
    done = asyncio.run(stops(STOPS, is_hard))
    what = "emergency stop, p99: full window in flight, reader frozen" if is_hard else "emergency stop, p99: playing"
    remark = (
        f"call to last coil, {STOPS} times: median {percentile(done.took_ms, 50):.2f}, worst {max(done.took_ms):.2f}"
    )
    if is_hard:
        remark += f"; at least {min(done.ahead)} bytes of set-points before it"
    return Measure(what, percentile(done.took_ms, 99), "ms", 5, remark=remark)

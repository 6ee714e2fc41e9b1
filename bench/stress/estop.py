"""Emergency stops by the dozen: from the host's call to the fall of the last coil, over a pty."""

import asyncio
from bisect import bisect_left
from dataclasses import dataclass

from bench.stress.running import handed_in, running, said
from bench.stress.stopper import HARD

_PATIENCE_S = 10.0
"""What one stop may take, start and clearing included."""


@dataclass(frozen=True, slots=True)
class Stops:
    """`took_ms` of every stop; `ahead` are the bytes of set-points that went out just before each."""

    took_ms: list[float]
    ahead: list[int]


async def stops(times: int, is_hard: bool) -> Stops:
    """Raises RuntimeError where a stop has not reached the valves."""
    async with asyncio.timeout(times * _PATIENCE_S), running("bench.stress.boots") as device:
        port = (await said(device)).split()[-1]
        async with running("bench.stress.stopper", port, str(times), *((HARD,) if is_hard else ())) as host:
            told = await handed_in(host)
        safe_s: list[float] = (await handed_in(device))["safe_s"]
    return Stops([_took_ms(called_s, safe_s) for called_s in told["called_s"]], told["ahead"])


def _took_ms(called_s: float, safe_s: list[float]) -> float:
    at = bisect_left(safe_s, called_s)
    if at == len(safe_s):
        raise RuntimeError("an emergency stop has not reached the valves")
    return (safe_s[at] - called_s) * 1000.0

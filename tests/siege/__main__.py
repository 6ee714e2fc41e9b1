"""The service under siege: few descriptors, a flood of connections, a massage that is stopped again and again.

`python -m tests.siege [MINUTES]`, an hour unless said otherwise, in equal parts at each of `LIMITS`. It prints a line a
limit, and ends with 1 where a bound is missed.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from legato.service.descriptors import OWN
from tests.siege.stand import Besieged, besieged

LIMITS: Final = (64, 128, 256)
MINUTES: Final = 60.0
PLAYS_S: Final = 20.0
"""How long a massage plays before it is stopped, where there is time."""

MOST_STOP_MS: Final = 100.0
MOST_LOGGED: Final = 200_000
"""Bytes: a minute has a few lines of each complaint."""

LOOK_S: Final = 0.25


@dataclass
class Score:
    """What came of the siege at one limit."""

    limit: int
    stops_ms: list[float] = field(default_factory=list)
    lost: int = 0
    """Times at which the device had no set-points in hand, or was gone."""
    least_slack_ms: int = 1 << 31
    logged: int = 0
    left_open: int = 0

    @property
    def is_good(self) -> bool:
        """Whether every bound is kept."""
        return (
            not self.lost
            and max(self.stops_ms, default=MOST_STOP_MS) < MOST_STOP_MS
            and self.logged <= MOST_LOGGED
            and self.left_open <= OWN
        )

    def __str__(self) -> str:
        return (
            f"{self.limit:>6} {self.lost:>16} {self.least_slack_ms:>15} {len(self.stops_ms):>6}"
            f" {median(self.stops_ms):>9.1f} {max(self.stops_ms):>9.1f} {self.logged:>8} {self.left_open:>12}"
            f"  {'ok' if self.is_good else 'MISSED'}"
        )


HEAD: Final = " limit  set-points lost  least slack ms  stops    p50 ms    max ms    log B  descriptors"


def siege(limit: int, seconds: float) -> Score:
    """A service with so many descriptors, under siege for so long."""
    score, ends_s = Score(limit), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, besieged(limit, Path(folder)) as service:
        with flood(service):
            while not score.stops_ms or time.monotonic() < ends_s:
                round_of(service, score, min(PLAYS_S, seconds / 4.0))
        wait_for_quiet(service)
        score.left_open, score.logged = service.descriptors, service.log.stat().st_size
    return score


@contextmanager
def flood(service: Besieged) -> Iterator[None]:
    """A crowd calls inside."""
    command = [sys.executable, "-m", "tests.siege.crowd", str(urlsplit(service.url).port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as crowd:  # noqa: S603 - our own interpreter
        try:
            yield
        finally:
            assert crowd.stdin is not None
            crowd.stdin.close()


def round_of(service: Besieged, score: Score, seconds: float) -> None:
    """One massage, looked at while it plays, and stopped at once."""
    service.start()
    stops_s = time.monotonic() + seconds
    while time.monotonic() < stops_s:
        look(service, score)
        time.sleep(LOOK_S)
    began_s = time.monotonic()
    service.emergency_stop()
    score.stops_ms.append(1000.0 * (time.monotonic() - began_s))
    score.lost += service.state["last"]["kind"] != "emergency_stopped"
    service.clear()


def look(service: Besieged, score: Score) -> None:
    """Whether the device plays, and has set-points in hand."""
    readings = service.readings
    slack_ms = readings["slack_ms"] if isinstance(readings, dict) else 0
    score.least_slack_ms = min(score.least_slack_ms, slack_ms)
    score.lost += slack_ms <= 0 or service.state["doing"] != "running"


def wait_for_quiet(service: Besieged) -> None:
    """Until the crowd's connections are closed."""
    deadline_s = time.monotonic() + 20.0
    while service.descriptors > OWN and time.monotonic() < deadline_s:
        time.sleep(LOOK_S)


def main(minutes: float) -> int:
    """The whole of it; the exit code."""
    print(HEAD, flush=True)
    scores = []
    for limit in LIMITS:
        scores.append(siege(limit, minutes * 60.0 / len(LIMITS)))
        print(scores[-1], flush=True)
    return 0 if all(score.is_good for score in scores) else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES))

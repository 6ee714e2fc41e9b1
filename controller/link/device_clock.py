"""What the device's clock says: a weighted regression on the exchanges with the smallest round trip.

Host times are the event loop's seconds, device times are unwrapped milliseconds. The stamp of an answer is taken to
lie in the middle of its round trip, so an estimate can be off by half of that; short round trips therefore both count
alone and weigh more.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

WRAP_MS: Final = 1 << 30
"""Device time on the wire is masked to 30 bits."""

_KEPT: Final = 128
_BEST: Final = 32
_NEWEST: Final = 4
"""So many of the newest answers have to agree with the fit; the older half is left out until they do."""

_TRUNCATION_MS: Final = 0.5
_TRUNCATION_S: Final = _TRUNCATION_MS / 1000.0
_DRIFT: Final = 0.01
"""How much a device's clock may drift: assumed until its answers show better."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answered frame: the middle of its round trip, the device's clock in it, and how long the round trip took."""

    host_s: float
    device_ms: float
    round_trip_s: float


@dataclass(frozen=True, slots=True)
class ClockFit:
    """device_ms = device_ms0 + rate * (host_s - host_s0), and half the best round trip as the bound of its error."""

    host_s0: float
    device_ms0: float
    rate_ms_s: float
    error_ms: float

    def at(self, host_s: float) -> float:
        return self.device_ms0 + self.rate_ms_s * (host_s - self.host_s0)


class DeviceClock:
    """An estimate of the device's clock that gets better with every answer."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=_KEPT)
        self._last_ms = 0
        self._line: ClockFit | None = None

    def sample(self, sent_s: float, received_s: float, device_ms: int) -> None:
        """Takes an answered frame; `device_ms` as on the wire, 30 bits."""
        self._last_ms = self.unwrapped(device_ms) if self._exchanges else device_ms
        middle = (sent_s + received_s) / 2
        # The device cuts its time to whole milliseconds: on average half of one is missing.
        self._exchanges.append(Exchange(middle, self._last_ms + _TRUNCATION_MS, max(received_s - sent_s, 1e-4)))
        self._line = None

    def unwrapped(self, device_ms: int) -> int:
        """The full time that the 30 bits stand for: the one nearest to the last answer's."""
        ahead = (device_ms - self._last_ms + WRAP_MS // 2) % WRAP_MS - WRAP_MS // 2
        return self._last_ms + ahead

    def host_to_device(self, host_s: float) -> float:
        """Device milliseconds at `host_s`; raises ValueError before the first answer."""
        return self._estimate().at(host_s)

    @property
    def rate_ms_s(self) -> float:
        """Device milliseconds in a second of the host; raises ValueError before the first answer."""
        return self._estimate().rate_ms_s

    @property
    def span_s(self) -> float:
        """For how many seconds the clock has been observed."""
        return self._exchanges[-1].host_s - self._exchanges[0].host_s if self._exchanges else 0.0

    @property
    def error_ms(self) -> float:
        """How far off `host_to_device` can be, drift aside; raises ValueError before the first answer."""
        return self._estimate().error_ms

    def _estimate(self) -> ClockFit:
        if self._line is None:
            if not self._exchanges:
                raise ValueError("the device has not answered yet: nothing is known of its clock")
            self._line = _line_through(list(self._exchanges))
        return self._line


def _line_through(exchanges: list[Exchange]) -> ClockFit:
    """A fit that the newest answers agree with: a clock that drifts bends away from its old readings."""
    quick_s = 2.0 * min(e.round_trip_s for e in exchanges)
    newest = [e for e in exchanges if e.round_trip_s <= quick_s][-_NEWEST:]
    line = _fit(exchanges)
    while len(exchanges) > 2 * _NEWEST and not all(_agrees(line, e) for e in newest):
        exchanges = exchanges[len(exchanges) // 2 :]
        line = _fit(exchanges)
    return line


def _agrees(line: ClockFit, exchange: Exchange) -> bool:
    """Whether the stamp can lie on the line: what the round trip took beyond the best may all be one way."""
    off_ms = abs(line.at(exchange.host_s) - exchange.device_ms)
    return off_ms <= exchange.round_trip_s * 500.0 - line.error_ms + 2.0 * _TRUNCATION_MS


def _fit(exchanges: list[Exchange]) -> ClockFit:
    """Least squares through the best, weighted with the inverse square of the round trip."""
    best = sorted(exchanges, key=lambda e: e.round_trip_s)[:_BEST]
    weight = host = device = 0.0
    origin = best[0]
    for e in best:
        w = 1.0 / (e.round_trip_s * e.round_trip_s)
        weight += w
        host += w * (e.host_s - origin.host_s)
        device += w * (e.device_ms - origin.device_ms)
    host_mean, device_mean = origin.host_s + host / weight, origin.device_ms + device / weight
    return ClockFit(host_mean, device_mean, _rate(best, host_mean, device_mean), origin.round_trip_s * 500.0)


def _rate(best: list[Exchange], host_mean: float, device_mean: float) -> float:
    """Device ms a second; the nominal rate, give or take `_DRIFT`, counts as one more measurement (ridge)."""
    doubt = (2.0 * _DRIFT) ** 2
    square, cross = 1.0 / doubt, 1000.0 / doubt
    for e in best:
        w = 1.0 / (e.round_trip_s * e.round_trip_s + _TRUNCATION_S * _TRUNCATION_S)
        square += w * (e.host_s - host_mean) ** 2
        cross += w * (e.host_s - host_mean) * (e.device_ms - device_mean)
    return cross / square

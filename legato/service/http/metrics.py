"""/metrics for Prometheus. Labels are only configured ids, our own paths and names of coroutines."""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from legato.controller.session.events import Health
from legato.service.devices.bridge import Bridge
from legato.service.devices.state import DeviceState, Doing, Readings
from legato.service.http.broadcast import Listeners

LATE_S: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT"})


class Metrics:
    """All metrics, in a registry of their own."""

    def __init__(self, bridge: Bridge, listeners: Listeners) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Devices(bridge))
        self._registry.register(_Listening(listeners))
        self._requests = Counter(
            "legato_http_requests", "HTTP requests", ("method", "path", "status"), registry=self._registry
        )
        self._late = self._pulse("legato_loop_lateness_seconds", "How late the event loop woke")
        self._step = self._pulse("legato_loop_step_seconds", "Longest step of a task")
        self._gc = self._pulse("legato_gc_pause_seconds", "Longest garbage collection pause")
        self._longest = Gauge(
            "legato_loop_longest_step_seconds", "Longest step since the start", ("task",), registry=self._registry
        )
        self._longest_s: dict[str, float] = {}

    def _pulse(self, name: str, what: str) -> Histogram:
        return Histogram(name, f"{what}, at worst in each second", buckets=LATE_S, registry=self._registry)

    def answered(self, method: str, template: str, status: int) -> None:
        """Counts a request."""
        self._requests.labels(method if method in METHODS else "other", template, str(status)).inc()

    def kept_time(self, health: Health) -> None:
        """Records the event loop's figures of the last second."""
        self._late.observe(health.late_ms / 1000.0)
        self._step.observe(health.slowest_ms / 1000.0)
        self._gc.observe(health.gc_ms / 1000.0)
        longest_s = self._longest_s.get(health.slowest, 0.0)
        if health.slowest and health.slowest_ms > 1000.0 * longest_s:
            self._longest_s[health.slowest] = health.slowest_ms / 1000.0
            self._longest.labels(health.slowest).set(health.slowest_ms / 1000.0)

    def text(self) -> bytes:
        """All metrics, in the Prometheus text format."""
        return generate_latest(self._registry)


class _Listening(Collector):
    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("legato_clients", "Clients that listen to events", len(self._listeners))
        yield CounterMetricFamily(
            "legato_clients_cut_off", "Clients that were cut off for being too slow", self._listeners.cut_off
        )
        yield CounterMetricFamily(
            "legato_readings_dropped", "Readings dropped for slow clients", self._listeners.dropped
        )


class _Devices(Collector):
    """What the bridge knows when it is asked."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def collect(self) -> Iterator[Metric]:
        states = list(self._bridge.states())
        yield _doing(states)
        yield _problems(states)
        yield _counted("legato_sessions", "Runs started", {s.id: s.sessions for s in states})
        yield _counted("legato_massage_seconds", "Session time played", {s.id: s.massage_s for s in states})
        yield from _links({s.id: r for s in states if (r := self._bridge.readings(s.id)) is not None})


def _doing(states: list[DeviceState]) -> Metric:
    family = GaugeMetricFamily(
        "legato_device_state", "1 for the current state of the device", labels=("device", "state")
    )
    for state in states:
        for doing in Doing:
            family.add_metric((state.id, doing.value), float(state.doing is doing))
    return family


def _problems(states: list[DeviceState]) -> Metric:
    family = GaugeMetricFamily(
        "legato_device_problem", "1 for the current problem of the device", labels=("device", "problem")
    )
    for state in states:
        if state.problem is not None:
            family.add_metric((state.id, state.problem.code), 1.0)
    return family


def _links(readings: dict[str, Readings]) -> Iterator[Metric]:
    rtt = {name: r.rtt_ms / 1000.0 for name, r in readings.items()}
    yield _measured("legato_link_round_trip_seconds", "Smoothed round trip to the device", rtt)
    slack = {name: r.slack_ms / 1000.0 for name, r in readings.items()}
    yield _measured("legato_link_slack_seconds", "How far ahead set-points are sent to the device", slack)
    late = {name: r.late_max_ms / 1000.0 for name, r in readings.items()}
    yield _measured("legato_device_lateness_seconds", "Latest set-point of this session at the device", late)
    # Each session starts from zero, so these are not counters in Prometheus' sense.
    yield _measured("legato_link_lost_frames", "Frames lost in this session", {n: r.lost for n, r in readings.items()})
    yield _measured("legato_link_resent_frames", "Frames sent again", {n: r.resent for n, r in readings.items()})
    yield _measured("legato_link_bad_frames", "Unreadable frames", {n: r.bad_frames for n, r in readings.items()})


def _measured(name: str, text: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=("device",))
    for device, value in values.items():
        family.add_metric((device,), value)
    return family


def _counted(name: str, text: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, text, labels=("device",))
    for device, value in values.items():
        family.add_metric((device,), value)
    return family

"""How fast a replay is by length and chambers, and what every routine costs on the wire."""

import io
from collections.abc import Iterator
from time import perf_counter

from bench.stack import lasting
from bench.table import Table
from legato.app import DEFAULT_DEVICE
from legato.app.compile_for import compiled
from legato.app.simulate import simulate
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile

LENGTHS_MIN = (5, 15, 45)
DEVICES = ("wrap-3", "boots-6", "boots-6-hip")


def speed() -> Table:
    """Goddard's routine, repeated until it is long enough."""
    columns = ("device", "chambers", *(f"{minutes} min" for minutes in LENGTHS_MIN))
    rows = [_speeds(load.device(name)) for name in DEVICES]
    note = "Times real time, the whole stack: session, wire, firmware and plant, with the trace written."
    return Table("Replay speed", columns, rows, note)


def _speeds(device: Device) -> tuple[str, ...]:
    speeds = (_speed(lasting(device, minutes * 60.0), device) for minutes in LENGTHS_MIN)
    return (device.name, str(len(device.chambers)), *(f"{speed:.0f} x" for speed in speeds))


def _speed(profile: Profile, device: Device) -> float:
    schedule = compiled(profile, device)
    began_s = perf_counter()
    run = simulate(schedule, 0, io.StringIO())
    return run.duration_s / (perf_counter() - began_s)


def wire_cost() -> Table:
    """Every built-in routine, on the device that drops least of it, the default one first."""
    columns = ("routine", "device", "set-points", "bytes each", "watermarks", "heartbeats", "other", "received")
    note = (
        "Bytes each: whole frames that carry set-points, with framing, check and re-sends, over their set-points. The "
        "other columns are bytes of the whole run: frames that only say that nothing is to come, heartbeats, all other "
        "requests, and what the device says (status ten times a second)."
    )
    return Table("Wire cost of every built-in routine", columns, list(_costs()), note)


def _costs() -> Iterator[tuple[str, ...]]:
    devices = sorted(load.builtin_devices().values(), key=lambda device: device.name != DEFAULT_DEVICE)
    for name, profile in sorted(load.builtin_profiles().items()):
        schedule = min((compiled(profile, device) for device in devices), key=lambda s: len(s.report.dropped))
        traffic = simulate(schedule, 0, io.StringIO()).traffic
        sums = (traffic.watermark_bytes, traffic.heartbeat_bytes, traffic.other_bytes, traffic.received_bytes)
        each = f"{traffic.bytes_per_setpoint:.1f}"
        yield (name, schedule.device.name, str(traffic.setpoints), each, *(str(number) for number in sums))

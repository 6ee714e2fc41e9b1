"""Measurements of the whole stack in virtual time: wire cost, punctuality, replay speed, compile time."""

import cProfile
import io
from collections import Counter
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from time import perf_counter
from types import CodeType

import legato
from bench.budget import Measure
from legato.app.compile_for import compiled
from legato.app.simulate import SimulatedRun, simulate
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Repeat

HALF_HOUR_S = 1800.0
ROUTINES = ("goddard", "deep_tissue_widening", "foot_relax", "rls_evening")
_ROOMS = ("firmware", "sim", "controller", "profiles", "legato")
_HOUSE = Path(legato.__file__).parents[1]


def measures(device_name: str = "boots-6") -> Iterator[Measure]:
    """The figures one by one, each as soon as it is known."""
    device = load.device(device_name)
    runs = {name: simulate(compiled(load.profile(name), device), 0, io.StringIO()) for name in ROUTINES}
    yield _wire(runs)
    late_ms = max(run.late_max_ms for run in runs.values())
    yield Measure("execution error, worst (virtual)", late_ms, "ms", 10, remark="worst of the routines above")
    yield _speed(device)
    yield _compile_time()


def half_hour(device: Device) -> Profile:
    """Goddard's routine again and again until it fills half an hour on `device`."""
    return lasting(device, HALF_HOUR_S)


def lasting(device: Device, seconds: float) -> Profile:
    """Goddard's routine again and again until it fills so many seconds on `device`; one closing release."""
    once = load.profile("goddard")
    body = once.steps[:-1]
    round_s = (_plan(once, device, 2).duration_ms - _plan(once, device, 1).duration_ms) / 1000.0
    times = ceil((seconds - _plan(once, device, 1).duration_ms / 1000.0) / round_s) + 1
    return once.model_copy(update={"steps": (Repeat(times, body), once.steps[-1])})


def _plan(profile: Profile, device: Device, times: int) -> Schedule:
    steps = (Repeat(times, profile.steps[:-1]), profile.steps[-1])
    return compiled(profile.model_copy(update={"steps": steps}), device)


def _wire(runs: dict[str, SimulatedRun]) -> Measure:
    cost = {name: run.traffic.bytes_per_setpoint for name, run in runs.items()}
    remark = ", ".join(f"{name} {value:.1f}" for name, value in cost.items())
    return Measure("wire cost per set-point, worst", max(cost.values()), "bytes", 9, remark=remark)


def _speed(device: Device) -> Measure:
    """The best of three: what the code costs, not what else the machine was doing."""
    profile = half_hour(device)
    best_s, run = min((_timed(profile, device) for _ in range(3)), key=lambda timed: timed[0])
    remark = f"{run.duration_s / 60:.0f} min in {best_s:.1f} s; {_shares(profile, device)}"
    return Measure("replay speed, 30 min on boots-6", run.duration_s / best_s, "x", 300, at_least=True, remark=remark)


def _timed(profile: Profile, device: Device) -> tuple[float, SimulatedRun]:
    began_s = perf_counter()
    run = simulate(compiled(profile, device), 0, io.StringIO())
    return perf_counter() - began_s, run


def _shares(profile: Profile, device: Device) -> str:
    """Where the time of a replay goes, by room, under the profiler."""
    profiler = cProfile.Profile()
    profiler.runcall(simulate, compiled(profile, device), 0, io.StringIO())
    spent: Counter[str] = Counter()
    for entry in profiler.getstats():
        spent[_room(entry.code)] += round(entry.inlinetime * 1000)
    total = max(spent.total(), 1)
    return ", ".join(f"{room} {100 * ms // total} %" for room, ms in spent.most_common())


def _room(code: CodeType | str) -> str:
    """Where it is written; what the package has as a link is a room of its own."""
    path = Path(code if isinstance(code, str) else code.co_filename).resolve()
    if path.is_relative_to(_HOUSE) and path.relative_to(_HOUSE).parts[0] in _ROOMS:
        return path.relative_to(_HOUSE).parts[0]
    return "Python"


def _compile_time() -> Measure:
    """Half an hour for the hip boots with two more chambers, 16 actuators in all; best of five."""
    hip = load.device("boots-6-hip")
    more = [hip.chambers[i].model_copy(update={"id": f"more_{i}"}) for i in (0, 1)]
    fields = {name: getattr(hip, name) for name in Device.model_fields}
    device = Device(**{**fields, "name": "boots-8", "actuators": (*hip.actuators, *more)})
    profile = half_hour(device)
    best_s = min(_compiling_s(profile, device) for _ in range(5))
    return Measure("compile 30 min, 16 actuators", 1000.0 * best_s, "ms", 50)


def _compiling_s(profile: Profile, device: Device) -> float:
    began_s = perf_counter()
    compiled(profile, device)
    return perf_counter() - began_s

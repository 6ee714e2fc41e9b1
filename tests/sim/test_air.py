"""The air of a pump and its chambers: as fast as the reference timings, and true to its equations at every moment."""

from collections.abc import Callable, Sequence
from math import exp, sqrt
from typing import NamedTuple

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from legato.profiles import air
from legato.profiles.device import Chamber, Device, Pump
from legato.profiles.load import builtin_devices
from legato.sim.circuit import DUMP_BORE_MM, Circuit
from tests.sim.parts import make_chamber

CLOSE_MMHG = 0.11
"""0.1 % of full scale. The promise is 1 %; a first-order method would just keep that, and this one is better."""

STEP_US = 10_000

# Slack volume, compliance; seconds to contact, 40 and 80 mmHg with pumps of 2.5, 8 and 15 L/min against 450 mmHg; then
# seconds from 40 and 80 down to 5 mmHg: reference simulations from 15 % full, valves of 2 mm, the pump at speed.
REFERENCE = {
    "foot": (0.45, 1.2, {2.5: (9.2, 11.1, 13.3), 8: (3.0, 3.5, 4.2), 15: (1.7, 2.0, 2.4)}, (0.5, 0.8)),
    "low calf": (0.8, 2.0, {2.5: (16.4, 19.6, 23.3), 8: (5.3, 6.3, 7.4), 15: (2.9, 3.5, 4.1)}, (0.8, 1.4)),
    "upper calf": (0.9, 2.5, {2.5: (18.4, 22.3, 26.8), 8: (5.9, 7.1, 8.5), 15: (3.3, 4.0, 4.8)}, (1.0, 1.7)),
    "knee": (0.8, 2.2, {2.5: (16.4, 19.8, 23.8), 8: (5.3, 6.3, 7.6), 15: (2.9, 3.5, 4.2)}, (0.9, 1.5)),
    "low thigh": (1.4, 4.0, {2.5: (28.7, 34.8, 42.0), 8: (9.2, 11.1, 13.3), 15: (5.2, 6.2, 7.5)}, (1.6, 2.7)),
    "upper thigh": (1.7, 5.0, {2.5: (34.8, 42.4, 51.3), 8: (11.2, 13.6, 16.3), 15: (6.3, 7.6, 9.1)}, (2.0, 3.3)),
}


class Span(NamedTuple):
    """For so many seconds, these fill valves and vents are open; the dump is, too, or it is not."""

    seconds: float
    fill: tuple[int, ...] = ()
    vent: tuple[int, ...] = ()
    pump: bool = True
    dump: bool = False


class Rig:
    """A circuit with a hand on its valves, and a note of the pressures at every 10 ms."""

    def __init__(self, pump: Pump, chambers: Sequence[Chamber]) -> None:
        self.circuit = Circuit(pump, chambers)
        self.circuit.dump.coil_us = 0
        self.now_us = 0
        self.pump = False
        self.seen: list[list[float]] = []

    def play(self, span: Span) -> None:
        """Set everything as `span` says, and let its time pass."""
        circuit = self.circuit
        if span.pump != self.pump:
            self.pump = span.pump
            circuit.run_pump(span.pump, self.now_us)
        circuit.switch(circuit.dump, self.now_us, is_open=span.dump)
        for n, bladder in enumerate(circuit.bladders):
            circuit.switch(bladder.fill, self.now_us, is_open=n in span.fill)
            circuit.switch(bladder.vent, self.now_us, is_open=n in span.vent)
        for _ in range(round(span.seconds * 100)):
            self.now_us += STEP_US
            circuit.advance(self.now_us)
            self.seen.append([b.pressure_at(self.now_us) for b in circuit.bladders])

    def seconds_until(self, reached: Callable[[float], bool]) -> float:
        """Seconds since the beginning until the first chamber's pressure is where it should be."""
        return next(0.01 * (n + 1) for n, pressures in enumerate(self.seen) if reached(pressures[0]))


def close_to(seconds: float) -> object:
    """Within 10 % or 0.15 s, whichever is larger."""
    return pytest.approx(seconds, rel=0.1, abs=0.15)


@pytest.mark.parametrize("flow_l_min", [2.5, 8, 15])
@pytest.mark.parametrize("zone", REFERENCE)
def test_filling_takes_as_long_as_in_the_reference(zone: str, flow_l_min: float) -> None:
    slack_l, compliance, fills, _ = REFERENCE[zone]
    pump = Pump(name="main", flow_l_min=flow_l_min, spin_up_s=0.0)
    rig = Rig(pump, [make_chamber(slack_l=slack_l, compliance_ml_mmhg=compliance)])
    contact, to_40, to_80 = fills[flow_l_min]
    rig.play(Span(1.2 * to_80, fill=(0,)))
    assert rig.seconds_until(lambda p: p > 0.0) == close_to(contact)
    assert rig.seconds_until(lambda p: p >= 40.0) == close_to(to_40)
    assert rig.seconds_until(lambda p: p >= 80.0) == close_to(to_80)


@pytest.mark.parametrize("start_mmhg", [40.0, 80.0])
@pytest.mark.parametrize("zone", REFERENCE)
def test_venting_takes_as_long_as_in_the_reference(zone: str, start_mmhg: float) -> None:
    slack_l, compliance, _, vents = REFERENCE[zone]
    chamber = make_chamber(slack_l=slack_l, compliance_ml_mmhg=compliance)
    rig = Rig(Pump(name="main", flow_l_min=8), [chamber])
    rig.circuit.bladders[0].content_l = air.content(chamber, start_mmhg)
    rig.circuit.bladders[0].level = False
    rig.play(Span(4.0, vent=(0,), pump=False))
    assert rig.seconds_until(lambda p: p <= 5.0) == close_to(vents[start_mmhg == 80.0])


def pressure(slack_l: float, compliance_l_mmhg: float, content_l: float) -> float:
    """Gauge pressure of a chamber with `content_l` of free air: 0 while slack, then from p_abs.V = p_atm.content."""
    if content_l <= slack_l:
        return 0.0
    half = 0.5 * (slack_l + compliance_l_mmhg * air.ATMOSPHERE_MMHG)
    excess = air.ATMOSPHERE_MMHG * (content_l - slack_l)
    return (sqrt(half * half + compliance_l_mmhg * excess) - half) / compliance_l_mmhg


def pressures(chambers: Sequence[Chamber], y: Sequence[float]) -> list[float]:
    """Gauge pressures of a state: the contents of all chambers, then their creep volumes."""
    return [
        pressure(c.slack_l + creep_l, c.compliance_ml_mmhg / 1000.0, content_l)
        for c, content_l, creep_l in zip(chambers, y, y[len(chambers) :], strict=False)
    ]


def inflows(pump: Pump, speed: float, chambers: Sequence[Chamber], span: Span, mmhg: Sequence[float]) -> list[float]:
    """Flows through the fill valves, by bisection on the manifold pressure."""
    branches = [(chambers[n].fill_bore_mm, mmhg[n]) for n in span.fill] + [(DUMP_BORE_MM, 0.0)] * span.dump
    if not branches:
        return [0.0] * len(chambers)

    def excess(manifold: float) -> float:
        given = speed * pump.flow_l_min / 60.0 * max(0.0, 1.0 - manifold / pump.dead_head_mmhg)
        return given - sum(air.valve_flow(bore, manifold, far) for bore, far in branches)

    manifold = brentq(excess, -1e-6, pump.dead_head_mmhg, xtol=1e-9)
    return [
        air.valve_flow(c.fill_bore_mm, manifold, mmhg[n]) if n in span.fill else 0.0 for n, c in enumerate(chambers)
    ]


def slopes(pump: Pump, speed: float, chambers: Sequence[Chamber], span: Span, y: Sequence[float]) -> list[float]:
    """Time derivative of the state."""
    mmhg = pressures(chambers, y)
    flows, creeps = inflows(pump, speed, chambers, span, mmhg), []
    for n, (c, p) in enumerate(zip(chambers, mmhg, strict=True)):
        compliance = c.compliance_ml_mmhg / 1000.0
        flows[n] -= p * (c.slack_l / air.ATMOSPHERE_MMHG + compliance) / c.leak_tau_s
        flows[n] -= air.valve_flow(c.vent_bore_mm, p, 0.0) if n in span.vent else 0.0
        creeps.append((c.creep_fraction * compliance * p - y[len(chambers) + n]) / c.creep_tau_s)
    return flows + creeps


def solved(pump: Pump, chambers: Sequence[Chamber], spans: Sequence[Span]) -> list[list[float]]:
    """The pressures at every 10 ms, by a general solver."""
    state, speed, seen = [air.RESIDUAL * c.slack_l for c in chambers] + [0.0] * len(chambers), 0.0, []
    for span in spans:

        def lagged(t: float, start: float = speed, goal: float = float(span.pump)) -> float:
            return goal + (start - goal) * exp(-t / pump.spin_up_s)

        times = np.minimum(np.arange(1, round(span.seconds * 100) + 1) * 0.01, span.seconds)
        solution = solve_ivp(
            lambda t, y, span, lagged: slopes(pump, lagged(t), chambers, span, y.tolist()),
            (0.0, span.seconds),
            state,
            t_eval=times,
            args=(span, lagged),
            rtol=1e-6,
            atol=1e-8,
            max_step=0.05,
        )
        seen += [pressures(chambers, y) for y in solution.y.T.tolist()]
        state, speed = solution.y[:, -1].tolist(), lagged(span.seconds)
    return seen


def worst_difference(pump: Pump, chambers: Sequence[Chamber], spans: Sequence[Span]) -> float:
    """The largest difference in mmHg between the simulator and the solver, over all chambers and all times."""
    rig = Rig(pump, chambers)
    for span in spans:
        rig.play(span)
    assert max(max(row) for row in rig.seen) > 30.0
    return float(np.abs(np.array(rig.seen) - np.array(solved(pump, chambers, spans))).max())


def distinct_chambers() -> list[tuple[str, Device, Chamber]]:
    """One of each kind of chamber in the built-in devices."""
    found: dict[tuple[object, ...], tuple[str, Device, Chamber]] = {}
    for name, device in builtin_devices().items():
        for c in device.chambers:
            figures = (c.slack_l, c.compliance_ml_mmhg, c.fill_bore_mm, c.vent_bore_mm, device.pump_of(c))
            found.setdefault(figures, (f"{name} {c.id}", device, c))
    return list(found.values())


@pytest.mark.parametrize(("device", "chamber"), [pytest.param(d, c, id=name) for name, d, c in distinct_chambers()])
def test_every_chamber_fills_holds_and_vents_as_its_equations_say(device: Device, chamber: Chamber) -> None:
    pump = device.pump_of(chamber)
    instant = chamber.model_copy(update={"coil_ms": 0})
    fill_s = round(air.fill_seconds(chamber, pump, 0.0, min(chamber.cap_mmhg, 100.0), slack=True) + 0.3, 2)
    spans = [
        Span(fill_s, fill=(0,)),
        Span(5.13),
        Span(0.3, vent=(0,)),
        Span(3.07),
        Span(0.5, fill=(0,)),
        Span(5.0, vent=(0,), pump=False),
    ]
    assert worst_difference(pump, [instant], spans) < CLOSE_MMHG


def test_chambers_that_share_the_manifold_do_as_their_equations_say() -> None:
    small = make_chamber(id="small", slack_l=0.45, compliance_ml_mmhg=1.2, creep_fraction=0.1)
    large = make_chamber(id="large", slack_l=1.4, compliance_ml_mmhg=4.0, leak_tau_s=60)
    spans = [
        Span(2.5, fill=(0,)),
        Span(4.0, fill=(0, 1)),
        Span(1.5, fill=(0, 1), pump=False),
        Span(1.0, fill=(0,), vent=(1,)),
        Span(1.0, fill=(1,), dump=True),
        Span(1.0, fill=(0, 1), vent=(0, 1), dump=True, pump=False),
    ]
    assert worst_difference(Pump(name="main", flow_l_min=15), [small, large], spans) < CLOSE_MMHG

"""Whatever one does with pump and valves: air is neither made nor lost, and looking changes nothing."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legato.profiles.air import ATMOSPHERE_MMHG, content, supply_flow, valve_flow
from legato.profiles.device import Chamber, Pump
from legato.sim.bladder import Valve
from legato.sim.circuit import Circuit
from legato.sim.manifold import Manifold, coefficient, outflow
from tests.host import BOOTS
from tests.sim.parts import make_chamber

PUMP = Pump(name="main", flow_l_min=15)

SECOND_US = 1_000_000

# (milliseconds since the event before, number of the valve or pump, on or off)
Event = tuple[int, int, bool]
EVENTS = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 99), st.booleans()), max_size=40)


def valves_of(circuit: Circuit) -> list[Valve]:
    return [circuit.dump, *(b.fill for b in circuit.bladders), *(b.vent for b in circuit.bladders)]


def sealed(*inflated: tuple[Chamber, float]) -> Circuit:
    """At one second, all valves shut: chambers with so much pressure in mmHg."""
    circuit = Circuit(PUMP, [chamber for chamber, _ in inflated])
    for valve in valves_of(circuit):
        circuit.switch(valve, 0, is_open=False)
    circuit.advance(SECOND_US)
    for bladder, (chamber, mmhg) in zip(circuit.bladders, inflated, strict=True):
        bladder.content_l = content(chamber, mmhg)
    return circuit


def nothing_is_wrong(circuit: Circuit, now_us: int) -> None:
    for bladder in circuit.bladders:
        assert 0.0 <= bladder.pressure_at(now_us) < PUMP.dead_head_mmhg
        assert 0.0 < bladder.content_l < 10.0
        assert 0.0 <= bladder.creep_l < 1.0


def play(circuit: Circuit, events: list[Event], poll_us: int | None = None) -> int:
    """Do `events`, looking at the pressures every `poll_us` in between; returns the time of the last."""
    now_us = 0
    valves = valves_of(circuit)
    for pause_ms, number, on in events:
        until_us = now_us + 1000 * pause_ms
        if poll_us:
            for at_us in range(now_us, until_us, poll_us):
                circuit.advance(at_us)
                nothing_is_wrong(circuit, at_us)
        now_us = until_us
        target = number % (len(valves) + 1)
        if target == len(valves):
            circuit.run_pump(on, now_us)
        else:
            circuit.switch(valves[target], now_us, is_open=on)
    circuit.advance(now_us)
    return now_us


THREE = list(BOOTS.chambers[:3])


@given(events=EVENTS)
def test_pressures_stay_between_nothing_and_the_dead_head(events: list[Event]) -> None:
    circuit = Circuit(PUMP, THREE)
    nothing_is_wrong(circuit, play(circuit, events, poll_us=100_000))


@given(events=EVENTS, poll_us=st.integers(3_000, 700_000))
def test_looking_changes_nothing(events: list[Event], poll_us: int) -> None:
    watched, alone = (Circuit(PUMP, THREE) for _ in range(2))
    end_us = play(watched, events, poll_us)
    play(alone, events)
    for a, b in zip(watched.bladders, alone.bladders, strict=True):
        assert (a.content_l, a.creep_l, a.pressure_at(end_us)) == (b.content_l, b.creep_l, b.pressure_at(end_us))


def test_chambers_that_equalise_keep_their_air() -> None:
    full, empty = make_chamber(id="full", slack_l=0.5), make_chamber(id="empty", slack_l=1.5)
    circuit = sealed((full, 100.0), (empty, 0.0))
    for bladder in circuit.bladders:
        circuit.switch(bladder.fill, SECOND_US, is_open=True)
    circuit.advance(6 * SECOND_US)
    a, b = circuit.bladders
    assert a.pressure_mmhg == pytest.approx(b.pressure_mmhg, abs=0.1)
    before = content(full, 100.0) + content(empty, 0.0)
    leaked_at_most = 5.0 * 2.0 * 100.0 * (1.5 / ATMOSPHERE_MMHG + 0.0025) / 5000.0
    assert before - leaked_at_most < a.content_l + b.content_l < before


def test_a_stopped_pump_lets_nothing_back() -> None:
    circuit = sealed((make_chamber(), 80.0))
    circuit.switch(circuit.bladders[0].fill, SECOND_US, is_open=True)
    circuit.advance(6 * SECOND_US)
    assert circuit.bladders[0].pressure_mmhg == pytest.approx(80.0, abs=0.2)


def test_an_open_dump_empties_what_is_on_the_manifold() -> None:
    circuit = sealed((make_chamber(), 80.0))
    circuit.switch(circuit.bladders[0].fill, SECOND_US, is_open=True)
    circuit.switch(circuit.dump, SECOND_US, is_open=True)
    circuit.advance(11 * SECOND_US)
    assert circuit.bladders[0].pressure_mmhg < 1.0


def test_a_closed_chamber_creeps_and_then_leaks() -> None:
    chamber = make_chamber(creep_fraction=0.1, creep_tau_s=6, leak_tau_s=400)
    circuit = sealed((chamber, 80.0))
    seen = []
    for second in (7, 61, 461):
        circuit.advance(second * SECOND_US)
        seen.append(circuit.bladders[0].pressure_mmhg)
    after_6_s, after_60_s, after_460_s = seen
    assert 75.0 < after_6_s < 77.0
    assert 60.0 < after_60_s < 68.0
    assert after_460_s == pytest.approx(after_60_s * exp(-1.0), rel=0.2)


def test_a_valve_moves_when_its_coil_delay_is_over() -> None:
    circuit = Circuit(PUMP, [make_chamber(coil_ms=15)])
    vent = circuit.bladders[0].vent
    circuit.switch(vent, SECOND_US, is_open=False)
    circuit.advance(1_014_999)
    assert vent.is_open
    circuit.advance(1_015_000)
    assert not vent.is_open


def test_a_vented_chamber_comes_to_rest_with_the_room() -> None:
    chamber = make_chamber(creep_fraction=0.2)
    circuit = sealed((chamber, 80.0))
    circuit.switch(circuit.bladders[0].vent, 20 * SECOND_US, is_open=True)
    circuit.advance(80 * SECOND_US)
    assert circuit.bladders[0].pressure_at(80 * SECOND_US) == 0.0
    assert circuit.bladders[0].content_l == pytest.approx(chamber.slack_l, abs=1e-5)


@given(
    upstream=st.floats(0.0, 150.0),
    downstream=st.floats(0.0, 150.0),
    bore_mm=st.floats(0.5, 8.0),
)
def test_valves_follow_the_same_law_as_the_plans(upstream: float, downstream: float, bore_mm: float) -> None:
    manifold = Manifold(450.0)
    manifold.pressure_mmhg = upstream
    assert outflow(coefficient(bore_mm), upstream) == pytest.approx(valve_flow(bore_mm, upstream, 0.0), rel=1e-9)
    into, out_of = manifold.share(0.0, [(coefficient(bore_mm), upstream), (coefficient(bore_mm), downstream)])
    assert into == pytest.approx(-out_of, abs=2e-7)
    assert out_of == pytest.approx(valve_flow(bore_mm, manifold.pressure_mmhg, downstream), rel=1e-6, abs=1e-12)


@given(
    source_l_s=st.floats(0.0, 1.0),
    branches=st.lists(st.tuples(st.floats(0.5, 8.0).map(coefficient), st.floats(0.0, 200.0)), min_size=1, max_size=8),
    guess=st.floats(0.0, 450.0),
)
def test_the_manifold_shares_out_exactly_what_the_pump_gives(
    source_l_s: float, branches: list[tuple[float, float]], guess: float
) -> None:
    manifold = Manifold(450.0)
    manifold.pressure_mmhg = guess
    flows = manifold.share(source_l_s, branches)
    given_l_s = source_l_s * max(0.0, 1.0 - manifold.pressure_mmhg / 450.0)
    assert sum(flows) == pytest.approx(given_l_s, abs=1.1e-7)


def test_the_check_valve_holds_against_more_than_the_dead_head() -> None:
    inflow, dumped = Manifold(130.0).share(0.25, [(coefficient(8.0), 150.0), (coefficient(0.5), 0.0)])
    assert inflow == pytest.approx(-dumped, abs=1e-6)


@given(mmhg=st.floats(0.0, 120.0), bore_mm=st.floats(1.0, 4.0))
def test_one_chamber_gets_what_the_plans_say(mmhg: float, bore_mm: float) -> None:
    planned = supply_flow(PUMP, bore_mm, mmhg)
    (flow,) = Manifold(PUMP.dead_head_mmhg).share(PUMP.flow_l_min / 60.0, [(coefficient(bore_mm), mmhg)])
    assert flow == pytest.approx(planned, rel=1e-3)

"""Faults do to the device what they say, for as long as they say, and nothing once they are over."""

import asyncio

import pytest

from legato.firmware import wire
from tests.sim.workbench import FOOT, Workbench, on_the_bench


class TestAir:
    def test_an_open_hose_holds_nothing(self) -> None:
        async def act(bench: Workbench) -> None:
            bench.fail(kind="hose_off", chamber="left_foot", for_s=8)
            assert await bench.press(2.5) < 5.0
            await asyncio.sleep(8)
            assert await bench.press(2.5) > 20.0

        on_the_bench(act)

    def test_a_leak_empties_a_closed_chamber(self) -> None:
        async def act(bench: Workbench) -> None:
            full = await bench.press(2.5)
            bench.fail(kind="leak", chamber="left_foot", bore_mm=0.6)
            await asyncio.sleep(5)
            assert bench.felt() < 0.5 * full

        on_the_bench(act)

    def test_a_vent_that_is_stuck_closed_lets_nothing_out_until_it_comes_free(self) -> None:
        async def act(bench: Workbench) -> None:
            full = await bench.press(2.5)
            bench.fail(kind="valve_stuck_closed", chamber="left_foot", valve="vent", for_s=5)
            assert await bench.let_go(4.9) == pytest.approx(full, abs=5)
            await asyncio.sleep(3)
            assert bench.felt() < 1.0

        on_the_bench(act)

    def test_a_fill_valve_that_is_stuck_open_fills_unasked(self) -> None:
        async def act(bench: Workbench) -> None:
            bench.fail(kind="valve_stuck_open", chamber="left_foot", valve="fill")
            board = bench.device.board
            board.now_us = bench.device.now_us
            board.master(1)
            board.pump(0, 1)
            board.valves(0, 1, 1)
            await asyncio.sleep(3)
            assert bench.felt() > 20.0

        on_the_bench(act)

    def test_a_kink_slows_the_air_both_ways(self) -> None:
        async def act(bench: Workbench) -> None:
            full = await bench.press(2.5)
            bench.fail(kind="kink", chamber="left_foot", open_pct=5)
            assert await bench.let_go(1.0) > 0.5 * full

        on_the_bench(act)

    @pytest.mark.parametrize(
        ("fault", "share"), [({"kind": "weak_pump", "flow_pct": 30}, 0.5), ({"kind": "dead_pump"}, 0.01)]
    )
    def test_a_pump_gives_less(self, fault: dict[str, object], share: float) -> None:
        sound: list[float] = []

        async def act(bench: Workbench) -> None:
            sound.append(await bench.press(2.5))

        async def act_weakly(bench: Workbench) -> None:
            bench.fail(pump="main", **fault)
            assert await bench.press(2.5) <= share * sound[0]

        on_the_bench(act)
        on_the_bench(act_weakly)

    def test_a_limb_that_moves_presses_by_what_it_says_and_lets_go_again(self) -> None:
        pressures: list[float] = []

        async def act(bench: Workbench) -> None:
            still = await bench.press(2.5)
            bench.fail(kind="limb_moving", chamber="left_foot", by_mmhg=10, press_s=1, every_s=2.5, for_s=5)
            for _ in range(100):
                await asyncio.sleep(0.05)
                pressures.append(bench.felt() - still)
            await asyncio.sleep(3)
            assert bench.felt() == pytest.approx(still, abs=6)

        on_the_bench(act)
        assert max(pressures) == pytest.approx(10, abs=3)

    def test_what_a_limb_presses_is_known_apart_from_the_air(self) -> None:
        async def act(bench: Workbench) -> None:
            still = await bench.press(2.5)
            bladder = bench.device.plant.bladders[FOOT]
            bench.fail(kind="limb_moving", chamber="left_foot", by_mmhg=10, press_s=1, every_s=2.5)
            pressed: list[float] = []
            for _ in range(50):
                await asyncio.sleep(0.05)
                pressed.append(bladder.pressed_mmhg)
                assert bench.felt() - pressed[-1] == pytest.approx(still, abs=2)
            assert max(pressed) == pytest.approx(10, abs=0.5)
            assert min(pressed) == 0.0

        on_the_bench(act)

    def test_without_a_limb_the_pressure_is_gone(self) -> None:
        async def act(bench: Workbench) -> None:
            assert await bench.press(2.5) > 20
            bench.fail(kind="limb_removed", chamber="left_foot", times=3)
            assert bench.felt() == 0.0

        on_the_bench(act)


class TestSensors:
    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"kind": "sensor_open"}, {wire.INVALID}),
            ({"kind": "sensor_short"}, {0}),
            ({"kind": "sensor_nan", "share": 1.0}, {wire.INVALID}),
        ],
    )
    def test_a_broken_sensor_says_one_thing(self, fields: dict[str, object], says: set[int]) -> None:
        async def act(bench: Workbench) -> None:
            await bench.press(2.5)
            bench.fail(sensor="left_foot", for_s=5, **fields)
            assert {bench.read() for _ in range(10)} == says
            await asyncio.sleep(5.1)
            assert bench.read() > 100

        on_the_bench(act)

    def test_an_offset_adds_up_and_a_stuck_one_repeats(self) -> None:
        async def act(bench: Workbench) -> None:
            await bench.press(2.5)
            true = bench.read()
            bench.fail(kind="sensor_offset", sensor="left_foot", by=5)
            assert bench.read() == true + 50
            bench.fail(kind="sensor_stuck", sensor="left_foot")
            stuck = bench.read()
            await bench.let_go()
            assert bench.read() == stuck

        on_the_bench(act)


class TestHeat:
    def test_a_welded_relay_heats_while_the_master_is_on(self) -> None:
        async def act(bench: Workbench) -> None:
            device = bench.device
            pad = next(c.index for c in device.device.channels if c.name == "left_foot_heat")
            bench.fail(kind="heater_stuck_on", heater="left_foot_heat", for_s=100)
            device.board.now_us = device.now_us
            device.board.master(1)
            device.board.drive(pad, 0)
            await asyncio.sleep(99)
            warm_c = device.plant.models[pad].sensed_at(device.now_us)
            assert warm_c > 33.0
            await asyncio.sleep(30)
            assert device.plant.models[pad].sensed_at(device.now_us) < warm_c - 1.0

        on_the_bench(act, "wrap-3")


class TestBoard:
    @pytest.mark.parametrize("percent", [-1.0, 0.5, 1.0])
    def test_a_clock_that_is_off_counts_more_or_less(self, percent: float) -> None:
        async def act(bench: Workbench) -> None:
            bench.device.start()
            await asyncio.sleep(5)
            bench.fail(kind="clock_off", percent=percent, for_s=10)
            before_ms = bench.device.now_ms
            await asyncio.sleep(10)
            assert bench.device.now_ms - before_ms == pytest.approx(10_000 + 100 * percent, abs=2)
            await asyncio.sleep(10)
            assert bench.device.now_ms - before_ms == pytest.approx(20_000 + 100 * percent, abs=2)

        on_the_bench(act)

    def test_a_clock_that_drifts_goes_off_little_by_little(self) -> None:
        async def act(bench: Workbench) -> None:
            bench.device.start()
            bench.fail(kind="clock_drift", percent=1.0, over_s=10)
            before_ms = bench.device.now_ms
            await asyncio.sleep(10)
            assert bench.device.now_ms - before_ms == pytest.approx(10_050, abs=6)

        on_the_bench(act)

    def test_a_slow_loop_ticks_less_often(self) -> None:
        ticks: list[int] = []

        async def act(bench: Workbench) -> None:
            bench.device.start()
            bench.fail(kind="slow_loop", times=4, for_s=1)
            await asyncio.sleep(0.05)
            bench.device.watch = ticks.append
            await asyncio.sleep(0.8)

        on_the_bench(act)
        assert len(ticks) == 20

    @pytest.mark.parametrize(("times", "boots"), [(3, 1), (3.1, 3)])
    def test_a_loop_that_is_too_slow_is_reset_by_its_watchdog_again_and_again(self, times: float, boots: int) -> None:
        cores = set()

        async def act(bench: Workbench) -> None:
            bench.device.start()
            bench.device.watch = lambda _: cores.add(bench.device.core)
            bench.fail(kind="slow_loop", times=times)
            await asyncio.sleep(2.5)

        on_the_bench(act)
        assert len(cores) == boots

    def test_a_brown_out_boots_anew_and_a_reset_does_so_at_once(self) -> None:
        async def act(bench: Workbench) -> None:
            bench.device.start()
            first = bench.device.core
            bench.fail(kind="brown_out", for_s=0.3)
            await asyncio.sleep(0.2)
            assert not bench.device.is_powered
            await asyncio.sleep(0.2)
            second = bench.device.core
            bench.fail(kind="reset")
            assert len({id(core) for core in (first, second, bench.device.core)}) == 3

        on_the_bench(act)

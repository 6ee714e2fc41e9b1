"""Faults do to the device what they say, for as long as they say, and nothing once they are over."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from firmware import wire
from profiles.device import Device
from profiles.errors import InvalidFile
from profiles.load import device as load_device
from sim.clock import VirtualLoop, run
from sim.device import SimDevice
from sim.faults.cable import Cable
from sim.faults.fault import Bench, OutOfReach
from sim.faults.injector import Incident, Injector
from sim.faults.process import ElsewhereHost, Process
from sim.faults.script import KINDS, ONE, parse

FOOT = 0


class Workbench:
    """A device with its cable, the faults that it has, and what it was told and says."""

    def __init__(self, description: Device, loop: VirtualLoop) -> None:
        self.device = SimDevice(description, 1, loop)
        self.device.start()
        self.cable = Cable(self.device, loop)
        self.process = Process(loop, self.cable)
        self.incidents: list[Incident] = []
        self.injector = Injector(Bench(self.device, self.cable, self.process, loop), 1, self.incidents.append)
        self.heard = bytearray()
        self.cable.tap = self.heard.extend

    def fail(self, **fields: object) -> None:
        self.injector.begin(ONE.validate_python(fields))

    async def press(self, seconds: float = 6.0) -> float:
        """Fill the left foot by hand, and hold what is in it; returns its pressure."""
        board = self.device.board
        board.now_us = self.device.now_us
        board.master(1)
        board.pump(0, 1)
        board.valves(1, 1, 1)
        await asyncio.sleep(seconds)
        board.now_us = self.device.now_us
        board.valves(0, 1, 0)
        await asyncio.sleep(0.1)
        return self.felt()

    async def let_go(self, seconds: float = 3.0) -> float:
        self.device.board.now_us = self.device.now_us
        self.device.board.valves(0, 0, 0)
        await asyncio.sleep(seconds)
        return self.felt()

    def felt(self) -> float:
        return self.device.felt()[FOOT]

    def read(self) -> int:
        readings = [0] * len(self.device.device.channels)
        self.device.board.now_us = self.device.now_us
        self.device.board.measure(readings)
        return readings[FOOT]


Act = Callable[[Workbench], Coroutine[Any, Any, None]]


def on_the_bench(act: Act, name: str = "boots-6") -> None:
    """Run `act` in virtual time. The firmware is off the board, so that the test has its hands on the valves."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        bench = Workbench(load_device(name), loop)
        bench.device.stop()
        await act(bench)

    run(main())


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
            warm_c = device.plant.machines[pad].sensed_at(device.now_us)
            assert warm_c > 33.0
            await asyncio.sleep(30)
            assert device.plant.machines[pad].sensed_at(device.now_us) < warm_c - 1.0

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


class TestLine:
    SAID = bytes(range(1, 201))

    @pytest.mark.parametrize(
        ("fields", "holds"),
        [
            ({"kind": "bit_flips", "rate": 0.1}, lambda sent, came: len(sent) == len(came) and sent != came),
            ({"kind": "lost_bytes", "rate": 0.1}, lambda sent, came: set(came) < set(sent)),
            (
                {"kind": "doubled_bytes", "rate": 0.1},
                lambda sent, came: sorted(set(came)) == sorted(sent) != list(came),
            ),
            ({"kind": "junk", "rate": 0.1}, lambda sent, came: len(came) > len(sent) + 10),
            ({"kind": "baud_mismatch"}, lambda sent, came: len(sent) == len(came) and sent != came),
            ({"kind": "half_open", "direction": "to_device"}, lambda _, came: not came),
            ({"kind": "half_open", "direction": "to_host"}, lambda sent, came: sent == came),
            ({"kind": "unplug"}, lambda _, came: not came),
        ],
    )
    def test_bytes_are_disturbed_for_as_long_as_the_fault_lasts(
        self, fields: dict[str, object], holds: Callable[[bytes, bytes], bool]
    ) -> None:
        async def act(bench: Workbench) -> None:
            bench.fail(for_s=1, **fields)
            bench.cable.feed(self.SAID)
            assert holds(self.SAID, bytes(bench.heard))
            await asyncio.sleep(1.1)
            bench.heard.clear()
            bench.cable.feed(self.SAID)
            assert bench.heard == self.SAID

        on_the_bench(act)

    @pytest.mark.parametrize(
        "fields", [{"kind": "stall", "for_s": 1}, {"kind": "delayed_bytes", "by_ms": 500}, {"kind": "reordered_bytes"}]
    )
    def test_nothing_is_lost_of_what_is_only_late(self, fields: dict[str, object]) -> None:
        async def act(bench: Workbench) -> None:
            bench.fail(**fields)
            for byte in self.SAID:
                bench.cable.feed(bytes((byte,)))
            await asyncio.sleep(2)
            bench.cable.feed(b"\x00\x00")
            await asyncio.sleep(2)
            assert sorted(bench.heard.rstrip(b"\x00")) == list(self.SAID)

        on_the_bench(act)


class TestHost:
    def test_a_frozen_process_stands_still_and_the_device_does_not(self) -> None:
        beats: list[float] = []

        async def beat() -> None:
            for _ in range(10):
                beats.append(asyncio.get_running_loop().time())
                await asyncio.sleep(0.25)

        async def act(bench: Workbench) -> None:
            bench.device.start()
            asyncio.get_running_loop().call_later(1.1, lambda: bench.fail(kind="host_frozen", for_s=3.0))
            before_ms = bench.device.now_ms
            await bench.process.run(beat())
            assert bench.device.now_ms > before_ms + 4_000

        on_the_bench(act)
        gaps = [later - earlier for earlier, later in pairwise(beats)]
        assert max(gaps) == pytest.approx(3.1, abs=0.01)
        assert sorted(gaps)[-2] == pytest.approx(0.25)

    def test_a_killed_process_says_no_more(self) -> None:
        async def act(bench: Workbench) -> None:
            asyncio.get_running_loop().call_later(1.0, lambda: bench.fail(kind="host_killed"))
            assert await bench.process.run(asyncio.sleep(10, "done")) is None
            assert asyncio.get_running_loop().time() == 1.0
            assert await bench.process.run(asyncio.sleep(1, "another one")) == "another one"

        on_the_bench(act)

    def test_a_process_elsewhere_is_out_of_reach(self) -> None:
        with pytest.raises(OutOfReach, match="kill"):
            ElsewhereHost().freeze()


class TestScript:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("format: 1\nfaults:\n  - {kind: hose_of}\n", '3:12: .*did you mean "hose_off"'),
            ("format: 1\nfaults:\n  - {kind: hose_off}\n", "3:5: .*lacks chamber"),
            ("format: 1\nfaults:\n  - {kind: leak, chamber: left_foot, bore_mm: 9}\n", "3:47: .*0.1 to 2"),
            ("format: 1\nfaults:\n  - {kind: leak, chamber: left_fot}\n", '3:27: .*did you mean "left_foot"'),
            ("format: 1\nfaults:\n  - {kind: dead_pump, pump: mian}\n", '3:29: .*did you mean "main"'),
            ("format: 1\nfault: []\n", '2:1: .*did you mean "faults"'),
            ("format: 1\nfaults:\n  - {kind: reset, for_s: 3}\n", "3:26: .*nothing .leave it out. is expected"),
            ("- 1\n", "1:1: the file holds no fields"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_told_with_its_place(self, boots: Device, text: str, told: str) -> None:
        with pytest.raises(InvalidFile) as caught:
            parse(text.encode(), "faults.yaml", boots)
        assert re.search("^faults.yaml:" + told, str(caught.value), re.MULTILINE)

    def test_a_script_happens_when_it_says(self, boots: Device) -> None:
        text = b"faults: [{kind: reset, at_s: 2}, {kind: clock_off, at_s: 1, for_s: 3}]"
        told: list[tuple[float, str, bool]] = []

        async def act(bench: Workbench) -> None:
            bench.injector.schedule(parse(text, "faults.yaml", boots))
            await asyncio.sleep(5)
            told.extend((i.at_s, type(i.fault).__name__, i.has_begun) for i in bench.incidents)

        on_the_bench(act)
        assert told == [(1.0, "ClockOff", True), (2.0, "Reset", True), (4.0, "ClockOff", False)]

    def test_every_kind_explains_itself(self) -> None:
        assert all((kind.__doc__ or "").endswith(".") for kind in KINDS.values())

    def test_chance_is_the_faults_own(self) -> None:
        flips = ONE.validate_python({"kind": "bit_flips", "rate": 0.1})
        said: list[bytes] = []

        async def act(bench: Workbench) -> None:
            bench.fail(kind="junk", direction="to_host")
            bench.injector.begin(flips)
            bench.cable.feed(bytes(100))
            said.append(bytes(bench.heard))

        on_the_bench(act)
        on_the_bench(act)
        assert said[0] == said[1] != bytes(100)

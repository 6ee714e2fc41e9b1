"""Faults of the line and of the host do what they say, and nothing once they are over; what a script may say."""

import asyncio
import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from legato.profiles.errors import InvalidFile
from legato.sim.faults.fault import OutOfReach
from legato.sim.faults.process import ElsewhereHost
from legato.sim.faults.script import KINDS, ONE, parse
from tests.host import BOOTS
from tests.sim.workbench import Workbench, on_the_bench


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
    def test_what_is_wrong_is_told_with_its_place(self, text: str, told: str) -> None:
        with pytest.raises(InvalidFile) as caught:
            parse(text.encode(), "faults.yaml", BOOTS)
        assert re.search("^faults.yaml:" + told, str(caught.value), re.MULTILINE)

    def test_a_script_happens_when_it_says(self) -> None:
        text = b"faults: [{kind: reset, at_s: 2}, {kind: clock_off, at_s: 1, for_s: 3}]"
        told: list[tuple[float, str, bool]] = []

        async def act(bench: Workbench) -> None:
            bench.injector.schedule(parse(text, "faults.yaml", BOOTS))
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

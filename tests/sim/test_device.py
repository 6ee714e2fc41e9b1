"""A simulated device at the end of its wire: it boots, plays, vents, loses its power, and leaves a trace."""

import asyncio
import errno
import io
import struct
from collections.abc import Callable, Coroutine
from hashlib import sha256
from itertools import groupby

import pytest

from legato.firmware import wire
from legato.profiles.device import Device
from legato.sim.clock import VirtualLoop, run
from legato.sim.device import SimDevice
from legato.sim.trace import HEADER, Trace
from tests.host import BOOTS
from tests.sim.parts import CHAIR

SESSION = 77
HOLD_S = 4.0


class Host:
    """The least that a host can be: it says what a test tells it to, and keeps what it hears."""

    def __init__(self, device: SimDevice) -> None:
        self.heard: list[tuple[int, int, int, bytes]] = []
        self._device = device
        self._decoder = wire.Decoder()
        device.send = lambda data: self.heard.extend(self._decoder.feed(data))

    def say(self, kind: int, payload: bytes = b"", session: int = SESSION) -> None:
        self._device.feed(wire.encode(kind, 0, session, payload))

    def welcome(self) -> tuple[int, ...]:
        """Ask who is there; the fields of its answer."""
        self.say(wire.HELLO, struct.pack(wire.HELLO_FORMAT, wire.PROTOCOL, wire.PROTOCOL), session=0)
        answer = next(payload for kind, _, _, payload in reversed(self.heard) if kind == wire.WELCOME)
        return struct.unpack(wire.WELCOME_FORMAT, answer)

    def hold(self, channel: int, half_units: int, seconds: float = HOLD_S) -> None:
        """Start a session that brings one channel to a target in 1 s, holds it, and ends after `seconds`."""
        welcome = self.welcome()
        boot_id, nonce = welcome[3], welcome[4]
        self.say(wire.ARM, struct.pack(wire.ARM_FORMAT, boot_id, nonce))
        rows = wire.pack_row(0, channel, half_units, 100)
        self.say(wire.SETPOINTS, struct.pack(wire.SETPOINTS_HEAD, 0, int(seconds * 100) | wire.FLAG_END) + rows)
        self.say(wire.RUN, struct.pack(wire.RUN_FORMAT, 1, 0, wire.NOW))

    async def keep_alive(self, seconds: float) -> None:
        for _ in range(round(seconds * 4)):
            self.say(wire.HEARTBEAT)
            await asyncio.sleep(0.25)


def on_a_device(device: Device, play: Callable[[SimDevice], Coroutine[object, object, None]], seed: int = 1) -> None:
    """Run `play` in virtual time with a device that has just been switched on."""

    async def main() -> None:
        sim = SimDevice(device, seed, asyncio.get_running_loop())
        sim.start()
        await play(sim)

    run(main())


def test_the_firmware_ticks_every_10_ms_on_its_own_clock() -> None:
    ticks: list[int] = []

    async def play(sim: SimDevice) -> None:
        sim.watch = ticks.append
        before_ms = sim.now_ms
        await asyncio.sleep(0.995)
        assert sim.now_ms - before_ms == 995

    on_a_device(BOOTS, play)
    assert ticks == [10_000 * n for n in range(100)]


def test_a_stalled_process_misses_ticks_but_does_not_catch_up_on_them() -> None:
    ticks: list[int] = []

    async def play(sim: SimDevice) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        await asyncio.sleep(0.005)
        sim.watch = ticks.append
        loop._now_s += 0.4
        await asyncio.sleep(0.04)

    on_a_device(BOOTS, play)
    assert len(ticks) == 5


def test_the_watchdog_cuts_the_outputs_of_a_stalled_firmware_and_boots_it_anew() -> None:
    async def play(sim: SimDevice) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        host = Host(sim)
        host.hold(channel=0, half_units=70)
        await host.keep_alive(HOLD_S - 1.0)
        before, pressed = host.welcome()[3], sim.felt()[0]
        loop._now_s += 3.0
        host.say(wire.HEARTBEAT)
        assert sim.core.state == wire.IDLE
        assert sim.felt()[0] < 1.0 < pressed
        assert host.welcome()[3] != before

    on_a_device(BOOTS, play)


def test_a_hold_is_felt_and_ends_vented() -> None:
    async def play(sim: SimDevice) -> None:
        host = Host(sim)
        host.hold(channel=0, half_units=70)
        await host.keep_alive(HOLD_S - 0.5)
        assert sim.felt()[0] == pytest.approx(35.0, abs=4.0)
        assert sim.felt()[1] == 0.0
        await host.keep_alive(3.0)
        assert sim.core.state == wire.IDLE
        assert sim.felt()[0] < 1.0

    on_a_device(BOOTS, play)


def test_an_emergency_stop_opens_the_vents_one_coil_delay_later() -> None:
    async def play(sim: SimDevice) -> None:
        host = Host(sim)
        host.hold(channel=0, half_units=70)
        await host.keep_alive(HOLD_S - 1.0)
        await asyncio.sleep(0.002)
        host.say(wire.ESTOP, session=0)
        pressed = sim.felt()[0]
        await asyncio.sleep(0.007)
        assert sim.felt()[0] == pytest.approx(pressed, abs=0.1)
        await asyncio.sleep(0.013)
        assert sim.felt()[0] < pressed - 0.5
        assert sim.core.state == wire.FAULTED

    on_a_device(BOOTS, play)


@pytest.mark.parametrize(
    ("blocked_tenths", "most_mmhg"), [(0, 65.0), (100, 50.0)], ids=["hose off the sensor", "blocked at 10 mmHg"]
)
def test_a_knee_whose_sensor_feels_nothing_is_not_pumped_up(blocked_tenths: int, most_mmhg: float) -> None:
    knee = [c.name for c in BOOTS.channels].index("left_knee")
    felt: list[float] = []

    async def play(sim: SimDevice) -> None:
        def deceive(readings: list[int]) -> None:
            readings[knee] = min(readings[knee], blocked_tenths + sim.now_ms // 10 % 2)

        sim.board.wires.append(deceive)
        sim.watch = lambda _: felt.append(sim.felt()[knee])
        host = Host(sim)
        host.hold(channel=knee, half_units=80, seconds=10.0)
        await host.keep_alive(9.5)
        assert sim.core.state == wire.FAULTED

    on_a_device(BOOTS, play)
    assert 10.0 < max(felt) < most_mmhg


def test_a_firmware_that_crashes_leaves_every_output_off() -> None:
    crashes: list[object] = []

    def crash(now_ms: int) -> None:
        raise ZeroDivisionError(now_ms)

    async def play(sim: SimDevice) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: crashes.append(context["exception"]))
        host = Host(sim)
        host.hold(channel=0, half_units=70)
        await host.keep_alive(HOLD_S - 1.0)
        assert sim.board.vent
        sim.core.tick = crash  # type: ignore[method-assign]
        await asyncio.sleep(3.0)
        assert (sim.board.fill, sim.board.vent, sim.board.dump, sim.board.is_enabled) == (0, 0, 0, False)
        assert not sim.is_powered
        assert sim.felt()[0] < 1.0

    on_a_device(BOOTS, play)
    assert [type(crash) for crash in crashes] == [ZeroDivisionError]


def test_without_power_the_air_goes_and_nobody_answers() -> None:
    async def play(sim: SimDevice) -> None:
        host = Host(sim)
        host.hold(channel=0, half_units=70)
        await host.keep_alive(HOLD_S - 1.0)
        assert sim.felt()[0] > 25.0
        sim.stop()
        host.heard.clear()
        host.say(wire.HELLO, struct.pack(wire.HELLO_FORMAT, wire.PROTOCOL, wire.PROTOCOL))
        await asyncio.sleep(3.0)
        assert host.heard == []
        assert sim.felt()[0] < 1.0

    on_a_device(BOOTS, play)


def test_every_boot_has_an_id_of_its_own_and_the_same_again_for_the_same_seed() -> None:
    boots_seen: list[list[int]] = []

    async def play(sim: SimDevice) -> None:
        ids = []
        for _ in range(3):
            sim.start()
            ids.append(Host(sim).welcome()[3])
            sim.stop()
        boots_seen.append(ids)

    on_a_device(BOOTS, play, seed=5)
    on_a_device(BOOTS, play, seed=5)
    assert len(set(boots_seen[0])) == 3
    assert boots_seen[0] == boots_seen[1]


def test_every_kind_of_channel_is_felt() -> None:
    names = [c.name for c in CHAIR.channels]
    driven = {"seat_percussion": 120, "back_roller": 60, "calf_vibration.rate": 80, "back_roller.position": 220}

    async def play(sim: SimDevice) -> None:
        board = sim.board
        board.master(1)
        for name, half_units in driven.items():
            board.drive(names.index(name), half_units)
        board.drive(names.index("seat_heat"), 100)
        await asyncio.sleep(600.0)
        felt = dict(zip(names, sim.felt(), strict=True))
        assert {name: felt[name] for name in driven} == pytest.approx({n: v / 2 for n, v in driven.items()})
        assert felt["seat_heat"] > 37.0

    on_a_device(CHAIR, play)


def traced(device: Device, seed: int) -> tuple[str, str]:
    """The trace of a hold, from arm to quiet, and the hash that it gives itself."""
    file = io.StringIO()
    hashes = []

    async def play(sim: SimDevice) -> None:
        trace = Trace(sim, file)
        await asyncio.sleep(0.1)
        host = Host(sim)
        host.hold(channel=0, half_units=70)
        await host.keep_alive(1.0)
        while not trace.is_over:
            await host.keep_alive(0.25)
        hashes.append(trace.sha256)

    on_a_device(device, play, seed)
    return file.getvalue(), hashes[0]


def test_a_trace_has_a_row_a_channel_ten_times_a_second_and_at_every_change() -> None:
    text, _ = traced(BOOTS, seed=1)
    header, *lines = text.splitlines()
    rows = [line.split(",") for line in lines]
    assert header + "\n" == HEADER
    samples = [rows[n : n + 12] for n in range(0, len(rows), 12)]
    assert all([row[2] for row in sample] == [c.name for c in BOOTS.channels] for sample in samples)
    times = [int(sample[0][0]) for sample in samples]
    assert set(range(0, times[-1] + 1, 100)) <= set(times)
    states = [sample[0][7] for sample in samples]
    assert [state for state, _ in groupby(states)] == [
        "idle",
        "armed",
        "refill",
        "running",
        "idle",
    ]
    assert rows[0] == ["0", "0", "left_foot", "0.0", rows[0][4], "0.0", "mmHg", "idle"]


def test_a_trace_goes_on_until_every_chamber_is_below_5_mmhg() -> None:
    text, _ = traced(BOOTS, seed=1)
    last = [line.split(",") for line in text.splitlines()[-12:]]
    assert all(float(row[5]) < 5.0 for row in last)
    assert max(float(line.split(",")[5]) for line in text.splitlines()[1:]) > 30.0


def test_a_trace_that_cannot_be_written_ends_and_the_device_goes_on() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            if self.tell() > 10_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(text)

    async def play(sim: SimDevice) -> None:
        file = Full()
        trace = Trace(sim, file)
        await asyncio.sleep(0.1)
        host = Host(sim)
        host.hold(channel=0, half_units=70)
        peak_mmhg = 0.0
        for _ in range(24):
            await host.keep_alive(0.25)
            peak_mmhg = max(peak_mmhg, *sim.felt())
        assert peak_mmhg > 20.0
        assert trace.error is not None
        assert trace.error.errno == errno.ENOSPC
        assert sha256(file.getvalue().encode()).hexdigest() == trace.sha256

    on_a_device(BOOTS, play)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones() -> None:
    text, digest = traced(BOOTS, seed=1)
    assert sha256(text.encode()).hexdigest() == digest
    assert traced(BOOTS, seed=1) == (text, digest)
    assert traced(BOOTS, seed=2)[0] != text

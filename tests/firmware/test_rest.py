"""Rest saves time and changes nothing: what rests does what it would have done if it had been asked at every tick."""

from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from legato.firmware.air import AirSystem
from legato.firmware.board import Io
from legato.firmware.config import INTENSITY, PRESSURE, RATE, Air, ChannelConfig, Config
from legato.firmware.drive import Drive
from legato.firmware.ramp import Ramp
from legato.firmware.session_clock import FULL_GAIN

TICK_MS = 10

Aim = tuple[int, int]
"""(target in tenths, ramp in ms)."""

aims = st.tuples(st.sampled_from([0, 15, 25, 60, 300, 600]), st.sampled_from([0, 50, 400]))
levels = st.sampled_from([0, FULL_GAIN // 25, FULL_GAIN // 2, FULL_GAIN])
pressures = st.integers(-60, 60)


@dataclass
class Told(Io):
    """A board that only notes what it is told."""

    calls: list[tuple[str, int, int, int]] = field(default_factory=list)

    def valves(self, fill: int, vent: int, dump: int) -> None:
        self.calls.append(("valves", fill, vent, dump))

    def pump(self, number: int, on: int) -> None:
        self.calls.append(("pump", number, on, 0))

    def drive(self, channel: int, value: int) -> None:
        self.calls.append(("drive", channel, value, 0))


class Bench:
    """One chamber's air and one channel of each kind of motor; `is_restless` asks everything at every tick."""

    def __init__(self, is_restless: bool) -> None:
        air = Air(pump=0, hold_ms=20_000, coil_ms=10, contact_ms=400, rise_mmhg_s=60, vent_ms=1700)
        channels = [
            ChannelConfig(PRESSURE, 220, air=air),
            ChannelConfig(INTENSITY, 200, max_on_ms=600_000),
            ChannelConfig(RATE, 100),
        ]
        config = Config(b"", bytes(8), bytes(8), (0, 0, 0), 16, 60_000, channels)
        self.told = Told()
        self.ramps = [Ramp() for _ in channels]
        self.air = AirSystem(config, self.ramps, self.told)
        self.drives = [Drive(n, channels[n], self.ramps[n], self.told) for n in (1, 2)]
        self._is_restless = is_restless

    def aim(self, now_ms: int, target: int, ramp_ms: int) -> None:
        for ramp in self.ramps:
            ramp.aim(now_ms, target, ramp_ms)

    def tick(self, now_ms: int, level: int, stray: int) -> None:
        """The pressure strays by so much from what is commanded."""
        chamber = self.air.chambers[0]
        chamber.pressure = max(0, chamber.command + stray)
        for ramp in self.ramps:
            ramp.at_rest = ramp.at_rest and not self._is_restless
        self.air.control(now_ms, level, True)
        for drive in self.drives:
            drive.control(now_ms, level, 1)

    @property
    def state(self) -> tuple[object, ...]:
        chamber = self.air.chambers[0]
        return (
            *(chamber.command, chamber.venting, chamber.hungry, chamber.releasing, chamber.sharing),
            *(chamber.deadline_ms, self.air.is_filled(), *(drive.command for drive in self.drives)),
            *self.told.calls,
        )


@given(st.lists(st.tuples(st.none() | aims, levels, st.lists(pressures, min_size=1, max_size=80)), max_size=12))
@example([((600, 0), FULL_GAIN // 25, [0] * 30), ((300, 0), FULL_GAIN // 25, [10] * 9)])
def test_whether_it_rests_or_not_everything_moves_the_same(steps: list[tuple[Aim | None, int, list[int]]]) -> None:
    resting, restless = Bench(is_restless=False), Bench(is_restless=True)
    now_ms = 0
    for aim, level, strays in steps:
        for bench in (resting, restless):
            if aim is not None:
                bench.aim(now_ms, *aim)
        for stray in strays:
            resting.tick(now_ms, level, stray)
            restless.tick(now_ms, level, stray)
            assert resting.state == restless.state
            now_ms += TICK_MS


def test_what_has_arrived_rests() -> None:
    bench = Bench(is_restless=False)
    bench.aim(0, 300, 100)
    for now_ms in range(0, 5000, TICK_MS):
        bench.tick(now_ms, FULL_GAIN, 0)
    assert [ramp.at_rest for ramp in bench.ramps] == [True, False, True]

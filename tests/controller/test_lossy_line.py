"""The host's link and the firmware itself on a line that loses, doubles, swaps and damages frames at will.

Whatever the line does, a set-point is executed at most once and in order, and what the host takes for confirmed is so.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from legato.controller.errors import NoAnswer
from legato.controller.link.device_messages import Reply
from legato.controller.link.endpoint import Endpoint, EndpointState, Received
from legato.controller.link.host_messages import Arm, EStop, Gain, Hello, Pause, Request, Run, SetPoints, Stop
from legato.controller.link.traffic import Traffic
from legato.firmware import wire
from legato.firmware.core import Core
from legato.profiles.schedule import SetPoint
from tests.firmware.conftest import BOOT_ID, Board, make_config

SESSION = 42
AHEAD_MS = 10_000
STEP_MS = 100

Row = tuple[int, int, int, int]
"""(when in ms, channel, target in half-units, ramp in ms)."""

which = st.integers(0, 20)
"""Which of the frames on their way, counted from the oldest and round."""


class Device:
    """The firmware on its bench, and notes of what it took, executed and said."""

    def __init__(self) -> None:
        self.board = Board()
        self.core = Core(make_config(hold_ms=600_000), self.board, BOOT_ID)
        self.taken: list[Row] = []
        self.executed: list[Row] = []
        self.said: set[tuple[int, int, int]] = set()
        queue, link = self.core._session.stream.queue, self.core._link
        self._note(queue, "put", lambda *row: self.taken.append(row))
        self._note(
            queue, "drop", lambda: self.executed.append((queue.when_ms, queue.channel, queue.target, queue.ramp_ms))
        )
        self._note(link, "send_reply", lambda kind, seq, code, *_: self.said.add((kind, seq, code)))

    @staticmethod
    def _note(owner: object, name: str, note: Callable[..., Any]) -> None:
        """Has `note` called before the method `name` of `owner`."""
        method = getattr(owner, name)

        def noted(*args: Any) -> Any:
            note(*args)
            return method(*args)

        setattr(owner, name, noted)


class LossyLine(RuleBasedStateMachine):
    """The line holds whole frames in both directions; what becomes of each is up to hypothesis."""

    def __init__(self) -> None:
        super().__init__()
        self.device = Device()
        self.link = Endpoint(Traffic())
        self.now_ms = 1_000
        self.to_device: list[bytes] = []
        self.to_host: list[bytes] = []
        self.fed: list[Row] = []
        self.frames_fed = 0
        self.end_ms = 0
        self.epoch = 0
        self.asked: dict[int, Request] = {}
        self.is_over = False

    @property
    def now_s(self) -> float:
        return self.now_ms / 1000

    @initialize()
    def greet_and_arm(self) -> None:
        """The session opens while the line is still well."""
        self.ask(Hello())
        self.settle_down(1)
        self.link.open_session(SESSION)
        self.ask(Arm(BOOT_ID, self.link.nonce))
        self.settle_down(1)
        assert self.link.state is EndpointState.ARMED

    # What the host does.

    @precondition(lambda self: not self.is_over and self.link.may_feed and self.link.room >= 2)
    @rule(heights=st.lists(st.integers(0, 160), min_size=1, max_size=2))
    def feed(self, heights: list[int]) -> None:
        """The next tenth of a second of the schedule, if it is near enough."""
        if self.end_ms + STEP_MS > AHEAD_MS + self.device.core.session_ms(self.now_ms):
            return
        rows = [(self.end_ms + 50 * n, n, target, 50) for n, target in enumerate(heights)]
        points = tuple(SetPoint(when, channel, target / 2, ramp) for when, channel, target, ramp in rows)
        self.link.feed(SetPoints(self.end_ms, self.end_ms + STEP_MS, points), self.now_s)
        self.fed += rows
        self.frames_fed += 1
        self.end_ms += STEP_MS

    @precondition(lambda self: not self.is_over)
    @rule(order=st.sampled_from([Run, Run, Pause, Gain]))
    def order(self, order: type[Run | Pause | Gain]) -> None:
        self.epoch += 1
        session_ms = self.device.core.session_ms(self.now_ms)
        wants: dict[type, Request] = {
            Run: Run(self.epoch, session_ms),
            Pause: Pause(self.epoch),
            Gain: Gain(self.epoch, 50),
        }
        self.ask(wants[order])

    @precondition(lambda self: not self.is_over)
    @rule(order=st.sampled_from([Stop(200), EStop()]))
    def end(self, order: Stop | EStop) -> None:
        self.ask(order)

    @precondition(lambda self: not self.is_over)
    @rule(ticks=st.integers(1, 40))
    def let_time_pass(self, ticks: int) -> None:
        """The device ticks; the host says that it lives, and again what nobody has answered."""
        for _ in range(ticks):
            self.now_ms += 10
            self.device.core.tick(self.now_ms)
        if self.link.state is EndpointState.ARMED:
            self.link.heartbeat(self.now_s)
        self.speak()

    # What the line does.

    @precondition(lambda self: self.to_device)
    @rule(n=which)
    def reach_device(self, n: int) -> None:
        self.device.core.receive(self.to_device.pop(n % len(self.to_device)), self.now_ms)

    @precondition(lambda self: self.to_host)
    @rule(n=which)
    def reach_host(self, n: int) -> None:
        self.hear(self.to_host.pop(n % len(self.to_host)))

    @rule(count=st.integers(1, 8))
    def work_well(self, count: int) -> None:
        """So many frames arrive each way, in order."""
        for _ in range(min(count, len(self.to_device))):
            self.reach_device(0)
        self.speak()
        for _ in range(min(count, len(self.to_host))):
            self.reach_host(0)

    @precondition(lambda self: self.to_device or self.to_host)
    @rule(n=which, bit=st.none() | st.integers(0, 500), is_doubled=st.booleans())
    def harm(self, n: int, bit: int | None, is_doubled: bool) -> None:
        """A frame goes twice, or has a bit turned over, or is lost."""
        line = self.to_device if (n % 2 and self.to_device) or not self.to_host else self.to_host
        frame = line.pop(n % len(line))
        if is_doubled:
            line += [frame, frame]
        elif bit is not None:
            broken = bytearray(frame)
            broken[bit // 8 % len(broken)] ^= 1 << bit % 8
            line.append(bytes(broken))

    # What must hold.

    @invariant()
    def each_set_point_is_executed_at_most_once_and_in_order(self) -> None:
        assert self.device.taken == self.fed[: len(self.device.taken)]
        assert self.device.executed == self.fed[: len(self.device.executed)]

    @invariant()
    def what_the_host_takes_for_confirmed_has_been_taken(self) -> None:
        confirmed = self.frames_fed - len(self.link._window._frames)
        assert confirmed <= len({when // STEP_MS for when, *_ in self.device.taken})

    @invariant()
    def nothing_moves_before_it_was_told_to_run(self) -> None:
        has_run = any((kind, code) == (wire.RUN, wire.OK) for kind, _, code in self.device.said)
        assert has_run or not (self.device.board.fill or self.device.board.pumps)

    def teardown(self) -> None:
        """Once the line is well again, everything arrives, if both ends are still there."""
        if self.is_over:
            return
        self.settle_down(30)
        if not self.is_over and self.device.core.state in (wire.ARMED, wire.PAUSED, wire.RUNNING):
            assert self.link.all_confirmed
            assert self.device.taken == self.fed

    # How it is done.

    def ask(self, request: Request) -> None:
        self.asked[self.link.request(request, self.now_s)] = request

    def settle_down(self, rounds: int) -> None:
        """So many tenths of a second on a line that is well."""
        for _ in range(rounds):
            if not self.is_over:
                self.let_time_pass(10)
            while self.to_device or self.to_host:
                self.work_well(8)

    def speak(self) -> None:
        """Both ends say what they have to say; a host that has waited too long is done with it."""
        try:
            self.to_device += framed(b"" if self.is_over else self.link.output(self.now_s))
        except NoAnswer:
            self.is_over = True
        self.to_host += framed(self.device.core.take_output())

    def hear(self, data: bytes) -> None:
        for received in self.link.receive(data, self.now_s):
            for number in received.settles:
                self.check_settled(received, number, self.asked[number])

    def check_settled(self, received: Received, number: int, request: Request) -> None:
        """The device has said so itself, or stands as it must once it was stopped."""
        if isinstance(received.message, Reply):
            assert (request.kind, number, received.message.code) in self.device.said
        elif request.kind == wire.STOP:
            assert self.device.core.state in (wire.STOPPING, wire.IDLE, wire.FAULTED)
        elif request.kind == wire.ESTOP:
            assert self.device.core.state == wire.FAULTED


def framed(data: bytes) -> list[bytes]:
    """The frames in `data`, each with the zero that ends it."""
    return [part + b"\0" for part in data.split(b"\0")[:-1]]


TestLossyLine = LossyLine.TestCase
TestLossyLine.settings = settings(max_examples=60, stateful_step_count=60)

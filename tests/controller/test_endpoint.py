"""The link in a pair with a scripted device, joined by pipes that are perfect, slow, chopped up or lossy."""

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legato.controller.errors import Misuse, NoAnswer, ProtocolError
from legato.controller.link.device_messages import Reply, Status
from legato.controller.link.endpoint import Endpoint, EndpointState
from legato.controller.link.host_messages import Arm, EStop, Hello, Pause, Run, SetPoints, Stop
from legato.controller.link.traffic import Traffic
from legato.firmware import wire
from legato.profiles.schedule import SetPoint

Garble = Callable[[bytes], list[bytes]]


def perfect(data: bytes) -> list[bytes]:
    return [data]


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


def lossy(seed: int, share: float) -> Garble:
    rng = random.Random(seed)

    def garble(data: bytes) -> list[bytes]:
        return [bytes(b ^ 0x55 if rng.random() < share else b for b in data)]

    return garble


@dataclass
class ScriptedDevice:
    """Answers as the protocol says, and keeps every set-point it has accepted."""

    state: int = wire.IDLE
    session: int = 0
    expected: int = 0
    rows: list[tuple[int, int, int, int]] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    decoder: wire.Decoder = field(default_factory=wire.Decoder)
    status_seq: int = 0
    is_deaf: bool = False

    def receive(self, data: bytes) -> bytes:
        return b"".join(self.answer(*frame) for frame in self.decoder.feed(data) if not self.is_deaf)

    def answer(self, kind: int, seq: int, session: int, payload: bytes) -> bytes:
        self.heard.append(kind)
        code = wire.OK
        if kind == wire.HELLO:
            return self._frame(wire.WELCOME, seq, self._welcome())
        if kind == wire.ARM:
            self.session, self.state = session, wire.ARMED
        elif kind == wire.SETPOINTS:
            code = self._take(seq, payload)
        elif kind == wire.ESTOP:
            self.state = wire.FAULTED
        return self._frame(wire.REPLY, seq, struct.pack(wire.REPLY_FORMAT, kind, seq, code, self.expected, 200, 1_000))

    def status(self) -> bytes:
        head = (1_000, 0, self.state, 0, 0, 100, 0, 0, 7, self.expected, 200, 0, 0, 0)
        self.status_seq += 1
        return self._frame(wire.STATUS, self.status_seq & 0xFF, struct.pack(wire.STATUS_HEAD, *head))

    def _take(self, seq: int, payload: bytes) -> int:
        ahead = (seq - self.expected) & 0xFF
        if ahead:
            return wire.OK if ahead >= 0x80 else wire.OUT_OF_ORDER
        base = struct.unpack_from(wire.SETPOINTS_HEAD, payload)[0]
        rows = wire.take_rows(payload, 4, base)
        assert rows is not None
        self.rows += rows
        self.expected = (self.expected + 1) & 0xFF
        return wire.OK

    def _frame(self, kind: int, seq: int, payload: bytes) -> bytes:
        return wire.encode(kind, seq, self.session, payload)

    @staticmethod
    def _welcome() -> bytes:
        return struct.pack(wire.WELCOME_FORMAT, 1, 10, 200, 99, 7, 0, 0, wire.IDLE, 1, 0, 0, b"hash....", b"device..")


@dataclass
class Pair:
    """A link and a scripted device, 5 ms apart."""

    garble: Garble = perfect
    link: Endpoint = field(default_factory=lambda: Endpoint(Traffic()))
    device: ScriptedDevice = field(default_factory=ScriptedDevice)
    now_s: float = 0.0
    settled: list[int] = field(default_factory=list)

    def step(self, *, status: bool = False) -> None:
        """Both directions once, and 5 ms pass."""
        answer = self.device.status() if status else b""
        for part in self.garble(self.link.output(self.now_s)):
            answer += self.device.receive(part)
        self.now_s += 0.005
        for part in self.garble(answer):
            received = self.link.receive(part, self.now_s)
            self.settled += [number for r in received for number in r.settles]

    def until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(4_000):
            if is_so():
                return
            self.step()
        raise AssertionError("never came about")

    def arm(self) -> None:
        self.link.request(Hello(), self.now_s)
        self.until(lambda: self.link.state is EndpointState.GREETED)
        self.link.open_session(42)
        self.link.request(Arm(99, 7), self.now_s)
        self.until(lambda: self.link.state is EndpointState.ARMED)


def frame_of(number: int) -> SetPoints:
    return SetPoints(number * 10, number * 10 + 10, (SetPoint(number * 10, 0, number % 100 / 2, 10),))


def feed_all(pair: Pair, count: int) -> None:
    """Feeds `count` frames of a row each, as fast as the window allows."""
    fed = 0
    while fed < count or not pair.link.all_confirmed:
        while fed < count and pair.link.may_feed:
            pair.link.feed(frame_of(fed), pair.now_s)
            fed += 1
        pair.step()


@pytest.mark.parametrize("garble", [perfect, byte_by_byte, lossy(1, 0.01), lossy(2, 0.02)])
def test_every_set_point_arrives_once_and_in_order(garble: Garble) -> None:
    pair = Pair(garble)
    pair.arm()
    feed_all(pair, 300)
    assert [when for when, *_ in pair.device.rows] == list(range(300))


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(2, 20)), max_size=40))
def test_any_pattern_of_loss_delivers_all_set_points_once_in_order(runs: list[tuple[int, int]]) -> None:
    lost = [is_lost for bad, good in runs for is_lost in [True] * bad + [False] * good]
    pattern = iter([*lost, *([False] * 100_000)])
    pair = Pair()
    pair.arm()
    pair.garble = lambda data: [] if data and next(pattern) else [data]
    feed_all(pair, 60)
    assert [when for when, *_ in pair.device.rows] == list(range(60))


def test_on_a_perfect_line_nothing_goes_twice() -> None:
    pair = Pair()
    pair.arm()
    feed_all(pair, 100)
    assert pair.link.traffic.resent == 0
    assert pair.link.traffic.setpoints == 100
    assert pair.device.heard.count(wire.SETPOINTS) == 100


def test_an_urgent_request_overtakes_everything_queued() -> None:
    pair = Pair()
    pair.arm()
    for number in range(3):
        pair.link.feed(frame_of(number), pair.now_s)
    pair.link.request(Run(1, 0), pair.now_s)
    pair.link.request(Pause(2), pair.now_s)
    pair.link.request(EStop(), pair.now_s)
    pair.device.heard.clear()
    pair.step()
    assert pair.device.heard == [wire.ESTOP, wire.PAUSE, wire.RUN, *[wire.SETPOINTS] * 3]


@pytest.mark.parametrize(
    ("message", "unconfirmed", "confirmed"),
    [(Stop(1), wire.RUNNING, wire.STOPPING), (Stop(1), wire.PAUSED, wire.IDLE), (EStop(), wire.RUNNING, wire.FAULTED)],
)
def test_a_stop_goes_again_until_the_devices_own_status_confirms_it(
    message: Stop | EStop, unconfirmed: int, confirmed: int
) -> None:
    pair = Pair()
    pair.arm()
    number = pair.link.request(message, pair.now_s)
    for _ in range(100):
        pair.device.state = unconfirmed
        pair.step(status=True)
    assert number not in pair.settled
    assert pair.device.heard.count(message.kind) >= 4
    pair.device.state = confirmed
    pair.step(status=True)
    assert number in pair.settled
    before = len(pair.device.heard)
    for _ in range(100):
        pair.step()
    assert len(pair.device.heard) == before


def test_emergency_stops_that_were_asked_for_twice_are_confirmed_as_one() -> None:
    """One that went again after the device was cleared would stop it anew."""
    pair = Pair()
    pair.arm()
    numbers = [pair.link.request(EStop(), pair.now_s) for _ in range(2)]
    pair.step()
    pair.step(status=True)
    assert [number for number in pair.settled if number in numbers] == numbers
    assert pair.link.next_due_s is None


@pytest.mark.parametrize(
    ("message", "state"),
    [(Stop(1), wire.IDLE), (Stop(1), wire.STOPPING), (Stop(1), wire.FAULTED), (EStop(), wire.FAULTED)],
)
def test_what_a_device_has_told_before_it_took_a_stop_confirms_nothing(message: Stop | EStop, state: int) -> None:
    pair = Pair()
    pair.arm()
    pair.device.state, pair.device.is_deaf = state, True
    number = pair.link.request(message, pair.now_s)
    for _ in range(20):
        pair.step(status=True)
    assert (number in pair.settled, pair.link.owes_stop) == (False, True)
    pair.device.is_deaf = False
    pair.until(lambda: pair.device.heard[-1] == message.kind)
    pair.step(status=True)
    assert (number in pair.settled, pair.link.owes_stop) == (True, False)


def test_a_soft_stop_does_not_outlive_its_session() -> None:
    """Its device would refuse it for ever, and the line would count as dead."""
    pair = Pair()
    pair.arm()
    pair.device.is_deaf = True
    pair.link.request(Stop(1), pair.now_s)
    pair.step()
    pair.link.open_session(43)
    assert not pair.link.owes_stop
    assert pair.link.next_due_s is None


def test_an_emergency_stop_is_said_even_to_a_stranger() -> None:
    link = Endpoint(Traffic())
    link.request(EStop(), 0.0)
    assert [frame[0] for frame in wire.Decoder().feed(link.output(0.0))] == [wire.ESTOP]


@pytest.mark.parametrize("message", [EStop(), Stop(1), Pause(2)])
def test_what_is_urgent_is_not_swallowed_by_a_frame_that_was_cut_off_before_it(message: EStop | Stop | Pause) -> None:
    pair = Pair()
    pair.arm()
    pair.link.request(message, pair.now_s)
    cut_off = wire.encode(wire.HEARTBEAT, 1, 42, b"")[:5]
    assert [frame[0] for frame in wire.Decoder().feed(cut_off + pair.link.output(pair.now_s))] == [message.kind]


def test_into_silence_goes_only_what_is_urgent() -> None:
    pair = Pair()
    pair.arm()
    pair.link.feed(frame_of(0), pair.now_s)
    pair.link.request(Run(1, 0), pair.now_s)
    pair.link.request(EStop(), pair.now_s)
    kinds = [frame[0] for frame in wire.Decoder().feed(pair.link.output(pair.now_s, urgent_only=True))]
    assert kinds == [wire.ESTOP]


def test_a_status_of_other_channels_than_announced_breaks_the_rules() -> None:
    pair = Pair()
    pair.arm()
    with pytest.raises(ProtocolError, match="1 channels, from a device with 0"):
        pair.link.receive(wire.encode(wire.STATUS, 1, 42, bytes(struct.calcsize(wire.STATUS_HEAD) + 3)), 1.0)


def test_what_makes_no_sense_yet_is_the_callers_misuse() -> None:
    pair = Pair()
    with pytest.raises(Misuse, match="strangers"):
        pair.link.request(Run(1, 0), 0.0)
    pair.link.request(Hello(), 0.0)
    pair.until(lambda: pair.link.state is EndpointState.GREETED)
    with pytest.raises(Misuse, match="greeted"):
        pair.link.feed(frame_of(0), pair.now_s)


def test_a_full_window_takes_no_more() -> None:
    pair = Pair()
    pair.arm()
    number = 0
    while pair.link.may_feed:
        pair.link.feed(frame_of(number), pair.now_s)
        number += 1
    with pytest.raises(Misuse, match="window is full"):
        pair.link.feed(frame_of(number), pair.now_s)
    assert pair.link.room == pair.link.free_slots - number


def test_a_sound_frame_that_breaks_the_rules_is_told_with_rule_state_and_bytes() -> None:
    pair = Pair()
    pair.arm()
    with pytest.raises(ProtocolError, match=r"in state armed, frame 04 83 01 2a ") as caught:
        pair.link.receive(wire.encode(wire.REPLY, 1, 42, b"short"), 1.0)
    assert "0x83" in caught.value.rule


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_junk_is_counted_and_nothing_else(pieces: list[bytes]) -> None:
    link = Endpoint(Traffic())
    for piece in pieces:
        assert link.receive(piece, 0.0) == []
    assert link.state is EndpointState.STRANGERS


def test_a_deaf_device_is_given_up_after_a_while() -> None:
    pair = Pair()
    pair.arm()
    pair.device.is_deaf = True
    pair.link.feed(frame_of(0), pair.now_s)
    with pytest.raises(NoAnswer, match="no set-point confirmed"):
        pair.until(lambda: False)


def test_lost_statuses_are_counted_by_their_gaps() -> None:
    pair = Pair()
    pair.arm()
    pair.step(status=True)
    pair.device.status_seq += 3
    pair.step(status=True)
    assert pair.link.lost == 3


def test_a_status_acknowledges_set_points_whose_reply_was_lost() -> None:
    pair = Pair()
    pair.arm()
    pair.link.feed(frame_of(0), pair.now_s)
    pair.device.receive(pair.link.output(pair.now_s))
    received = pair.link.receive(pair.device.status(), pair.now_s)
    assert isinstance(received[0].message, Status)
    assert pair.link.all_confirmed


def test_words_of_another_session_acknowledge_nothing() -> None:
    pair = Pair()
    pair.arm()
    pair.link.feed(frame_of(0), pair.now_s)
    pair.link.output(pair.now_s)
    stale = struct.pack(wire.REPLY_FORMAT, wire.SETPOINTS, 0, wire.OK, 1, 200, 1_000)
    received = pair.link.receive(wire.encode(wire.REPLY, 0, 41, stale), pair.now_s)
    assert isinstance(received[0].message, Reply)
    assert not pair.link.all_confirmed


def test_what_was_said_before_the_arm_is_not_taken_for_a_restart() -> None:
    pair = Pair()
    pair.link.request(Hello(), pair.now_s)
    pair.until(lambda: pair.link.state is EndpointState.GREETED)
    before = pair.device.status()
    pair.link.open_session(42)
    pair.link.request(Arm(99, 7), pair.now_s)
    armed = pair.device.receive(pair.link.output(pair.now_s))
    received = pair.link.receive(before + armed, pair.now_s)
    assert [r.is_foreign for r in received] == [False, False]
    pair.device.session = 0
    assert pair.link.receive(pair.device.status(), pair.now_s)[0].is_foreign


def test_a_fault_is_acknowledged_each_time_it_is_told() -> None:
    pair = Pair()
    pair.arm()
    payload = struct.pack(wire.FAULT_FORMAT, 3, wire.FAULT_SENSOR, 0, 0, 0, 1_000, 0)
    for _ in range(2):
        pair.link.receive(wire.encode(wire.FAULT, 3, 42, payload), pair.now_s)
    pair.step()
    assert pair.device.heard[-2:] == [wire.FAULT_SEEN] * 2


def test_answers_are_samples_of_the_clock_unless_the_question_went_twice() -> None:
    pair = Pair()
    pair.arm()
    pair.link.heartbeat(pair.now_s)
    pair.step()
    assert pair.link.clock.error_ms == pytest.approx(2.5)
    assert pair.link.retry.round_trip_s == pytest.approx(0.005)

"""What came of the crests: counted where they were played, and said where they stayed below 80 %."""

import random
from dataclasses import replace as with_changes

import pytest

from legato.controller.link.device_messages import Status
from legato.controller.pair.joint_events import outcome as joint_outcome
from legato.controller.session.delivery import Delivery
from legato.controller.session.events import Ended, Outcome, Shortfall, WeakZone
from legato.controller.session.narration import sentence, shortfall
from legato.firmware import wire
from legato.profiles import load
from legato.profiles.pairing import pair
from legato.profiles.schedule import Schedule, SetPoint
from tests.host import SINGLE

LIFE = Status(
    measured=(), commanded=(), device_ms=0, session_ms=0, state=wire.RUNNING, ended=0, epoch=0, gain=100,
    fault_number=0, fault_code=0, nonce=0, expected=0, free=0, slack_ticks=0, bad_frames=0, late_max_ms=0,
)  # fmt: skip
CRESTS_MS = (0, 10_000, 20_000)


@pytest.fixture
def three() -> Schedule:
    """Three crests of 40 mmHg, 3 s each."""
    points = [SetPoint(t + s, 0, v, 1000) for t in CRESTS_MS for s, v in ((0, 40.0), (4000, 6.0))]
    return Schedule("three", SINGLE, tuple(points), 30_000)


def told(schedule: Schedule, *shares: float | None, gain: float = 1.0, leaving_out: range = range(0)) -> Delivery:
    """What is made of a run in which crest i came to `shares[i]` of what was commanded; None: no reading."""
    delivery = Delivery(schedule)
    for ms in range(0, schedule.duration_ms, 100):
        commanded, share = gain * schedule.targets_at(ms)[0], shares[ms // 10_000]
        measured = None if share is None else commanded * share
        if ms not in leaving_out:
            delivery.take(with_changes(LIFE, session_ms=ms, commanded=(commanded,), measured=(measured,)))
    return delivery


def test_crests_that_were_there_are_nothing_to_tell(three: Schedule) -> None:
    assert told(three, 1.0, 0.85, 0.81).shortfall is None


def test_of_those_that_stayed_below_it_is_told_where_how_many_and_how_low(three: Schedule) -> None:
    assert told(three, 0.79, 1.0, 0.5).shortfall == Shortfall(2, 3, (WeakZone("calf", 2, 3, 50),))


def test_a_crest_that_was_skipped_does_not_count(three: Schedule) -> None:
    assert told(three, 0.3, 0.3, 0.3, leaving_out=range(9_000, 16_000)).shortfall == Shortfall(
        2, 2, (WeakZone("calf", 2, 2, 30),)
    )


def test_nor_one_that_was_left_in_the_middle(three: Schedule) -> None:
    assert told(three, 1.0, 0.3, 1.0, leaving_out=range(11_500, 19_000)).shortfall is None


def test_less_intensity_is_less_that_was_asked_for(three: Schedule) -> None:
    assert told(three, 0.9, 0.9, 0.9, gain=0.5).shortfall is None
    assert told(three, 0.7, 0.9, 0.9, gain=0.5).shortfall == Shortfall(1, 3, (WeakZone("calf", 1, 3, 70),))


def test_where_hardly_anything_was_asked_for_nothing_could_stay_away(three: Schedule) -> None:
    assert told(three, 0.1, 0.1, 0.1, gain=0.2).shortfall is None


def test_a_sensor_without_a_reading_judges_nobody(three: Schedule) -> None:
    assert told(three, None, None, None).shortfall is None


@pytest.mark.parametrize("state", [wire.PAUSED, wire.REFILL, wire.STOPPING])
def test_what_a_device_reads_while_nothing_plays_is_no_delivery(three: Schedule, state: int) -> None:
    delivery = Delivery(three)
    for ms in range(0, 9_000, 100):
        delivery.take(with_changes(LIFE, session_ms=ms, state=state, commanded=(40.0,), measured=(0.0,)))
    assert delivery.shortfall is None


def test_air_that_comes_half_a_second_late_has_come(three: Schedule) -> None:
    delivery, rng = Delivery(three), random.Random(1)
    for ms in range(0, three.duration_ms, 100):
        late = three.targets_at(max(0, ms - 400))[0] + rng.uniform(-1.0, 1.0)
        delivery.take(with_changes(LIFE, session_ms=ms, commanded=three.targets_at(ms), measured=(late,)))
    assert delivery.shortfall is None


def test_in_words_the_lowest_come_first_and_many_are_counted() -> None:
    zones = tuple(WeakZone(f"zone_{i}", 1, 9, 70 - i) for i in range(6))
    text = shortfall(Shortfall(6, 54, zones))
    assert text.startswith("6 of 54 crests stayed below 80 % of their target (zone_5 1 of 9, lowest 65 %; zone_4 ")
    assert "; 2 more)" in text
    assert sentence(Ended(Outcome("completed", shortfall=Shortfall(6, 54, zones)))) == f"completed; {text}"


def test_of_two_devices_the_zones_have_the_names_that_they_have_in_both() -> None:
    pairing = pair(load.device("boot-6-left"), load.device("boot-6-right"))
    right = Outcome("completed", shortfall=Shortfall(1, 9, (WeakZone("right_calf", 1, 9, 60),)))
    both = joint_outcome([Outcome("completed"), right], pairing)
    assert both == Outcome("completed", shortfall=Shortfall(1, 9, (WeakZone("right_calf", 1, 9, 60),)))

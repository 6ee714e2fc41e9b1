"""What a command means, and every way in which one is not carried out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legato.service.mqtt.commands import MAX_BYTES, Command, CommandReader, Discarded, number
from legato.service.mqtt.message import Incoming
from legato.service.mqtt.topics import Address, Topics
from tests.service.mqtt.stand_in import NOON, TOPICS

BOOTS = "legato/test/boots/set"


def judged(topic: str, payload: bytes | str = b"", judge: CommandReader | None = None, **more: object) -> Command:
    address = TOPICS.address(topic)
    assert address is not None
    data = payload.encode() if isinstance(payload, str) else payload
    message = Incoming(topic, data, **more)  # type: ignore[arg-type]
    return (judge or CommandReader()).judged(address, message, NOON)


def test_plain_text_is_the_value_and_json_may_say_more() -> None:
    assert judged(f"{BOOTS}/intensity", "80").value == "80"
    assert judged(f"{BOOTS}/start").value is None
    told = judged(f"{BOOTS}/start", '{"value": "goddard", "person": "anna", "id": "7", "at": "2026-11-21T12:00:05Z"}')
    assert told == Command("boots", "start", "goddard", {"person": "anna"}, "7")
    assert judged(f"{BOOTS}/zone_cap/calf", "40") == Command("boots", "zone_cap/calf", "40")
    assert judged("legato/test/all/set/stop").device is None


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"\xff\xfe\x00", "is not text"),
        (b"go\x1b[2J", "unprintable"),
        (b"x" * (MAX_BYTES + 1), "4097 bytes"),
        (b'{"value": ', "neither plain text nor JSON"),
        (b'{"a":' * 700, "neither plain text nor JSON"),
        (b'{"value": [1]}', "neither text nor a number"),
        (b'{"at": "yesterday"}', "not a time"),
        (b'{"at": 12}', "not a time"),
        (b'{"id": 7}', "1 to 64 printable"),
        (b'{"at": "2026-11-21T11:59:49Z"}', "11 s old"),
        (b'{"at": "2026-11-21T13:00:00+00:00"}', "from 3600 s in the future"),
    ],
)
def test_what_is_malformed_too_large_or_too_old_is_discarded(payload: bytes, why: str) -> None:
    with pytest.raises(Discarded, match=why):
        judged(f"{BOOTS}/start", payload)


def test_what_the_broker_has_kept_or_let_expire_is_discarded() -> None:
    with pytest.raises(Discarded, match="retained by the broker; publish commands without retain"):
        judged(f"{BOOTS}/start", "goddard", is_retained=True)
    with pytest.raises(Discarded, match="expired"):
        judged(f"{BOOTS}/start", "goddard", expires_s=0)
    assert judged(f"{BOOTS}/start", "goddard", expires_s=5).value == "goddard"


def test_a_duplicate_is_known_by_its_id_or_its_time_and_two_plain_wishes_are_two() -> None:
    judge = CommandReader()
    for payload in ('{"id": "a"}', '{"at": "2026-11-21T12:00:00Z"}'):
        judged(f"{BOOTS}/skip", payload, judge)
        with pytest.raises(Discarded, match="duplicate"):
            judged(f"{BOOTS}/skip", payload, judge)
        judged(f"{BOOTS}/pause", payload, judge)
    judged(f"{BOOTS}/skip", "", judge)
    judged(f"{BOOTS}/skip", "", judge)


@given(payload=st.binary(max_size=6000), name=st.sampled_from(["stop", "emergency_stop"]), expires=st.integers(0, 9))
def test_a_stop_is_a_stop_whatever_it_says_and_however_late(payload: bytes, name: str, expires: int) -> None:
    assert judged(f"{BOOTS}/{name}", payload, expires_s=expires) == Command("boots", name)
    assert judged(f"legato/test/all/set/{name}", payload) == Command(None, name)


def test_only_a_stop_that_the_broker_has_kept_is_none_and_all_can_only_be_stopped() -> None:
    with pytest.raises(Discarded, match="retained"):
        judged(f"{BOOTS}/stop", is_retained=True)
    with pytest.raises(Discarded, match="only stops can address all devices"):
        judged("legato/test/all/set/start", "goddard")


@given(payload=st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "at", "id", "x"]), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_comes_is_a_command_or_discarded(payload: bytes) -> None:
    try:
        command = judged(f"{BOOTS}/intensity", payload)
        number(command.value, 0, 100)
    except Discarded:
        return
    assert 0 <= number(command.value, 0, 100) <= 100


@pytest.mark.parametrize("value", [None, "", "1.5", "-1", "101", "nan", "1e99", "inf", True, float("nan"), "eighty"])
def test_a_number_that_is_none_is_discarded(value: object) -> None:
    with pytest.raises(Discarded, match="whole number from 0 to 100"):
        number(value, 0, 100)


def test_numbers_come_as_home_assistant_and_as_people_write_them() -> None:
    assert [number(value, 0, 100) for value in ("7", "7.0", 7, 7.0, " 100 ")] == [7, 7, 7, 7, 100]


@given(st.text(max_size=60))
def test_only_our_own_command_topics_are_addresses(text: str) -> None:
    assert Topics("a/b", "c").address(text) is None
    for topic in (f"{TOPICS.root}/{text}", f"{TOPICS.root}/boots/{text}", f"{BOOTS}/{text}/x/y", text):
        assert TOPICS.address(topic) is None or topic.startswith(f"{BOOTS}/")


def test_topics_can_be_moved_and_say_nothing_of_the_device_s_port() -> None:
    topics = Topics("hotel/spa", "chair-7")
    assert topics.address("hotel/spa/chair-7/seat/set/zone_cap/calf") == Address("seat", "zone_cap/calf")
    assert topics.value("seat", "pressure", "sole_roller.position") == (
        "hotel/spa/chair-7/seat/pressure/sole_roller_position"
    )

"""What Home Assistant is told, held against what it takes: each quirk that was found in 2025.4 or 2026.11 is a test."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from legato.controller.session import narration
from legato.service.devices.state import DeviceState
from legato.service.mqtt.discovery import payload
from legato.service.mqtt.discovery.entity import of_device, of_service, slug
from legato.service.mqtt.discovery.session import EVENTS
from legato.service.mqtt.topics import Topics
from tests.service.homeassistant.accepted import complaints
from tests.service.homeassistant.states import HOUSE, ROUTINES, TOPICS, announcement, state

GOLDEN = Path(__file__).parent / "boots-6.json"


def components(of: DeviceState) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = announcement(of)["components"]
    return found


@pytest.mark.parametrize("device", [None, "boots-6", "boot-6-left", "boots-6-hip", "boots-6-knee", "chair-1", "wrap-3"])
def test_every_device_is_announced_in_what_both_versions_take(device: str | None) -> None:
    assert complaints(HOUSE.topic(TOPICS, "boots"), announcement(state(device=device))) == []


def test_the_service_itself_is_announced_and_every_device_stands_below_it() -> None:
    bridge = payload.of_bridge(TOPICS, HOUSE)
    assert complaints(HOUSE.topic(TOPICS, "bridge"), bridge) == []
    assert announcement(state())["device"]["via_device"] in bridge["device"]["identifiers"]


def test_the_announcement_of_boots_is_the_one_that_was_tried() -> None:
    assert announcement(state()) == json.loads(GOLDEN.read_text("utf-8"))


SABOTAGE: dict[str, Any] = {
    "an unknown key at device level": lambda p: p.update({"encoding_": "utf-8"}),
    "a base topic at device level": lambda p: p.update({"~": "legato/home/boots"}),
    "sub-devices": lambda p: p["device"].update({"child_devices": {}}),
    "an expiry at device level": lambda p: p.update({"message_expiry_interval": 10}),
    "a component without unique_id": lambda p: p["components"]["start"].pop("unique_id"),
    "a component without qos": lambda p: p["components"]["start"].pop("qos"),
    "an object_id": lambda p: p["components"]["start"].update({"object_id": "x"}),
    "a unit that is not of its class": lambda p: p["components"]["rtt_ms"].update({"unit_of_measurement": "%"}),
    "min above max": lambda p: p["components"]["intensity"].update({"min": 101}),
    "two of one id": lambda p: p["components"]["stop"].update({"unique_id": p["components"]["start"]["unique_id"]}),
    "no identifiers": lambda p: p["device"].update({"identifiers": []}),
    "no origin": lambda p: p["origin"].pop("name"),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_the_check_of_these_tests_notices(what: str) -> None:
    spoiled = announcement(state())
    SABOTAGE[what](spoiled)
    assert complaints(HOUSE.topic(TOPICS, "boots"), spoiled)


def test_ids_depend_on_configured_names_only() -> None:
    here, there = state(), state(port="socket://10.0.0.7:4000", is_simulated=True, number=99)
    assert components(here) == components(there)
    assert all(c["unique_id"] == f"legato_home_boots_{key}" for key, c in components(here).items())


def test_two_services_with_a_device_of_the_same_name_do_not_meet() -> None:
    other = payload.of(state(), Topics(instance="room-7"), HOUSE, ROUTINES)
    ids = [{c["unique_id"] for c in p["components"].values()} for p in (announcement(state()), other)]
    assert not ids[0] & ids[1]
    assert HOUSE.topic(Topics(instance="room-7"), "boots") != HOUSE.topic(TOPICS, "boots")


@pytest.mark.parametrize("which", ["boots", "left-boot", "wrap_2", "a__b"])
def test_old_and_new_versions_give_an_entity_the_same_id(which: str) -> None:
    """2026.4 and later take `default_entity_id`; before, it was made of the names of device and entity."""
    told = announcement(state(which))
    for one in told["components"].values():
        of_names = slug(told["device"]["name"], one["name"] or "")
        assert one["default_entity_id"] == f"{one['platform']}.{of_names}"
        assert re.fullmatch("[a-z0-9]+(_[a-z0-9]+)*", of_names)


def test_the_emergency_stop_can_always_be_pressed_and_is_left_out_of_nothing() -> None:
    stop = components(state(device=None))["emergency_stop"]
    assert (stop["availability"], stop["qos"]) == ([], 1)
    assert not {"entity_category", "enabled_by_default", "retain", "message_expiry_interval"} & set(stop)


def test_all_else_needs_the_service_and_the_link_but_what_is_known_without_the_link() -> None:
    told = announcement(state())
    assert [a["topic"] for a in told["availability"]] == [TOPICS.bridge_state, TOPICS.availability("boots")]
    assert told["availability_mode"] == "all"
    of_their_own = {key for key, one in told["components"].items() if "availability" in one}
    assert of_their_own == {"emergency_stop", "clear_fault", "doing", "event", "problem", "link"}


def test_no_button_sends_a_word_that_could_be_taken_for_a_value() -> None:
    buttons = [c for c in components(state()).values() if c["platform"] == "button"]
    assert len(buttons) == 8
    assert all(button["payload_press"] == "{}" for button in buttons)


def test_whatever_might_press_harder_carries_its_time_and_what_lets_go_does_not() -> None:
    """A wish from minutes ago does nothing; a clock that is wrong never stands in the way of a pause or a stop."""
    found = components(state())
    with_time = {key for key, one in found.items() if "utcnow()" in one.get("command_template", "")}
    caps = {key for key in found if key.startswith("zone_cap_")}
    assert with_time == {"start", "resume", "skip", "answer", "clear_fault", "intensity"} | caps


def test_nothing_is_optimistic_and_nothing_is_kept_by_the_broker() -> None:
    for one in components(state()).values():
        assert "retain" not in one
        assert "optimistic" not in one
        assert one["platform"] == "button" or "state_topic" in one


def test_caps_and_pressures_are_those_of_the_device() -> None:
    found = components(state())
    assert {key: one["max"] for key, one in found.items() if key.startswith("zone_cap_")} == {
        "zone_cap_foot": 110.0,
        "zone_cap_ankle": 110.0,
        "zone_cap_calf": 80.0,
        "zone_cap_knee": 40.0,
        "zone_cap_thigh": 110.0,
    }
    assert sum(key.startswith("pressure_") for key in found) == 12


def test_warmth_is_seen_where_there_is_some() -> None:
    found = components(state("wrap", "wrap-3"))
    channels = state("wrap", "wrap-3").about
    assert channels is not None
    index = [channel.name for channel in channels.channels].index("left_calf_heat")
    assert found["temperature_left_calf_heat"]["unit_of_measurement"] == "°C"
    assert f"commanded[{index}]" in found["on_left_calf_heat"]["value_template"]


def test_every_event_that_may_come_was_announced() -> None:
    by_the_session = {kind.__name__.lower() for kind in narration._SAYS}
    of_the_service = {"replaced", "absent", "start", "emergency_stop"}
    of_commands = {"done", "refused", "discarded", "unconfirmed"}
    assert set(EVENTS) == by_the_session | of_the_service | of_commands


def test_what_helps_to_find_a_fault_is_off_at_first() -> None:
    hidden = {key for key, one in components(state()).items() if one.get("enabled_by_default") is False}
    assert hidden == {"port", "rtt_ms", "late_max_ms", "slack_ms", "lost", "resent", "bad_frames"}


def test_names_are_words() -> None:
    assert of_device(TOPICS, "left-boot").name == "Left boot"
    assert of_service(TOPICS).name == "Legato home"

"""The stops: whatever has the focus, whatever is open, whatever is broken."""

import re
from typing import Final, Literal

import pytest
from playwright.sync_api import Page, Route, expect

from bench.panel.browser import PHONE
from tests.panel.chromium import DESKTOP, TABLET, Panel
from tests.panel.conftest import Open, until
from tests.panel.served import Served

STOPS: Final = ("stop", "stop-all", "estop")
SIDES: Final[tuple[Literal["x", "y", "width", "height"], ...]] = ("x", "y", "width", "height")

AT_ITS_MIDDLE = """element => {
  const {x, y, width, height} = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""
"""Whether a touch would meet this element, and nothing that lies on it."""


@pytest.fixture
def two(service: Served) -> Served:
    """Boots and a chair that both play."""
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    service.ask("/devices/chair-1/start", {"routine": "chair_full", "acknowledged": True})
    for device in ("boots-6", "chair-1"):
        until(service, device, "running")
    return service


def emergencies(page: Page) -> list[str]:
    """Where the page asks for an emergency stop from now on."""
    found: list[str] = []
    page.on("request", lambda asked: found.append(asked.url) if asked.url.endswith("/emergency-stop") else None)
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framesent", lambda sent: found.append(str(sent)) if "emergency" in str(sent) else None
        ),
    )
    return found


def test_escape_closes_what_is_open_innermost_first_and_stops_nothing(service: Served, panel: Panel) -> None:
    asked = emergencies(panel.page)
    panel.part("routine-goddard").click()
    panel.part("need").fill("tired")
    panel.press("Escape")
    expect(panel.part("need")).to_have_value("")
    expect(panel.part("start")).to_be_visible()
    panel.press("Escape")
    expect(panel.part("start")).to_have_count(0)
    expect(panel.part("need")).to_be_focused()
    panel.press("Escape")
    expect(panel.part("need")).not_to_be_focused()
    assert (asked, service.state("boots-6")["doing"]) == ([], "idle")


@pytest.mark.parametrize("opener", ["#settings-open", "[data-testid=routine-goddard]"])
def test_escape_closes_a_sheet_and_leads_back_to_where_it_was_opened(
    opener: str, service: Served, panel: Panel
) -> None:
    asked = emergencies(panel.page)
    panel.page.locator(opener).focus()
    panel.press("Enter")
    expect(panel.page.locator("dialog")).to_be_visible()
    panel.page.keyboard.down("Escape")
    panel.page.keyboard.down("Escape")  # a key that is held says so again and again
    panel.page.keyboard.up("Escape")
    expect(panel.page.locator("dialog")).to_have_count(0)
    expect(panel.page.locator(opener)).to_be_focused()
    panel.press("Escape")  # one more than needed, as hurried people do
    assert (asked, service.state("boots-6")["doing"]) == ([], "idle")


def test_escape_leaves_the_editor_and_its_text_as_it_is(panel: Panel) -> None:
    asked = emergencies(panel.page)
    panel.edit("goddard")
    text = panel.part("editor").input_value()
    panel.part("editor").focus()
    panel.press("Escape")
    expect(panel.part("editor")).not_to_be_focused()
    assert (panel.part("editor").input_value(), asked) == (text, [])


def test_escape_answers_not_yet_where_the_pressure_would_come_back(service: Served, panel: Panel) -> None:
    asked = emergencies(panel.page)
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    panel.part("pause").click()
    panel.part("resume").click()
    expect(panel.part("resume-confirm")).to_be_visible()
    panel.press("Escape")
    expect(panel.part("resume-confirm")).to_have_count(0)
    expect(panel.part("resume")).to_be_focused()
    assert (asked, service.state("boots-6")["doing"]) == ([], "paused")


def test_escape_with_nothing_open_is_the_emergency_stop_of_every_device(service: Served, panel: Panel) -> None:
    expect(panel.part("routine-goddard")).to_be_visible()
    panel.press("Escape")
    for device in ("boots-6", "chair-1"):
        until(service, device, "estop")


def test_the_page_says_what_its_keys_do(panel: Panel) -> None:
    panel.page.locator("#settings-open").click()
    panel.part("keys").locator("summary").click()
    expect(panel.part("keys")).to_contain_text("with nothing open, it is the emergency stop for every device")


def test_stop_is_for_the_device_in_view_and_stop_all_for_all(two: Served, panel: Panel) -> None:
    panel.part("device-boots-6").click()
    expect(panel.part("stop")).to_contain_text("boots-6")
    panel.part("stop").click()
    until(two, "boots-6", "idle")
    assert two.state("chair-1")["doing"] == "running", "nobody asked for that"
    two.ask("/devices/boots-6/start", {"routine": "lasting"})
    panel.part("stop-all").click()
    for device in ("boots-6", "chair-1"):
        until(two, device, "idle")


def test_each_stop_can_be_had_by_keyboard_alone(two: Served, panel: Panel) -> None:
    panel.part("device-chair-1").click()
    panel.press("Space")
    until(two, "chair-1", "idle")
    assert two.state("boots-6")["doing"] == "running"
    panel.tab_to("stop-all")
    panel.press("Space")
    until(two, "boots-6", "idle")
    panel.tab_to("estop")
    panel.press("Enter")
    for device in ("boots-6", "chair-1"):
        until(two, device, "estop")


def test_without_websocket_it_goes_by_http_and_what_is_old_is_shown_as_old(service: Served, panel: Panel) -> None:
    panel.forgive("WebSocket")
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    expect(panel.part("zone-left_calf")).to_be_visible()
    panel.cut_the_websocket()
    expect(panel.part("badge-link")).to_have_attribute("data-is", "http")
    expect(panel.part("age")).to_contain_text("These values are")
    expect(panel.page.locator(".figure")).to_have_class(re.compile("stale"))
    panel.part("estop").click()
    until(service, "boots-6", "estop")


def test_what_has_not_stopped_is_named_until_it_has(service: Served, panel: Panel) -> None:
    stop = {"confirmed": False, "pressure_mmhg": None, "text": "not stopped"}
    deaf = [{"id": "boots-6", "doing": "running", "problem": {"cause": "no answer"}, "stop": stop}]
    panel.page.route("**/emergency-stop", lambda route: route.fulfill(json=deaf))
    panel.part("estop").click()
    told = panel.page.locator("#stop-told")
    expect(told).to_contain_text("Not stopped: boots-6 (no answer). Use the switch on the device")
    panel.page.unroute("**/emergency-stop")
    expect(told).to_have_text("")
    until(service, "boots-6", "estop")


NOT_STOPPED: Final = {"confirmed": False, "pressure_mmhg": None, "text": "not stopped"}


def owing(panel: Panel, number: int, stop: str = "emergency-stop") -> tuple[dict[str, object], list[str]]:
    """A service that could not stop the boots, which are away: what it tells of them, and how it is asked."""
    problem = {"code": "stop_owed", "cause": "no such port"}
    now: dict[str, object] = {"id": "boots-6", "number": number, "doing": "offline", "problem": problem}
    now["stop_withdrawn_at"] = None
    asked: list[str] = []

    def told(route: Route) -> None:
        asked.append(route.request.method)
        route.fulfill(json=now if route.request.method == "GET" else now | {"stop": NOT_STOPPED})

    panel.page.route(f"**/api/v1/{stop}", lambda route: route.fulfill(json=[now | {"stop": NOT_STOPPED}]))
    panel.page.route("**/api/v1/devices/boots-6", told)
    panel.page.route(f"**/api/v1/devices/boots-6/{stop}", told)
    return now, asked


def looked(panel: Panel, times: int = 2) -> None:
    """Until the panel has looked at the boots that often."""
    for _ in range(times):
        with panel.page.expect_response("**/api/v1/devices/boots-6"):
            pass


def test_a_stop_that_waits_for_a_device_that_is_away_is_withdrawn_by_clearing_it(panel: Panel) -> None:
    now, asked = owing(panel, 7)
    panel.part("estop").click()
    told = panel.page.locator("#stop-told")
    expect(told).to_contain_text("Not stopped: boots-6 (no such port)")
    looked(panel)
    expect(told).to_contain_text("Not stopped: boots-6")
    gone = {"code": "port", "cause": "no such port"}
    now |= {"number": 9, "problem": gone, "stop_withdrawn_at": "2026-11-21T12:00:00Z"}
    expect(told).to_have_text("")
    assert set(asked) == {"GET"}


def test_a_withdrawn_stop_does_not_come_back_with_the_device(panel: Panel) -> None:
    now, asked = owing(panel, 7)
    panel.part("estop").click()
    looked(panel)
    now |= {"number": 10, "doing": "idle", "problem": None, "stop_withdrawn_at": "2026-11-21T12:00:00Z"}
    expect(panel.page.locator("#stop-told")).to_have_text("")
    assert set(asked) == {"GET"}


def test_a_device_that_is_back_and_has_not_confirmed_is_asked_again_and_still_named(panel: Panel) -> None:
    now, asked = owing(panel, 7)
    panel.part("estop").click()
    looked(panel)
    now |= {"number": 8, "doing": "idle", "problem": {"code": "stop_owed", "cause": "it has not confirmed"}}
    told = panel.page.locator("#stop-told")
    expect(told).to_contain_text("Not stopped: boots-6 (it has not confirmed)")
    with panel.page.expect_response("**/devices/boots-6/emergency-stop"):
        pass
    expect(told).to_contain_text("Not stopped: boots-6")
    assert "POST" in asked


@pytest.mark.parametrize("problem", [None, {"code": "port", "cause": "no such port"}])
@pytest.mark.parametrize("number", [3, 10**9])
def test_a_service_that_has_begun_anew_and_forgotten_the_stop_is_asked_again(
    panel: Panel, service: Served, number: int, problem: dict[str, str] | None
) -> None:
    now, _ = owing(panel, number)
    panel.page.unroute("**/api/v1/devices/boots-6/emergency-stop")
    panel.part("estop").click()
    looked(panel)
    with panel.page.expect_response("**/devices/boots-6/emergency-stop", timeout=8000):
        now |= {"number": 3, "doing": "offline" if problem else "idle", "problem": problem}
    expect(panel.page.locator("#stop-told")).to_have_text("")
    until(service, "boots-6", "estop")


def test_a_page_that_is_not_told_how_a_device_stands_asks_for_the_stop_all_the_same(
    panel: Panel, service: Served
) -> None:
    panel.forgive("401")
    owing(panel, 7)
    refusal = {"type": "unauthorized", "status": 401, "detail": "a token is needed"}
    panel.page.unroute("**/api/v1/devices/boots-6")
    panel.page.unroute("**/api/v1/devices/boots-6/emergency-stop")
    panel.page.route("**/api/v1/devices/boots-6", lambda route: route.fulfill(status=401, json=refusal))
    with panel.page.expect_response("**/devices/boots-6/emergency-stop", timeout=8000):
        panel.part("estop").click()
    expect(panel.page.locator("#stop-told")).to_have_text("")
    until(service, "boots-6", "estop")


def test_a_soft_stop_for_a_device_that_was_away_is_asked_again_once_it_is_back(panel: Panel) -> None:
    panel.part("device-boots-6").click()
    now, _ = owing(panel, 7, "stop")
    now |= {"problem": {"code": "port", "cause": "no such port"}}
    panel.part("stop").click()
    looked(panel)
    now |= {"doing": "found", "problem": None}
    with panel.page.expect_response("**/devices/boots-6/stop"):
        pass
    expect(panel.page.locator("#stop-told")).to_contain_text("Not stopped: boots-6")


def test_all_are_large_and_in_the_same_place_on_every_page_and_sheet(service: Served, opened: Open) -> None:
    for screen in (PHONE, TABLET, DESKTOP):
        panel = opened(f"{service.url}/", **screen)
        panel.part("routine-goddard").click()
        expect(panel.part("stop-all")).to_be_visible()
        places = [_places(panel)]
        for name in ("play", "watch", "routines", "history"):
            panel.tab(name)
            places.append(_places(panel))
        panel.page.locator("#settings-open").click()
        places.append(_places(panel))
        assert all(place == places[0] for place in places)
        assert all(box["height"] >= 64 and box["width"] >= 64 for box in places[0])
        assert places[0][0]["width"] >= 140
        assert all(panel.part(name).evaluate(AT_ITS_MIDDLE) for name in STOPS)
        panel.page.close()


def _places(panel: Panel) -> list[dict[str, float]]:
    found = [panel.part(name).bounding_box() for name in STOPS]
    return [{side: box[side] for side in SIDES} for box in found if box is not None]


def test_it_stops_behind_a_page_that_is_open(service: Served, panel: Panel) -> None:
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    panel.part("device-boots-6").click()
    panel.page.locator("#settings-open").click()
    panel.part("stop").click()
    until(service, "boots-6", "idle")

"""The stops: whatever has the focus, whatever is open, whatever is broken."""

import re

from playwright.sync_api import expect

from legato.bench.panel.browser import PHONE
from tests.panel.chromium import DESKTOP, TABLET, Panel
from tests.panel.conftest import Open, until
from tests.panel.served import Served


def test_escape_is_an_emergency_stop_even_while_typing(service: Served, panel: Panel) -> None:
    panel.part("need").focus()
    panel.page.keyboard.type("tired ")
    assert service.state("boots-6")["doing"] == "idle"
    panel.press("Escape")
    until(service, "boots-6", "estop")


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


def test_it_is_large_and_in_the_same_place_on_every_page(service: Served, opened: Open) -> None:
    for screen in (PHONE, TABLET, DESKTOP):
        panel = opened(f"{service.url}/", **screen)
        panel.part("routine-goddard").click()
        places = [panel.part("stop").bounding_box()]
        for name in ("play", "watch", "routines", "history"):
            panel.tab(name)
            places.append(panel.part("stop").bounding_box())
        assert places[0] is not None
        assert all(place == places[0] for place in places)
        assert places[0]["height"] >= 64
        assert places[0]["width"] >= 180
        panel.page.close()


def test_it_stops_behind_a_page_that_is_open(service: Served, panel: Panel) -> None:
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    panel.page.locator("#settings-open").click()
    panel.part("stop").click()
    until(service, "boots-6", "idle")

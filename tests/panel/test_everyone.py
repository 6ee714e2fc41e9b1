"""For everyone: nothing that axe-core finds, at any size, in any light, in any language, without motion."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from bench.panel.browser import PHONE
from tests.panel.axe import violations
from tests.panel.chromium import DESKTOP, TABLET, Panel
from tests.panel.conftest import Open, until
from tests.panel.served import Served

SCREENS: dict[str, dict[str, Any]] = {
    "phone, light, English": {**PHONE, "color_scheme": "light"},
    "phone, dark, German": {**PHONE, "color_scheme": "dark", "locale": "de-DE"},
    "tablet, automatic": TABLET,
    "desktop, dark, German, no motion": {
        **DESKTOP,
        "color_scheme": "dark",
        "locale": "de-DE",
        "reduced_motion": "reduce",
    },
}


def pages(panel: Panel, service: Served) -> Iterator[str]:
    """Everything there is to see, one after the other, each told by name."""
    expect(panel.part("routine-goddard")).to_be_visible()
    yield "what to play"
    panel.part("routine-goddard").click()
    expect(panel.page.locator(".start .facts span").first).to_be_visible()
    expect(panel.part("report").locator("li, p").first).to_be_visible()
    yield "one routine"
    panel.part("back").click()
    panel.page.locator("#settings-open").click()
    panel.part("keys").locator("summary").click()
    yield "settings"
    panel.press("Escape")
    panel.part("device-chair-1").click()
    service.ask("/devices/chair-1/start", {"routine": "chair_full", "acknowledged": True})
    until(service, "chair-1", "running")
    panel.tab("play")
    expect(panel.part("zone-seat")).to_be_visible()
    yield "a massage"
    assert panel.page.evaluate("document.getAnimations().length") == 0 or panel.moves
    panel.tab("watch")
    expect(panel.part("chart").locator("canvas")).to_be_visible()
    yield "watch"
    panel.edit("goddard")
    panel.part("editor").fill("format: 1\nname: wrong\n")
    expect(panel.part("editor-error")).to_be_visible()
    yield "a routine with a mistake"
    panel.tab("history")
    expect(panel.page.locator(".diary .card").first).to_be_visible()
    yield "history"
    panel.tab("play")
    panel.part("estop").click()
    expect(panel.part("problem").first).to_be_visible()
    yield "an emergency stop"


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_is_cut_off(screen: str, service: Served, opened: Open) -> None:
    panel = opened(f"{service.url}/", **SCREENS[screen])
    panel.moves = "reduced_motion" not in SCREENS[screen]
    for name in pages(panel, service):
        panel.page.evaluate("scrollTo(0, 0)")  # what is half behind the header is no smaller for that
        assert violations(panel.page) == [], name
        too_wide = panel.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, name


def test_somebody_who_does_not_look_hears_what_happens(service: Served, panel: Panel) -> None:
    heard = panel.page.get_by_role("status").and_(panel.part("announcements"))
    expect(heard).to_have_text("boots-6 · ready")
    panel.part("routine-asking").click()
    panel.part("start").click()
    expect(panel.page.locator("[aria-live=assertive]").filter(has_text="Turn your feet a little")).to_be_visible()
    expect(heard).to_have_text("boots-6 · waiting for you")
    panel.part("cue-answer").click()
    expect(heard).to_have_text("boots-6 · playing")
    panel.tab("history")
    panel.part("stop").click()
    expect(heard).to_have_text("boots-6 · ready · Stopped")
    panel.part("estop").click()
    expect(panel.page.get_by_role("alert").filter(has_text="Emergency stop")).to_be_visible()
    until(service, "boots-6", "estop")

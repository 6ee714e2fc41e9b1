"""Whoever tells a sign of danger sees what to do about it, in their language, and nothing to play."""

import pytest
from playwright.sync_api import expect

from tests.panel.chromium import Panel
from tests.panel.conftest import Open
from tests.panel.served import Served

SAID = [
    ("en-US", "painful swollen left leg, want to relax", "danger-doctor", "See a doctor today"),
    ("en-US", "sore calf and I cannot catch my breath", "danger-emergency", "Call the emergency number now"),
    ("de-DE", "ich bekomme schlecht Luft und mein Bein ist dick", "danger-emergency", "Rufen Sie jetzt den Notruf"),
    ("de-DE", "meine Wade ist heiß und geschwollen", "danger-doctor", "Heute zum Arzt"),
]


def say(panel: Panel, words: str) -> None:
    expect(panel.part("routine-goddard")).to_be_visible()
    panel.part("need").fill(words)
    panel.part("need").press("Enter")


@pytest.mark.parametrize(("locale", "words", "part", "told"), SAID)
def test_a_danger_is_told_and_nothing_is_left_to_play(
    service: Served, opened: Open, locale: str, words: str, part: str, told: str
) -> None:
    panel = opened(f"{service.url}/", locale=locale)
    say(panel, words)
    expect(panel.page.get_by_role("alert").and_(panel.part(part)).first).to_contain_text(told)
    expect(panel.page.locator(".card.routine")).to_have_count(0)
    expect(panel.page.locator(".advice > :not(.warn)")).to_have_count(0)


def test_what_is_known_asks_for_a_screening_and_offers_nothing_before(panel: Panel) -> None:
    say(panel, "tired legs, varicose veins")
    expect(panel.part("danger-screening")).to_contain_text("screening comes before any massage")
    expect(panel.page.locator(".card.routine")).to_have_count(0)


def test_plain_soreness_is_offered_something(panel: Panel) -> None:
    say(panel, "sore calves after a run, no swelling")
    expect(panel.page.locator(".card.routine").first).to_be_visible()
    expect(panel.page.get_by_test_id("danger-doctor")).to_have_count(0)
    by_hand = panel.part("by-hand").first
    by_hand.locator("summary").click()
    expect(by_hand.locator("ol > li").first).to_be_visible()

"""Between a routine and its start: the sheet leaves the page where it is, and says what plays and what does not."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from bench.panel.browser import PHONE
from tests.panel.chromium import Panel
from tests.panel.conftest import Open, until
from tests.panel.served import ROUTINES, Served, served
from tests.panel.test_stop import AT_ITS_MIDDLE

WHY = "boots-6 has to cool down first"
REFUSAL = {"type": "not_now", "title": "Conflict", "status": 409, "detail": WHY}

STRONG = """\
format: 1
name: strong
title: Too strong for most
steps:
  - {do: hold, from: knee, pressure_mmhg: 70, seconds: 10}
  - {do: pulse, from: ankle, pressure_mmhg: 60, on_s: 1, period_s: 2, times: 60}
"""

NOTHING = """\
format: 1
name: nothing
title: Only what boots have not
steps:
  - {do: vibrate, from: calf, intensity_pct: 40, seconds: 20}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Boots with somebody who has a wish of her own."""
    routines = {**ROUTINES, "strong": STRONG, "nothing": NOTHING}
    with served(tmp_path_factory.mktemp("own"), ["sim://boots-6"], routines=routines) as service:
        until(service, "boots-6", "idle")
        service.ask("/people", {"name": "ada"})
        service.ask("/people/ada", {"comfort_cap_mmhg": 35})
        yield service


def refuse(route: Route) -> None:
    route.fulfill(status=409, content_type="application/problem+json", body=json.dumps(REFUSAL))


def test_a_sheet_leaves_the_page_where_it_is_open_and_closed(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/", **PHONE)
    expect(panel.part("announcements")).to_contain_text("boots-6 · ready")
    card = panel.part("routine-goddard")
    card.scroll_into_view_if_needed()
    before = panel.page.evaluate("scrollY")
    assert before > 0
    card.tap()
    expect(panel.part("start")).to_be_enabled()
    assert panel.page.evaluate("scrollY") == before
    panel.part("back").tap()
    expect(panel.part("start")).to_have_count(0)
    assert panel.page.evaluate("scrollY") == before
    expect(card).to_be_focused()


def test_a_refused_start_is_seen_has_the_focus_and_is_said(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/", **PHONE)
    panel.forgive("409")
    panel.page.route("**/start", refuse)
    panel.part("routine-lasting").tap()
    panel.part("start").tap()
    refused = panel.page.get_by_role("alert").and_(panel.part("refused"))
    expect(refused).to_have_text(WHY)
    expect(refused).to_be_focused()
    assert refused.evaluate(AT_ITS_MIDDLE), "nothing lies on it"


def test_how_it_was_before_is_noted_once_and_only_if_it_begins(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/", **PHONE)
    panel.forgive("403", "409")
    panel.page.route("**/start", refuse)
    panel.part("routine-lasting").tap()
    panel.part("pain-before-6").tap()
    for _ in range(2):
        panel.part("start").tap()
        expect(panel.part("refused")).to_be_focused()
    assert own.ask("/people/ada/notes", method="GET") == []
    panel.page.unroute("**/start")
    panel.part("start").tap()
    until(own, "boots-6", "running")
    panel.part("stop").tap()
    until(own, "boots-6", "idle")
    notes = own.ask("/people/ada/notes", method="GET")
    assert [(note["moment"], note["pain"]) for note in notes] == [("before", 6)]
    (row,) = own.ask("/people/ada/history", method="GET")
    assert row["pain_before"] == 6


def test_what_plays_differently_and_for_whom_is_said_before_it_starts(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/")
    panel.part("routine-strong").click()
    report = panel.part("report")
    expect(report).to_contain_text("Made weaker")
    expect(report).to_contain_text("60 mmHg → 35 mmHg")
    expect(report).to_contain_text("Limits for ada")
    expect(report).to_contain_text("at most 35 mmHg")
    expect(panel.part("start")).to_be_enabled()


def test_why_these_pressures_and_times_is_told_before_it_starts(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/")
    panel.part("routine-goddard").click()
    why = panel.part("why")
    expect(why.locator("p")).to_be_hidden()
    why.locator("summary").click()
    expect(why).to_contain_text("Five strokes from ankle to thigh")
    expect(why).to_contain_text("1 to 10 cm/s: Löken 2009")
    panel.part("back").click()
    panel.part("routine-strong").click()
    expect(panel.part("why")).to_have_count(0)


def test_a_routine_of_which_nothing_plays_cannot_be_started_and_says_why(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/")
    panel.part("routine-nothing").click()
    expect(panel.part("refused")).to_contain_text("nothing of nothing plays on boots-6")
    expect(panel.part("start")).to_be_disabled()
    problem = own.ask("/devices/boots-6/start", {"routine": "nothing"})
    assert problem == 422, "and nobody else starts it"


def test_deep_work_on_somebody_unscreened_asks_for_a_doctors_word_before_it_starts(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/")
    panel.forgive("403")
    panel.part("routine-deep_tissue_widening").click()
    panel.part("start").click()
    expect(panel.page.locator(".gate")).to_contain_text("should be agreed with a doctor or therapist first")
    expect(panel.part("ack-start")).to_be_disabled()
    assert own.state("boots-6")["doing"] == "idle"
    panel.part("ack").check()
    panel.part("ack-start").click()
    until(own, "boots-6", "running")
    panel.part("stop").click()
    until(own, "boots-6", "idle")


def test_what_is_against_swelling_asks_the_questions_of_the_screening(own: Served, opened: Open) -> None:
    panel = opened(f"{own.url}/")
    panel.forgive("403")
    panel.part("routine-edema_upward").click()
    panel.part("start").click()
    expect(panel.page.locator(".gate")).to_contain_text("Do you have a blood clot in a leg, or might you?")
    assert own.state("boots-6")["doing"] == "idle"


def test_what_the_sheet_says_is_about_the_device_it_starts(panel: Panel) -> None:
    panel.part("device-boots-6").click()
    panel.part("routine-lasting").click()
    expect(panel.part("start")).to_be_enabled()
    panel.page.evaluate("scrollTo(0, 0)")
    panel.part("device-chair-1").press("Enter")
    expect(panel.part("start")).to_have_count(0)

"""A whole massage, as the person has it who lies there: with a thumb, or with nothing but a keyboard."""

import re

from playwright.sync_api import expect

from bench.panel.browser import PHONE
from tests.panel.chromium import Panel
from tests.panel.conftest import Open, until
from tests.panel.served import Served

SHAPE = """isPressed => new Promise(told => {
  const look = () => {
    const zone = document.querySelector("[data-testid=zone-left_ankle]");
    const mmhg = Number(zone.dataset.measured);
    if (isPressed ? mmhg > 14 : mmhg < 9) told(zone.firstChild.getAttribute("d")); else requestAnimationFrame(look);
  };
  look();
})"""
"""How the ankle is drawn as soon as it is pressed, or is not."""


def test_by_touch_on_a_small_phone(service: Served, opened: Open) -> None:
    panel = opened(f"{service.url}/", **PHONE)
    panel.part("routine-asking").tap()
    panel.part("start").tap()
    expect(panel.part("cue")).to_contain_text("Turn your feet a little")
    panel.part("cue-answer").tap()
    until(service, "boots-6", "running")
    expect(panel.part("cue")).to_have_count(0)
    panel.part("intensity").fill("60")
    expect(panel.page.get_by_text("60 %")).to_be_visible()
    panel.part("pause").tap()
    until(service, "boots-6", "paused")
    panel.part("resume").tap()
    expect(panel.page.get_by_text("The pressure comes back.")).to_be_visible()
    assert service.state("boots-6")["doing"] == "paused", "it asks before the pressure comes back"
    panel.part("resume-confirm").tap()
    until(service, "boots-6", "running")
    assert service.state("boots-6")["run"]["intensity"] == 60
    panel.part("stop").tap()
    until(service, "boots-6", "idle")
    expect(panel.part("ended")).to_contain_text("Stopped")


def test_by_keyboard_alone(service: Served, panel: Panel) -> None:
    for part, doing in (("routine-lasting", "idle"), ("start", "running"), ("pause", "paused")):
        panel.tab_to(part)
        panel.press("Enter")
        until(service, "boots-6", doing)
    panel.tab_to("resume")
    panel.press("Enter")
    panel.tab_to("resume-confirm")
    panel.press("Enter")
    until(service, "boots-6", "running")
    for title in ("First pulses", "Second pulses"):
        panel.tab_to("skip")
        panel.press("Enter")
        expect(panel.part("step")).to_contain_text(title)
        until(service, "boots-6", "running")
    panel.tab_to("pause")
    panel.press("Space")
    until(service, "boots-6", "idle")


def test_it_says_why_it_does_not_go_on_at_once(service: Served, panel: Panel) -> None:
    panel.part("routine-holding").click()
    panel.part("start").click()
    until(service, "boots-6", "running")
    expect(panel.part("zone-left_calf")).to_have_attribute("data-measured", re.compile("[23][0-9]"))
    panel.part("pause").click()
    expect(panel.part("zone-left_calf")).to_have_attribute("data-measured", re.compile("^[0-3]([.]|$)"))
    panel.part("resume").click()
    panel.part("resume-confirm").click()
    expect(panel.page.get_by_text("The leg rests for a few seconds first")).to_be_visible()
    assert service.state("boots-6")["doing"] == "paused"
    until(service, "boots-6", "running")


def test_it_is_seen_to_press_and_ends_by_itself(panel: Panel) -> None:
    panel.part("routine-brief").click()
    panel.part("start").click()
    expect(panel.part("zone-left_ankle")).to_be_visible()
    while_it_presses, between = (panel.page.evaluate(SHAPE, is_pressed) for is_pressed in (True, False))
    assert while_it_presses != between, "what presses more is drawn broader"
    expect(panel.part("ended")).to_contain_text("Done")


def test_a_chair_is_drawn_as_one(service: Served, panel: Panel) -> None:
    panel.part("device-chair-1").click()
    service.ask("/devices/chair-1/start", {"routine": "chair_full", "acknowledged": True})
    until(service, "chair-1", "running")
    for part in ("zone-seat", "zone-back_roller", "zone-back_roller.position", "zone-back_heat", "zone-calf_vibration"):
        expect(panel.part(part)).to_be_visible()
    expect(panel.part("step")).to_contain_text("Warm up")


def test_what_another_starts_is_shown_whatever_is_open(service: Served, panel: Panel) -> None:
    panel.part("routine-goddard").click()
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    expect(panel.part("start")).to_have_count(0)
    expect(panel.part("pause")).to_be_visible()


def test_skip_while_it_stands_moves_the_position_and_does_not_go_on(service: Served, panel: Panel) -> None:
    panel.part("device-boots-6").click()
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    asked: list[str] = []
    panel.page.on("request", lambda one: asked.append(one.url.rsplit("/", 1)[1]) if one.method == "POST" else None)
    panel.part("pause").click()
    expect(panel.part("position")).to_contain_text("It continues from there when you resume.")
    before = panel.part("position").inner_text()
    for title in ("First pulses", "A breath", "Second pulses"):
        panel.part("skip").click()
        expect(panel.part("step")).to_contain_text(title)
    expect(panel.part("position")).not_to_have_text(before)
    assert (service.state("boots-6")["doing"], asked) == ("paused", ["pause", *["skip"] * 3])
    panel.part("resume").click()
    assert service.state("boots-6")["doing"] == "paused", "it asks before the pressure comes back"
    panel.part("resume-confirm").click()
    until(service, "boots-6", "running")


def test_whoever_stops_with_ice_on_the_leg_is_told_to_take_it_off(service: Served, panel: Panel) -> None:
    panel.part("routine-icy").click()
    panel.part("start").click()
    panel.part("cue-answer").click()
    expect(panel.part("cue")).to_contain_text("take off what you put on both shins")
    expect(panel.part("skip")).to_have_count(0)
    panel.part("cue-answer").click()
    expect(panel.part("cue")).to_contain_text("put on ice in a cloth")
    expect(panel.part("cue")).to_contain_text("both thighs", timeout=60_000)
    panel.part("cue-answer").click()
    until(service, "boots-6", "running")
    panel.part("pause").click()
    expect(panel.part("laid-on")).to_contain_text(
        "Its time keeps running during the pause: ice in a cloth, on both thighs."
    )
    panel.part("stop").click()
    until(service, "boots-6", "idle")
    expect(panel.part("take-off")).to_contain_text("Take this off the leg: ice in a cloth, on both thighs.")
    expect(panel.part("laid-on")).to_have_count(0)


def test_whoever_pauses_for_longer_than_the_ice_may_lie_there_reads_that_it_has_to_go(
    service: Served, panel: Panel
) -> None:
    panel.part("routine-chilly").click()
    panel.part("start").click()
    panel.part("cue-answer").click()
    panel.part("pause").click()
    expect(panel.part("laid-on")).to_contain_text(
        "Its time keeps running during the pause: ice in a cloth, on both shins."
    )
    expect(panel.part("laid-on")).to_contain_text("Take this off the leg", timeout=60_000)
    panel.part("stop").click()
    until(service, "boots-6", "idle")

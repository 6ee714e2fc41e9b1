"""The window of whoever writes routines: checked while it is typed, replayed in seconds, never over a built-in one."""

from playwright.sync_api import expect

from tests.panel.chromium import Panel
from tests.panel.served import Served

MINE = """\
format: 1
name: mine
title: A pulse of my own
steps:
  - {do: pulse, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 2}
"""


def test_a_mistake_is_told_with_line_and_column_and_a_touch_leads_there(panel: Panel) -> None:
    panel.edit("goddard")
    editor = panel.part("editor")
    editor.fill(MINE.replace("do: pulse", "do: pulze"))
    error = panel.part("editor-error")
    expect(error).to_contain_text("Line 5, column 10")
    error.get_by_role("button").first.click()
    at = editor.evaluate("text => text.value.slice(0, text.selectionStart).split('\\n').length")
    assert at == 5
    editor.fill(MINE)
    expect(panel.part("report")).to_contain_text("Valid")


def test_it_is_replayed_and_kept_and_the_built_in_one_stays(service: Served, panel: Panel) -> None:
    built_in = service.ask("/routines/goddard", method="GET")["text"]
    panel.edit("goddard")
    panel.part("editor").fill(MINE)
    panel.part("replay").click()
    expect(panel.part("replayed")).to_contain_text("Done")
    expect(panel.page.locator(".curves canvas")).to_be_visible()
    panel.forgive("403", "409")
    panel.part("save-name").fill("goddard")
    panel.part("save-as").click()
    expect(
        panel.page.get_by_role("alert").filter(has_text="goddard is built in and cannot be replaced")
    ).to_be_visible()
    assert service.ask("/routines/goddard", method="GET")["text"] == built_in
    panel.part("save-name").fill("mine_too")
    panel.part("save-as").click()
    expect(panel.part("edit-mine_too")).to_be_visible()
    assert "A pulse of my own" in service.ask("/routines/mine_too", method="GET")["text"]


def test_what_is_no_routine_is_told_beside_those_that_are(panel: Panel) -> None:
    panel.tab("routines")
    expect(panel.part("left-out")).to_contain_text("spoiled.yaml")
    expect(panel.part("left-out")).to_contain_text("steps")
    expect(panel.part("edit-brief")).to_be_visible()

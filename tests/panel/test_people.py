"""Somebody with a diary: questions that are due, pain before and after, massages, courses, and taking it all away."""

import json
from pathlib import Path

from playwright.sync_api import Route, expect

from bench.panel.browser import PHONE
from tests.panel.conftest import Open, until
from tests.panel.served import served
from tests.running import wait_until


def kept(route: Route) -> None:
    """The massage is on a simulator, so that it has to be asked for in the diary."""
    wish = route.request.post_data_json or {}
    route.continue_(post_data={**wish, "keep_simulated": True})


def test_somebody_new_is_asked_massaged_and_told_whether_it_helps(tmp_path: Path, opened: Open) -> None:
    with served(tmp_path, ["sim://boots-6"]) as service:
        until(service, "boots-6", "idle")
        panel = opened(f"{service.url}/", **PHONE)
        panel.forgive("403", "404", "409")
        panel.part("person").select_option("+")
        panel.part("person-name").fill("ada")
        panel.part("person-save").tap()
        panel.page.route("**/devices/*/start", kept)
        expect(panel.part("person")).to_have_value("ada")
        panel.part("routine-lasting").tap()
        panel.part("pain-before-6").tap()
        panel.part("start").tap()
        while panel.either("answer-no", "pause") == "answer-no":
            panel.answer("answer-no")
        until(service, "boots-6", "running")
        panel.part("stop").tap()
        until(service, "boots-6", "idle")
        panel.part("pain-after-2").tap()
        expect(panel.page.get_by_text("Noted, thank you.")).to_be_visible()
        # The diary is written behind the massage, and the page is drawn once.
        wait_until(lambda: "massage" in [row["kind"] for row in service.ask("/people/ada/history", method="GET")])
        panel.tab("history")
        expect(panel.part("sessions")).to_contain_text("6 → 2")
        expect(panel.page.get_by_text("On average 4.0 less pain")).to_be_visible()
        panel.part("course").select_option("daily")
        panel.part("course-start").tap()
        expect(panel.part("course-daily")).to_contain_text("Every day")
        with panel.page.expect_download() as download:
            panel.part("export-csv").tap()
        assert "lasting" in Path(download.value.path()).read_text()
        with panel.page.expect_download() as download:
            panel.part("export-json").tap()
        taken = json.loads(Path(download.value.path()).read_text())
        assert [row["routine"] for row in taken] == ["lasting"]

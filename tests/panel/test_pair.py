"""Two devices that are one: both legs are on one figure, and one massage plays on both."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.panel.chromium import Panel
from tests.panel.conftest import Open, until
from tests.panel.served import Served, served

PRESSED = re.compile("^(1[2-9]|2)")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with a boot for each leg, as its settings say."""
    folder: Path = tmp_path_factory.mktemp("both")
    settings = folder / "legato" / "legato.yaml"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"devices": [{"id": "both", "ports": ["sim://boot-6-left", "sim://boot-6-right"]}]}))
    with served(folder, []) as service:
        until(service, "both", "idle")
        yield service


def test_a_massage_on_both_is_started_seen_on_both_legs_and_stopped(both: Served, opened: Open) -> None:
    panel: Panel = opened(f"{both.url}/")
    panel.part("routine-lasting").click()
    panel.part("start").click()
    until(both, "both", "running")
    for side in ("left", "right"):
        expect(panel.part(f"zone-{side}_ankle")).to_have_attribute("data-measured", PRESSED)
    panel.part("stop").click()
    until(both, "both", "idle")
    expect(panel.part("ended")).to_contain_text("Stopped")
    assert both.state("both")["last"]["kind"] == "stopped"


def test_an_emergency_stop_from_the_panel_holds_both_until_it_is_cleared(both: Served, opened: Open) -> None:
    panel: Panel = opened(f"{both.url}/")
    both.ask("/devices/both/start", {"routine": "lasting"})
    until(both, "both", "running")
    panel.part("estop").click()
    until(both, "both", "estop")
    assert both.state("both")["last"]["kind"] == "emergency_stopped"
    both.ask("/devices/both/clear-fault")
    until(both, "both", "idle")

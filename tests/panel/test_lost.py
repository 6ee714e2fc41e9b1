"""A service that is heard no more: what was last known is shown as that, and the stops are still there."""

import re
import signal
from pathlib import Path

from playwright.sync_api import expect

from bench.panel.browser import PHONE
from tests.panel.chromium import Panel
from tests.panel.conftest import Open, until
from tests.panel.served import Served, served


def plays(service: Served, opened: Open) -> Panel:
    """A massage on a small phone."""
    until(service, "boots-6", "idle")
    panel = opened(f"{service.url}/", **PHONE)
    panel.forgive("WebSocket", "Failed to load resource")
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    expect(panel.part("left")).to_have_text(re.compile(r"^\d+:\d\d left$"))
    return panel


def is_told(panel: Panel) -> None:
    """What stands there is what was last known; what the device does by itself, and that it can be stopped, is said."""
    told = panel.page.get_by_role("alert").and_(panel.part("unknown"))
    expect(told).to_contain_text(re.compile("No word from the service since .*[0-9]{2}:[0-9]{2}"))
    expect(told).to_contain_text("releases its pressure by itself")
    expect(panel.part("doing")).to_contain_text("last known at")
    expect(panel.part("left")).to_have_text(re.compile(r"^\d+:\d\d left then$"))
    for name in ("stop", "estop"):
        expect(panel.part(name)).to_be_visible()


def test_a_service_that_has_died(tmp_path: Path, opened: Open) -> None:
    with served(tmp_path, ["sim://boots-6"]) as service:
        panel = plays(service, opened)
        service.process.kill()
        service.process.wait()
        is_told(panel)
        panel.part("stop").tap()
        expect(panel.page.get_by_text("The service does not answer. Switch the device off")).to_be_visible()


def test_a_service_that_hangs_and_answers_again(tmp_path: Path, opened: Open) -> None:
    with served(tmp_path, ["sim://boots-6"]) as service:
        panel = plays(service, opened)
        service.process.send_signal(signal.SIGSTOP)
        is_told(panel)
        service.process.send_signal(signal.SIGCONT)
        expect(panel.part("unknown")).to_have_count(0)
        expect(panel.part("doing")).not_to_contain_text("last known")

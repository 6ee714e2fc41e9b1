"""What the panel does when it is not alone: other panels, a reload, a service that restarts, a device that is gone."""

from pathlib import Path

from playwright.sync_api import expect

from tests.panel.conftest import UP, Open, until
from tests.panel.served import Served, served
from tests.ports import free_port
from tests.running import ready, running, unplug


def test_a_panel_that_is_reloaded_in_mid_session_shows_it_again(service: Served, opened: Open) -> None:
    panel = opened(f"{service.url}/")
    service.ask("/devices/boots-6/start", {"routine": "lasting"})
    until(service, "boots-6", "running")
    expect(panel.part("step")).to_contain_text("First pulses")
    panel.page.reload()
    expect(panel.part("step")).to_contain_text("First pulses")
    expect(panel.part("pause")).to_be_enabled()
    assert service.state("boots-6")["doing"] == "running"


def test_two_panels_agree(service: Served, opened: Open) -> None:
    mine, yours = opened(f"{service.url}/"), opened(f"{service.url}/")
    mine.part("routine-lasting").click()
    mine.part("start").click()
    expect(yours.part("step")).to_contain_text("First pulses")
    yours.part("pause").click()
    expect(mine.part("resume")).to_be_visible()
    mine.part("estop").click()
    expect(yours.part("clear-fault").first).to_be_visible()
    yours.part("clear-fault").first.click()
    expect(mine.part("clear-fault")).to_have_count(0)


def test_a_panel_reads_every_answer_so_that_no_connection_stays_busy(service: Served, opened: Open) -> None:
    panel = opened(f"{service.url}/")
    expect(panel.part("badge-link")).to_have_attribute("data-is", UP)
    panel.page.wait_for_load_state("networkidle")


def test_a_panel_finds_a_restarted_service_by_itself(tmp_path: Path, opened: Open) -> None:
    port = free_port()
    with served(tmp_path, ["sim://boots-6"], port) as first:
        panel = opened(f"{first.url}/")
        expect(panel.part("badge-link")).to_have_attribute("data-is", UP)
        panel.forgive("Failed to load resource", "WebSocket")
        first.end()
        expect(panel.part("badge-link")).to_have_attribute("data-is", "gone")
    with served(tmp_path, ["sim://boots-6"], port) as second:
        expect(panel.part("badge-link")).to_have_attribute("data-is", UP)
        panel.part("routine-lasting").click()
        panel.part("start").click()
        until(second, "boots-6", "running")


def test_a_device_that_is_unplugged_is_said_to_be_away_and_found_again(tmp_path: Path, opened: Open) -> None:
    tty = str(tmp_path / "boots")
    with running("sim", "--pty", tty) as device:
        ready(device)
        with served(tmp_path, [tty]) as service:
            until(service, "boots", "idle")
            panel = opened(f"{service.url}/")
            service.ask("/devices/boots/start", {"routine": "lasting"})
            until(service, "boots", "running")
            expect(panel.part("step")).to_contain_text("First pulses")
            unplug(device, tty)
            until(service, "boots", "offline")
            expect(panel.part("problem").first).to_be_visible()
            with running("sim", "--pty", tty) as again:
                ready(again)
                until(service, "boots", "idle", "found")
                expect(panel.part("problem")).to_have_count(0)

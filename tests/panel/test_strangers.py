"""What the panel does with those who must not do everything, and with what must not be believed."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.panel.conftest import Open, until
from tests.panel.prefixed import prefixed
from tests.panel.served import HOSTILE, Served, served


def test_a_routine_with_markup_for_a_name_is_shown_as_text(service: Served, opened: Open) -> None:
    panel = opened(f"{service.url}/")
    expect(panel.part("routine-hostile")).to_contain_text(HOSTILE)
    panel.part("routine-hostile").click()
    expect(panel.part("why")).to_contain_text(HOSTILE)
    panel.part("start").click()
    until(service, "boots-6", "waiting")
    expect(panel.part("cue")).to_contain_text(HOSTILE)
    expect(panel.page.locator("img[src=x], main script")).to_have_count(0)
    assert panel.page.title() != "owned"


STORAGE = {
    "refused": """
        const refuse = () => { throw new DOMException("no", "SecurityError"); };
        Object.defineProperty(window, "localStorage", {get: refuse});""",
    "spoiled and full": """
        const names = ["token", "locale", "theme", "device", "person", "watching"];
        for (const name of location.protocol === "about:" ? [] : names)
          localStorage.setItem(`legato.${name}`, name === "locale" ? "toString" : "\\u2026\\u0000 {");
        Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };""",
}


@pytest.mark.parametrize("storage", STORAGE)
def test_it_works_where_the_browser_keeps_nothing_or_kept_nonsense(storage: str, service: Served, opened: Open) -> None:
    panel = opened(f"{service.url}/", before=STORAGE[storage])
    panel.part("device-chair-1").click()
    expect(panel.part("device-chair-1")).to_have_attribute("aria-pressed", "true")
    panel.part("device-boots-6").click()
    panel.part("routine-lasting").click()
    panel.part("start").click()
    until(service, "boots-6", "running")
    panel.press("Space")
    until(service, "boots-6", "idle")


@pytest.fixture
def guarded(tmp_path: Path) -> Path:
    """Secrets of a service that lets nobody in without."""
    for name in ("token", "guest"):
        (tmp_path / name).write_text(f"{name}-word/of+some(length)==")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def test_a_service_that_wants_a_token_is_opened_with_it_and_a_guest_may_watch_and_stop(
    guarded: Path, opened: Open
) -> None:
    secrets = {"LEGATO_TOKEN_FILE": str(guarded / "token"), "LEGATO_GUEST_TOKEN_FILE": str(guarded / "guest")}
    with served(guarded, ["sim://boots-6"], token=(guarded / "token").read_text(), environ=secrets) as service:
        owner, guest = opened(f"{service.url}/"), opened(f"{service.url}/")
        for panel, name in ((owner, "token"), (guest, "guest")):
            panel.forgive("401", "403", "WebSocket")
            panel.part("token").fill((guarded / name).read_text())
            panel.press("Enter")
        owner.part("routine-lasting").click()
        owner.part("start").click()
        until(service, "boots-6", "running")
        expect(guest.part("step")).to_contain_text("First pulses")
        expect(guest.part("pause")).to_be_hidden()
        guest.part("stop").click()
        until(service, "boots-6", "idle")


def test_it_works_behind_a_proxy_under_a_path(service: Served, opened: Open) -> None:
    with prefixed(service.url) as (url, strays):
        panel = opened(url)
        # Where the proxy is slow the panel gives up one connection and begins another.
        panel.forgive("before the connection is established")
        panel.part("routine-lasting").click()
        panel.part("start").click()
        until(service, "boots-6", "running")
        expect(panel.part("step")).to_contain_text("First pulses")
        panel.press("Space")
        until(service, "boots-6", "idle")
        panel.page.close()
        assert strays == []

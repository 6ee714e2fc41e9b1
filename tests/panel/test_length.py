"""How long a massage is to last, chosen before it begins: what is offered is what the routine can."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from bench.panel.browser import PHONE
from tests.panel.conftest import Open, until
from tests.panel.served import Served, served


@pytest.fixture(scope="module")
def boots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Boots, and nobody in particular."""
    with served(tmp_path_factory.mktemp("length"), ["sim://boots-6"]) as service:
        until(service, "boots-6", "idle")
        yield service


def test_a_massage_lasts_as_long_as_was_chosen(boots: Served, opened: Open) -> None:
    panel = opened(f"{boots.url}/", **PHONE)
    panel.part("routine-goddard").tap()
    chips = panel.part("lengths").get_by_role("button")
    expect(chips).to_have_text(["As written: 6 min", "10 min", "20 min", "30 min"])
    chips.nth(2).tap()
    expect(chips.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(panel.page.locator("dialog .facts")).to_contain_text("20 min")
    panel.part("start").tap()
    until(boots, "boots-6", "running")
    assert 19 * 60_000 < boots.state("boots-6")["run"]["duration_ms"] < 21 * 60_000
    boots.ask("/devices/boots-6/stop", {})
    until(boots, "boots-6", "idle")


def test_what_has_one_length_offers_no_other(boots: Served, opened: Open) -> None:
    panel = opened(f"{boots.url}/", **PHONE)
    panel.part("routine-popliteal_sweep").tap()
    expect(panel.part("start")).to_be_enabled()
    expect(panel.part("lengths")).to_be_hidden()

"""What the panel's tests share: a service and a browser for each file of tests, and a page of its own for each test."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.panel.chromium import DESKTOP, Panel, Seen, chromium
from tests.panel.served import Served, served
from tests.running import wait_until

Open = Callable[..., Panel]

UP = re.compile("good|slow")
"""What the badge says where the WebSocket is there."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One after the other: two browsers at once would only be in each other's way."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("service"), ["sim://boots-6", "sim://chair-1"]) as service:
        yield service


@pytest.fixture
def service(shared: Served) -> Iterator[Served]:
    """A service with boots and a chair that are idle, before and after."""
    yield shared
    shared.ask("/emergency-stop")
    for device in ("boots-6", "chair-1"):
        wait_until(partial(_is_cleared, shared, device))


def _is_cleared(service: Served, device: str) -> bool:
    service.ask(f"/devices/{device}/clear-fault")
    return bool(service.state(device)["doing"] == "idle")


def until(service: Served, device: str, *doing: str) -> None:
    """Waits until the device does one of these."""
    wait_until(lambda: service.state(device)["doing"] in doing, told=lambda: service.state(device))


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """`opened(url, before=script, **context)`: the panel in a page of its own.

    It asks nobody else, and complains of nothing; `before` runs ahead of its own scripts.
    """
    with ExitStack() as stack:
        seen: list[Seen] = []

        def open_panel(url: str, before: str = "", **context: Any) -> Panel:
            fresh = browser.new_context(**{"locale": "en-US", **DESKTOP, **context})
            stack.callback(fresh.close)
            fresh.add_init_script(before)
            seen.append(Seen("/".join(url.split("/")[:3])))
            seen[-1].watch(fresh)
            return Panel.opened(fresh.new_page(), seen[-1], url)

        yield open_panel
        assert [one.elsewhere for one in seen if one.elsewhere] == []
        assert [found for one in seen if (found := one.unforgiven())] == []


@pytest.fixture
def panel(service: Served, opened: Open) -> Panel:
    """The panel on a desktop."""
    return opened(f"{service.url}/")

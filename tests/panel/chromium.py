"""A real Chromium, cut off from everything but this computer, and the panel in it."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, expect, sync_playwright

from bench.panel.browser import FLAGS

PATIENCE_MS: Final = 30_000
"""For a state to come about: two cores may have much else to do."""

MOST_TABS: Final = 120
"""Parts of a page that can have the focus, at the very most."""

TABLET: Final[dict[str, Any]] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}}


def executable() -> str:
    """Where the browser of this computer is; it says itself what to install where there is none."""
    find = Path(__file__).parents[2] / ".ci" / "chromium"
    return subprocess.run([find], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()  # noqa: S603


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this computer, for as long as it is needed."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Seen:
    """What a page did that a person does not see: whom it asked, and what it complained of."""

    origin: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=lambda: ["422"])
    """A routine of which nothing plays has no report: the browser says so of every one that is offered."""

    def watch(self, context: BrowserContext) -> None:
        """Notes all that pages of this context do from now on."""
        context.on("request", lambda request: self._asked(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._asked(socket.url)))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on(
            "console", lambda line: self.complaints.append(line.text) if line.type in ("error", "warning") else None
        )

    def unforgiven(self) -> list[str]:
        """The complaints that no test has expected."""
        return [line for line in self.complaints if not any(words in line for words in self.forgiven)]

    def _asked(self, url: str) -> None:
        if not url.startswith((self.origin, self.origin.replace("http", "ws", 1), "data:", "blob:")):
            self.elsewhere.append(url)


@dataclass
class Panel:
    """The panel in one page, spoken of by what a person sees: every part has a `data-testid`."""

    page: Page
    seen: Seen
    is_cut: bool = False
    moves: bool = True
    sockets: list[WebSocketRoute] = field(default_factory=list)

    @classmethod
    def opened(cls, page: Page, seen: Seen, url: str) -> Self:
        """The panel at `url`."""
        panel = cls(page, seen)
        page.route_web_socket(re.compile("/api/v1/events$"), panel._connected)
        page.goto(url)
        return panel

    def part(self, name: str) -> Locator:
        """The part of this name."""
        return self.page.get_by_test_id(name)

    def tab(self, name: str) -> None:
        """Goes to another page of the panel, and waits until it is there."""
        self.part(f"tab-{name}").click()
        expect(self.part(f"tab-{name}")).to_have_attribute("aria-selected", "true")

    def edit(self, routine: str) -> None:
        """Opens a routine in the editor."""
        self.tab("routines")
        self.part(f"edit-{routine}").click()
        expect(self.part("editor")).to_be_visible()

    def press(self, key: str) -> None:
        """Presses a key, wherever the focus is."""
        self.page.keyboard.press(key)

    def tab_to(self, name: str) -> None:
        """Presses Tab until the part of this name has the focus, as somebody without a mouse does."""
        expect(self.part(name)).to_be_enabled()
        for _ in range(MOST_TABS):
            if self.page.evaluate("document.activeElement?.dataset.testid") == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} cannot be reached by Tab")

    def either(self, *names: str) -> str:
        """Waits until one of these parts is to be seen; the name of the first that is."""
        expect(self.part(names[0]).or_(self.part(names[1])).first).to_be_visible()
        return next(name for name in names if self.part(name).is_visible())

    def answer(self, name: str) -> None:
        """Answers a question of the screening, and waits until it is gone."""
        question = self.page.locator(".question").inner_text()
        self.part(name).tap()
        expect(self.page.locator(".question").filter(has_text=question)).to_have_count(0)

    def forgive(self, *words: str) -> None:
        """Expects complaints with these words."""
        self.seen.forgiven.extend(words)

    def cut_the_websocket(self) -> None:
        """From now on there is none, while HTTP goes on as before."""
        self.is_cut = True
        for socket in self.sockets:
            socket.close(code=1001)

    def _connected(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            socket.close(code=1001)
        else:
            self.sockets.append(socket)
            socket.connect_to_server()

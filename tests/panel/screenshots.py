"""`make screenshots`: the panel on simulated devices, in pictures for the pages that tell of it.

Called as `python -m tests.panel.screenshots FOLDER`. What is pressed is the simulator's doing, so that no two runs give
the very same picture.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from bench.panel.browser import PHONE
from tests.panel.chromium import DESKTOP, chromium
from tests.panel.served import Served, served
from tests.running import wait_until

TALL: Final[dict[str, Any]] = {**PHONE, "viewport": {"width": 390, "height": 844}}
LARGE: Final[dict[str, Any]] = {**DESKTOP, "device_scale_factor": 1.25}
IN_SIGHT: Final = 3
"""Pictures of routines that are to be seen on any screen, or nearly."""

MOST_BYTES: Final = 150_000
COLOURS: Final = 256
"""Of a picture that would take more."""

PRESSED: Final = """zone => new Promise(told => {
  const look = () => {
    const is = document.querySelector(`[data-testid=zone-${zone}]`)?.dataset;
    if (Number(is?.measured) > 24) told(); else requestAnimationFrame(look);
  };
  look();
})"""
"""Waits until this zone is pressed: a picture of nothing tells nothing."""


def kept(page: Page, path: Path) -> None:
    """The page as it looks now, in not too many bytes."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def opened(browser: Browser, service: Served, colours: str, screen: dict[str, Any]) -> Page:
    """The panel, with all pictures that are in sight."""
    wanted: dict[str, Any] = {**screen, "locale": "en-US", "color_scheme": colours}
    page = browser.new_context(**wanted).new_page()
    page.goto(service.url)
    expect(page.locator(".routine .map svg").nth(IN_SIGHT - 1)).to_be_visible()
    return page


def massage(service: Served, page: Page, device: str, routine: str, zone: str) -> None:
    """Plays, until that zone is pressed."""
    page.get_by_test_id(f"device-{device}").click()
    wait_until(lambda: _plays(service, device, routine))
    page.evaluate(PRESSED, zone)
    page.evaluate("scrollTo(0, 0)")


def _plays(service: Served, device: str, routine: str) -> bool:
    """Has it start, again where a busy machine has been too slow for a simulated device."""
    doing = service.state(device)["doing"]
    if doing in ("fault", "estop"):
        service.ask(f"/devices/{device}/clear-fault")
    if doing == "idle":
        service.ask(f"/devices/{device}/start", {"routine": routine, "acknowledged": True})
    return bool(doing == "running")


def draw(browser: Browser, service: Served, folder: Path) -> None:
    """A massage and the choice of one on a phone, boots and a chair on a desktop: one of each in the light."""
    dark = opened(browser, service, "dark", TALL)
    kept(dark, folder / "panel-phone-dark.png")
    dark.close()
    light, boots = opened(browser, service, "light", TALL), opened(browser, service, "dark", LARGE)
    massage(service, light, "boots-6", "goddard", "left_calf")
    kept(light, folder / "panel-phone-light.png")
    kept(boots, folder / "panel-desktop-dark.png")
    light.close()
    boots.close()
    wait_until(lambda: service.ask("/devices/boots-6/stop")["doing"] == "idle")
    chair = opened(browser, service, "light", LARGE)
    massage(service, chair, "chair-1", "chair_full", "seat")
    kept(chair, folder / "panel-desktop-light.png")


def main(folder: Path) -> None:
    """Draws into `folder`."""
    ports = ["sim://boots-6", "sim://chair-1"]
    with (
        tempfile.TemporaryDirectory() as home,
        chromium() as browser,
        served(Path(home), ports, routines={}) as service,
    ):
        wait_until(lambda: {state["doing"] for state in service.ask("/devices", method="GET")} == {"idle"})
        draw(browser, service, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

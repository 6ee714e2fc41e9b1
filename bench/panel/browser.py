"""A real Chromium, cut off from everything but this computer."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from playwright.async_api import Browser, async_playwright

from legato.errors import Failed

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""The last one is the wall: no name, and no address but our own, leads anywhere."""

PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser of this computer; raises Failed where there is none. `CHROMIUM` names one that is elsewhere."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise Failed("there is no Chromium; on Debian: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()

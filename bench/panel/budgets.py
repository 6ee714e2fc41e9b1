"""The panel's budgets: first view, age of what is shown, how soon a stop acts, what panels cost, and what stays."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page

from bench.budget import Measure
from bench.panel import scripts
from bench.panel.browser import PHONE, chromium
from bench.panel.telemetry_soak import EVERY_S
from bench.proc import cpu_s
from bench.service import Service, served
from bench.stress.running import handed_in, running, said
from bench.stress.spread import percentile

VIEWS: Final = 7
STOPS: Final = 15
"""They follow each other without the rest that would end a hold, and the device allows one of 120 s in all."""
PAUSES: Final = 5
PANELS: Final = 20
LOOK_S: Final = 20.0
PRESSED_MMHG: Final = 20.0
"""A stop is touched while at least this presses."""

_PATIENCE_MS: Final = 30_000
_HOLD: Final = """\
format: 1
name: bench_service
title: A long hold
steps:
  - {do: hold, from: ankle, side: left, pressure_mmhg: 30, seconds: 60}
"""
_BOOTS: Final = "bench.stress.boots"
_START: Final = {"routine": "bench_service", "acknowledged": True}


def measures() -> Iterator[Measure]:
    """The figures one by one; raises Failed where there is no Chromium."""
    for part in (_views, _freshness, _agreement, _soft_stops, _emergency_stops, _cost, _page, _day):
        yield from asyncio.run(part())


@asynccontextmanager
async def _stage() -> AsyncIterator[tuple[Service, Browser]]:
    """A service with boots behind a tty, and a browser."""
    async with AsyncExitStack() as stack:
        boots = await stack.enter_async_context(running(_BOOTS))
        service = await stack.enter_async_context(served([(await said(boots)).split()[-1]]))
        browser = await stack.enter_async_context(chromium())
        await service.until("GET", await service.first(), "idle")
        yield service, browser


async def _opened(context: BrowserContext, service: Service) -> Page:
    page = await context.new_page()
    await page.goto(f"http://{service.address}/")
    await page.get_by_test_id("routine-bench_service").wait_for(timeout=_PATIENCE_MS)
    return page


async def _views() -> Sequence[Measure]:
    """The first view of a phone that has never been here: until the routines can be chosen from; all that it took."""
    seconds, kilobytes = [], []
    async with _stage() as (service, browser):
        for _ in range(VIEWS):
            context = await browser.new_context(**PHONE)
            page = await context.new_page()
            network = await context.new_cdp_session(page)
            await network.send("Network.enable")
            taken: list[float] = []
            network.on("Network.loadingFinished", lambda told, taken=taken: taken.append(told["encodedDataLength"]))
            began_s = time.monotonic()
            await page.goto(f"http://{service.address}/")
            await page.locator(".routine").first.wait_for(timeout=_PATIENCE_MS)
            seconds.append(time.monotonic() - began_s)
            await page.locator(".routine .map svg").first.wait_for(timeout=_PATIENCE_MS)
            await page.wait_for_load_state("networkidle")
            kilobytes.append(sum(taken) / 1000.0)
            await context.close()
    return [
        Measure("first view, transferred", max(kilobytes), "kB", 150, remark="pictures in sight included"),
        Measure(
            f"first view, median of {VIEWS}", median(seconds), "s", 1,
            remark=f"until there are routines to touch; worst {max(seconds):.2f}",
        ),
    ]  # fmt: skip


async def _freshness() -> Sequence[Measure]:
    async with _stage() as (service, browser):
        context = await browser.new_context(**PHONE)
        await context.add_init_script(scripts.AGES)
        page = await _opened(context, service)
        await service.until("POST", f"{await service.first()}/start", "running", _START)
        await page.locator(".figure").wait_for(timeout=_PATIENCE_MS)
        await page.evaluate("ages.length = 0")
        await asyncio.sleep(LOOK_S)
        ages_ms: list[float] = await page.evaluate("ages")
    remark = f"device's word at the host until it is painted, {len(ages_ms)} times: median {median(ages_ms):.0f}, "
    remark += f"worst {max(ages_ms):.0f}"
    return [Measure("telemetry to pixel, p99", percentile(ages_ms, 99), "ms", 100, remark=remark)]


async def _agreement() -> Sequence[Measure]:
    """What one panel has done, and when both show it."""
    apart_ms = []
    async with _stage() as (service, browser):
        context = await browser.new_context(**PHONE)
        await context.add_init_script(scripts.SHOWN)
        one, two = await _opened(context, service), await _opened(context, service)
        first = await service.first()
        await service.until("POST", f"{first}/start", "running", _START)
        for _ in range(PAUSES):
            await one.get_by_test_id("pause").tap(timeout=_PATIENCE_MS)
            at_ms = [await page.evaluate("shown('paused')") for page in (one, two)]
            apart_ms.append(abs(at_ms[0] - at_ms[1]))
            await service.ask("POST", f"{first}/resume")
            await service.until("GET", first, "running")
    return [Measure("two panels agree, worst", max(apart_ms), "ms", 200, remark=f"{PAUSES} pauses, by touch in one")]


async def _soft_stops() -> Sequence[Measure]:
    return [_told("Stop", await _stops("stop"))]


async def _emergency_stops() -> Sequence[Measure]:
    return [_told("Emergency", await _stops("estop"))]


def _told(name: str, took_ms: Sequence[float]) -> Measure:
    remark = f"until the last coil falls, {len(took_ms)} times: median {median(took_ms):.1f}, worst {max(took_ms):.1f}"
    return Measure(f"{name} touched to valves open, p99", percentile(took_ms, 99), "ms", 50, remark=remark)


async def _stops(button: str) -> list[float]:
    """From the touch, as the browser has stamped it, to the device's valves."""
    async with running(_BOOTS) as boots:
        tty = (await said(boots)).split()[-1]
        async with served([tty], _HOLD) as service, chromium() as browser:
            touched_s = await _touched(service, browser, button)
        safe_s: list[float] = (await handed_in(boots))["safe_s"]
    return [1000.0 * (min(s for s in safe_s if s >= at_s) - at_s) for at_s in touched_s]


async def _touched(service: Service, browser: Browser, button: str) -> list[float]:
    """When each stop was touched, by the machine's monotonic clock; the browser's clock is that of the day."""
    touched_s, first = [], await service.first()
    again = ("POST", f"{first}/clear-fault") if button == "estop" else ("GET", first)
    context = await browser.new_context(**PHONE)
    await context.add_init_script(scripts.TOUCHES)
    await service.until("GET", first, "idle")
    page = await _opened(context, service)
    for _ in range(STOPS):
        await service.until("POST", f"{first}/start", "running", _START)
        await _pressed(service, first)
        # Until its HTTP request is answered too: it must not stop what is started next.
        async with page.expect_response(re.compile("stop$")):
            await page.get_by_test_id(button).tap()
        touched_s.append(await page.evaluate("touched / 1000") - time.time() + time.monotonic())
        await service.until(*again, "idle")
    return touched_s


async def _pressed(service: Service, device: str) -> None:
    while True:
        _, readings = await service.ask("GET", f"{device}/readings")
        if max(readings["measured"]) >= PRESSED_MMHG:
            return
        await asyncio.sleep(0.1)


async def _cost() -> Sequence[Measure]:
    """Processor time of the service, with panels that look on a massage and without."""
    async with _stage() as (service, browser):
        await service.until("POST", f"{await service.first()}/start", "running", _START)
        alone = await _percent(service)
        context = await browser.new_context(**PHONE)
        for _ in range(PANELS):
            page = await context.new_page()
            await page.goto(f"http://{service.address}/")
            await page.locator(".figure").wait_for(timeout=_PATIENCE_MS)
        with_panels = await _percent(service)
        await service.until("GET", await service.first(), "running")
    remark = f"of a core, of the service while it plays: {alone:.1f} % without, {with_panels:.1f} % with"
    return [Measure(f"{PANELS} panels", with_panels - alone, "%", 10, remark=remark)]


async def _percent(service: Service) -> float:
    before_s, began_s = cpu_s(service.pid), time.monotonic()
    await asyncio.sleep(LOOK_S)
    return 100.0 * (cpu_s(service.pid) - before_s) / (time.monotonic() - began_s)


async def _page() -> Sequence[Measure]:
    """A day of readings, given to the page's own store as fast as it takes them."""
    async with _stage() as (service, browser):
        context = await browser.new_context(**PHONE)
        page = await _opened(context, service)
        memory = await context.new_cdp_session(page)
        held = []
        for hours in (1, 23):
            await page.evaluate(scripts.READINGS, round(hours * 3600 / EVERY_S))
            await memory.send("HeapProfiler.collectGarbage")
            held.append((await memory.send("Runtime.getHeapUsage"))["usedSize"] / 1000.0)
    return [Measure("24 h of telemetry, page: growth after the 1st hour", held[1] - held[0], "kB", 1000)]


async def _day() -> Sequence[Measure]:
    async with running("bench.panel.telemetry_soak") as process:
        told: dict[str, Any] = await handed_in(process)
    remark = f"virtual time; one panel heard {told['heard']}, one stalled and was cut off {told['cut_off']} times"
    return [
        Measure("24 h of telemetry, service: growth after 6 h to warm up", told["grown_kb"], "kB", 1000, remark=remark)
    ]

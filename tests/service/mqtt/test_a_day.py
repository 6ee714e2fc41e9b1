"""A day of telemetry, in virtual seconds, to a real mosquitto that is killed now and then."""

import asyncio
import gc
import itertools
import logging
from pathlib import Path

import pytest

from legato.service.devices.state import Doing, Happened, News, ReadingsTold, StateTold
from legato.service.mqtt.broker_connection import Link
from legato.service.mqtt.outbox import MAX_EVENTS
from tests.mosquitto import Mosquitto
from tests.service.mqtt.stand_in import NOON, RUN, StandIn, broker, hands, kept, mqtt, readings, state, until

AWAY = (5, 6, 13, 21)
"""The hours without a broker."""


@pytest.mark.timeout(180)
def test_a_day_of_telemetry_reaches_the_broker_and_leaves_the_memory_flat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """86 400 s of readings, and a routine every half hour. What the broker has in the end is what was told last."""

    async def live(there: Mosquitto) -> list[int]:
        objects = []
        service = mqtt(StandIn(), broker(there.port))
        half_hour = [_second(second) for second in range(1800)]
        async with kept(service):
            for hour in range(24):
                await _see_to(there, hour not in AWAY)
                for second in range(3600):
                    for news in half_hour[second % 1800]:
                        service._publisher.tell(news, 3600.0 * hour + second)
                    if second % 10 == 0:
                        await asyncio.sleep(0)
                assert len(service.outbox) < 30 + MAX_EVENTS
                assert service.outbox.known < 30
                if hour not in AWAY:
                    await until(lambda: service.link.is_up and not len(service.outbox))
                    gc.collect()
                    objects.append(len(gc.get_objects()))
            async with hands(there.port) as somebody:
                await somebody.hears("legato/test/boots/step", "minute 29")
                await somebody.hears("legato/test/boots/pressure/left_calf", str(1799 % 50))
        assert service.outbox.dropped == 0
        return objects

    caplog.set_level(logging.CRITICAL, "legato.service.mqtt")  # what is captured stays in memory, too
    monkeypatch.setattr(Link, "_pauses", lambda _: itertools.repeat(0.05))
    there = Mosquitto(tmp_path).start()
    try:
        objects = asyncio.run(live(there))
    finally:
        there.kill()
    # A moment's few hundred are on their way; what stays of each minute would be a thousand in the end.
    assert min(objects[-6:]) <= max(objects[:6]) + 100, objects


async def _see_to(there: Mosquitto, is_there: bool) -> None:
    """Has the broker be there, or not."""
    if is_there != there.is_running:
        await asyncio.to_thread(there.start if is_there else there.kill)


def _second(second: int) -> list[News]:
    told_now = ReadingsTold(readings=readings(session_ms=1000 * second, measured=(second % 50, 20.0)))
    if second % 60:
        return [told_now]
    run = RUN.model_copy(update={"session_ms": 1000 * second, "step": f"minute {second // 60}"})
    now = state(doing=Doing.RUNNING, run=run, number=second)
    return [StateTold(state=now), Happened(id="boots", at=NOON, name="step", text=run.step), told_now]

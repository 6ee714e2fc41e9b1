"""The second wall: what it lets pass, and what it does not."""

import pytest

from legato.controller.link.device_messages import Status
from legato.controller.session.plausibility import PlausibilityCheck
from legato.firmware import wire
from tests.host import SINGLE, squeezes


def status(ms: int, measured: float | None, commanded: float, state: int = wire.RUNNING) -> Status:
    return Status((measured,), (commanded,), ms, ms, state, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0)


def verdict(
    watch: PlausibilityCheck, seconds: float, measured: float | None, commanded: float, start_ms: int = 0
) -> str:
    """What the watch says in the end, when things stay like this."""
    for ms in range(start_ms, start_ms + round(seconds * 1000) + 1, 100):
        found = watch.check(status(ms, measured, commanded))
        if found is not None:
            return f"{found.channel} {found.why}"
    return ""


@pytest.mark.parametrize(
    ("seconds", "measured", "commanded"),
    [
        (60.0, 30.0, 30.0),
        (2.0, 55.0, 30.0),
        (60.0, 48.0, 30.0),
        (60.0, 4.0, 6.0),
        (60.0, None, 30.0),
    ],
    ids=["as commanded", "a person moves", "a little above", "the baseline", "no valid reading"],
)
def test_what_may_be(seconds: float, measured: float | None, commanded: float) -> None:
    assert verdict(PlausibilityCheck(squeezes(SINGLE)), seconds, measured, commanded) == ""


@pytest.mark.parametrize(
    ("seconds", "measured", "commanded", "says"),
    [
        (0.0, 121.0, 30.0, "calf measures over its cap of 80 mmHg"),
        (3.0, 55.0, 30.0, "calf stays more than 20 mmHg above what is commanded"),
        (60.0, 5.0, 30.0, "calf does not follow what is commanded"),
        (0.0, 30.0, 40.0, "calf is commanded above all that the schedule asks (30 mmHg)"),
    ],
)
def test_what_may_not_be(seconds: float, measured: float, commanded: float, says: str) -> None:
    assert verdict(PlausibilityCheck(squeezes(SINGLE)), seconds, measured, commanded) == says


def test_a_disagreement_that_ends_in_time_starts_anew() -> None:
    watch = PlausibilityCheck(squeezes(SINGLE))
    for start_ms in range(0, 30_000, 3_000):
        assert verdict(watch, 2.0, 55.0, 30.0, start_ms) == ""
        assert verdict(watch, 0.5, 30.0, 30.0, start_ms + 2_100) == ""


def test_device_time_may_wrap() -> None:
    watch = PlausibilityCheck(squeezes(SINGLE))
    found = [
        watch.check(status(ms & 0x3FFFFFFF, 55.0, 30.0)) for ms in range((1 << 30) - 1_000, (1 << 30) + 3_000, 100)
    ]
    assert found[20] is None
    assert found[-1] is not None

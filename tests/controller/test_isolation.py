"""What fails beside a massage is told, and does not fill the log, however often it fails."""

import logging
from collections.abc import Callable

import pytest

from legato.controller.isolation import KINDS, Complaints, every
from legato.controller.session.event_bus import EventBus, Subscription
from legato.controller.session.events import Notice

Told = Callable[[], list[str]]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    """What the log has, with a mark at each line that brings its traceback."""
    return lambda: [record.getMessage() + (" +trace" if record.exc_info else "") for record in caplog.records]


def fails(error: Exception) -> None:
    raise error


def test_the_first_is_told_with_its_traceback_and_the_rest_ever_more_rarely(told: Told) -> None:
    complaints = Complaints()
    for number in range(1, 1001):
        complaints.log("the diary", every([lambda number=number: fails(ValueError(f"entry {number}"))]))  # type: ignore[misc]
    assert told() == [
        "the diary failed +trace",
        *(f"the diary failed again, {n} times by now: entry {n}" for n in (2, 4, 8, 16, 32, 64, 128, 256, 512)),
    ]


def test_another_cause_another_place_and_another_keeper_have_their_own_traceback(told: Told) -> None:
    complaints = Complaints()
    for _ in range(3):
        for what in ("the diary", "the tape"):
            complaints.log(what, every([lambda: fails(ValueError()), lambda: fails(OSError()), lambda: int("x")]))
    assert sum(line.endswith("+trace") for line in told()) == 6


def test_of_ever_new_kinds_only_so_many_are_kept() -> None:
    complaints = Complaints()
    for number in range(3 * KINDS):
        complaints.log(f"what {number}", [ValueError()])
    assert len(complaints._times) == KINDS


def test_a_log_that_fails_and_an_error_without_words_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    monkeypatch.setattr(logging.Logger, "handle", lambda *_: fails(OSError(28, "no space left on device")))
    complaints = Complaints()
    for _ in range(4):
        complaints.log("the state", [Mute()])


def test_a_listener_that_fails_at_every_event_of_a_long_massage_leaves_a_few_lines(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = EventBus[Notice]()
    hub.subscribe()
    monkeypatch.setattr(Subscription, "put", lambda *_: fails(ValueError("injected")))
    for _ in range(36_000):
        hub.publish(Notice("telemetry, ten a second for an hour"))
    assert len(told()) == 16
    assert sum(line.endswith("+trace") for line in told()) == 1

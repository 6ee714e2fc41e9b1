"""The page for a therapist tells pain intensity and frequency, conditions and medicines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from legato.care.entries import Moment, Note, RecordedSession
from legato.care.person import Person
from legato.care.report import for_therapist
from legato.care.screening import DatedAnswer

EVENING = datetime(2026, 11, 1, 20, tzinfo=UTC)


def note(day: int, moment: Moment, pain: int | None, swelling_cm: float | None = None) -> Note:
    at = EVENING + timedelta(days=day - 1, hours=moment is Moment.AFTER)
    return Note(person="ada", at=at, moment=moment, pain=pain, swelling_cm=swelling_cm)


def session(day: int) -> RecordedSession:
    return RecordedSession(person="ada", routine="goddard", started=EVENING + timedelta(days=day - 1), duration_s=420)


@pytest.fixture
def page(person: Callable[..., Person], today: date) -> Callable[..., str]:
    """Ada's page."""

    def write(sessions: tuple[RecordedSession, ...] = (), notes: tuple[Note, ...] = (), **fields: object) -> str:
        return for_therapist(person(**fields), sessions, notes, today)

    return write


def test_it_tells_how_strong_and_how_frequent_the_pain_is(page: Callable[..., str]) -> None:
    notes = (
        note(10, Moment.BEFORE, 6),
        note(10, Moment.AFTER, 2),
        note(12, Moment.BEFORE, 3),
        note(14, Moment.BEFORE, 0),
    )
    text = page(notes=notes)
    assert "Pain before a massage: 3.0 of 10 on average, 0 to 6" in text
    assert "Days with pain: 2 of 3 days noted" in text


def test_it_names_conditions_and_medicines(page: Callable[..., str]) -> None:
    text = page(conditions=["sciatica, left"], medicines=["warfarin"])
    assert "Conditions: sciatica, left" in text
    assert "Medicines: warfarin" in text


def test_it_tells_what_the_screening_found(
    page: Callable[..., str], answering: Callable[..., dict[str, DatedAnswer]]
) -> None:
    assert "Do you take blood thinners, or do you bruise or bleed easily? unsure" in page(
        answers=answering(anticoagulants="unsure")
    )


def test_each_session_shows_the_pain_around_it(page: Callable[..., str]) -> None:
    text = page((session(10),), (note(10, Moment.BEFORE, 6), note(10, Moment.AFTER, 2)))
    assert "2026-11-10  goddard, 7 min, completed, pain 6 -> 2" in text


def test_it_tells_how_the_swelling_went(page: Callable[..., str]) -> None:
    notes = (note(10, Moment.BEFORE, None, 39.0), note(14, Moment.BEFORE, None, 38.2))
    assert "Girth of the leg: 39.0 cm first, 38.2 cm last" in page(notes=notes)


def test_it_looks_back_four_weeks_and_not_into_the_future(page: Callable[..., str]) -> None:
    text = page((session(-30), session(20), session(300)))
    assert "Massages: 1 in 28 days" in text


def test_it_stays_one_page(page: Callable[..., str]) -> None:
    sessions = tuple(session(day) for day in range(-5, 21) for _ in range(3))
    notes = tuple(note(day, Moment.BEFORE, 5, 38.0) for day in range(-5, 21))
    assert page(sessions, notes, conditions=["a", "b"]).count("\n") < 60


def test_nothing_noted_is_said_plainly(page: Callable[..., str]) -> None:
    assert "Pain: nothing noted" in page()
    assert "Screening: not done" in page()

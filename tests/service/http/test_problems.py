"""What each kind of error is for a client: clients read status and type, so neither changes."""

import pytest

from legato.controller.errors import NoAnswer
from legato.errors import (
    AlreadyExists,
    CompileError,
    DiaryError,
    Failed,
    InvalidFile,
    LegatoError,
    MissingExtra,
    Misuse,
    NotAdmitted,
    NotAllowed,
    UnknownName,
    UsageError,
)
from legato.profiles.errors import FileProblem
from legato.service.devices.errors import Busy, NotNow, NotPlayable, TooLong, UnknownDevice
from legato.service.http.problems import explained


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (UnknownDevice("no device is called x"), 404, "unknown_device"),
        (NotNow("boots is running"), 409, "not_now"),
        (NotPlayable("it leaves the envelope"), 422, "not_playable"),
        (TooLong("it took more than 20 s"), 422, "too_long"),
        (Misuse("nothing is paused"), 409, "not_now"),
        (NoAnswer("no answer"), 502, "link_lost"),
        (NotAllowed("it is not for you"), 403, "refused"),
        (AlreadyExists("ada already exists"), 409, "exists"),
        (UnknownName("person", "bob", ["ada"]), 404, "unknown"),
        (CompileError("it leaves the envelope", "ask for less"), 422, "invalid"),
        (UsageError("ada already follows rls"), 422, "invalid"),
        (MissingExtra("this needs icalendar"), 422, "invalid"),
        (DiaryError("the disk is full"), 503, "failed"),
        (Failed("mine.yaml: the disk is full"), 503, "failed"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, LegatoError) else str(value),
)
def test_each_kind_has_a_status_and_a_type(error: LegatoError, status: int, kind: str) -> None:
    problem, headers = explained(error)
    assert (problem.status, problem.type, problem.detail, headers) == (status, kind, str(error), None)


def test_who_is_not_admitted_is_told_what_would_open_the_gate() -> None:
    problem, _ = explained(NotAdmitted("a caution has to be acknowledged first", "acknowledge", ("warm water",)))
    assert (problem.status, problem.type) == (403, "not_admitted")
    assert (problem.needs, problem.cautions) == ("acknowledge", ("warm water",))


def test_a_file_that_is_not_valid_is_told_place_by_place() -> None:
    places = [FileProblem("mine.yaml", line, 3, f"fault {line}", "mend it") for line in range(1, 31)]
    problem, _ = explained(InvalidFile(*places))
    assert (problem.status, problem.type, problem.detail) == (422, "invalid", str(places[0]))
    assert [(place.where, place.line, place.column) for place in problem.errors][:2] == [
        ("mine.yaml", 1, 3),
        ("mine.yaml", 2, 3),
    ]
    assert len(problem.errors) == 20


def test_who_asks_while_there_is_too_much_to_do_is_told_when_to_ask_again() -> None:
    problem, headers = explained(Busy("too many jobs are in progress; try again"))
    assert (problem.status, problem.type, headers) == (503, "busy", {"Retry-After": "5"})


def test_what_nobody_expected_is_ours_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    problem, _ = explained(ZeroDivisionError("division by zero"))
    assert (problem.status, problem.type, "zero" in problem.detail) == (500, "internal", False)
    assert "division by zero" in caplog.text

"""What the service puts into the diary, and what it asks of it before a start."""

from datetime import timedelta

import pytest

from care.person import Person
from controller.service.bridge import Start
from controller.service.errors import NotAdmitted, UnknownRoutine
from controller.service.state import Ending, Run
from legato import people
from legato.serve.admission import prepare
from legato.serve.journal import begin, settle
from profiles import load
from profiles.anatomy import Zone

BOOTS = load.device("boots-6")
RUN = Run(routine="goddard", title="Goddard", person="anna", started_at=people.now(), duration_ms=1_200_000)


def diary() -> list[tuple[str, float]]:
    with people.diary() as opened:
        return [(session.outcome, session.duration_s) for session in opened.sessions("anna")]


def test_a_run_is_in_the_diary_from_its_beginning_and_as_it_went_in_the_end() -> None:
    begin(RUN, "anna", "boots-6")
    assert diary() == [("begun", 1200.0)]
    played = RUN.model_copy(update={"session_ms": 600_000})
    settle(played, "anna", "boots-6", Ending(kind="stopped", at=people.now()), 41.26)
    assert diary() == [("stopped", 600.0)]


def test_a_run_that_never_played_leaves_nothing() -> None:
    begin(RUN, "anna", "boots-6")
    settle(RUN, "anna", "boots-6", Ending(kind="refused", at=people.now()), 0.0)
    assert diary() == []


def test_a_second_massage_has_to_wait_until_the_rest_is_over() -> None:
    people.store().save(Person(format=1, name="anna"))
    assert prepare(Start(routine="goddard", person="anna", acknowledged=True), BOOTS).person == "anna"
    begin(RUN.model_copy(update={"started_at": people.now() - timedelta(minutes=10)}), "anna", "boots-6")
    with pytest.raises(NotAdmitted, match="30 minutes of rest") as refusal:
        prepare(Start(routine="goddard", person="anna", acknowledged=True), BOOTS)
    assert refusal.value.needs == "rest"
    assert prepare(Start(routine="goddard", acknowledged=True), BOOTS).person is None


def test_a_cap_that_is_asked_for_is_kept_by_the_schedule() -> None:
    calves = {c.index for c in BOOTS.channels if c.actuator.zone is Zone.CALF}

    def peak(caps: dict[Zone, float]) -> float:
        ready = prepare(Start(routine="goddard", caps_mmhg=caps, acknowledged=True), BOOTS)
        return max(point.target for point in ready.schedule.setpoints if point.channel in calves)

    assert peak({Zone.CALF: 20.0}) < peak({}) == peak({Zone.CALF: 110.0})


@pytest.mark.parametrize("name", ["nothing_like_it", "../../etc/passwd", "boots-6", ""])
def test_a_client_names_routines_never_files(name: str) -> None:
    with pytest.raises(UnknownRoutine):
        prepare(Start(routine=name), BOOTS)

"""What the service puts into the diary, and what it asks of it before a start."""

from datetime import timedelta

import pytest

from legato.app import people, wall_clock
from legato.app.diary import open_diary
from legato.care.person import Person
from legato.controller.session.dose import Dose
from legato.errors import NotAdmitted
from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.service.devices.bridge import Start
from legato.service.devices.errors import UnknownRoutine
from legato.service.devices.state import Ending, Run
from legato.service.run.admission import prepare
from legato.service.run.journal import begin, settle
from legato.sim.device import as_simulated

BOOTS = load.device("boots-6")
RUN = Run(routine="goddard", title="Goddard", person="anna", started_at=wall_clock.now(), duration_ms=1_200_000)


def diary() -> list[tuple[str, float]]:
    with open_diary() as opened:
        return [(session.outcome, session.duration_s) for session in opened.sessions("anna")]


def test_a_run_is_in_the_diary_from_its_beginning_and_as_it_went_in_the_end() -> None:
    begin(RUN, "anna", BOOTS)
    assert diary() == [("begun", 1200.0)]
    end = RUN.started_at + timedelta(minutes=15)
    played = Dose(has_begun=True, played_ms=600_000, pressed_ms=420_500, peak_mmhg=41.26)
    settle(RUN.model_copy(update={"session_ms": 900_000}), "anna", BOOTS, Ending(kind="stopped", at=end), played)
    assert diary() == [("stopped", 600.0)]
    with open_diary() as opened:
        (entry,) = opened.sessions("anna")
    assert (entry.started, entry.ended, entry.end) == (RUN.started_at, end, end)
    assert (entry.planned_s, entry.pressed_s, entry.played_pct, entry.peak_mmhg) == (1200.0, 420.5, 50, 41.3)


@pytest.mark.parametrize(("is_whole", "outcome"), [(True, "completed"), (False, "partial")])
def test_a_routine_is_done_only_where_all_of_it_was_played(is_whole: bool, outcome: str) -> None:
    begin(RUN, "anna", BOOTS)
    dose = Dose(has_begun=True, is_whole=is_whole, played_ms=1_200_000 if is_whole else 63_000)
    settle(RUN, "anna", BOOTS, Ending(kind="completed", at=wall_clock.now()), dose)
    assert [kept for kept, _ in diary()] == [outcome]


@pytest.mark.parametrize(("asked", "is_kept"), [(False, False), (True, True)])
def test_a_run_on_a_simulator_is_for_the_diary_only_where_that_is_asked_for(asked: bool, is_kept: bool) -> None:
    people.store().save(Person(format=1, name="anna"))
    wish = Start(routine="goddard", person="anna", acknowledged=True, keep_simulated=asked)
    assert prepare(wish, as_simulated(BOOTS)).in_diary is is_kept
    assert prepare(wish, BOOTS).in_diary


def test_what_was_simulated_is_marked_in_the_diary() -> None:
    begin(RUN, "anna", as_simulated(BOOTS))
    settle(RUN, "anna", as_simulated(BOOTS), Ending(kind="stopped", at=wall_clock.now()), Dose(has_begun=True))
    with open_diary() as opened:
        assert [entry.simulated for entry in opened.sessions("anna")] == [True]


def test_a_run_that_never_played_leaves_nothing() -> None:
    begin(RUN, "anna", BOOTS)
    settle(RUN, "anna", BOOTS, Ending(kind="refused", at=wall_clock.now()), Dose())
    assert diary() == []


def test_a_second_massage_has_to_wait_until_the_rest_is_over() -> None:
    people.store().save(Person(format=1, name="anna"))
    assert prepare(Start(routine="goddard", person="anna", acknowledged=True), BOOTS).person == "anna"
    begin(RUN.model_copy(update={"started_at": wall_clock.now() - timedelta(minutes=10)}), "anna", BOOTS)
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

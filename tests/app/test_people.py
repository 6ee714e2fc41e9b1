"""A person as the application knows one: settings, screening, recommendations, diary and courses."""

import pytest

from legato.app import courses, history, people, screening
from legato.app.history import Jotted
from legato.app.people import Change
from legato.app.recommendation import recommended
from legato.care import courses as care_courses
from legato.care.entries import Moment
from legato.care.recommend import danger_recommendation
from legato.care.screening import Answer
from legato.errors import AlreadyExists, UnknownName, UsageError


def test_a_person_from_the_first_question_to_a_recommendation() -> None:
    assert people.begin("ada").name == "ada"
    with pytest.raises(AlreadyExists):
        people.begin("ada")
    assert [(p.name, p.is_current) for p in people.everyone()] == [("ada", True)]
    assert people.change("ada", Change(comfort_cap_mmhg=35.0)).comfort_cap_mmhg == 35.0
    due = screening.screening("ada").due
    after = screening.answered("ada", {question.id: Answer.NO for question in due})
    assert len(after.due) < len(due)
    with pytest.raises(UnknownName, match="there is no question"):
        screening.answered("ada", {"no_such_question": Answer.NO})
    with pytest.raises(UnknownName, match="there is no person"):
        people.settings("bob")
    found = recommended("tired heavy legs", "boots-6", "ada", 40.0)
    assert found.routines
    danger = recommended("tired legs, and the left one is swollen and hot", "boots-6", "ada", 40.0)
    assert (danger.answer, danger.routines, danger.passed) == ("doctor", (), ())
    assert all("Arzt" in sign.says.de for sign in danger.signs)
    assert danger_recommendation("tired legs") is None
    assert danger_recommendation("left leg swollen and hot") == recommended(
        "left leg swollen and hot", "boots-6", None, None
    )
    with pytest.raises(UnknownName):
        recommended("xyzzy", "boots-6", None, None)


def test_the_diary_and_the_courses_of_a_person() -> None:
    people.begin("ada")
    history.note("ada", Jotted(moment=Moment.BEFORE, pain=6, text="woke up with it"))
    assert [(n.pain, n.text) for n in history.notes("ada")] == [(6, "woke up with it")]
    assert [(row.kind, row.text_before) for row in history.sessions("ada")] == [("note", "woke up with it")]
    assert history.table("ada").startswith("kind,started,routine,device")
    with pytest.raises(UnknownName):
        courses.begin("nothing", None, "ada")
    which = course_without_a_routine()
    assert courses.begin(which, None, "ada").person == "ada"
    assert [standing.course for standing in courses.standings("ada")] == [which]
    with pytest.raises(UsageError, match="already follows"):
        courses.begin(which, None, "ada")
    courses.end(which, "ada")
    assert courses.standings("ada") == []


def course_without_a_routine() -> str:
    """A course for which nothing has to be known of somebody."""
    return next(course.name for course in care_courses.courses().values() if course.routine is None)

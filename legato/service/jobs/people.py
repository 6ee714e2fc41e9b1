"""Jobs about people: settings, screening, diary, courses, recommendations."""

from collections.abc import Mapping
from io import StringIO

from legato.app import people, routine_library
from legato.care.conditions import conditions
from legato.care.entries import Note, Session
from legato.care.errors import UnknownName
from legato.care.following import Following
from legato.care.person import Person
from legato.care.recommend import endangered as in_danger
from legato.care.recommend import recommend
from legato.care.screening import Answer, screen
from legato.cli.commands import course, history, person
from legato.cli.commands import screen as screening_command
from legato.cli.commands.recommend import as_dict, candidate
from legato.service.http.application_service import Target
from legato.service.http.not_done import NotDone
from legato.service.http.schemas.people import (
    Change,
    CourseStanding,
    Finding,
    HistoryRow,
    Jotted,
    NotedRow,
    PersonName,
    QuestionDue,
    Recommended,
    Screening,
    Settings,
)
from legato.service.jobs.routines import device_of

Entries = tuple[tuple[Session, ...], tuple[Note, ...]]


def everyone() -> list[PersonName]:
    """Everyone on this computer."""
    store = people.store()
    return [PersonName(name=name, is_current=name == store.current_name()) for name in store.names()]


def settings(name: str) -> Settings:
    """The settings of somebody."""
    return _settings(people.one(name))


def new(name: str) -> Settings:
    """Begins with somebody; the first one is made current."""
    store = people.store()
    if name in store.names():
        raise NotDone("exists", f"{name} is known already")
    begun = people.new(name)
    store.save(begun)
    if store.current_name() not in store.names():
        store.use(name)
    return _settings(begun)


def change(name: str, changes: Change) -> Settings:
    """Changes what is given."""
    changed = person.changed(people.one(name), changes.model_dump(exclude_none=True))
    people.store().save(changed)
    return _settings(changed)


def screening(name: str) -> Screening:
    """What the answers so far mean."""
    return _screening(people.one(name))


def answered(name: str, answers: Mapping[str, Answer]) -> Screening:
    """Keeps answers."""
    for question in answers:
        if question not in conditions():
            raise UnknownName("question", question, conditions())
    return _screening(screening_command.kept(people.one(name), dict(answers)))


def sessions(name: str) -> list[HistoryRow]:
    """The sessions of somebody with the notes around each, and the notes around none."""
    return [HistoryRow.model_validate(row, strict=False) for row in history.rows(*_entries(name))]


def table(name: str) -> str:
    """The same as CSV."""
    file = StringIO()
    history.write_table(file, *_entries(name))
    return file.getvalue()


def notes(name: str) -> list[NotedRow]:
    """What somebody noted."""
    return [NotedRow(**note.model_dump(exclude={"person"})) for note in _entries(name)[1]]


def note(name: str, jotted: Jotted) -> None:
    """Notes how somebody is, or was; what is yet to come nobody knows."""
    person, now = people.one(name).name, people.now()
    entry = Note(**{**dict(jotted), "person": person, "at": min(jotted.at or now, now)})
    with people.diary() as diary:
        diary.add(entry)


def courses(name: str) -> list[CourseStanding]:
    """Where the courses of somebody stand."""
    return [_standing(following) for following in course.followed_by(people.one(name).name)]


def start_course(name: str, which: str, routine: str | None) -> None:
    """Begins a course."""
    course.begin(which, routine, name, routine_library.find)


def stop_course(name: str, which: str) -> None:
    """Ends a course."""
    course.end(which, name)


def endangered(need: str) -> Recommended | None:
    """What to do about a danger, which waits for no device and no person."""
    found = in_danger(need)
    return Recommended.model_validate(as_dict(found)) if found else None


def recommended(need: str, target: Target, name: str | None, minutes: float | None) -> Recommended:
    """What fits a need, for somebody or for nobody in particular."""
    device, chosen, today = device_of(target), people.named(name), people.today()
    narrow = chosen.restrictions(today) if chosen else None
    result = chosen.screened(today) if chosen else None
    found = recommend(need, lambda routine: candidate(routine, device, narrow, minutes), result, minutes)
    return Recommended.model_validate(as_dict(found))


def _settings(who: Person) -> Settings:
    return Settings(**{field: getattr(who, field) for field in Settings.model_fields})


def _screening(who: Person) -> Screening:
    result = screen(who.answers, people.today())
    return Screening(
        person=who.name,
        level=result.level,
        is_complete=result.is_complete,
        findings=tuple(Finding(id=c.id, level=c.level, reason=c.reason, source=c.source) for c in result.findings),
        limits=tuple(screening_command.limits(result)),
        due=tuple(QuestionDue(id=c.id, question=c.question, level=c.level) for c in result.open),
        expires=result.expires.isoformat() if result.expires else None,
    )


def _entries(name: str) -> Entries:
    who = people.one(name).name
    with people.diary() as diary:
        return diary.sessions(who), diary.notes(who)


def _standing(following: Following) -> CourseStanding:
    plan, followed = following.plan(people.now()), following.course
    return CourseStanding(
        course=followed.name,
        title=followed.title,
        routine=followed.routine,
        state=plan.state,
        due=plan.due.isoformat() if plan.due else None,
        not_before=plan.not_before,
        done=plan.done,
        sessions=followed.sessions,
        adherence_pct=plan.adherence_pct,
    )

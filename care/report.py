"""One page for a therapist: strength and frequency of the pain, conditions, medicines, and massages."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import fmean

from legato.care.entries import Moment, Note, RecordedSession, after, before, massages
from legato.care.person import Person
from legato.care.planner import day_of

DAYS = 28
"""The period that the page covers [E]."""
MOST_SESSIONS = 12
"""The most sessions and text notes that are listed, so that it stays one page."""


def for_therapist(person: Person, sessions: Sequence[RecordedSession], notes: Sequence[Note], today: date) -> str:
    """The page as plain text."""
    since = today - timedelta(days=DAYS)
    recent = [s for s in massages(sessions) if since < day_of(s.started) <= today]
    noted = [n for n in notes if since < day_of(n.at) <= today]
    lines = [f"{person.name}, {since + timedelta(days=1)} to {today}", "", *_pain(noted), *_swelling(noted)]
    lines += [*(f"  {day_of(n.at)}  {n.text}" for n in noted[-MOST_SESSIONS:] if n.text), ""]
    lines += [*_about(person, today), "", f"Massages: {len(recent)} in {DAYS} days"]
    return "\n".join([*lines, *(_session(s, notes) for s in recent[-MOST_SESSIONS:])]) + "\n"


def _pain(notes: Sequence[Note]) -> Iterator[str]:
    """Strength and frequency; pain after a massage says nothing about the time without one."""
    levels = [n.pain for n in notes if n.pain is not None and n.moment is Moment.BEFORE]
    if not levels:
        yield "Pain: nothing noted"
        return
    noted = {day_of(n.at) for n in notes if n.pain is not None}
    hurt = {day_of(n.at) for n in notes if n.pain}
    yield f"Pain before a massage: {fmean(levels):.1f} of 10 on average, {min(levels)} to {max(levels)}"
    yield f"Days with pain: {len(hurt)} of {len(noted)} days noted"


def _swelling(notes: Sequence[Note]) -> Iterator[str]:
    girths = [n.swelling_cm for n in notes if n.swelling_cm is not None]
    if girths:
        yield f"Girth of the leg: {girths[0]:.1f} cm first, {girths[-1]:.1f} cm last"


def _about(person: Person, today: date) -> Iterator[str]:
    yield f"Conditions: {', '.join(person.conditions) or 'none given'}"
    yield f"Medicines: {', '.join(person.medicines) or 'none given'}"
    result = person.screened(today)
    if result is None:
        yield "Screening: not done"
        return
    yield f"Screening: {result.level}"
    yield from (f"  {f.question} {person.answers[f.id].answer}" for f in result.findings)


def _session(session: RecordedSession, notes: Sequence[Note]) -> str:
    pains = [note.pain if note else None for note in (before(session, notes), after(session, notes))]
    felt = "" if None in pains else f", pain {pains[0]} -> {pains[1]}"
    length = ", by hand" if session.is_untimed else f", {session.duration_s / 60:.0f} min, {session.outcome}"
    return f"  {day_of(session.started)}  {session.routine}{length}{felt}"

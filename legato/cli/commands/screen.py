"""`legato screen`: the questions that must be answered before a massage, one at a time."""

import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from legato.app import people
from legato.app.screening import Interview, kept, limits, result
from legato.care.conditions import Condition, conditions
from legato.care.person import Person, Question
from legato.care.screening import Answer, ScreeningResult
from legato.care.yaml_files import load
from legato.errors import UsageError
from legato.profiles.errors import printable
from legato.terminal import output
from legato.terminal.asking import typed

FIRST = "me"
"""The name of someone who has not given one."""

_WORDS = {
    "y": Answer.YES, "yes": Answer.YES, "n": Answer.NO, "no": Answer.NO,
    "u": Answer.UNSURE, "unsure": Answer.UNSURE, "not sure": Answer.UNSURE, "?": Answer.UNSURE,
}  # fmt: skip
_BACK = ("b", "back")
_SHOWN = {Answer.YES: "yes", Answer.UNSURE: "not sure", Answer.NO: "no"}

POSSIBLE = "y (yes), n (no), ? (not sure; then the careful side is taken) or b (back to the previous question)"


def screen_person(name: str | None, answers: Path | None, again: bool, json: bool) -> None:
    """Asks what is unanswered, or everything `again`, or reads the answers from a file; shows the result."""
    given = None if answers is None else load(answers, TypeAdapter(dict[Question, Answer]))
    if given is None and not sys.stdin.isatty():
        raise UsageError("legato screen: asking needs a terminal; --answers FILE reads the answers from a file")
    person = _begun(name)
    show(_asked_all(person, again) if given is None else kept(person, given), json)


def insist_on_one(**modes: object) -> None:
    """Allows only one mode of this command at a time; raises UsageError."""
    given = [f"--{name}" for name, value in modes.items() if value]
    if len(given) > 1:
        raise UsageError(f"legato screen: {' and '.join(given)} cannot be combined; give one of them")


def questions(json: bool) -> None:
    """Every question with its id, as an answers file needs it."""
    if json:
        output.as_json([c.model_dump(mode="json", exclude_defaults=True) for c in conditions().values()])
    else:
        output.columns([(c.id, c.level.value, c.question) for c in conditions().values()])


def show(person: Person, json: bool) -> None:
    """Shows what is known about a person, and what is therefore ruled out."""
    found = result(person)
    if json:
        output.as_json(_as_dict(person.name, found))
        return
    output.data(f"{person.name}: {found.level}{' so far' if found.open else ''}")
    for condition in found.findings:
        output.data(f"  {condition.level}: {condition.reason} ({condition.source})")
    for line in limits(found):
        output.data(f"  {line}")
    output.data(_until(found))


def _as_dict(name: str, result: ScreeningResult) -> dict[str, object]:
    """A screening result for programs."""
    narrow = result.restrictions
    return {
        "person": name,
        "level": result.level.value,
        "findings": [{"id": c.id, "level": c.level, "reason": c.reason, "source": c.source} for c in result.findings],
        "cap_mmhg": narrow.cap_mmhg and narrow.cap_mmhg.value,
        "zone_caps_mmhg": {zone: limit.value for zone, limit in narrow.zone_caps_mmhg.items()},
        "hold_s": narrow.hold_s and narrow.hold_s.value,
        "forbidden": sorted(narrow.forbidden),
        "left_out": sorted(narrow.left_out),
        "open": [condition.id for condition in result.open],
        "expires": result.expires and result.expires.isoformat(),
    }


def _until(result: ScreeningResult) -> str:
    if result.open:
        return f"{len(result.open)} questions are open; `legato screen` asks them"
    return f"the first answer expires on {result.expires}"


def _begun(name: str | None) -> Person:
    """The person to ask; a new name is added, and the first person becomes current."""
    store = people.store()
    person = store.current() if name is None else store.load(name) if name in store.names() else None
    if person is not None:
        people.ensure_current(person.name)
        return person
    person = people.new(name or FIRST)
    people.keep(person)
    output.say(f"new person: {person.name}")
    return person


def _asked_all(person: Person, again: bool) -> Person:
    """Asks one question after the other; each answer is saved immediately, so one may stop and continue later."""
    interview = Interview(person, again=again)
    output.say(f"Answer {POSSIBLE}. Ctrl-D stops; your answers so far are kept.")
    while (question := _next(interview)) is not None:
        if (answer := _ask(question, interview.number, interview.total)) is None:
            _go_back(interview)
        else:
            interview.answer(question, answer)
    return interview.person


def _next(interview: Interview) -> Condition | None:
    """The next question; at the end the answers are summed up, and one may still go back."""
    while (question := interview.question) is None and interview.given:
        for line in _summary(interview):
            output.say(line)
        if (typed("Enter to finish, b to go back: ") or "").strip().casefold() not in _BACK:
            return None
        _go_back(interview)
    return question


def _go_back(interview: Interview) -> None:
    if not interview.back():
        output.say("this is the first question; `legato screen --again` asks the earlier ones again")


def _summary(interview: Interview) -> Iterator[str]:
    """The answers other than no, in full, and how many there are in all."""
    given = interview.given
    yield f"\n{len(given)} answers, {sum(answer is Answer.NO for _, answer in given)} of them no"
    yield from (f"  {_SHOWN[answer]}: {question.question}" for question, answer in given if answer is not Answer.NO)


def _ask(question: Condition, number: int, of: int) -> Answer | None:
    """The answer; None goes back."""
    output.say(f"\nquestion {number} of {of}\n{question.question}")
    while True:
        line = typed("yes, no or not sure: ")
        if line is None:
            raise UsageError("legato screen: stopped; your answers so far are kept")
        if (word := line.strip().casefold()) in _WORDS:
            return _WORDS[word]
        if word in _BACK:
            return None
        shown = f'"{printable(line.strip()[:40])}" is not an answer' if word else "that was not an answer"
        output.say(f"{shown}; type {POSSIBLE}")

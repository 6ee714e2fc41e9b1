"""`legato screen`: the questions that must be answered before a massage, one at a time."""

import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from legato.app import people
from legato.care.conditions import Condition, conditions
from legato.care.person import Person, Question
from legato.care.reading import load
from legato.care.screening import Answer, Answered, Result, next_question, screen
from legato.errors import UsageError
from legato.profiles.errors import printable
from legato.profiles.words import zone_word
from legato.terminal import output

FIRST = "me"
"""The name of someone who gave none."""

_WORDS = {
    "y": Answer.YES, "yes": Answer.YES, "n": Answer.NO, "no": Answer.NO,
    "u": Answer.UNSURE, "unsure": Answer.UNSURE, "not sure": Answer.UNSURE, "?": Answer.UNSURE,
}  # fmt: skip
_BACK = ("b", "back")
_SHOWN = {Answer.YES: "yes", Answer.UNSURE: "not sure", Answer.NO: "no"}

POSSIBLE = "y (yes), n (no), ? (not sure; the careful side is taken then) or b (back to the question before)"


def screen_person(name: str | None, answers: Path | None, again: bool, json: bool) -> None:
    """Asks what is still open, or all `again`, or takes the answers from a file; shows what follows from them."""
    told = None if answers is None else load(answers, TypeAdapter(dict[Question, Answer]))
    if told is None and not sys.stdin.isatty():
        raise UsageError("legato screen: asking needs a terminal; --answers FILE takes them from a file")
    person = _begun(name)
    show(_asked_all(person, again) if told is None else kept(person, told), json)


def insist_on_one(**modes: object) -> None:
    """Of the ways to use this command only one at a time; raises UsageError."""
    given = [f"--{name}" for name, value in modes.items() if value]
    if len(given) > 1:
        raise UsageError(f"legato screen: {' and '.join(given)} do not go together; give one of them")


def questions(json: bool) -> None:
    """Every question with its id, as an answers file needs it."""
    if json:
        output.as_json([c.model_dump(mode="json", exclude_defaults=True) for c in conditions().values()])
    else:
        output.columns([(c.id, c.level.value, c.question) for c in conditions().values()])


def show(person: Person, json: bool) -> None:
    """What is known about a person, and what it takes away."""
    result = screen(person.answers, people.today())
    if json:
        output.as_json(as_dict(person.name, result))
        return
    output.data(f"{person.name}: {result.level}{' so far' if result.open else ''}")
    for condition in result.findings:
        output.data(f"  {condition.level}: {condition.reason} ({condition.source})")
    for line in limits(result):
        output.data(f"  {line}")
    output.data(_until(result))


def as_dict(name: str, result: Result) -> dict[str, object]:
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


def limits(result: Result) -> list[str]:
    """What a result takes away, in words."""
    narrow = result.restrictions
    lines = [f"at most {narrow.cap_mmhg.value:g} mmHg"] if narrow.cap_mmhg else []
    lines += [f"at most {limit.value:g} mmHg at the {zone_word(zone)}" for zone, limit in narrow.zone_caps_mmhg.items()]
    lines += [f"held for at most {narrow.hold_s.value:g} s"] if narrow.hold_s else []
    lines += [f"no {means}" for means in sorted(narrow.forbidden)]
    return lines + [f"nothing at the {zone_word(zone)}" for zone in sorted(narrow.left_out)]


def _until(result: Result) -> str:
    if result.open:
        return f"{len(result.open)} questions are open; `legato screen` asks them"
    return f"the first answer is to be given again on {result.expires}"


def _begun(name: str | None) -> Person:
    """The person to ask; someone new is made, and the first one is made current."""
    store = people.store()
    person = store.current() if name is None else store.load(name) if name in store.names() else None
    if person is None:
        person = people.new(name or FIRST)
        store.save(person)
        output.say(f"new person: {person.name}")
    if store.current_name() not in store.names():
        store.use(person.name)
    return person


def kept(person: Person, told: dict[str, Answer]) -> Person:
    """`person` with more answers, on disk."""
    fresh = {question: Answered(answer=answer, on=people.today()) for question, answer in told.items()}
    person = person.model_copy(update={"answers": {**person.answers, **fresh}})
    people.store().save(person)
    return person


def _asked_all(person: Person, again: bool) -> Person:
    """Asks one question after the other; each answer is kept at once, so that one may stop and go on later.

    Asked `again`, an answer holds until a new one has taken its place, and so does one that somebody goes back to.
    """
    answers = {} if again else dict(person.answers)
    asked: list[Condition] = []
    output.say(f"Answer {POSSIBLE}. Ctrl-D stops; what is answered by then is kept.")
    while (question := _next(answers, asked)) is not None:
        answer = _ask(question, len(asked) + 1, len(asked) + len(screen(answers, people.today()).open))
        if answer is None:
            _go_back(answers, asked)
            continue
        person = kept(person, {question.id: answer})
        answers[question.id] = person.answers[question.id]
        asked.append(question)
    return person


def _next(answers: dict[str, Answered], asked: list[Condition]) -> Condition | None:
    """The question to ask now; at the end, what was answered is summed up, and one may still go back."""
    while (question := next_question(answers, people.today())) is None and asked:
        for line in _summary(answers, asked):
            output.say(line)
        if (people.typed("Enter to finish, b to go back: ") or "").strip().casefold() not in _BACK:
            return None
        _go_back(answers, asked)
    return question


def _go_back(answers: dict[str, Answered], asked: list[Condition]) -> None:
    if asked:
        del answers[asked.pop().id]
    else:
        output.say("this is the first question; `legato screen --again` asks those of before once more")


def _summary(answers: dict[str, Answered], asked: list[Condition]) -> Iterator[str]:
    """What was not answered with no, in full; the rest is many."""
    told = [(question, answers[question.id].answer) for question in asked]
    yield f"\n{len(told)} answers, {sum(answer is Answer.NO for _, answer in told)} of them no"
    yield from (f"  {_SHOWN[answer]}: {question.question}" for question, answer in told if answer is not Answer.NO)


def _ask(question: Condition, number: int, of: int) -> Answer | None:
    """The answer; None goes back."""
    output.say(f"\nquestion {number} of {of}\n{question.question}")
    while True:
        line = people.typed("yes, no or not sure: ")
        if line is None:
            raise UsageError("legato screen: stopped; the answers so far are kept")
        if (word := line.strip().casefold()) in _WORDS:
            return _WORDS[word]
        if word in _BACK:
            return None
        typed = f'"{printable(line.strip()[:40])}" is no answer' if word else "that was no answer"
        output.say(f"{typed}; type {POSSIBLE}")

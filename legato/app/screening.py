"""Screening: asks a person one question after the other, saves the answers, and says what follows from them."""

from collections.abc import Mapping, Sequence

from legato.app import people, wall_clock
from legato.app.forewarning import narrowings
from legato.app.model import Frozen
from legato.care.conditions import Condition, ScreeningLevel, conditions
from legato.care.errors import UnknownName
from legato.care.person import Person
from legato.care.screening import Answer, DatedAnswer, ScreeningResult, next_question, screen


class QuestionDue(Frozen):
    """A question of the screening that is unanswered."""

    id: str
    question: str
    level: ScreeningLevel


class ScreeningFinding(Frozen):
    """A condition that applies, and its source."""

    id: str
    level: ScreeningLevel
    reason: str
    source: str


class Screening(Frozen):
    """How careful to be, why, what is ruled out, in words, and which questions are unanswered."""

    person: str
    level: ScreeningLevel
    is_complete: bool
    findings: tuple[ScreeningFinding, ...]
    limits: tuple[str, ...]
    due: tuple[QuestionDue, ...]
    expires: str | None


def screening(name: str) -> Screening:
    """What a person's answers so far mean; raises what `people.one` raises."""
    return _screening(people.one(name))


def answered(name: str, answers: Mapping[str, Answer]) -> Screening:
    """Saves answers of a person.

    Raises:
        UnknownName: there is no such question or person.
        InvalidFile: the person's file is not valid.
    """
    for question in answers:
        if question not in conditions():
            raise UnknownName("question", question, conditions())
    return _screening(kept(people.one(name), answers))


def kept(person: Person, answers: Mapping[str, Answer]) -> Person:
    """`person` with these answers added, saved to disk."""
    fresh = {question: DatedAnswer(answer=answer, on=wall_clock.today()) for question, answer in answers.items()}
    person = person.model_copy(update={"answers": {**person.answers, **fresh}})
    people.store().save(person)
    return person


def result(person: Person) -> ScreeningResult:
    """What a person's answers mean today."""
    return screen(person.answers, wall_clock.today())


def limits(found: ScreeningResult) -> list[str]:
    """The limits from a result, in words."""
    return [narrowing.what for narrowing in narrowings(found.restrictions)]


class Interview:
    """The questions for a person one after the other; each answer is saved immediately, so one may continue later.

    When asked `again`, or after going back, the earlier answer holds until a new one replaces it.
    """

    def __init__(self, person: Person, *, again: bool = False) -> None:
        self.person = person
        self._answers = {} if again else dict(person.answers)
        self._asked: list[Condition] = []

    @property
    def question(self) -> Condition | None:
        """The next question; None once enough is known."""
        return next_question(self._answers, wall_clock.today())

    @property
    def number(self) -> int:
        """Which question of `total` this is, counted from 1."""
        return len(self._asked) + 1

    @property
    def total(self) -> int:
        """How many questions there are, given the answers so far."""
        return len(self._asked) + len(screen(self._answers, wall_clock.today()).open)

    @property
    def given(self) -> Sequence[tuple[Condition, Answer]]:
        """The questions that were asked, with their answers."""
        return [(question, self._answers[question.id].answer) for question in self._asked]

    def answer(self, question: Condition, answer: Answer) -> None:
        """Saves an answer.

        Raises:
            InvalidFile: the person's file has become invalid in the meantime.
        """
        self.person = kept(self.person, {question.id: answer})
        self._answers[question.id] = self.person.answers[question.id]
        self._asked.append(question)

    def back(self) -> bool:
        """Goes back to the previous question; False at the first one."""
        if not self._asked:
            return False
        del self._answers[self._asked.pop().id]
        return True


def _screening(who: Person) -> Screening:
    found = result(who)
    return Screening(
        person=who.name,
        level=found.level,
        is_complete=found.is_complete,
        findings=tuple(
            ScreeningFinding(id=c.id, level=c.level, reason=c.reason, source=c.source) for c in found.findings
        ),
        limits=tuple(limits(found)),
        due=tuple(QuestionDue(id=c.id, question=c.question, level=c.level) for c in found.open),
        expires=found.expires.isoformat() if found.expires else None,
    )

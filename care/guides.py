"""Massage without a device, step by step (`guides.yaml`), and what else helps (`advice.yaml`)."""

from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from legato.care.conditions import ScreeningLevel
from legato.care.errors import named
from legato.care.record import Record
from legato.care.screening import ScreeningResult
from legato.care.yaml_files import load_builtin

Sentence = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(pattern="^[a-z][a-z_]*$")]


class HandStep(Record):
    """What to do for `seconds`, repeated `times` times."""

    seconds: Annotated[int, Field(ge=1, le=900)]
    say: Sentence
    times: Annotated[int, Field(ge=1, le=20)] = 1


class Guide(Record):
    """A technique by hand, or with a roller or ball; if `screened`, only after a complete screening."""

    guide: Name
    title: Sentence
    article: Sentence
    for_: Annotated[tuple[str, ...], Field(alias="for", min_length=1)]
    cautions: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    steps: Annotated[tuple[HandStep, ...], Field(min_length=1)]
    screened: bool = False

    @property
    def seconds(self) -> int:
        """How long it takes."""
        return sum(step.seconds * step.times for step in self.steps)

    def refusal(self, result: ScreeningResult | None) -> str | None:
        """Why somebody with this screening `result` must not do it, or None: hands press just as a device does."""
        if result is not None and result.level is ScreeningLevel.STOP:
            return result.reasons[0]
        if self.screened and (result is None or not result.is_complete):
            return f"{self.title}: a screening that is complete and up to date comes first; answer `legato screen`."
        return None


class ArticleAdvice(Record):
    """Advice from an article for some needs; if `doctor`, it says when to see one."""

    advice: Name
    article: Sentence
    for_: Annotated[tuple[str, ...], Field(alias="for", min_length=1)]
    says: Sentence
    doctor: bool = False

    def __str__(self) -> str:
        return f"{self.says} ({self.article})"


@cache
def guides() -> dict[str, Guide]:
    """All guides by name."""
    return {guide.guide: guide for guide in load_builtin("guides.yaml", TypeAdapter(tuple[Guide, ...]))}


@cache
def advice() -> tuple[ArticleAdvice, ...]:
    """All advice, in the order in which to follow it."""
    return load_builtin("advice.yaml", TypeAdapter(tuple[ArticleAdvice, ...]))


def guide(name: str) -> Guide:
    """The guide of this name.

    Raises:
        UnknownName: there is none.
    """
    return named("guide", name, guides())

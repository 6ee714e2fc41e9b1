"""The ways to get a massage, by time, budget and how often (`massage_options.yaml`)."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from legato.care.habits import Budget, Often
from legato.care.record import Record
from legato.care.yaml_files import load_builtin

Sentence = Annotated[str, Field(min_length=1, max_length=200)]


class MassageOption(Record):
    """A way to get a massage: how long it takes, and the least budget for each frequency."""

    way: str
    title: Sentence
    article: Sentence
    minutes: Annotated[float, Field(gt=0)]
    budget: Mapping[Often, Budget]
    why: Sentence
    then: Sentence

    def lacks(self, minutes: float | None, budget: Budget | None, often: Often | None) -> str | None:
        """Why it does not fit, or None if it does. An argument that is None does not matter."""
        if minutes is not None and self.minutes > minutes:
            return f"It takes about {self.minutes:g} minutes."
        if often is not None and often not in self.budget:
            return f"It is not worth it for {_USED[often]}."
        wanted = [self.budget[often]] if often is not None else list(self.budget.values())
        if budget is not None and budget.rank < min(one.rank for one in wanted):
            return "It costs more."
        return None


_USED = {
    Often.ONCE: "a single massage",
    Often.MONTHLY: "one massage a month",
    Often.WEEKLY: "one massage a week",
    Often.DAILY: "one massage a day",
}


@cache
def massage_options() -> tuple[MassageOption, ...]:
    """All options, the most convenient first."""
    return load_builtin("massage_options.yaml", TypeAdapter(tuple[MassageOption, ...]))

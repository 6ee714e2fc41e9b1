"""The demands of the articles (`demands.yaml`): each in our own words, what covers it, and how that is measured."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from legato.care.record import Record
from legato.care.yaml_files import load
from tests.articles import advised, around, gates, kept, means, presses, strokes, ways_up
from tests.articles.found import Found
from tests.articles.played import Source, play

DEVICES = ("boots-6-knee", "boots-6", "boots-6-hip", "wrap-3", "chair-1")

MEASURES = (
    around.circles, around.slow, around.widens,
    means.cools, means.covers, means.in_order, means.motors, means.never_warm, means.strokes_wait, means.tells,
    means.unanswered, means.warms, means.warms_after,
    presses.brief, presses.faces, presses.fades, presses.firm, presses.kneads, presses.pulses, presses.spares,
    strokes.again, strokes.begins, strokes.both_sides, strokes.reaches, strokes.times, strokes.upward,
    ways_up.descends, ways_up.grows, ways_up.takes_over,
)  # fmt: skip
"""What is measured of a routine that plays."""

ON_DEVICE = (advised.recommended, gates.gentler, gates.warmth_is_dropped)
"""What is asked with a device at hand."""

ANYWHERE = (
    advised.cautioned, advised.chosen, advised.guided, advised.shown,
    gates.all_stop, gates.asks_doctor, gates.needs_screening, gates.refused, gates.refuses_file, gates.stops,
    kept.calendar, kept.course, kept.kept_pain, kept.spans_weeks,
)  # fmt: skip
"""What is asked without any device."""

CHECKS: Mapping[str, Callable[..., Found]] = {check.__name__: check for check in (*MEASURES, *ON_DEVICE, *ANYWHERE)}

Sentence = Annotated[str, Field(min_length=10, max_length=200)]


class Demand(Record):
    """One thing that an article wants. `of` is the routine that is measured, `given` what the check is given.

    `open` says why it is not yet met somewhere.
    """

    asks: Sentence
    by: Annotated[str, Field(min_length=3, max_length=120)]
    check: str
    of: Source | None = None
    given: dict[str, Any] = Field(default_factory=dict)
    open: str = ""

    def found(self, device: str) -> Found:
        """What became of it on a device."""
        check = CHECKS[self.check]
        if self.of is not None:
            return check(play(self.of, device), **self.given)
        return check(**self.given) if self.is_anywhere else check(device, **self.given)

    @property
    def is_anywhere(self) -> bool:
        """Whether it takes no device."""
        return CHECKS[self.check] in ANYWHERE


class Article(Record):
    """An article by its title, and its demands in its order."""

    title: str
    demands: tuple[Demand, ...]


@cache
def articles() -> tuple[Article, ...]:
    """All five, in the order in which they are kept."""
    return load(Path(__file__).with_name("demands.yaml"), TypeAdapter(tuple[Article, ...]))

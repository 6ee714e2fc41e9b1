"""Expansion: the steps of a routine in the order of play, repeats written out, each knowing where it is written."""

from collections.abc import Iterator
from dataclasses import dataclass

from legato.profiles.steps import AnyStep, Repeat
from legato.profiles.words import step_words, title_of

TITLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class ExpandedStep:
    """One step when its turn comes: where it is written (`2.1`), and which lap of its repeat this is."""

    number: str
    step: AnyStep
    lap: str = ""

    def path(self, part: AnyStep | None = None) -> str:
        """What the report calls this step, or a part of it: `step 2.1 (circle knee)`."""
        return f"step {self.number} ({step_words(part or self.step)})"

    @property
    def title(self) -> str:
        """What a person reads while it plays."""
        return self.titled(title_of(self.step))

    def titled(self, words: str) -> str:
        """A title with the lap, where there is one; long words are cut, since a title is read at a glance."""
        short = words if len(words) <= TITLE_CHARS else words[: TITLE_CHARS - 2].rstrip() + " …"
        return f"{short} ({self.lap})" if self.lap else short


def expand(steps: tuple[AnyStep, ...], above: str = "", lap: str = "") -> Iterator[ExpandedStep]:
    """Every step in the order of play, repeats written out."""
    for i, step in enumerate(steps, 1):
        yield from expand_one(step, f"{above}{i}", lap)


def expand_one(step: AnyStep, number: str, lap: str = "") -> Iterator[ExpandedStep]:
    """The turns of one step, which is written at `number`: itself, or what a repeat has in it, lap after lap."""
    if not isinstance(step, Repeat):
        yield ExpandedStep(number, step, lap)
        return
    for time in range(step.times):
        yield from expand(step.steps, f"{number}.", f"{time + 1} of {step.times}" if step.times > 1 else lap)

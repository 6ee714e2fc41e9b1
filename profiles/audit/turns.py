"""The turns of a routine in order of play, each with its time in the schedule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from legato.profiles.anatomy import Zone
from legato.profiles.schedule import Span
from legato.profiles.step_bases import Placed
from legato.profiles.steps import AnyStep, Repeat, Together


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a step, and its number in the routine: `2.1`."""

    number: str
    step: AnyStep

    @property
    def words(self) -> str:
        """The name of the step in a report: `glide ankle to thigh`."""
        if not isinstance(self.step, Placed):
            return self.step.do
        to = self.step.to
        way = f" to {zone_name(to)}" if to is not None and to != self.step.from_ else ""
        return f"{self.step.do} {zone_name(self.step.from_)}{way}"


@dataclass(frozen=True, slots=True)
class PlayedTurn:
    """A turn from `start` to `end`, in session ms; the next one starts at `until`, if one `follows`.

    `is_alone` is false inside a `together`, where other places move at the same time.
    """

    turn: Turn
    start: float
    end: float
    until: float
    follows: bool
    inner: tuple[Span, ...] = ()
    is_alone: bool = True


def turns(steps: tuple[AnyStep, ...], above: str = "") -> Iterator[Turn]:
    """Every turn in order of play, with repeats expanded; a `together` is one turn."""
    for i, step in enumerate(steps, 1):
        number = f"{above}{i}"
        if isinstance(step, Repeat):
            for _ in range(step.times):
                yield from turns(step.steps, f"{number}.")
        else:
            yield Turn(number, step)


def branches(number: str, together: Together) -> list[list[Turn]]:
    """The branches of a `together`, which play in parallel: for each, its turns in order."""
    return [list(_branch(f"{number}.{i}", step)) for i, step in enumerate(together.steps, 1)]


def _branch(number: str, step: AnyStep) -> Iterator[Turn]:
    if isinstance(step, Repeat):
        for _ in range(step.times):
            yield from turns(step.steps, f"{number}.")
    else:
        yield Turn(number, step)


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """The span of a turn, and the spans of its contents, which a schedule lists before that of the whole."""

    span: Span
    inner: tuple[Span, ...]


def match_spans(order: Iterable[Turn], spans: Iterable[Span]) -> list[TimedTurn]:
    """The spans of the turns in `order`; those inside a `together` are part of it."""
    numbers = {turn.number for turn in order}
    out: list[TimedTurn] = []
    inner: list[Span] = []
    for span in spans:
        if span.step in numbers:
            out.append(TimedTurn(span, tuple(inner)))
            inner = []
        else:
            inner.append(span)
    return out


def zone_name(zone: Zone) -> str:
    """The name of a zone in a report."""
    return "back of the knee" if zone is Zone.POPLITEAL else zone.replace("_", " ")

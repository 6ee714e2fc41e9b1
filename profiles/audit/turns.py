"""The routine in the order of play, each turn of a step beside the time in which the schedule says that it plays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from legato.profiles.anatomy import Zone
from legato.profiles.schedule import Span
from legato.profiles.step_bases import Placed
from legato.profiles.steps import AnyStep, Repeat, Together


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a step, and where it is written: `2.1`."""

    number: str
    step: AnyStep

    @property
    def words(self) -> str:
        """What a report calls the step: `glide ankle to thigh`."""
        if not isinstance(self.step, Placed):
            return self.step.do
        to = self.step.to
        way = f" to {zone_name(to)}" if to is not None and to != self.step.from_ else ""
        return f"{self.step.do} {zone_name(self.step.from_)}{way}"


@dataclass(frozen=True, slots=True)
class PlayedTurn:
    """A turn from `start` to `end`, in session ms; what comes next begins at `until`, unless nothing `follows`.

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
    """Every turn in the order of play, repeats written out; a `together` stays as it is."""
    for i, step in enumerate(steps, 1):
        number = f"{above}{i}"
        if isinstance(step, Repeat):
            for _ in range(step.times):
                yield from turns(step.steps, f"{number}.")
        else:
            yield Turn(number, step)


def branches(number: str, together: Together) -> list[list[Turn]]:
    """What plays side by side in a `together`: for each branch its turns, one after the other."""
    return [list(_branch(f"{number}.{i}", step)) for i, step in enumerate(together.steps, 1)]


def _branch(number: str, step: AnyStep) -> Iterator[Turn]:
    if isinstance(step, Repeat):
        for _ in range(step.times):
            yield from turns(step.steps, f"{number}.")
    else:
        yield Turn(number, step)


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """The span of a turn, and the spans of what is in it, which a schedule gives before that of the whole."""

    span: Span
    inner: tuple[Span, ...]


def timed(order: Iterable[Turn], spans: Iterable[Span]) -> list[TimedTurn]:
    """The spans of the turns in `order`; those of what plays inside a `together` are in it."""
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
    """What a report calls a zone."""
    return "back of the knee" if zone is Zone.POPLITEAL else zone.replace("_", " ")

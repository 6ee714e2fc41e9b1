"""Everything but the strokes: the order and start of steps, fills, rests and cues."""

from collections.abc import Iterator, Sequence

from legato.profiles.audit.checks import ALL, Check, FeltQuantity
from legato.profiles.audit.coverage import is_faint_at
from legato.profiles.audit.expected_pressure import FAINT_MMHG
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.audit.reach import place_of
from legato.profiles.audit.turns import PlayedTurn, TimedTurn, Turn
from legato.profiles.device import Chamber, Channel, Quantity
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Rest, Say


def check_order(order: Sequence[Turn], times: Sequence[TimedTurn]) -> Iterator[Check]:
    """Every step plays as often as it is written, and in that order."""
    if [turn.number for turn in order] == [one.span.step for one in times]:
        return
    wanted, found = [turn.number for turn in order], [one.span.step for one in times]
    for turn in {turn.number: turn for turn in order}.values():
        yield Check(turn, ALL, FeltQuantity.TIMES, wanted.count(turn.number), found.count(turn.number))
    if sorted(wanted) == sorted(found):
        wrong = next(turn for turn, number in zip(order, found, strict=True) if turn.number != number)
        yield Check(wrong, ALL, FeltQuantity.ORDER, 0.0, 1.0)


def check_waits(played: Sequence[PlayedTurn], schedule: Schedule) -> Iterator[Check]:
    """The wait before each step; the report states the prefill separately, and has lines for all others."""
    announced = schedule.report.prefill_ms / 1000.0
    befores = [0.0, *(one.end for one in played)]
    for before, one in zip(befores, played, strict=False):
        gap = (one.start - before) / 1000.0
        first = gap > 0.0 and announced > 0.0
        yield Check(one.turn, ALL, FeltQuantity.WAIT, announced if first else 0.0, gap)
        announced = 0.0 if first else announced


def check_together(played: PlayedTurn, branch: Sequence[Turn], times: Sequence[TimedTurn]) -> Iterator[Check]:
    """All branches of a `together` start at the same time, and the turns of a branch follow each other."""
    begins: list[float] = [min(span.start_ms for span in played.inner), *(one.span.end_ms for one in times)]
    for turn, one, begin in zip(branch, times, begins, strict=False):
        yield Check(turn, ALL, FeltQuantity.TOGETHER, 0.0, abs(one.span.start_ms - begin) / 1000.0)


def check_start(played: PlayedTurn) -> Iterator[Check]:
    """The contents of a `together` start when its turn starts; each part has its own checks after that."""
    first = min((span.start_ms for span in played.inner), default=played.start)
    yield Check(played.turn, ALL, FeltQuantity.REST, 0.0, (first - played.start) / 1000.0)


def check_rest(step: Rest, played: PlayedTurn, schedule: Schedule) -> Iterator[Check]:
    """Nothing moves for as long as the step says; with `vent`, the chambers end empty.

    A rest left out together with a step that does not play is checked as a missing rest.
    """
    seconds = (played.end - played.start) / 1000.0
    yield Check(played.turn, ALL, FeltQuantity.DURATION if seconds else FeltQuantity.REST, step.seconds, seconds)
    if not step.vent or not played.is_alone:
        return
    for c in schedule.device.channels:
        if isinstance(c.actuator, Chamber):
            left = schedule.tracks[c.index].at(played.end)
            yield Check(played.turn, place_of(c.actuator), FeltQuantity.LOWEST, 0.0, left)


def check_words(step: Say, played: PlayedTurn, schedule: Schedule) -> Iterator[Check]:
    """The cue comes when its turn starts, waits if it should, and nothing moves meanwhile."""
    yield Check(played.turn, ALL, FeltQuantity.DURATION, step.seconds, (played.end - played.start) / 1000.0)
    timeout_s = step.timeout_s if step.wait else None
    heard = any(
        abs(cue.session_ms - played.start) <= 500.0
        and (cue.say, cue.wait) == (step.say, step.wait)
        and (timeout_s is None or cue.timeout_s == timeout_s)
        for cue in schedule.cues
    )
    yield Check(played.turn, ALL, FeltQuantity.WORDS, 1.0, 1.0 if heard else 0.0)


def check_cue(felt: FeltTurn) -> Iterator[Check]:
    """The cue of a step comes before the step is felt, and only if it is felt."""
    step, start, end = felt.step, felt.played.start, felt.played.end
    if not step.cue or (felt.addressed and all(is_faint_at(step, c) for c in felt.addressed)):
        return
    said_at = [cue.session_ms for cue in felt.schedule.cues if cue.say == step.cue and start <= cue.session_ms <= end]
    spans = [span for c in felt.addressed if felt.is_felt(c) for span in felt.schedule.tracks[c.index].spans(_least(c))]
    felt_at = min((max(a, start) for a, b in spans if a < end and b > start), default=None)
    is_first = felt_at is not None and any(at <= felt_at for at in said_at)
    yield felt.check(
        FeltQuantity.WORDS, float(felt_at is not None), float(is_first if felt_at is not None else bool(said_at))
    )


def _least(c: Channel) -> float:
    return FAINT_MMHG if c.quantity is Quantity.PRESSURE else 0.0

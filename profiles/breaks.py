"""Breaks: the pauses that run limits force into a stroke, in words for the report."""

from collections.abc import Sequence

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.compile_context import CompileContext
from legato.profiles.device import Channel, Quantity, Roller
from legato.profiles.run_limits import RunMeter
from legato.profiles.segments import TICKS_PER_S, Segment, to_ticks
from legato.profiles.steps import AnyStep, Circle, Knead, Pulse
from legato.profiles.stroke_ledger import FAINT_MMHG, Break, StrokeChange
from legato.profiles.strokes.behind_knee import passing_chambers
from legato.profiles.strokes.rolling import on_ticks
from legato.profiles.strokes.stroke_context import NOTICED
from legato.profiles.strokes.swing import FLAT_MMHG, UNTOLD_S, beat_s, highest, peaks, rises_at
from legato.profiles.words import figure

ONE_LEVEL_MMHG = 2.0
"""What swings by less does not swing at all for whoever is pressed ([E] estimate)."""

UNNOTICED_TICKS = 25
"""Nobody notices a rest that is longer by less ([E] estimate)."""


def break_at(
    context: CompileContext,
    step: AnyStep,
    segments: Sequence[Segment],
    number: int,
    channel: int,
    wait: int,
    after: int,
    slow_why: str,
) -> Break | None:
    """The break before segment `number` of `step`: it waits `wait` ticks for `channel` when `after` ticks have played.

    A rest that the stroke has there anyway is part of it. None where there is none, or where it is no rest but the
    rhythm: single turns of a kneading without a roller, with a break after each. `slow_why` is why air is slow.
    """
    if not number:
        return _break_before(context, step, segments[0], channel, wait, slow_why)
    if not wait and not _is_lap(step, segments[number]):
        return None
    tightest = min(
        (i for i in segments[number].curves if i in context.rules), key=lambda i: context.rules[i].limit.value
    )
    why = context.rules[channel if wait else tightest].limit.why
    asked_s, wait_s = _rest_before(segments[:number]) / TICKS_PER_S, wait / TICKS_PER_S
    asked, plays_s = f"rest of {figure(asked_s)} s" if asked_s else "no break", asked_s + wait_s
    match step:
        case Pulse():
            whole_s = max(step.period_s, _pulse_s(segments[:number])) + wait_s
            late = to_ticks(whole_s - step.period_s)
            asked, plays = (f"every {figure(seconds)} s" for seconds in (step.period_s, whole_s))
            return Break(step, asked, plays, why, is_within=True, wait=late) if late >= UNNOTICED_TICKS else None
        case Knead() | Circle():
            plays_s = _pause_s(context, step, segments, number, wait)
            wait = to_ticks(plays_s) if plays_s > UNTOLD_S + 1.0 / TICKS_PER_S else 0
            after -= segments[number - 1].idle_ticks
    if wait < UNNOTICED_TICKS:
        return None
    plays = f"rest of {figure(plays_s)} s every {after / TICKS_PER_S - asked_s:.0f} s"
    return Break(step, asked, plays, why, is_within=True, wait=wait)


def _break_before(
    context: CompileContext, step: AnyStep, one: Segment, channel: int, wait: int, slow_why: str
) -> Break | None:
    """A swing from emptied chambers also waits until they have come to light contact, since nothing is felt before."""
    late = wait + (rises_at(one, context.pump) if isinstance(step, Knead | Circle) else 0)
    if not wait and late < UNTOLD_S * TICKS_PER_S:
        return None
    why = context.rules[channel].limit.why if wait else slow_why
    return Break(step, "no break", f"rest of {figure(late / TICKS_PER_S)} s before it", why, is_within=False, wait=late)


def late_at(step: AnyStep, segments: Sequence[Segment], number: int, slow_why: str) -> StrokeChange | None:
    """What is said where segment `number`, which waits for no break, comes late since a pulse outlasts its period.

    After the last pulse nothing is left of the rest that ends its period.
    """
    follows = bool(segments[number].curves)
    if not isinstance(step, Pulse) or not (follows or number + 1 == len(segments)):
        return None
    whole_s = _pulse_s(segments[: number if follows else number + 1])
    if whole_s <= step.period_s * NOTICED:
        return None
    why = "a pulse lasts longer" if step.on_s >= step.period_s else slow_why
    return StrokeChange(step, f"every {figure(step.period_s)} s", f"every {figure(whole_s)} s", why)


def _is_lap(step: AnyStep, one: Segment) -> bool:
    """Whether a segment that follows another is a lap, so that chambers pause without anybody waiting."""
    return isinstance(step, Knead | Circle) and bool(one.curves)


def _pulse_s(segments: Sequence[Segment]) -> float:
    """How long the last pulse takes, coming and going included, without the rest after it; 0 where there is none."""
    return sum(one.ticks for one in segments[-2:-1]) / TICKS_PER_S


def _rest_before(segments: Sequence[Segment]) -> int:
    """How long the last of these segments are rests, in ticks."""
    return segments[-1].ticks if segments and not segments[-1].curves and not segments[-1].cues else 0


def _pause_s(
    context: CompileContext, step: Knead | Circle, segments: Sequence[Segment], number: int, wait: int
) -> float:
    """The longest pause between two laps: what a swing misses, or for how long a roller or a level chamber lets go.

    Single turns are apart by their rhythm, and so miss nothing, or the little by which one that begins with emptied
    chambers is slower than the next.
    """
    lap, following = segments[number - 1], segments[number]
    level = [channel for channel in context.pump if _is_level(step, highest(lap, channel))]
    few = _passed(context, step, segments)
    swinging = [channel for channel in context.pump if channel not in level and channel not in few]
    return max(
        _missed_s(context, segments, number, wait, swinging),
        *(_off_s(lap, following, wait, channel) for channel in level),
        *(_let_go_s(lap, following, wait, c.index) for c in _rollers(context)),
        0.0,
    )


def _passed(context: CompileContext, step: Knead | Circle, segments: Sequence[Segment]) -> frozenset[int]:
    """The chambers that do not join every circle, so that they miss nothing in those that they leave out."""
    cast = (c for c in context.device.channels if any(c.index in one.curves for one in segments))
    return passing_chambers(cast, context.device) if isinstance(step, Circle) else frozenset()


def _is_level(step: Knead | Circle, mmhg: float) -> bool:
    """Whether a chamber that is pressed with `mmhg` at most hardly swings, so that only its breaks are felt.

    Unless it is back at contact in every turn: then a break is what one turn is longer than the others.
    """
    low = max(step.low_mmhg if isinstance(step, Knead) else mmhg - 2.0 * step.ripple_mmhg, BASELINE_MMHG)
    return mmhg - low < FLAT_MMHG if low > FAINT_MMHG else mmhg - low <= ONE_LEVEL_MMHG


def _missed_s(
    context: CompileContext, segments: Sequence[Segment], number: int, wait: int, swinging: Sequence[int]
) -> float:
    """By how much two peaks with a break between are further apart than two without, where most is missed."""
    lap, following = segments[number - 1], segments[number]
    laid = list(zip(RunMeter(context.rules).start_ticks(segments), segments, strict=True))
    beats = [beat for channel in swinging if (beat := beat_s(laid, channel)) is not None]
    found = [(peaks(lap, channel), peaks(following, channel)) for channel in swinging]
    apart = [(lap.ticks + wait + after[0] - before[-1]) / TICKS_PER_S for before, after in found if before and after]
    return max(apart) - min(beats) if beats and apart else 0.0


def _off_s(lap: Segment, following: Segment, wait: int, channel: int) -> float:
    """For how long a chamber lies at its floor between two laps."""
    falls = [tick + ramp for tick, moved, _, ramp in lap.moves if moved == channel]
    rises = [tick for tick, moved, _, _ in following.moves if moved == channel]
    return (lap.ticks + wait + rises[0] - falls[-1]) / TICKS_PER_S if falls and rises else 0.0


def _rollers(context: CompileContext) -> list[Channel]:
    return [c for c in context.device.channels if isinstance(c.actuator, Roller) and c.quantity is Quantity.INTENSITY]


def _let_go_s(lap: Segment, following: Segment, wait: int, roller: int) -> float:
    (_, off), (on, _) = on_ticks(lap, roller), on_ticks(following, roller)
    return (lap.ticks + wait + on - off) / TICKS_PER_S if off else 0.0

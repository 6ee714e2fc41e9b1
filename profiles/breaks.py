"""Breaks: the pauses that run limits force into a stroke, in words for the report."""

from collections.abc import Sequence

from profiles.device import Channel, Quantity, Roller
from profiles.rig import Rig
from profiles.runs import Meter
from profiles.steps import AnyStep, Circle, Knead, Pulse
from profiles.strokes.ledger import Break, Change
from profiles.strokes.passes import TICKS_PER_S, Pass, to_ticks
from profiles.strokes.rolling import on_ticks
from profiles.strokes.stage import NOTICED
from profiles.strokes.swing import beat_s, peaks
from profiles.words import figure

UNNOTICED_TICKS = 25
"""Nobody notices a rest that is longer by less ([E] estimate)."""


def break_at(
    rig: Rig, step: AnyStep, passes: Sequence[Pass], number: int, channel: int, wait: int, after: int
) -> Break | None:
    """The break before pass `number` of `step`, which waits `wait` ticks for `channel` when `after` ticks have played.

    A rest that the stroke has there anyway is part of it. None where it is no rest but the rhythm: single turns of a
    kneading without a roller, with a break after each.
    """
    tightest = min((i for i in passes[number].curves if i in rig.rules), key=lambda i: rig.rules[i].limit.value)
    channel = channel if wait > 0 else tightest
    why = rig.rules[channel].limit.why
    wait_s = wait / TICKS_PER_S
    if not number:
        return Break(step, "no break", f"rest of {figure(wait_s)} s before it", why, is_within=False, wait=wait)
    asked_s = _rest_before(passes[:number]) / TICKS_PER_S
    asked, plays_s = f"rest of {figure(asked_s)} s" if asked_s else "no break", asked_s + wait_s
    match step:
        case Pulse():
            whole_s = _period_s(passes[:number]) + wait_s
            late = to_ticks(whole_s - step.period_s)
            asked, plays = (f"every {figure(seconds)} s" for seconds in (step.period_s, whole_s))
            return Break(step, asked, plays, why, is_within=True, wait=late) if late >= UNNOTICED_TICKS else None
        case Knead() | Circle():
            plays_s = _missed_s(rig, passes, number, wait)
            wait = to_ticks(plays_s)
    if wait < UNNOTICED_TICKS:
        return None
    plays = f"rest of {figure(plays_s)} s every {after / TICKS_PER_S - asked_s:.0f} s"
    return Break(step, asked, plays, why, is_within=True, wait=wait)


def late_at(step: AnyStep, passes: Sequence[Pass], number: int, slow_why: str) -> Change | None:
    """What is said where pass number `number`, which waits for no break, comes later than the period of a pulse ends.

    That the last pulse lasts longer than its period shows in the rest after it, of which nothing is left.
    """
    follows = bool(passes[number].curves)
    if not isinstance(step, Pulse) or not (follows or number + 1 == len(passes)):
        return None
    whole_s = _period_s(passes[: number if follows else number + 1])
    if whole_s <= step.period_s * NOTICED:
        return None
    why = "a pulse lasts longer" if step.on_s >= step.period_s else slow_why
    return Change(step, f"every {figure(step.period_s)} s", f"every {figure(whole_s)} s", why)


def is_lap(step: AnyStep, number: int, one: Pass) -> bool:
    """Whether a pass of a kneading or circling follows another, so that chambers pause without anybody waiting."""
    return number > 0 and isinstance(step, Knead | Circle) and bool(one.curves)


def _period_s(passes: Sequence[Pass]) -> float:
    """How long the last pulse and its rest take."""
    return sum(one.ticks for one in passes[-2:]) / TICKS_PER_S


def _rest_before(passes: Sequence[Pass]) -> int:
    """How long the last of these passes are rests, in ticks."""
    return passes[-1].ticks if passes and not passes[-1].curves and not passes[-1].cues else 0


def _missed_s(rig: Rig, passes: Sequence[Pass], number: int, wait: int) -> float:
    """By how much two peaks with a break between are further apart than two without, where most is missed.

    Or for how long a roller lets go, where that is longer: single turns of chambers are apart by their rhythm, and so
    miss nothing, or the little by which one that begins with emptied chambers is slower than the next.
    """
    lap, following = passes[number - 1], passes[number]
    laid = list(zip(Meter(rig.rules).begins(passes), passes, strict=True))
    beats = [beat for channel in rig.pump if (beat := beat_s(laid, channel)) is not None]
    found = [(peaks(lap, channel), peaks(following, channel)) for channel in rig.pump]
    apart = [(lap.ticks + wait + after[0] - before[-1]) / TICKS_PER_S for before, after in found if before and after]
    missed_s = max(apart) - min(beats) if beats and apart else 0.0
    return max(missed_s, *(_let_go_s(lap, following, wait, c.index) for c in _rollers(rig)), 0.0)


def _rollers(rig: Rig) -> list[Channel]:
    return [c for c in rig.device.channels if isinstance(c.actuator, Roller) and c.quantity is Quantity.INTENSITY]


def _let_go_s(lap: Pass, following: Pass, wait: int, roller: int) -> float:
    (_, off), (on, _) = on_ticks(lap, roller), on_ticks(following, roller)
    return (lap.ticks + wait + on - off) / TICKS_PER_S if off else 0.0

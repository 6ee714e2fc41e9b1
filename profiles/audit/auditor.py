"""The audit of a schedule: every figure that differs from what was asked, with the report line that says so, if any."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from legato.profiles.anatomy import STRETCH_CM
from legato.profiles.audit.checks import Check, FeltQuantity, shown
from legato.profiles.audit.circling import check_circle
from legato.profiles.audit.coverage import check_coverage, check_outside, is_faint
from legato.profiles.audit.draining import check_drain
from legato.profiles.audit.driven import check_motor, check_temperature
from legato.profiles.audit.facing import check_face
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.audit.first_fills import check_first_fills
from legato.profiles.audit.line_parser import ParsedLine, parse_lines
from legato.profiles.audit.order_and_timing import (
    check_cue,
    check_order,
    check_rest,
    check_start,
    check_together,
    check_waits,
    check_words,
)
from legato.profiles.audit.pressing import as_played, check_press, check_spot
from legato.profiles.audit.rolling import check_friction
from legato.profiles.audit.static import check_hold, check_pulse, check_sequence
from legato.profiles.audit.swinging import check_knead
from legato.profiles.audit.travelling import check_glide, check_wave
from legato.profiles.audit.turns import PlayedTurn, TimedTurn, Turn, branches, match_spans, turns
from legato.profiles.profile import Profile
from legato.profiles.schedule import CompileNote, Schedule
from legato.profiles.steps import Repeat, Rest, Say, Together

_MEASURES: dict[str, Callable[[Any, FeltTurn], Iterator[Check]]] = {
    "glide": check_glide,
    "wave": check_wave,
    "knead": check_knead,
    "circle": check_circle,
    "hold": check_hold,
    "press": check_press,
    "sequence": check_sequence,
    "pulse": check_pulse,
    "drain": check_drain,
    "friction": check_friction,
    "percuss": check_motor,
    "vibrate": check_motor,
    "heat": check_temperature,
    "cool": check_temperature,
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """A figure that differs from what was asked; `line` is the report line that says so, or None."""

    step: str
    words: str
    place: str
    what: FeltQuantity
    asked: float
    measured: float
    tolerance: float
    line: CompileNote | None

    def __str__(self) -> str:
        figures = f"{shown(self.what, self.asked)} asked, {shown(self.what, self.measured)} measured"
        return f"step {self.step} ({self.words}), {self.place}: {self.what}: {figures}"


@dataclass(frozen=True, slots=True)
class Audit:
    """The deviations, and the report lines that nothing in the schedule supports."""

    findings: tuple[Deviation, ...]
    false_lines: tuple[CompileNote, ...]

    @property
    def unreported(self) -> tuple[Deviation, ...]:
        """The deviations that no report line covers."""
        return tuple(f for f in self.findings if f.line is None)

    @property
    def agrees(self) -> bool:
        """Whether report and schedule agree."""
        return not self.unreported and not self.false_lines


def audit(profile: Profile, schedule: Schedule) -> Audit:
    """Measures what a schedule makes a person feel, and compares it with the routine and the report."""
    checks = list(dict.fromkeys(_rounded(check) for check in _checks(profile, schedule)))
    report = schedule.report
    lines = parse_lines((*report.clipped, *report.dropped, *report.slowed), schedule.device)
    by_step: dict[str, list[Check]] = {}
    for check in checks:
        by_step.setdefault(check.turn.number, []).append(check)
    findings = [_deviation(check, lines) for check in checks if check.deviates]
    audited = list({(check.turn.number, check.turn.words): check.turn for check in checks}.values())
    faint = {turn for turn in audited if is_faint(turn.step, schedule.device)}
    false = [line.note for line in lines if not _is_faint(line, audited, faint) and not _is_true(line, by_step)]
    return Audit(tuple(dict.fromkeys(findings)), tuple(false))


def _rounded(check: Check) -> Check:
    digits = 4 if check.what in (FeltQuantity.RATE, FeltQuantity.SPEED) else 2
    return Check(
        check.turn,
        check.place,
        check.what,
        round(check.asked, digits),
        round(check.measured, digits),
        tuple(round(one, 2) for one in check.also_asked),
        tuple(round(one, 2) for one in check.also_plays),
        check.is_detail,
    )


def _deviation(check: Check, lines: Sequence[ParsedLine]) -> Deviation:
    line = next((line.note for line in lines if line.is_about(check) and line.says(check)), None)
    turn = check.turn
    return Deviation(
        turn.number, turn.words, str(check.place), check.what, check.asked, check.measured, check.tolerance, line
    )


def _is_faint(line: ParsedLine, some: Sequence[Turn], faint: Collection[Turn]) -> bool:
    """Whether a line is only about steps too faint for anybody to tell whether it is true."""
    own = [turn in faint for turn in some if line.is_of(turn)]
    return bool(own) and all(own)


def _is_true(line: ParsedLine, by_step: dict[str, list[Check]]) -> bool:
    """Whether a figure of its step supports a line, at every place that the line names."""
    near = [c for number, some in by_step.items() if (number + ".").startswith(line.number + ".") for c in some]
    borne = [c for c in near if line.is_about(c) and line.states(c)]
    if not line.zones or not borne or not all(c.place.zones for c in borne):
        return bool(borne)
    named = {STRETCH_CM[zone] for c in borne for zone in c.place.zones}
    return {STRETCH_CM[zone] for zone in line.zones} <= named


def _checks(profile: Profile, schedule: Schedule) -> Iterator[Check]:
    order = list(turns(profile.steps))
    times = match_spans(order, schedule.spans)
    yield from check_order(order, times)
    if [turn.number for turn in order] != [one.span.step for one in times]:
        return
    played = _played_turns(order, times, schedule.duration_ms)
    yield from check_waits(played, schedule)
    yield from check_first_fills(played, schedule)
    for one in played:
        yield from _check_turn(one, schedule)


def _played_turns(order: Sequence[Turn], times: Sequence[TimedTurn], end_ms: float) -> list[PlayedTurn]:
    untils = [*(one.span.start_ms for one in times[1:]), end_ms]
    last = len(order) - 1
    return [
        PlayedTurn(turn, one.span.start_ms, one.span.end_ms, until, i < last, one.inner)
        for i, (turn, one, until) in enumerate(zip(order, times, untils, strict=True))
    ]


def _check_turn(played: PlayedTurn, schedule: Schedule) -> Iterator[Check]:
    parts, missing = _playing_parts(played, schedule)
    yield from missing
    felts = [
        FeltTurn(as_played(part.turn.step, part, schedule), part, schedule)
        for part in parts
        if not isinstance(part.turn.step, Repeat | Rest | Say | Together)
    ]
    for part in parts:
        match part.turn.step:
            case Rest() as step:
                yield from check_rest(step, part, schedule)
            case Say() as step:
                yield from check_words(step, part, schedule)
    for felt in felts:
        yield from check_cue(felt)
        yield from check_coverage(felt)
        yield from check_face(felt)
        yield from check_spot(felt)
        yield from _MEASURES[felt.step.do](felt.step, felt)
    addressed = {c.index for felt in felts for c in felt.addressed if c not in felt.excluded}
    yield from check_outside(played, schedule, addressed)


def _playing_parts(played: PlayedTurn, schedule: Schedule) -> tuple[list[PlayedTurn], list[Check]]:
    """A turn, or all that plays in a `together`, branch by branch; and checks for whatever has no time of its own."""
    if not isinstance(played.turn.step, Together):
        return [played], []
    parts: list[PlayedTurn] = []
    missing = list(check_start(played))
    for i, branch in enumerate(branches(played.turn.number, played.turn.step), 1):
        own = [span for span in played.inner if f"{span.step}.".startswith(f"{played.turn.number}.{i}.")]
        times = match_spans(branch, own)
        missing += check_order(branch, times)
        if [turn.number for turn in branch] == [one.span.step for one in times]:
            missing += check_together(played, branch, times)
            for one in _branch_turns(played, branch, times):
                inner, lost = _playing_parts(one, schedule)
                parts += inner
                missing += lost
    return parts, missing


def _branch_turns(played: PlayedTurn, branch: list[Turn], times: Sequence[TimedTurn]) -> list[PlayedTurn]:
    """The turns of a branch; the last one is followed by whatever follows the `together`."""
    own = _played_turns(branch, times, played.until)
    return [replace(one, follows=one.follows or played.follows, is_alone=False) for one in own]

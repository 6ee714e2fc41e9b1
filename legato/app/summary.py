"""The summary of a replay: as `summary.json`, which `--json` prints too, and in words."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from legato.app import report_text
from legato.app.simulate import SimulatedRun
from legato.controller.session.events import Evidence, Outcome, Shortfall
from legato.controller.session.narration import ending, shortfall
from legato.draw.curves import Curves
from legato.profiles.schedule import CompileNote, Schedule
from legato.profiles.words import clock


@dataclass(frozen=True, slots=True)
class Summary:
    """Scripts rely on these names. Errors in milliseconds, peaks in mmHg; `wall_s` does not include the picture.

    `shortfall` lists the crests that stayed below 80 % of their target; None if there were none.
    `cause` and `evidence` say why it ended early, and the evidence for that; empty if it did not.
    """

    profile: str
    device: str
    outcome: str
    cause: str
    evidence: Evidence
    shortfall: Shortfall | None
    duration_s: float
    wall_s: float
    speed_x: float
    setpoints: int
    wire_bytes_per_setpoint: float
    wire_idle_bytes_per_s: float
    max_error_ms: int
    peak: dict[str, float]
    clipped: tuple[CompileNote, ...]
    dropped: tuple[CompileNote, ...]
    slowed: tuple[CompileNote, ...]
    trace_sha256: str
    files: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as in `summary.json`."""
        return asdict(self)


def summarise(schedule: Schedule, run: SimulatedRun, curves: Curves, wall_s: float) -> Summary:
    """The summary of a replay that has not written any files yet."""
    traffic = run.traffic
    idle_bytes = traffic.heartbeat_bytes + traffic.other_bytes
    return Summary(
        profile=schedule.profile,
        device=schedule.device.name,
        outcome=run.outcome.kind,
        cause=run.outcome.cause,
        evidence=run.outcome.evidence,
        shortfall=run.outcome.shortfall,
        duration_s=round(run.duration_s, 3),
        wall_s=round(wall_s, 3),
        speed_x=round(run.duration_s / wall_s, 1) if wall_s else 0.0,
        setpoints=len(schedule.setpoints),
        wire_bytes_per_setpoint=round(traffic.bytes_per_setpoint, 2),
        wire_idle_bytes_per_s=round(idle_bytes / run.duration_s, 1) if run.duration_s else 0.0,
        max_error_ms=run.late_max_ms,
        peak=dict(curves.peaks),
        clipped=schedule.report.clipped,
        dropped=schedule.report.dropped,
        slowed=schedule.report.slowed,
        trace_sha256=run.trace_sha256,
        files={},
    )


def lines(summary: Summary, schedule: Schedule, outcome: Outcome) -> Iterator[str]:
    """The summary for a person."""
    high, where = max(((value, name) for name, value in summary.peak.items()), default=(0.0, ""))
    place = f" at {where}" if high else ""
    kind = summary.outcome.replace("_", " ")
    yield f"{summary.profile} on {summary.device}: {kind} after {clock(summary.duration_s)}"
    if summary.outcome != "completed":
        yield f"  {ending(outcome)}"
    elif outcome.shortfall is not None:
        yield f"  {shortfall(outcome.shortfall)}"
    yield f"  replayed in {summary.wall_s:.2f} s, {summary.speed_x:.0f} times real time"
    yield f"  {summary.setpoints} set-points, {summary.wire_bytes_per_setpoint:.1f} bytes each on the wire"
    yield f"  latest set-point {summary.max_error_ms} ms, peak {high:.1f} mmHg{place}"
    questions = (cue for cue in schedule.cues if cue.wait)
    yield from (f"  {clock(cue.session_ms / 1000)} {report_text.said(cue)}" for cue in questions)
    yield from (f"  {line}" for line in report_text.report(schedule.report))
    yield from (f"  {name}: {path}" for name, path in summary.files.items())


def fault_lines(run: SimulatedRun) -> Iterator[str]:
    """The injected faults, and the invariants that did not hold."""
    for incident in run.incidents:
        what = incident.fault.model_dump_json(exclude={"at_s", "for_s"}, exclude_none=True)
        yield f"{incident.at_s:.2f} s: {'begins' if incident.has_begun else 'ends'} {what}"
    yield from (f"invariant broken: {broken}" for broken in run.broken)

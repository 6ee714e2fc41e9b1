"""The contest as tables."""

from collections.abc import Iterator, Sequence

from bench.peers.contest import Contest
from bench.stress.spread import Spread
from bench.stress.trial import Contestant, HostCondition
from bench.table import Table

_HEADS = {
    HostCondition.QUIET: "quiet: p50 / p99 / max",
    HostCondition.BLOCKED: "host loop blocked 50 ms each 500 ms: p99 / max",
    HostCondition.BUSY: "4 busy processes: p99 / max",
    HostCondition.FROZEN: "host frozen 1.0 s: p99 / max / lost",
}


def tables(contest: Contest, contestants: Sequence[Contestant], seconds: float, runs: int) -> tuple[Table, Table]:
    """Who did how well, and how good the conditions were to measure in."""
    columns = ("error at the device, ms", *_HEADS.values(), "bytes a set-point, out", "and back")
    rows = [_row(contest, contestant.name) for contestant in contestants]
    note = (
        f"8 actuators, a set-point each 100 ms for {seconds:g} s; error = executed - ideal; {_of(runs)}. Bytes are "
        "all that went over the line in quiet, connecting included. In quiet two contestants "
        "run at a time, beside busy processes four, else all."
    )
    return Table("Legato and what a user would pick instead", columns, rows, note), _conditions(contest)


def _of(runs: int) -> str:
    return "one run" if runs == 1 else f"medians of {runs} runs, of what was lost the worst"


def _row(contest: Contest, name: str) -> tuple[str, ...]:
    quiet = contest.entries[name, HostCondition.QUIET]
    cells = (_cell(condition, contest.entries[name, condition].spread) for condition in HostCondition)
    return (name, *cells, f"{quiet.bytes_each('received'):.1f}", f"{quiet.bytes_each('sent'):.1f}")


def _cell(condition: HostCondition, spread: Spread) -> str:
    figures = [spread.p50_ms, spread.p99_ms, spread.max_ms][condition is not HostCondition.QUIET :]
    text = " / ".join(_ms(value) for value in figures)
    if condition is HostCondition.FROZEN:
        return f"{text} / {spread.lost}"
    return f"{text} ({spread.lost} lost)" if spread.lost else text


def _ms(value: float) -> str:
    return f"{value:.1f}" if abs(value) < 10 else f"{value:,.0f}"


def _conditions(contest: Contest) -> Table:
    columns = ("condition", "latest wake-up of any device process", "processor time stolen, worst run")
    note = "The device processes have real-time priority."
    if not contest.is_realtime:
        note = "Real-time priority was not permitted: the device processes' own lateness is part of every error."
    return Table("How good it was to measure in", columns, list(_condition_rows(contest)), note)


def _condition_rows(contest: Contest) -> Iterator[tuple[str, ...]]:
    for condition in HostCondition:
        yield str(condition), f"{contest.late_ms(condition):.1f} ms", f"{max(contest.stolen[condition]):.1f} %"

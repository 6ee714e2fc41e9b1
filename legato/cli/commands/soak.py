"""`legato soak`: random sessions under random faults, each judged by the invariants."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from time import perf_counter

from legato.cli.exit_codes import Exit
from legato.terminal import output
from legato.tools.soak.case import Case, as_text
from legato.tools.soak.draw import draw
from legato.tools.soak.many import verdicts
from legato.tools.soak.run import CaseVerdict, run
from legato.tools.soak.shrink import shrink

PROGRESS_EVERY = 500


@dataclass(slots=True)
class Tally:
    """How the sessions ended, the shortest script for each failure, and the fingerprints of all."""

    ends: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[CaseVerdict, str]] = field(default_factory=list)
    fingerprints: list[str] = field(default_factory=list)


def soak(sessions: int, seed: int, jobs: int, json: bool) -> Exit:
    """Fails if an invariant is broken; every failure is shrunk, and can be replayed from its seed alone."""
    began_s, tally = perf_counter(), Tally()
    report: Callable[[str], None] = output.say if json else output.data
    for n, verdict in enumerate(verdicts(range(seed, seed + sessions), jobs), 1):
        tally.ends[verdict.outcome] += 1
        tally.fingerprints.append(verdict.fingerprint)
        if verdict.broken:
            tally.failed.append((verdict, _script(verdict)))
            report(_failure(*tally.failed[-1]))
        if n % PROGRESS_EVERY == 0:
            output.say(f"{n} of {sessions} sessions, {len(tally.failed)} failed")
    rate = 60.0 * sessions / (perf_counter() - began_s)
    if json:
        output.as_json(_as_dict(tally, sessions, seed))
    ends = ", ".join(f"{count} {end.replace('_', ' ')}" for end, count in tally.ends.most_common())
    report(ends)
    word = "FAILED" if tally.failed else "passed"
    speed = f"{rate:.0f} a minute on {jobs} {'process' if jobs == 1 else 'processes'}"
    report(f"soak {word}: {sessions} sessions from seed {seed}, {len(tally.failed)} broke an invariant; {speed}")
    return Exit.FAILED if tally.failed else Exit.DONE


def shrunk(case: Case, invariant: str) -> Case:
    """The smallest case that still breaks `invariant`."""
    return shrink(case, lambda smaller: any(b.invariant == invariant for b in run(smaller).broken))


def _script(verdict: CaseVerdict) -> str:
    return as_text(shrunk(draw(verdict.seed), verdict.broken[0].invariant))


def _failure(verdict: CaseVerdict, script: str) -> str:
    broken = "; ".join(map(str, verdict.broken))
    again = f"legato soak --seed {verdict.seed} --sessions 1"
    return f"seed {verdict.seed} FAILED: {broken}\n{script}\n# again: {again}; its fingerprint: {verdict.fingerprint}"


def _as_dict(tally: Tally, sessions: int, seed: int) -> dict[str, object]:
    failed = [asdict(verdict) | {"script": script} for verdict, script in tally.failed]
    fingerprints = sha256(" ".join(tally.fingerprints).encode()).hexdigest()[:16]
    ends = dict(sorted(tally.ends.items()))
    return {"sessions": sessions, "seed": seed, "ends": ends, "failed": failed, "fingerprint": fingerprints}

"""`python -m tests.profiles.audit 10000`: drawn routines through compiler, proof and auditor, with counts.

A second number is the seed; `--anything` draws whatever a file may hold, and not only what people write.

Whatever report and schedule disagree about is printed, with the routine that shows it; then the exit code is 1.
"""

import json
import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from legato.profiles.audit.auditor import audit
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.profile import Profile
from legato.profiles.refusal import CompileError, ProofError
from tests.profiles.audit.drawn import devices, routines


def main(count: int, first: int, *, ordinary: bool) -> int:
    """The counts, after what was found."""
    counts: Counter[str] = Counter()

    @seed(first)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(routines(ordinary=ordinary), devices())
    def run(routine: Profile, device: Device) -> None:
        counts["drawn"] += 1
        counts.update(_judged(routine, device))

    run()
    for what, number in counts.most_common():
        print(f"{number:8,}  {what}")
    return 1 if counts["with an unreported deviation"] or counts["with a false line"] else 0


def _judged(routine: Profile, device: Device) -> list[str]:
    try:
        schedule = compile(routine, device, envelope(device, routine.use))
    except ProofError as error:
        print(f"NOT PROVEN: {error}\n  {_shown(routine, device)}")
        return ["not proven"]
    except CompileError:
        return ["refused with a reason"]
    found = audit(routine, schedule)
    if not found.agrees:
        print(*(f"UNREPORTED: {finding}" for finding in found.unreported), sep="\n")
        print(*(f"FALSE: {note}" for note in found.false_lines), sep="\n")
        print(f"  {_shown(routine, device)}")
    labels = {
        "compiled, proven and audited": True,
        "as written": not found.findings,
        "with deviations, all in the report": bool(found.findings) and found.agrees,
        "with an unreported deviation": bool(found.unreported),
        "with a false line": bool(found.false_lines),
    }
    return [label for label, holds in labels.items() if holds]


def _shown(routine: Profile, device: Device) -> str:
    steps = json.loads(routine.model_dump_json(by_alias=True, exclude_defaults=True))["steps"]
    return f"on {device.name}, {routine.use}: {json.dumps(steps)}"


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    sys.exit(main(*(numbers + [10_000, 1][len(numbers) :]), ordinary="--anything" not in sys.argv))

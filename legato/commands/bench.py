"""`legato bench`: every budget, measured on this machine."""

import sys
from itertools import chain

from legato import output
from legato.bench import processes, stack
from legato.bench.budget import Measure, show
from legato.errors import Exit


def bench(json: bool) -> Exit:
    """Measures, prints, and fails where a budget is missed."""
    done: list[Measure] = []
    for measure in chain(stack.measures(), processes.measures()):
        output.say(f"measured: {measure.what}")
        done.append(measure)
    if json:
        output.as_json([m.as_dict() for m in done])
    else:
        show(done, output.console(sys.stdout))
    return Exit.DONE if all(m.is_kept for m in done) else Exit.FAILED

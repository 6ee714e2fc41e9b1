"""Routines drawn at random, on any built-in device: what deviates is in the report, and every line is true.

`OPEN` is what is known to be left, about one routine in a hundred; `python -m tests.profiles.audit` counts it.
"""

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings

from profiles.audit.auditor import audit
from profiles.compiler import compile  # noqa: A004 - the field's own word
from profiles.device import Device
from profiles.envelope import envelope
from profiles.profile import Profile
from profiles.refusal import CompileError
from tests.profiles.audit.drawn import devices, routines

OPEN = {
    "hold": {"time pressed"},  # let go of for a personal or zone limit while others go on
    "knead": {"duration", "pressure", "rate"},  # a single slow turn that a hold limit cuts
    "circle": {"period", "rest"},  # widening, with a break in which a chamber is not reached
}
"""What a step of a kind may still deviate in without a line, and why. Lines of these kinds may be stale by as much."""


@pytest.mark.timeout(300)  # hundreds of routines, on a machine that may be busy with others
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(routines(), devices())
def test_report_and_schedule_agree(routine: Profile, device: Device) -> None:
    try:
        schedule = compile(routine, device, envelope(device, routine.use))
    except CompileError:
        reject()
    found = audit(routine, schedule)
    assert [str(f) for f in found.unreported if f.what.value not in OPEN.get(f.words.split()[0], set())] == []
    assert [n for n in found.false_lines if not any(f"({do} " in n.step for do in OPEN)] == []

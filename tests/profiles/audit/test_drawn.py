"""Routines drawn at random, on any built-in device: what deviates is in the report, and every line is true."""

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings

from legato.profiles.audit.auditor import audit
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.refusal import CompileError
from tests.profiles.audit.drawn import devices, routines
from tests.profiles.planned import played


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
        schedule = played(routine, device)
    except CompileError:
        reject()
    found = audit(routine, schedule)
    assert [str(f) for f in found.unreported] == []
    assert [str(note) for note in found.false_lines] == []

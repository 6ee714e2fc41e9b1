"""Of faults planted in the planner one by one, the auditor finds all that show in the schedule."""

import pytest

from legato.profiles.audit.auditor import Audit, audit
from tests.profiles.audit.faults import FAULTS, UNSEEN
from tests.profiles.audit.faults_hardly_felt import FELT, NOT_FELT
from tests.profiles.audit.faults_of_circles import CIRCLING
from tests.profiles.audit.faults_of_faces import TURNED
from tests.profiles.audit.faults_of_pressing import PRESSED
from tests.profiles.audit.faults_of_words import SPOKEN
from tests.profiles.audit.planting import Fault
from tests.profiles.planned import plays, routine


def _audited(fault: Fault, *, planted: bool) -> Audit:
    schedule = plays(*fault.steps, on=fault.device)
    return audit(routine(*fault.steps), fault.bend(schedule) if fault.bend and planted else schedule)


@pytest.mark.parametrize("fault", [*FAULTS, *CIRCLING, *TURNED, *PRESSED, *FELT, *SPOKEN], ids=lambda fault: fault.name)
def test_a_fault_is_found(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _audited(fault, planted=False).agrees
    if fault.plant:
        fault.plant(monkeypatch)
    assert not _audited(fault, planted=True).agrees


@pytest.mark.parametrize("fault", NOT_FELT, ids=lambda fault: fault.name)
def test_what_nobody_feels_is_no_fault(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fault.plant
    fault.plant(monkeypatch)
    assert _audited(fault, planted=True).agrees


def test_there_are_forty_and_more() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40
    assert not {fault.name for fault in FAULTS} & UNSEEN.keys()

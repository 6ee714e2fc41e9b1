"""For every rule of the conformance kit a firmware that breaks it: the kit must notice, and say what is wrong."""

from collections.abc import Callable

import pytest

from legato.firmware.core import Core
from legato.tools.conform.kit import Report
from legato.tools.conform.rules import RULES
from tests.contract.broken import BROKEN
from tests.contract.tampering import wrap


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_the_kit_catches_a_firmware_that_breaks(name: str, conformance: Callable[..., Report]) -> None:
    tamper, says = BROKEN[name]
    (verdict,) = conformance("wrap-3", [name], tamper).verdicts
    assert says in (verdict.broken or "nothing is wrong")


@pytest.mark.parametrize(
    ("name", "says"), [("silence", "vents only in state FAULTED"), ("pause_vents", "ms to vent to 8 mmHg")]
)
def test_a_device_that_says_it_vents_is_measured(name: str, says: str, conformance: Callable[..., Report]) -> None:
    def keeps_the_vents_shut(core: Core) -> None:
        wrap(core._hardware.air._io, "valves", lambda valves: lambda fill, _closed, dump: valves(fill, 0x3F, dump))

    (verdict,) = conformance("wrap-3", [name], keeps_the_vents_shut).verdicts
    assert says in (verdict.broken or "nothing is wrong")

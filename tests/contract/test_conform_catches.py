"""For every rule of the conformance kit a firmware that breaks it: the kit must notice, and say what is wrong."""

from collections.abc import Callable

import pytest

from legato.conform.kit import Report
from legato.conform.rules import RULES
from tests.contract.broken import BROKEN


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_the_kit_catches_a_firmware_that_breaks(name: str, conformance: Callable[..., Report]) -> None:
    tamper, says = BROKEN[name]
    (verdict,) = conformance("wrap-3", [name], tamper).verdicts
    assert says in (verdict.broken or "nothing is wrong")

"""The contract: every rule of docs/reference/protocol.md that can be tried from outside holds on every device."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from legato.firmware import wire
from legato.profiles import load
from legato.tools.conform.kit import Report
from legato.tools.conform.report import last_line
from legato.tools.conform.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "protocol.md").read_text("utf-8")


@pytest.mark.parametrize("device", load.builtin_devices())
def test_the_reference_firmware_keeps_every_rule(device: str, conformance: Callable[..., Report]) -> None:
    report = conformance(device)
    assert (report.failed, len(report.verdicts)) == ([], len(RULES))
    assert report.device is not None
    assert report.device.name == device


def test_every_rule_says_what_it_asks_and_where_that_is_written() -> None:
    sections = {int(number) for number in re.findall(r"^## (\d+)\.", PAGE, re.MULTILINE)}
    assert {rule.section for rule in RULES} <= sections
    assert all(rule.text.endswith(".") for rule in RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_fault_that_was_latched_before_is_cleared_and_told(conformance: Callable[..., Report]) -> None:
    report = conformance("wrap-3", ["arm"], lambda core: core._fail(wire.FAULT_SENSOR, 0, 0, 0, 0))
    assert (report.conforms, report.latched) == (True, "sensor not plausible")
    assert last_line(report).startswith("a latched fault was cleared first: sensor not plausible\n")


def test_a_rule_leaves_the_device_at_rest_for_the_next_one(conformance: Callable[..., Report]) -> None:
    backwards = [rule.name for rule in reversed(RULES)]
    assert conformance("wrap-3", backwards).conforms

"""What a device says of its fault is told to people in words with units; programs get the figures as they came."""

import pytest

from legato.controller.link.device_messages import FaultMessage
from legato.controller.link.wire_names import FAULTS
from legato.controller.session.events import Outcome
from legato.controller.session.evidence import in_words, of_disagreement, of_fault
from legato.controller.session.narration import ending
from legato.firmware import wire
from legato.profiles import load

CHAIR = load.device("chair-1")
CALF, PAD, MOTOR = (
    next(c.index for c in CHAIR.channels if c.name == name) for name in ("left_calf", "seat_heat", "seat_percussion")
)
WORDS = [
    (wire.FAULT_OVER_PRESSURE, CALF, 520, 400, "52.0 mmHg measured, 40.0 mmHg commanded"),
    (wire.FAULT_OVER_CAP, CALF, 1215, 1200, "121.5 mmHg measured, the limit is 120.0 mmHg"),
    (wire.FAULT_HOLD_TOO_LONG, CALF, 400, 122_010, "40.0 mmHg measured, under pressure for 122.0 s"),
    (wire.FAULT_FILL_TIMEOUT, CALF, 3, 2490, "0.3 mmHg measured after 2.5 s of filling"),
    (wire.FAULT_VENT_TIMEOUT, CALF, 400, 0, "40.0 mmHg measured, 0.0 mmHg commanded"),
    (wire.FAULT_SENSOR, CALF, wire.INVALID, 400, "nothing measured, 40.0 mmHg before"),
    (wire.FAULT_SENSOR, CALF, 150, 583, "15.0 mmHg measured, 58.3 mmHg before, or not moved by 0.58 s of filling"),
    (wire.FAULT_SENSOR, PAD, 243, 80, "24.3 degC measured, 40.0 degC commanded"),
    (wire.FAULT_SENSOR, PAD, wire.INVALID, 80, "nothing measured, 40.0 degC commanded"),
    (wire.FAULT_OVER_TEMPERATURE, PAD, 431, 80, "43.1 degC measured, 40.0 degC commanded"),
    (wire.FAULT_UNDERRUN, None, 120, 4010, "the last set-points came 4.0 s before, with 0.1 s of plan left"),
    (wire.FAULT_ON_TOO_LONG, MOTOR, 7010, 120, "on for 7.0 s, at 60.0 %"),
    (wire.FAULT_ON_TOO_LONG, PAD, 391, 80, "39.1 degC measured, 40.0 degC commanded"),
    (wire.FAULT_SESSION_TOO_LONG, None, 3_600_010, 3_600_000, "3600 s played, the limit is 3600 s"),
]


def fault(code: int, channel: int | None, a: int, b: int) -> FaultMessage:
    return FaultMessage(1, code, channel, a, b, 0, 0)


@pytest.mark.parametrize(("code", "channel", "a", "b", "words"), WORDS)
def test_every_fault_has_its_figures_in_words(code: int, channel: int | None, a: int, b: int, words: str) -> None:
    assert of_fault(fault(code, channel, a, b), CHAIR) == {"found": words, "a": a, "b": b}


def test_no_fault_of_the_wire_is_left_out() -> None:
    assert {row[0] for row in WORDS} == set(FAULTS) - {wire.FAULT_ESTOP}


@pytest.mark.parametrize(("code", "channel"), [(wire.FAULT_ESTOP, None), (200, None), (200, 250)])
def test_what_nobody_can_name_keeps_its_figures(code: int, channel: int | None) -> None:
    assert of_fault(fault(code, channel, 7, 8), CHAIR) == {"a": 7, "b": 8}


def test_an_ending_tells_the_words_and_not_the_figures_that_are_in_them() -> None:
    evidence = of_fault(fault(wire.FAULT_OVER_PRESSURE, CALF, 520, 400), CHAIR) | {"slack_ms": 10}
    outcome = Outcome("device_fault", "left_calf: over-pressure", evidence)
    told_of = "52.0 mmHg measured, 40.0 mmHg commanded, slack_ms 10"
    assert ending(outcome) == f"device fault: left_calf: over-pressure ({told_of})"
    assert in_words({"a": 7, "b": 8}) == "a 7, b 8"
    assert in_words(of_disagreement(0.0, 31.25)) == "31.2 mmHg measured, 0.0 mmHg commanded"

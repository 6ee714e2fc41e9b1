"""A device file looked over: what the wire cannot hold is refused, what is probably not meant is said."""

from pathlib import Path

import pytest

from legato.profiles import load
from legato.profiles.errors import InvalidFile

HEAD = "format: 1\nname: x\ntitle: X\npumps: [{name: p, flow_l_min: 8}]\nactuators:\n"
AIR = "kind: chamber, pump: p, slack_l: 0.8, compliance_ml_mmhg: 2"
MOTOR = "id: head, kind: motor, action: percussion, zone: thigh, side: left, from_cm: 48, to_cm: 78"
PAD = "zone: foot, side: left, from_cm: 0, to_cm: 9"
HALVES = ", and the wire holds whole and half numbers only"
RAIL = "id: rail, kind: roller, zone: torso, side: both"


def remarks(tmp_path: Path, *actuators: str) -> list[str]:
    """Line, column and words of what `legato check` remarks."""
    path = tmp_path / "boot.yaml"
    path.write_text(HEAD + "".join(f"  - {{{actuator}}}\n" for actuator in actuators))
    return [str(problem).removeprefix(f"{path}:") for problem in load.device_remarks(str(path))]


@pytest.mark.parametrize(
    ("actuator", "lines"),
    [
        (f"{MOTOR}, min_hz: 20.7, max_hz: 40.3",
         [f"f.yaml:6:106: min_hz is 20.7{HALVES}; 21 is the nearest above",
          f"f.yaml:6:120: max_hz is 40.3{HALVES}; 40 is the nearest below"]),
        (f"{RAIL}, from_cm: 85, to_cm: 130",
         ["f.yaml:6:75: to_cm is 130, and the wire holds no more than 127.5; 127.5 is the nearest"]),
        (f"{RAIL}, from_cm: 85.2, to_cm: 120",
         [f"f.yaml:6:64: from_cm is 85.2{HALVES}; 85.5 is the nearest above"]),
        (f"id: pad, kind: heater, {PAD}, max_c: 40.3",
         [f"f.yaml:6:82: max_c is 40.3{HALVES}; 40 is the nearest below"]),
        (f"id: stone, kind: cooler, {PAD}, min_c: 12.2",
         [f"f.yaml:6:84: min_c is 12.2{HALVES}; 12.5 is the nearest above"]),
    ],
)  # fmt: skip
def test_a_figure_that_the_wire_cannot_hold_is_refused_with_the_nearest(actuator: str, lines: list[str]) -> None:
    with pytest.raises(InvalidFile) as caught:
        load.parse((HEAD + f"  - {{{actuator}}}\n").encode(), "f.yaml")
    assert str(caught.value).splitlines() == lines


def test_a_label_that_disagrees_with_its_stretch_is_said(tmp_path: Path) -> None:
    assert remarks(
        tmp_path,
        f"id: l2, zone: calf, side: left, from_cm: 20, to_cm: 46, {AIR}",
        f"id: r3, zone: foot, side: right, from_cm: 50, to_cm: 70, {AIR}",
        f"id: b, zone: popliteal, side: left, from_cm: 36, to_cm: 48, {AIR}".replace("left", "right"),
    ) == [
        "6:20: l2 is called calf and covers 10 cm of knee; limits go by the stretch",
        "7:20: r3 is called foot and lies at the thigh (50 to 70 cm); limits go by the stretch",
        "8:19: b is called popliteal and does not press the back alone; set face: back",
    ]


def test_legs_that_differ_by_a_little_and_chambers_that_overlap_are_said(tmp_path: Path) -> None:
    assert remarks(
        tmp_path,
        f"id: l1, zone: ankle, side: left, from_cm: 8, to_cm: 22, {AIR}",
        f"id: r1, zone: ankle, side: right, from_cm: 8.5, to_cm: 22, {AIR}",
        f"id: l0, zone: foot, side: left, from_cm: 0, to_cm: 10, {AIR}",
    ) == [
        "7:49: l1 and r1 differ by 0.5 cm and are treated as one place",
        "8:47: l1 and l0 overlap by 2 cm; both press there",
    ]


def test_a_percussion_head_over_bone_is_said(tmp_path: Path) -> None:
    head = MOTOR.replace("from_cm: 48", "from_cm: 40") + ", min_hz: 3, max_hz: 30"
    assert remarks(tmp_path, head) == ["6:55: head is called thigh and covers 8 cm of knee; limits go by the stretch"]


@pytest.mark.parametrize("name", load.builtin_devices())
def test_nothing_is_to_be_said_of_a_built_in_device(name: str) -> None:
    assert load.device_remarks(name) == []

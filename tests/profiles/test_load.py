"""Reading routine and device files that are right: by name, by path and from bytes."""

from pathlib import Path

import pytest

from legato.profiles import load
from legato.profiles.anatomy import Side
from legato.profiles.device import Chamber, Device
from legato.profiles.errors import InvalidFile
from legato.profiles.profile import Profile
from legato.profiles.steps import Hold

ROUTINE = b"""\
format: 1
name: short
title: A short one
steps:
  - &press {do: hold, from: calf, pressure_mmhg: 30, seconds: 5}
  - *press
  - {<<: *press, from: foot}
"""

DEVICE = b"""\
format: 1
name: small
title: Two cuffs
pumps: [{name: p, flow_l_min: 2.5}]
actuators:
  - &cuff
    id: a
    kind: chamber
    zone: calf
    side: left
    from_cm: 22
    to_cm: 36
    pump: p
    slack_l: 0.5
    compliance_ml_mmhg: 1.5
  - {<<: *cuff, id: b, side: right}
"""


def routine(text: bytes) -> Profile:
    profile = load.parse(text, "routine.yaml")
    assert isinstance(profile, Profile)
    return profile


def device(text: bytes) -> Device:
    found = load.parse(text, "device.yaml")
    assert isinstance(found, Device)
    return found


def test_a_file_with_actuators_is_a_device_and_anything_else_a_routine() -> None:
    assert routine(ROUTINE).name == "short"
    assert device(DEVICE).name == "small"


def test_an_alias_stands_for_what_was_anchored() -> None:
    first, second, _ = routine(ROUTINE).steps
    assert first == second


def test_what_a_mapping_says_itself_goes_before_what_it_merges_in() -> None:
    left, right = device(DEVICE).actuators
    assert isinstance(left, Chamber)
    assert right == left.model_copy(update={"id": "b", "side": Side.RIGHT})
    assert isinstance(step := routine(ROUTINE).steps[2], Hold)
    assert (step.from_, step.seconds) == ("foot", 5.0)


@pytest.mark.parametrize(
    ("written", "read"),
    [("35", 35.0), ("3.5e1", 35.0), ("0x23", 35.0), ("0o43", 35.0), ("035", 35.0), ("+35", 35.0), ("35.", 35.0)],
)
def test_numbers_are_read_as_yaml_1_2_writes_them(written: str, read: float) -> None:
    (step,) = routine(ROUTINE.split(b"  - *press")[0].replace(b"30", written.encode())).steps
    assert isinstance(step, Hold)
    assert step.pressure_mmhg == read


@pytest.mark.parametrize("title", ["yes", "off", "12:30:45", "2024-01-31", "=", "'35'", '"true"', "Füße 👣"])
def test_words_are_text_unless_yaml_1_2_says_otherwise(title: str) -> None:
    assert routine(ROUTINE.replace(b"A short one", title.encode())).title == title.strip("'\"")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert routine(b"\xef\xbb\xbf" + ROUTINE.replace(b"\n", b"\r\n")) == routine(ROUTINE)


def test_a_name_is_looked_up_among_the_built_ins_and_a_path_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(ROUTINE)
    assert load.profile("goddard").name == "goddard"
    assert load.device("boots-6").name == "boots-6"
    assert load.profile(str(tmp_path / "mine.yaml")).name == "short"


def test_a_built_in_goes_before_a_file_of_the_same_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("goddard").mkdir()
    Path("other").write_bytes(ROUTINE)
    assert load.profile("goddard").name == "goddard"
    assert load.profile("other").name == "short"


def test_an_unknown_name_is_answered_with_the_nearest_and_with_all() -> None:
    with pytest.raises(InvalidFile, match=r'did you mean "goddard"\? \(.*chair_full, .*sleep_winddown\)'):
        load.profile("godard")
    with pytest.raises(
        InvalidFile, match=r"no device of this name is built in; .*boots-6, boots-6-hip, boots-6-knee, chair-1, wrap-3"
    ):
        load.device("zzz")


@pytest.mark.parametrize("name", ["", "x" * 5000, "a\0b", "../"])
def test_a_name_that_no_file_can_have_is_refused_like_any_other(name: str) -> None:
    with pytest.raises(InvalidFile):
        load.profile(name)


def test_a_device_is_refused_where_a_routine_is_expected_and_the_other_way_round(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(DEVICE)
    with pytest.raises(InvalidFile, match="a routine is expected"):
        load.profile(str(path))
    path.write_bytes(ROUTINE)
    with pytest.raises(InvalidFile, match="a device is expected"):
        load.device(str(path))

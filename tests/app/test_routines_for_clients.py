"""Routines as clients have them: kept, checked, drawn, replayed, and known before they start."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from legato.app import people, preview, routines
from legato.app.check import check
from legato.app.compile_for import compiled
from legato.app.people import Change
from legato.app.replay_digest import digest
from legato.draw import curves
from legato.draw.heatmap_svg import MOST_BYTES, heat_svg
from legato.errors import AlreadyExists, InvalidFile, UnknownName
from legato.profiles import load
from legato.profiles.anatomy import Zone

MINE = b"""format: 1
name: mine
title: Mine
steps:
  - do: hold
    from: calf
    pressure_mmhg: 30
    seconds: 20
"""


def test_a_routine_of_ones_own_is_kept_listed_and_found_again(home: Path) -> None:
    assert routines.save("mine", MINE).is_builtin is False
    assert (home / "routines" / "mine.yaml").read_bytes() == MINE
    assert [card.name for card in routines.cards() if not card.is_builtin] == ["mine"]
    assert routines.explained("mine").text == MINE.decode()
    assert preview.report("mine", "wrap-3").peak_mmhg["left_calf"] == 30.0
    with pytest.raises(UnknownName):
        preview.report("goddard", "./boots-6.yaml")


def test_built_in_routines_and_good_files_are_never_written_over(home: Path) -> None:
    with pytest.raises(AlreadyExists):
        routines.save("goddard", MINE.replace(b"mine", b"goddard"))
    routines.save("mine", MINE)
    with pytest.raises(InvalidFile) as bad:
        routines.save("mine", b"format: 1\nname: mine\ntitle: Mine\nsteps: []\n")
    assert bad.value.problems[0].line == 4
    with pytest.raises(InvalidFile, match="the name in this file is mine"):
        routines.save("yours", MINE)
    assert [path.name for path in (home / "routines").iterdir()] == ["mine.yaml"]
    (home / "routines" / "mine.yaml").write_text("nonsense: [")
    assert all(card.is_builtin for card in routines.cards())


def test_a_check_tells_line_and_column_or_what_a_device_makes_of_it() -> None:
    wrong = check(MINE.replace(b"pressure_mmhg: 30", b"presure_mmhg: 30"), None)
    assert (wrong.is_valid, {problem.line for problem in wrong.problems}) == (False, {5, 7})
    right = check(MINE, load.device("wrap-3"))
    assert right.report is not None
    assert (right.is_valid, right.name, right.report.device) == (True, "mine", "wrap-3")
    assert check(b"\xff\x00" * 100, None).is_valid is False


def test_a_replay_is_summed_up_in_few_enough_numbers() -> None:
    done = digest(None, MINE.decode(), "wrap-3", None)
    assert (done.outcome, done.summary["peak"]["left_calf"] > 20.0) == ("completed", True)
    assert len(done.times_s) <= 300
    assert {len(curve.commanded) for curve in done.curves} == {len(done.times_s)}


@pytest.mark.parametrize("device", sorted(load.builtin_devices()))
def test_every_built_in_routine_has_a_small_picture(device: str) -> None:
    target = load.device(device)
    for profile in load.builtin_profiles().values():
        picture = heat_svg(curves.of_schedule(compiled(profile, target)))
        assert len(picture.encode()) < MOST_BYTES
        root = ET.fromstring(picture)  # noqa: S314 - our own
        assert profile.name in (root.findtext("{http://www.w3.org/2000/svg}title") or "")


def test_before_a_start_it_is_known_for_whom_it_plays_and_what_narrows_it() -> None:
    chosen = people.begin("ada")
    people.change(chosen.name, Change(comfort_cap_mmhg=30.0))
    routines.save("mine", MINE.replace(b"30", b"60"))
    told = preview.before("mine", "wrap-3", "ada", {Zone.FOOT: 20.0})
    assert (told.person, told.routine, told.peak_mmhg["left_calf"]) == ("ada", "mine", 30.0)
    assert [(limit.what, limit.why) for limit in told.limits] == [
        ("at most 30 mmHg", "this is the limit that you set for yourself"),
        ("at most 20 mmHg at the foot", "cap set for the foot: 20 mmHg"),
    ]
    assert preview.before("mine", "wrap-3", None, {}).person == "ada", "who is current, as a start takes it"

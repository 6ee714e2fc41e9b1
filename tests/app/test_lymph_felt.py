"""Lymph drainage as it is felt: two laps of the built-in routine on simulated boots, with sensors that err."""

import csv
from collections import defaultdict
from itertools import pairwise

import pytest

from legato.app.simulate import simulate
from legato.profiles import load
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.envelope import envelope
from legato.profiles.steps import Repeat

UP = ["foot", "ankle", "calf", "knee", "thigh_low", "thigh_high"]

CLOSED_MMHG = 5.0
"""From here on nothing flows back through a place."""

CONTACT_MMHG = 10.0
"""What stays below is light contact, at which a place waits for its first press."""

CREST_MMHG = 35.0
"""The most that lymph drainage is to press."""

Closed = list[tuple[float, float, float]]
"""From when to when a place is closed, in s, and how firmly it is pressed."""


def _closed(curve: list[tuple[float, float]]) -> Closed:
    out: Closed = []
    begin, top = None, 0.0
    for (_, v0), (t1, v1) in pairwise(curve):
        if v0 < CLOSED_MMHG <= v1:
            begin, top = t1, 0.0
        top = max(top, v1)
        if v1 < CLOSED_MMHG <= v0 and begin is not None and top > CONTACT_MMHG:
            out.append((begin, t1, top))
    return out


@pytest.fixture(scope="module", params=["boots-6", "boots-6-hip"])
def felt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Closed]:
    """When each chamber is closed, in both laps."""
    routine, device = load.profile("lymphedema_mld"), load.device(request.param)
    (drainage,) = (step for step in routine.steps if isinstance(step, Repeat))
    excerpt = routine.model_copy(update={"steps": (drainage.model_copy(update={"times": 2}),)})
    path = tmp_path_factory.mktemp("felt") / "trace.csv"
    with path.open("w") as trace:
        assert simulate(compile(excerpt, device, envelope(device, routine.use)), 7, trace).outcome.kind == "completed"
    curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with path.open() as trace:
        for row in csv.DictReader(trace):
            curves[row["actuator"]].append((float(row["session_ms"]) / 1000.0, float(row["felt"])))
    return {name: _closed(curve) for name, curve in curves.items()}


@pytest.fixture(params=["left", "right"])
def leg(felt: dict[str, Closed], request: pytest.FixtureRequest) -> list[Closed]:
    """The places of one leg from the sole up, and the hip where there is a garment."""
    return [felt[f"{request.param}_{place}"] for place in UP] + [felt[name] for name in ("hip",) if name in felt]


def test_each_place_takes_over_before_the_last_one_lets_go(leg: list[Closed]) -> None:
    for here, there in pairwise(leg):
        assert all(ends - begins >= 1.0 for (_, ends, _), (begins, _, _) in zip(here, there, strict=True))


def test_each_place_is_closed_for_twelve_seconds_in_a_lap_of_eighty(leg: list[Closed]) -> None:
    """The second lap, and from the first to it: 8 s a place and the way up and down, 20 s of rest."""
    for place in leg:
        assert len(place) == 2
        assert 11.0 < place[1][1] - place[1][0] < 14.0
    assert leg[0][1][0] - leg[-1][0][1] == pytest.approx(21.0, abs=1.0)
    begins = [place[1][0] for place in leg]
    assert all(b - a == pytest.approx(8.0, abs=0.8) for a, b in pairwise(begins))


def test_no_crest_is_above_35_mmhg_and_each_is_felt(leg: list[Closed]) -> None:
    tops = [top for place in leg for _, _, top in place]
    assert max(tops) <= CREST_MMHG
    assert min(tops) >= 17.0

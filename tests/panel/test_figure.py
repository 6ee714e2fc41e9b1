"""The body as it is drawn: every bladder has a place of its own, and can be seen and touched there."""

from collections.abc import Iterator

import pytest

from tests.panel.conftest import Open, until
from tests.panel.served import Served, served

TOUCHED = """name => {
  const zone = document.querySelector(`[data-testid=zone-${name}]`);
  const { x, y, width, height } = zone.querySelector(".fill").getBoundingClientRect();
  const hit = [.2, .5, .8].map(part => document.elementFromPoint(x + width * part, y + height / 2));
  return hit.every(one => zone.contains(one));
}"""
"""Whether a zone is what lies on top, wherever it is touched."""

PAIRS = [("left_knee_front", "left_knee_back"), ("right_knee_front", "right_knee_back")]


@pytest.fixture(scope="module")
def knees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("knees"), ["sim://boots-6-knee"]) as service:
        yield service


def test_what_lies_in_front_of_and_behind_the_knee_is_drawn_side_by_side(knees: Served, opened: Open) -> None:
    panel = opened(f"{knees.url}/")
    knees.ask("/devices/boots-6-knee/start", {"routine": "knee_circles", "acknowledged": True})
    until(knees, "boots-6-knee", "running")
    for front, back in PAIRS:
        boxes = [panel.part(f"zone-{name}").locator(".fill").bounding_box() for name in (front, back)]
        first, second = sorted((box for box in boxes if box), key=lambda box: box["x"])
        assert first["x"] + first["width"] <= second["x"]
        assert all(panel.page.evaluate(TOUCHED, name) for name in (front, back))
    assert panel.page.evaluate(TOUCHED, "left_calf")

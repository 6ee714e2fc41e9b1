"""The page of measurements: only what stands between its marks is replaced."""

from pathlib import Path

import pytest

from bench.table import Table, markdown
from legato.errors import UnusableFile
from legato.tools.measured_page import put, write

PAGE = "# Title\n\n<!-- measured: a -->\nold\n<!-- end -->\n\nprose\n\n<!-- measured: b -->\n<!-- end -->\n"


def test_a_part_is_replaced_and_all_else_left_alone() -> None:
    page = put(PAGE, "a", "new \\1\n")
    assert page == PAGE.replace("old\n", "new \\1\n")
    assert put(page, "a", "old\n") == PAGE


def test_a_page_without_the_part_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    with pytest.raises(UnusableFile, match="measured: c"):
        write(path, {"a": "new\n", "c": "new\n"})
    assert path.read_text() == PAGE


def test_a_table_is_written_with_its_figures_to_the_right() -> None:
    table = Table("Speed", ("device", "speed"), [("boots-6", "500 x")], "Times real time.")
    assert markdown(table).splitlines() == [
        "**Speed**",
        "",
        "| device | speed |",
        "| --- | ---: |",
        "| boots-6 | 500 x |",
        "",
        "Times real time.",
    ]


def test_the_page_in_the_house_has_every_part() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "performance.md").read_text()
    for name in ("peers", "budgets", "fleet", "panel", "service", "speed", "wire"):
        page = put(page, name, "new\n")

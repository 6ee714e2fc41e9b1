"""docs/reference/python.md names what is public: no more than there is, and no less."""

import re
from pathlib import Path
from pkgutil import iter_modules

import legato
from legato.cli.exit_codes import Exit

PAGE = (Path(__file__).parents[2] / "docs/reference/python.md").read_text("utf-8")


def test_the_names_of_the_package_are_those_of_the_page() -> None:
    rows = PAGE.partition("| name | is |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`legato\.(\w+)", rows)) == set(legato.__all__)


def test_every_folder_of_the_package_is_said_not_to_be_public() -> None:
    folders = {module.name for module in iter_modules(legato.__path__) if module.ispkg}
    private = PAGE.partition("\nNot public: ")[2].partition(")")[0]
    assert set(re.findall(r"`legato\.(\w+)`", private)) == folders


def test_every_exit_code_is_there() -> None:
    rows = re.findall(r"^\| ([0-9, ]+) \|", PAGE, re.MULTILINE)
    assert sorted(int(code) for row in rows for code in row.split(", ")) == sorted(Exit)

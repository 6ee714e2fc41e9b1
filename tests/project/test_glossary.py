"""The glossary leads to where its terms live: every file that it names exists, and so does every name in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "glossary.md"
ROWS = re.findall(r"^\| (?!term |-)(.+?) \| (.+) \| (.+?) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
PLACES = sorted({place for _, _, where in ROWS for place in re.findall(r"`([a-z_/0-9]+\.py)`(?: `(\w+)`)?", where)})


def test_the_terms_are_many_and_in_alphabetical_order() -> None:
    terms = [term.lower() for term, _, _ in ROWS]
    assert len(terms) > 90
    assert terms == sorted(terms)
    assert len(terms) == len(set(terms))


def test_every_term_lives_somewhere() -> None:
    assert [term for term, _, where in ROWS if not re.search(r"`[a-z_/0-9]+\.py`", where)] == []


@pytest.mark.parametrize(("file", "name"), PLACES)
def test_the_file_and_the_name_exist(file: str, name: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert not name or re.search(rf"^(?:class |def |async def )?{name}\b", text, re.MULTILINE)

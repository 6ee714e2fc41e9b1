"""Tabs in YAML: taken where a reader of YAML takes them, and called tabs, with their place, where it does not."""

import pytest

from legato.profiles.errors import InvalidFile
from legato.profiles.tree import read


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a:\tb\n", "1:3", "after the colon; write a space there (name: value)"),
        ("a: \tb\n", "1:4", "after the colon; write a space there (name: value)"),
        ("a:\t'b'\n", "1:3", "after the colon; write a space there (name: value)"),
        ("a:\t\t# why\n  - b\n", "1:3", "after the colon; write a space there (name: value)"),
        ("a:\n  b:\t5\r\n", "2:5", "after the colon; write a space there (name: value)"),
        ("-\ta\n", "1:2", "after the dash; write a space there (- value)"),
        ("- -\ta: b\n", "1:4", "after the dash; write a space there (- value)"),
        ("a:\n\t- b\n", "2:1", "in the indentation; YAML indents with spaces"),
        ("a:\n  b: c\n \td: e\n", "3:2", "in the indentation; YAML indents with spaces"),
        ("a: |\n  b\n\tc\n", "3:1", "in the indentation; YAML indents with spaces"),
        ("a: b\n\t\nc: d\n", "2:1", "in an empty line; remove it"),
        ("a: b\t\n", "1:5", "at the end of the line; remove it"),
        ("ä: b\tc\n", "1:5", "in the line; write a space there; in a text, put the text in quotes"),
        ("a: b\t# c\n", "1:5", "in the line; write a space there; in a text, put the text in quotes"),
    ],
)
def test_a_tab_is_called_one_where_it_stands(text: str, place: str, told: str) -> None:
    with pytest.raises(InvalidFile) as error:
        read(text.encode(), "f.yaml")
    assert str(error.value) == f"f.yaml:{place}: there is a tab {told}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a:\tb, c\t:\td}\n", {"a": "b", "c": "d"}),
        ("a: [1,\n\t2]\n", {"a": [1, 2]}),
        ("a: 'b\tc'\n", {"a": "b\tc"}),
        ("a: |\n  b\tc\n", {"a": "b\tc\n"}),
        ("# a\tb\na: b # c\td\n", {"a": "b"}),
    ],
)
def test_a_tab_in_brackets_quotes_texts_and_comments_is_taken(text: str, value: object) -> None:
    assert read(text.encode(), "f.yaml").plain() == value

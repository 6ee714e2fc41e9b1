"""The files of a person: settings, and the answers of a screening."""

from pydantic import TypeAdapter

from legato.care.person import Person, Question
from legato.care.screening import Answer
from legato.care.yaml_files import parse
from tests.fuzz.reader import check_reader

PERSON = TypeAdapter(Person)
ANSWERS = TypeAdapter(dict[Question, Answer])


def check(data: bytes) -> None:
    """Raises where reading ends with anything but a value or the error for it."""
    check_reader(lambda text: parse(text, "fuzz.yaml", PERSON), data)
    check_reader(lambda text: parse(text, "fuzz.yaml", ANSWERS), data)

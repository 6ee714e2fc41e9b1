"""What is wrong with a file, in words for the person who wrote it."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any


class LegatoError(Exception):
    """Base of everything that Legato raises on purpose; `legato.errors` draws the whole tree.

    Each travels whole between processes: what it is made from need not be what it holds.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[LegatoError], args: tuple[Any, ...], state: dict[str, Any]) -> LegatoError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """One thing wrong at `file:line:column` (both from 1): what it is, and what would be right.

    `hint` is empty where `what` says it all.
    """

    file: str
    line: int
    column: int
    what: str
    hint: str

    @property
    def place(self) -> str:
        """`file:line:column`"""
        return f"{printable(self.file)}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f"; {self.hint}" if self.hint else "")


MAX_SHOWN = 40
"""At most this many characters of a file are repeated in a message."""


class InvalidFile(LegatoError):
    """A routine or device that cannot be used as it stands; `problems` are in the order of the file."""

    def __init__(self, *problems: FileProblem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(LegatoError):
    """What was asked for makes no sense, or not like this."""


class Unfit(ValueError):
    """A value that does not fit the others: `at` is the way to it in the file, from the model that complains."""

    def __init__(self, what: str, *at: int | str, hint: str = "") -> None:
        super().__init__(what)
        self.at = at
        self.hint = hint


def printable(text: str) -> str:
    """`text` on one line, with nothing in it that a terminal would obey."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def short(text: str) -> str:
    """`text`, or its beginning if it is too long for a message."""
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "..."


def lower_first(sentence: str) -> str:
    """As it goes on behind a colon."""
    return sentence[:1].lower() + sentence[1:]


def suggestion(word: str, choices: Collection[str], of: str) -> str:
    """The nearest of `choices` to a misspelt `word`, then all: `did you mean "hold"? (there are glide, hold)`."""
    near = get_close_matches(word, choices, n=1)
    everything = f"{of} {', '.join(choices)}"
    return f'did you mean "{near[0]}"? ({everything})' if near else everything

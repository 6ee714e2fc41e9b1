"""The result of a check."""

from dataclasses import dataclass
from enum import StrEnum

from legato.errors import Failed, LegatoError


class Level(StrEnum):
    """How bad it is: `warn` works now, but may cause trouble later."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: in words, what to do about it, and what kind of error it is if it fails."""

    check: str
    level: Level
    text: str
    advice: str = ""
    error: type[LegatoError] | None = None


def ok(check: str, text: str) -> Finding:
    """Nothing is wrong."""
    return Finding(check, Level.OK, text)


def warn(check: str, text: str, advice: str) -> Finding:
    """It works, with a reservation."""
    return Finding(check, Level.WARN, text, advice)


def fail(check: str, text: str, advice: str, error: type[LegatoError] = Failed) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, text, advice, error)

"""What a check finds."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from legato.errors import Exit


class Level(StrEnum):
    """How bad it is: `warn` works, but will be in the way one day."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: in words, what to do about it, and the exit code if it fails."""

    check: str
    level: Level
    text: str
    advice: str = ""
    code: Exit = Exit.DONE

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "level": self.level.value.lower(), "code": int(self.code)}


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, text)


def warn(check: str, text: str, advice: str) -> Finding:
    """It works, but."""
    return Finding(check, Level.WARN, text, advice)


def fail(check: str, text: str, advice: str, code: Exit = Exit.FAILED) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, text, advice, code)

"""A rule of the protocol as a small test: it plays against a device, and raises `Broken` where the device differs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from legato.tools.conform.bench import Bench

Play = Callable[["Bench"], Awaitable[None]]


class Broken(Exception):
    """The device does not keep the rule; the message says what it did, and what would have been right."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`section` is that of docs/reference/protocol.md, `text` what the device must do."""

    name: str
    section: int
    text: str
    play: Play


def rule(section: int) -> Callable[[Play], Rule]:
    """Makes a rule of a function; its docstring is the rule's text."""

    def made(play: Play) -> Rule:
        return Rule(play.__name__, section, " ".join((play.__doc__ or "").split()), play)

    return made


def check(is_kept: bool, otherwise: str) -> None:
    """Raises Broken, saying `otherwise`, unless the rule is kept."""
    if not is_kept:
        raise Broken(otherwise)

"""A rule of the protocol as a small test on a device, which raises `Broken` if the device breaks the rule."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from legato.tools.conform.bench import Bench

Play = Callable[[Bench], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`section` refers to docs/reference/protocol.md; `text` says what the device must do."""

    name: str
    section: int
    text: str
    play: Play


def rule(section: int) -> Callable[[Play], Rule]:
    """Makes a rule from a function; its docstring is the rule's text."""

    def made(play: Play) -> Rule:
        return Rule(play.__name__, section, " ".join((play.__doc__ or "").split()), play)

    return made

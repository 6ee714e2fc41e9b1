"""How a test spoils a sound firmware: a method of one of its objects is changed, for this one device only."""

from collections.abc import Callable
from typing import Any

from legato.firmware import wire
from legato.firmware.core import Core

Call = Callable[..., Any]


def wrap(owner: Any, name: str, change: Callable[[Call], Call]) -> None:
    """Puts a changed method in the place of one."""
    setattr(owner, name, change(getattr(owner, name)))


def first(do: Call) -> Callable[[Call], Call]:
    """A change that does something with the same arguments before the proper thing."""

    def change(proper: Call) -> Call:
        def changed(*args: Any) -> Any:
            do(*args)
            return proper(*args)

        return changed

    return change


def answering(wrong: int, right: int = wire.OK) -> Callable[[Core], None]:
    """A firmware that says `right` where it should say `wrong`."""

    def sabotage(core: Core) -> None:
        wrap(core._requests, "_answer", lambda asked: lambda r: right if (code := asked(r)) == wrong else code)

    return sabotage

"""Why the workshop did not do something."""

from typing import Literal

from legato.profiles.errors import Problem

Kind = Literal["unknown", "exists", "refused", "invalid", "too_long", "busy", "failed"]


class NotDone(Exception):
    """Travels as a pickle, so it holds nothing but its arguments; `problems` are places in a file."""

    def __init__(self, kind: Kind, detail: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(kind, detail, problems)
        self.kind, self.detail, self.problems = kind, detail, problems

"""Checks of the user's files: their own routines, and the people."""

from collections.abc import Iterator

from legato.app import routine_library
from legato.app.finding import Finding, ok, warn
from legato.care.store import PeopleStore
from legato.profiles.errors import FileProblem


def routines() -> Iterator[Finding]:
    """One finding for the routines, and one for each unusable file among them."""
    found = routine_library.shelf()
    own = [routine for routine in found.routines if not routine_library.is_builtin(routine.name)]
    yield ok("routines", f"{len(own)} of your own in {routine_library.folder()}")
    yield from (_left_out("routines", problem) for problem in found.misfits)


def people(store: PeopleStore) -> Iterator[Finding]:
    """One finding for each person whose file is not valid."""
    yield from (_left_out("person", problem) for problem in store.misfits())


def _left_out(check: str, problem: FileProblem) -> Finding:
    return warn(check, f"{problem.place}: {problem.what}", problem.hint)

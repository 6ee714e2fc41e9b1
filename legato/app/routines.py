"""The available routines, for clients: listed, explained with their text, and saved."""

from pathlib import Path
from typing import Literal

from legato.app import people, report_text, routine_library
from legato.app.model import Frozen
from legato.errors import AlreadyExists
from legato.files import written
from legato.profiles import load
from legato.profiles.errors import FileProblem, InvalidFile, printable
from legato.profiles.profile import Profile

SENT = "routine.yaml"
"""The name that messages use for a text that was sent."""


class Card(Frozen):
    """One routine in a list; `why` gives the reasons for its pressures and times, with sources."""

    name: str
    title: str
    use: str
    purpose: str
    why: str
    cautions: tuple[str, ...]
    clinician_directed: bool
    is_builtin: bool


class LeftOut(Frozen):
    """A file among the routines or people that is not one, or is not valid: its name, and why."""

    kind: Literal["routine", "person"]
    file: str
    what: str
    hint: str


class RoutineDetails(Card):
    """A complete routine: as fields, in words (line by line), and as the text of its file."""

    words: tuple[str, ...]
    text: str


def names() -> tuple[str, ...]:
    """The names of all routines."""
    return tuple(profile.name for profile in routine_library.everything())


def cards() -> list[Card]:
    """All routines, the built-in ones first."""
    return [_card(profile) for profile in routine_library.everything()]


def left_out() -> list[LeftOut]:
    """The files among the routines and people that are not usable."""
    return [
        *(_left_out("routine", problem) for problem in routine_library.shelf().misfits),
        *(_left_out("person", problem) for problem in people.store().misfits()),
    ]


def explained(name: str) -> RoutineDetails:
    """One routine; raises what `routine_library.find` raises."""
    profile = routine_library.find(name)
    return RoutineDetails(
        **dict(_card(profile)), words=tuple(report_text.routine(profile)), text=routine_library.text(name)
    )


def save(name: str, text: bytes) -> Card:
    """Saves a routine of the user's own, whole or not at all.

    Raises:
        AlreadyExists: it is built in.
        InvalidFile: it is not valid, or its name is different.
    """
    if routine_library.is_builtin(name):
        raise AlreadyExists(f"{name} is built in and cannot be replaced; choose another name")
    profile = sent(text)
    if profile.name != name:
        what = f"the name in this file is {profile.name}"
        raise InvalidFile(FileProblem(SENT, 1, 1, what, f"write name: {name}, or send it to the URL of {profile.name}"))
    with written(routine_library.path(name)) as file:
        file.write(text.decode())
    return _card(profile)


def sent(text: bytes) -> Profile:
    """The routine in a text that was sent.

    Raises:
        InvalidFile: it is not valid.
    """
    return load.parse_profile(text, SENT)


def _left_out(kind: Literal["routine", "person"], problem: FileProblem) -> LeftOut:
    """Names the file without its folder, like everything sent to clients."""
    return LeftOut(kind=kind, file=printable(Path(problem.file).name), what=problem.what, hint=problem.hint)


def _card(profile: Profile) -> Card:
    return Card(
        name=profile.name,
        title=profile.title,
        use=profile.use.value,
        purpose=profile.purpose.strip(),
        why=profile.why.strip(),
        cautions=profile.cautions,
        clinician_directed=profile.clinician_directed,
        is_builtin=routine_library.is_builtin(profile.name),
    )

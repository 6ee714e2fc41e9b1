"""The tree of errors: each class travels whole between processes, and HTTP and exit codes know what to make of it."""

import inspect
import pickle
from collections.abc import Iterator

import pytest

from legato.cli.exit_codes import explained as exit_of
from legato.errors import LegatoError, Misuse
from legato.profiles.errors import FileProblem
from legato.service.devices.errors import ServiceError
from legato.service.http.problems import explained

SAMPLES = {
    "problems": FileProblem("mine.yaml", 1, 2, "what", "hint"),
    "code": 3,
    "frame": b"ab",
    "needs": "rest",
    "cautions": ("warm water",),
    "known": ("ada", "ben"),
}
"""What an argument of this name may be; of any other name it is a word."""


def below(kind: type[LegatoError]) -> Iterator[type[LegatoError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("legato."):
            yield child
            yield from below(child)


def made(kind: type[LegatoError]) -> LegatoError:
    """An error of this kind, with everything that it takes."""
    wanted = inspect.signature(kind.__init__).parameters.values()
    names = [p.name for p in wanted if p.name != "self" and p.kind is not p.VAR_KEYWORD]
    return kind(*(SAMPLES.get(name, "word") for name in names))


TREE = sorted(set(below(LegatoError)), key=lambda kind: kind.__qualname__)


def test_the_tree_holds_the_errors_of_every_room() -> None:
    names = {kind.__name__ for kind in TREE}
    assert {
        "NotAdmitted",
        "NothingPlays",
        "DiaryError",
        "ProtocolError",
        "PortBusy",
        "TooLong",
        "MissingExtra",
    } <= names


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_each_travels_whole_between_processes(kind: type[LegatoError]) -> None:
    error = made(kind)
    travelled = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(travelled) is kind
    assert (str(travelled), travelled.args, vars(travelled)) == (str(error), error.args, vars(error))


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_each_ends_a_command_with_its_own_words(kind: type[LegatoError]) -> None:
    code, text = exit_of(made(kind))
    assert code != 0
    assert text.startswith("internal error") is issubclass(kind, Misuse)


@pytest.mark.parametrize("kind", list(below(ServiceError)), ids=lambda kind: kind.__name__)
def test_each_refusal_of_a_service_is_a_problem_of_its_own(kind: type[LegatoError]) -> None:
    problem, _ = explained(made(kind))
    assert problem.type not in ("internal", "not_done")

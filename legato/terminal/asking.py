"""Questions to a person at the terminal."""

import sys

from legato.errors import NotAllowed, UsageError


def insist_on_yes(command: str, question: str, yes_means: str) -> None:
    """Goes on only with a yes; `yes_means` is what a `--yes` beforehand would have said.

    Raises:
        UsageError: there is no terminal to ask at.
        NotAllowed: the answer is no.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{command}: asking needs a terminal; --yes says that {yes_means}")
    if not agrees(question):
        raise NotAllowed(f"{command}: nothing was done")


def agrees(question: str) -> bool:
    """Whether what a person types in answer to a question is a yes."""
    return asked(question).casefold() in ("y", "yes")


def asked(question: str) -> str:
    """What a person types in answer to a question; nothing typed and the end of the input are empty."""
    return (typed(question) or "").strip()


def typed(question: str) -> str | None:
    """The line that a person types in answer to a question; None at the end of the input."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline() or None

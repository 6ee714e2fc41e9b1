"""Questions to a person at the terminal."""

import sys

from legato.errors import NotAllowed, UsageError


def insist_on_yes(command: str, question: str, yes_means: str) -> None:
    """Continues only if the answer is yes; `yes_means` is what `--yes` confirms.

    Raises:
        UsageError: there is no terminal to ask at.
        NotAllowed: the answer is no.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{command}: asking needs a terminal; --yes confirms that {yes_means}")
    if not agrees(question):
        raise NotAllowed(f"{command}: nothing was done")


def agrees(question: str) -> bool:
    """Whether what a person types in answer to a question is a yes."""
    return asked(question).casefold() in ("y", "yes")


def asked(question: str) -> str:
    """What a person types in answer to a question; empty for an empty line or the end of input."""
    return (typed(question) or "").strip()


def typed(question: str) -> str | None:
    """The line that a person types in answer to a question; None at the end of input."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline() or None

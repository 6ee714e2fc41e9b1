"""Questions to a person at the terminal."""

import sys


def agreed() -> bool:
    """Whether the person says yes at the terminal; without one the answer is no."""
    return sys.stdin.isatty() and asked("Play all the same? yes or no: ").casefold() in ("y", "yes")


def asked(question: str) -> str:
    """What a person types in answer to a question; nothing typed and the end of the input are empty."""
    return (typed(question) or "").strip()


def typed(question: str) -> str | None:
    """The line that a person types in answer to a question; None at the end of the input."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline() or None

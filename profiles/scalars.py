"""What an unquoted word means in YAML 1.2 (core schema): `yes` is text, `012` is twelve, `12:30` is text."""

import re
from math import isfinite

Scalar = str | int | float | bool | None

MAX_DIGITS = 30
"""Longer numbers are refused: nothing here is that large or that exact, and Python is slow to read very long ones."""

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def scalar(word: str) -> Scalar:
    """The value of an unquoted `word`.

    Raises:
        ValueError: a number that is not finite, or longer than any that could be meant.
    """
    if word in _WORDS:
        return _WORDS[word]
    if _NOT_FINITE.fullmatch(word):
        raise ValueError(f"{word} is not a finite number")
    is_integer = _INTEGER.fullmatch(word)
    if not is_integer and not _FLOAT.fullmatch(word):
        return word
    if len(word) > MAX_DIGITS or not isfinite(float(word) if not is_integer else 0.0):
        raise ValueError(f"{word[:MAX_DIGITS]} is too long or too large for a number")
    return int(word, _base(word)) if is_integer else float(word)


def _base(word: str) -> int:
    return {"0x": 16, "0o": 8}.get(word[:2], 10)

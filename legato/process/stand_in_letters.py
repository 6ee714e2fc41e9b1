"""Readable replacements, such as `->`, for characters that a stream's encoding lacks."""

from typing import Final

NAME: Final = "legato-stand-in"
"""The name of the error handler."""

STAND_INS: Final = {
    "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "≤": "<=", "≥": ">=", "×": "x", "·": ".", "…": "...", "°": "deg",
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "ß": "ss", "µ": "u", "§": "par.", "█": "#", "━": "=",
    "┃": "|",
}  # fmt: skip


def stand_in(error: UnicodeError) -> tuple[str, int]:
    """For `codecs.register_error`: the replacement for the characters of `error`, and where to continue."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_in_ascii, error.object[error.start : error.end])), error.end


def _in_ascii(letter: str) -> str:
    # Imported here because it is rarely needed.
    from unicodedata import normalize

    # Canonical decomposition only: the compatibility one would turn a half into 12.
    return STAND_INS.get(letter) or normalize("NFD", letter).encode("ascii", "ignore").decode() or "?"

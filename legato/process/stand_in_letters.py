"""What is written in the place of letters that a stream's encoding lacks: something that can be read, such as `->`."""

from typing import Final

NAME: Final = "legato-stand-in"
"""What the error handler is registered as."""

STAND_INS: Final = {
    "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "≤": "<=", "≥": ">=", "×": "x", "·": ".", "…": "...", "°": "deg",
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "ß": "ss", "µ": "u", "§": "par.", "█": "#", "━": "=",
    "┃": "|",
}  # fmt: skip


def stand_in(error: UnicodeError) -> tuple[str, int]:
    """For `codecs.register_error`: what stands for the letters of `error`, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_in_ascii, error.object[error.start : error.end])), error.end


def _in_ascii(letter: str) -> str:
    # Imported here: it is hardly ever needed.
    from unicodedata import normalize

    # By its canonical parts only: the other kind makes 12 of a half.
    return STAND_INS.get(letter) or normalize("NFD", letter).encode("ascii", "ignore").decode() or "?"

"""Truncates texts to a limit in characters or bytes."""

from typing import Final

_ELLIPSIS: Final = "…"


def trimmed(text: str, chars: int | None = None, octets: int | None = None) -> str:
    """`text`, truncated with an ellipsis if it exceeds `chars`, or `octets` in UTF-8; characters stay whole."""
    if not _is_over(len(text), chars) and not _is_over(len(text.encode()), octets):
        return text
    short = text if chars is None else text[: chars - len(_ELLIPSIS)]
    if octets is not None:
        short = short.encode()[: octets - len(_ELLIPSIS.encode())].decode(errors="ignore")
    return short.rstrip() + _ELLIPSIS


def _is_over(length: int, most: int | None) -> bool:
    return most is not None and length > most

"""Texts for others: cut off where they are too long, in characters or in bytes, and never within a character."""

from hypothesis import given
from hypothesis import strategies as st

from legato.service.http import events
from legato.service.http.problems import refuse
from legato.service.trimming import trimmed


@given(st.text(max_size=400), st.none() | st.integers(2, 300), st.none() | st.integers(4, 900))
def test_a_text_keeps_both_limits_and_its_beginning(text: str, chars: int | None, octets: int | None) -> None:
    short = trimmed(text, chars, octets)
    assert chars is None or len(short) <= chars
    assert octets is None or len(short.encode()) <= octets
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_what_fits_is_left_alone() -> None:
    assert trimmed("x" * 255, 255) == "x" * 255
    assert trimmed("x" * 256, 255) == "x" * 254 + "…"
    assert trimmed("ü" * 10, 10, 19) == "ü" * 8 + "…"


def test_the_reason_in_a_closing_frame_of_a_websocket_has_123_bytes_at_most() -> None:
    code, reason = events._farewell(refuse(429, "too_often", "ä" * 500))
    assert (code, len(reason.encode()), reason[-1]) == (1008, 123, "…")

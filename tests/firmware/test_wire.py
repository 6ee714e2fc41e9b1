"""The codec: what goes in comes out, and whatever else arrives is counted, dropped and forgotten."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legato.firmware import wire

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "protocol.md"
VECTORS = sorted((Path(__file__).parents[1] / "vectors").glob("*.txt"))

u8 = st.integers(0, 0xFF)
u16 = st.integers(0, 0xFFFF)
payloads = st.binary(max_size=wire.MAX_PAYLOAD)
rows = st.tuples(st.integers(0, 0x1FFFFF), st.integers(0, 0x7F), u8, st.integers(0, 0x1FFFFF))


def read_vector(path: Path) -> tuple[bytes, bytes]:
    """(body with its check, the same on the wire) of a file of commented hex."""
    text = "\n".join(line.split("#")[0] for line in path.read_text().splitlines())
    body, framed = text.split("[wire]")
    return bytes.fromhex(body), bytes.fromhex(framed)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_every_message_has_the_bytes_of_its_vector(path: Path) -> None:
    body, framed = read_vector(path)
    kind, seq, session = body[0], body[1], int.from_bytes(body[2:4], "little")
    assert wire.encode(kind, seq, session, body[4:-4]) == framed
    assert wire.decode(framed[:-1]) == (kind, seq, session, body[4:-4])


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_protocol_page_shows_the_vector_as_it_is(path: Path) -> None:
    _, _, fields = path.read_text().partition("\n\n")
    indented = "".join(f"    {line}".rstrip() + "\n" for line in fields.splitlines())
    assert indented in PAGE.read_text()


def test_every_message_has_a_vector() -> None:
    kinds = {read_vector(path)[0][0] for path in VECTORS}
    assert kinds == {*range(wire.HELLO, wire.TRIM + 1), *range(wire.WELCOME, wire.FAULT + 1)}


@given(u8, u8, u16, payloads)
def test_a_frame_comes_out_as_it_went_in(kind: int, seq: int, session: int, payload: bytes) -> None:
    framed = wire.encode(kind, seq, session, payload)
    assert framed.index(0) == len(framed) - 1 < wire.MAX_FRAME
    assert wire.decode(framed[:-1]) == (kind, seq, session, payload)


def test_a_payload_beyond_the_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        wire.encode(1, 0, 0, bytes(wire.MAX_PAYLOAD + 1))


@given(u8, u8, u16, st.binary(max_size=20))
def test_no_single_flipped_bit_goes_unnoticed(kind: int, seq: int, session: int, payload: bytes) -> None:
    framed = wire.encode(kind, seq, session, payload)
    for bit in range(8 * (len(framed) - 1)):
        flipped = bytearray(framed)
        flipped[bit // 8] ^= 1 << bit % 8
        assert all(frame[3] != payload for frame in wire.Decoder().feed(bytes(flipped)))


@given(st.lists(st.one_of(st.binary(max_size=400), st.binary(max_size=30).map(lambda b: b + b"\x00"))))
def test_junk_never_raises_and_never_piles_up(chunks: list[bytes]) -> None:
    decoder = wire.Decoder()
    for chunk in chunks:
        decoder.feed(chunk)
        assert len(decoder._held) < wire.MAX_FRAME


@given(st.lists(payloads, min_size=1, max_size=5), st.integers(1, 7))
def test_it_does_not_matter_how_the_bytes_are_cut(parts: list[bytes], size: int) -> None:
    stream = b"".join(wire.encode(wire.STATUS, n, 1, part) for n, part in enumerate(parts))
    decoder = wire.Decoder()
    frames = [f for at in range(0, len(stream), size) for f in decoder.feed(stream[at : at + size])]
    assert [frame[3] for frame in frames] == parts
    assert decoder.bad == 0


@given(st.binary(min_size=wire.MAX_FRAME, max_size=2000).map(lambda b: b.replace(b"\x00", b"\x01")))
def test_an_oversize_frame_counts_once_and_the_next_one_is_heard(junk: bytes) -> None:
    decoder = wire.Decoder()
    assert decoder.feed(junk) == []
    assert decoder.feed(b"\x00" + wire.encode(wire.HEARTBEAT, 1, 2)) == [(wire.HEARTBEAT, 1, 2, b"")]
    assert decoder.bad == 1


@given(st.integers(0, 2**20), st.lists(rows, max_size=10))
def test_rows_come_out_as_they_went_in(base: int, given_rows: list[tuple[int, int, int, int]]) -> None:
    taken = wire.take_rows(b"".join(wire.pack_row(*row) for row in given_rows), 0, base)
    assert taken is not None
    whens = [base, *(row[0] for row in taken)]
    assert [(b - a, *row[1:]) for a, b, row in zip(whens, whens[1:], taken, strict=False)] == given_rows


@given(rows, st.lists(st.tuples(st.integers(0, 0x1FFFFF), st.integers(0, 0x7F)), max_size=10))
def test_a_row_like_the_one_before_has_its_target_and_ramp(
    first: tuple[int, int, int, int], others: list[tuple[int, int]]
) -> None:
    payload = wire.pack_row(*first) + b"".join(wire.pack_like(*other) for other in others)
    taken = wire.take_rows(payload, 0, 0)
    assert taken is not None
    assert [row[1] for row in taken] == [first[1], *(channel for _, channel in others)]
    assert {row[2:] for row in taken} == {first[2:]}


@given(st.integers(0, 2**20), st.integers(-0x8000, 0x7FFF))
def test_the_low_bits_of_a_base_mean_the_nearest_tick(watermark: int, offset: int) -> None:
    base = watermark + offset
    assert wire.base_near(base & 0xFFFF, watermark) == base


@given(st.binary(max_size=40))
def test_malformed_rows_are_none_or_whole(payload: bytes) -> None:
    taken = wire.take_rows(payload, 0, 0)
    assert taken is None or all(channel <= 0xFF and target <= 0xFF for _, channel, target, _ in taken)


@pytest.mark.parametrize(
    "payload",
    [b"\x80", b"\x00\x01", b"\x00\x01\x02", b"\x80\x80\x80\x01\x02\x00", b"\x00\x01\x02\x80\x80\x80", b"\x00\x81"],
)
def test_rows_that_break_off_or_count_too_far_are_malformed(payload: bytes) -> None:
    assert wire.take_rows(payload, 0, 0) is None

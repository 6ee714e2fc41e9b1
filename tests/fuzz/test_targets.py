"""Every target holds on every kept input, and on whatever hypothesis makes of them and of nothing."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.kept import HERE, TARGETS, check_of, inputs

KEPT = [(name, path) for name in TARGETS for path in inputs(name)]


@pytest.mark.parametrize(("name", "path"), KEPT, ids=[f"{name}-{path.name}" for name, path in KEPT])
def test_a_kept_input_is_borne(name: str, path: Path) -> None:
    check_of(name)(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_comes_is_borne(name: str, data: st.DataObject) -> None:
    kept = st.sampled_from(inputs(name)).map(Path.read_bytes)
    check_of(name)(data.draw(st.binary(max_size=400) | damaged(data.draw(kept))))


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """`whole` with a piece of it replaced."""
    cut = st.tuples(st.integers(0, len(whole)), st.integers(0, 20), st.binary(max_size=20))
    return cut.map(lambda c: whole[: c[0]] + c[2] + whole[c[0] + c[1] :])


def test_the_corpus_stays_small() -> None:
    sizes = [path.stat().st_size for path in (HERE / "corpus").rglob("*") if path.is_file()]
    assert 0 < len(sizes) < 200
    assert sum(sizes) < 500_000

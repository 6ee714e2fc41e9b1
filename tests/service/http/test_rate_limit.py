"""How often a client may ask: what counts, and as how much."""

from pathlib import Path

import httpx
import pytest

import legato
from legato.service.http import gateway
from legato.service.http.access_settings import Rules
from tests.service.http.worlds import World, tried

PANEL = Path(legato.__file__).parent / "panel"
FILES = [f"/{path.relative_to(PANEL).as_posix()}" for path in PANEL.rglob("*") if path.is_file()]
PANELS = 15
REQUESTS = 4
"""What a panel asks of the API when it opens."""


@pytest.fixture(autouse=True)
def _refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "BRAKE_S", 0.0)


async def _emptied(w: World, path: str) -> int:
    """How many are answered before one is too many."""
    for number in range(1000):
        if (await w.client.get(path)).status_code == 429:
            return number
    raise AssertionError(f"{path} is never refused")


def test_fifteen_panels_behind_one_address_may_open_at_once() -> None:
    async def asking(w: World) -> None:
        for _ in range(PANELS):
            answers = [await w.client.get(file) for file in FILES]
            answers += [await w.client.get("/api/v1/devices") for _ in range(REQUESTS)]
            assert {answer.status_code for answer in answers} == {200}

    tried(asking, Rules(rate_per_s=0.001, panel=PANEL))


@pytest.mark.parametrize(
    ("path", "answered"), [("/", 80), ("/no_such_file", 80), ("/api/v1/devices", 10), ("/metrics", 10)]
)
def test_a_file_counts_as_an_eighth_of_a_request(path: str, answered: int) -> None:
    async def asking(w: World) -> None:
        assert await _emptied(w, path) == answered

    tried(asking, Rules(rate_per_s=0.001, burst=10, panel=PANEL))


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "no-cache"),
        ("/js/main.js", "no-cache"),
        ("/metrics", "no-store"),
        ("/healthz", "no-store"),
        ("/api/v1/devices", "no-store"),
        ("/api/v1/nothing", "no-store"),
    ],
)
def test_only_files_may_be_kept(path: str, kept: str) -> None:
    async def asking(w: World) -> None:
        answer: httpx.Response = await w.client.get(path)
        assert answer.headers["Cache-Control"] == kept

    tried(asking, Rules(panel=PANEL))

"""A guest who asks for a routine that is broken learns which file it is and what is wrong, but not where it lies."""

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from legato.controller.loop_health import LoopHealth
from legato.service.devices.errors import UnknownRoutine
from legato.service.http.access_settings import Rules
from legato.service.http.app import make_app
from legato.service.job_runner import JobRunner
from legato.service.run import admission
from tests.service.http.fakes import FakeBridge

TOKEN, GUEST = "t" * 32, "g" * 32
PATHS = ["", "/report?device=wrap-3", "/picture.svg?device=wrap-3"]
SPOILED = {
    "no YAML": b"format: 1\nname: mine\n  title: [",
    "unknown field": b"format: 1\nname: mine\ntitle: Mine\nsteps:\n  - {do: hold, presure: 3}\n",
    "a device": b"format: 1\nname: mine\nactuators: []\n",
    "nothing": b"",
}


class Here:
    """A worker that is no process of its own."""

    async def run(self, job: Any, *args: Any) -> Any:
        return job(*args)


def asked(path: str, token: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        jobs = JobRunner(Here())  # type: ignore[arg-type]
        app = make_app(FakeBridge(), jobs, Rules(token=TOKEN, guest_token=GUEST), LoopHealth())
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8437") as client:
            return await client.get(path, headers={"Authorization": f"Bearer {token}"})

    return asyncio.run(ask())


@pytest.fixture
def kept(home: Path) -> Path:
    """The file of a routine that was kept."""
    (home / "routines").mkdir(parents=True)
    return home / "routines" / "mine.yaml"


@pytest.mark.parametrize("token", [TOKEN, GUEST])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_a_broken_routine_is_told_by_the_name_of_its_file(kept: Path, spoiled: bytes, path: str, token: str) -> None:
    kept.write_bytes(spoiled)
    told = asked(f"/api/v1/routines/mine{path}", token)
    assert told.status_code == 422
    assert told.json()["detail"].startswith("mine.yaml:")
    assert {place["where"] for place in told.json()["errors"]} == {"mine.yaml"}
    assert "/" not in told.text.replace("/aA", "")


@pytest.mark.parametrize("path", PATHS)
def test_a_routine_that_cannot_be_read_is_too(kept: Path, path: str) -> None:
    kept.mkdir()
    told = asked(f"/api/v1/routines/mine{path}", GUEST)
    assert told.status_code == 422
    assert told.json()["detail"] == "mine.yaml:1:1: this is a directory; name a file in it"


@pytest.mark.parametrize("path", PATHS)
def test_so_is_a_disk_that_fails(kept: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.write_bytes(b"")
    opened = os.open

    def fails(file: Any, *args: Any, **kwargs: Any) -> int:
        if str(file) == str(kept):
            raise OSError(5, "Input/output error", str(file))
        return opened(file, *args, **kwargs)

    monkeypatch.setattr(os, "open", fails)
    told = asked(f"/api/v1/routines/mine{path}", GUEST)
    assert told.json()["detail"].startswith("mine.yaml:1:1: this file cannot be read: Input/output error;")


@pytest.mark.parametrize("path", PATHS)
def test_so_is_a_link_to_nothing(kept: Path, path: str) -> None:
    kept.symlink_to(kept.parent / "somewhere" / "else.yaml")
    told = asked(f"/api/v1/routines/mine{path}", GUEST)
    assert told.json()["detail"].startswith("mine.yaml:1:1: this link leads to nothing (it names else.yaml);")


def test_so_is_a_file_whose_name_is_not_that_of_its_routine(kept: Path) -> None:
    step = "  - {do: hold, from: calf, pressure_mmhg: 30, seconds: 20}\n"
    kept.write_text(f"format: 1\nname: other\ntitle: Mine\nsteps:\n{step}")
    told = asked(f"/api/v1/routines/mine{PATHS[-1]}", GUEST)
    assert told.json()["detail"].startswith("mine.yaml:1:1: the name in this file is other;")


def test_nor_does_a_start_tell_a_broker_where_it_lies(kept: Path) -> None:
    kept.write_bytes(SPOILED["no YAML"])
    with pytest.raises(UnknownRoutine, match=r"^mine\.yaml:"):
        admission.routine("mine")

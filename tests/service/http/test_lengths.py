"""A length that is asked for: it reaches who makes the routine ready, and nonsense does not."""

import pytest

from legato.service.devices.bridge import Start
from tests.service.http.worlds import World, tried


def test_whatever_is_shown_and_replayed_takes_minutes() -> None:
    async def asking(w: World) -> None:
        for what in ("report", "before", "picture.svg"):
            assert (await w.client.get(f"/api/v1/routines/goddard/{what}?device=wrap-3&minutes=20")).status_code == 200
        body = {"routine": "goddard", "device": "wrap-3", "minutes": 20}
        assert (await w.client.post("/api/v1/replay", json=body)).status_code == 200
        assert w.jobs.minutes == [20, 20, 20, 20]

    tried(asking)


def test_before_a_start_it_is_told_what_may_be_asked_for() -> None:
    async def asking(w: World) -> None:
        told = (await w.client.get("/api/v1/routines/goddard/before?device=wrap-3")).json()
        assert (told["shortest_s"], told["full_s"], told["course"]) == (60.0, 600.0, None)

    tried(asking)


def test_a_start_may_name_minutes() -> None:
    async def asking(w: World) -> None:
        answer = await w.client.post("/api/v1/devices/boots/start", json={"routine": "goddard", "minutes": 20})
        assert answer.status_code == 200
        assert Start(routine="goddard", minutes=20) in w.bridge.wishes

    tried(asking)


@pytest.mark.parametrize("minutes", [0, -5, 61, "soon", True])
def test_minutes_that_make_no_sense_are_refused(minutes: object) -> None:
    async def asking(w: World) -> None:
        answer = await w.client.post("/api/v1/devices/boots/start", json={"routine": "goddard", "minutes": minutes})
        assert answer.status_code == 422
        assert "minutes" in str(answer.json()["errors"])
        assert not w.bridge.wishes

    tried(asking)

"""Devices over HTTP: a whole session, refusals in words, and an emergency stop that nothing holds up."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

import httpx
import pytest

from legato.service.devices.state import DeviceState
from legato.service.http import gateway
from legato.service.http.access import SAFE
from legato.service.http.access_settings import Bounds, Rules
from tests.service.http.worlds import World, tried

TOKEN, GUEST = "t" * 32, "g" * 32
LOCKED = Rules(token=TOKEN, guest_token=GUEST)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_whole_session() -> None:
    async def asking(w: World) -> None:
        async def post(verb: str, **body: object) -> str:
            answer = await w.client.post(f"/api/v1/devices/boots/{verb}", json=body or None)
            assert answer.status_code == 200, answer.text
            return str(answer.json()["doing"])

        assert [d["id"] for d in (await w.client.get("/api/v1/devices")).json()] == ["boots", "wrap"]
        assert await post("start", routine="goddard", intensity=80) == "running"
        assert (await w.client.get("/api/v1/devices/boots")).json()["run"]["intensity"] == 80
        assert [await post("pause"), await post("resume"), await post("skip")] == ["paused", "running", "running"]
        assert await post("intensity", percent=50) == "running"
        assert await post("stop") == "idle"
        assert ("intensity", "boots", 50) in w.bridge.asked
        assert (await w.client.get("/api/v1/devices/boots/readings")).json()["measured"] == [None]

    tried(asking)


def test_a_danger_is_answered_whatever_the_device_and_whoever_it_is() -> None:
    async def asking(w: World) -> None:
        async def ask(need: str, **more: str) -> httpx.Response:
            return await w.client.get("/api/v1/recommend", params={"need": need, **more})

        assert (await ask("tired legs")).status_code == 422, "which device?"
        assert (await ask("a swollen hot leg")).json()["answer"] == "doctor"
        assert (await ask("a swollen hot leg", person="nobody")).json()["answer"] == "doctor"

    tried(asking)


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("nobody/pause", None, 404, "unknown_device"),
        ("boots/pause", None, 409, "not_now"),
        ("boots/start", {"routine": "nothing"}, 404, "unknown_routine"),
        ("boots/start", {"routine": "goddard", "strength": 9}, 422, "invalid"),
        ("boots/start", {}, 422, "invalid"),
        ("boots/intensity", {"percent": -1}, 422, "invalid"),
        ("boots/intensity", {"percent": 10**9}, 422, "invalid"),
        ("boots/intensity", {"percent": "50"}, 422, "invalid"),
        ("boots/intensity", {"percent": None}, 422, "invalid"),
        ("boots/intensity", [1], 422, "invalid"),
        ("boots/pause", {"now": True}, 400, "no_body_expected"),
        ("boots/pause?now=1", None, 422, "invalid"),
        ("Boots%00/pause", None, 404, "unknown_device"),
    ],
)
def test_what_cannot_be_done_is_told_as_a_problem(path: str, body: object, status: int, kind: str) -> None:
    async def asking(w: World) -> None:
        answer = await w.client.post(f"/api/v1/devices/{path}", json=body)
        told = answer.json()
        assert (answer.status_code, told["status"], told["type"]) == (status, status, kind)
        assert answer.headers["content-type"] == "application/problem+json"
        assert told["detail"]

    tried(asking)


def test_a_caution_says_what_would_open_the_gate() -> None:
    async def asking(w: World) -> None:
        answer = await w.client.post("/api/v1/devices/boots/start", json={"routine": "careful"})
        assert (answer.status_code, answer.json()["needs"]) == (403, "acknowledge")
        assert answer.json()["cautions"] == ["high blood pressure"]

    tried(asking)


def test_an_emergency_stop_needs_no_body_no_state_no_token_and_no_fitting_headers() -> None:
    async def asking(w: World) -> None:
        odd = {"Host": "evil.example", "Origin": "https://evil.example", "Content-Type": "x/y"}
        for path in ("/api/v1/emergency-stop", "/api/v1/devices/boots/emergency-stop"):
            answer = await w.client.post(path, headers=odd, content=b"\xff" * 100_000)
            assert answer.status_code == 200
            assert all(state["stop"]["confirmed"] for state in _listed(answer.json()))
        assert w.bridge.asked == [("emergency_stop", name) for name in ("boots", "wrap", "boots")]
        assert (await w.client.post("/api/v1/devices/nobody/emergency-stop")).status_code == 404
        assert (await w.client.get("/api/v1/emergency-stop", headers=bearer(TOKEN))).status_code == 405

    tried(asking, LOCKED)


def test_the_answer_to_an_emergency_stop_says_of_each_device_whether_it_has_confirmed_and_names_nobody() -> None:
    async def asking(w: World) -> None:
        await w.client.post("/api/v1/devices/boots/start", json={"routine": "goddard"})
        w.bridge.name_person("boots", "ada")
        w.bridge.deaf = {"boots"}
        boots, wrap = (await w.client.post("/api/v1/emergency-stop")).json()
        assert (boots["stop"]["confirmed"], wrap["stop"]["confirmed"]) == (False, True)
        assert "Switch it off" in boots["stop"]["text"]
        assert boots["run"]["person"] is None
        assert [state["stop"] for state in (await w.client.get("/api/v1/devices")).json()] == [None, None]

    tried(asking)


def _listed(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def test_a_stop_of_everything_does_not_end_at_a_device_that_fails() -> None:
    async def asking(w: World) -> None:
        w.bridge.deaf = {"boots"}
        answer = await w.client.post("/api/v1/stop")
        assert (answer.status_code, answer.json()["detail"]) == (409, "boots is not there")
        assert w.bridge.asked == [("stop", "boots"), ("stop", "wrap")]

    tried(asking)


def test_from_elsewhere_an_emergency_stop_takes_any_valid_token() -> None:
    async def asking(w: World) -> None:
        for headers, status in (({}, 401), (bearer("wrong"), 401), (bearer(GUEST), 200), (bearer(TOKEN), 200)):
            assert (await w.client.post("/api/v1/emergency-stop", headers=headers)).status_code == status

    tried(asking, LOCKED, client="192.0.2.7")


def test_no_stop_is_ever_refused_for_load() -> None:
    async def asking(w: World) -> None:
        w.bridge.hold.clear()
        start = {"routine": "goddard"}
        waiting = [asyncio.create_task(w.client.post("/api/v1/devices/boots/start", json=start)) for _ in range(3)]
        await _until(w, "busy")
        await _until(w, "too_often")
        assert (await w.client.get("/healthz")).status_code == 200
        assert (await w.client.post("/api/v1/emergency-stop")).status_code == 200
        assert (await w.client.post("/api/v1/stop")).status_code == 200
        assert (await w.client.post("/api/v1/devices/wrap/stop")).status_code == 200
        w.bridge.hold.set()
        assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [409, 409, 409]

    tried(asking, Rules(rate_per_s=0.001, burst=50, bounds=Bounds(requests=3)))


def test_whoever_asks_too_often_waits_for_the_refusal_and_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "BRAKE_S", 3600.0)

    async def asking(w: World) -> None:
        braked = [asyncio.create_task(w.client.get("/api/v1/devices")) for _ in range(3)]
        for answered in islice(asyncio.as_completed(braked), 2):
            await answered
        neighbour = httpx.ASGITransport(w.app, client=("127.0.0.2", 50_000))
        async with httpx.AsyncClient(transport=neighbour, base_url="http://127.0.0.1:8437") as other:
            assert (await other.get("/api/v1/devices")).status_code == 200
        held = [task for task in braked if not task.done()]
        assert len(held) == 1
        held[0].cancel()
        assert sorted(task.result().status_code for task in braked if task not in held) == [200, 429]

    tried(asking, Rules(rate_per_s=0.001, burst=1, bounds=Bounds(requests=1)))


def test_of_many_requests_at_once_each_has_a_turn_of_the_loop_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asking(w: World) -> None:
        answered: list[str] = []

        def states() -> list[DeviceState]:
            answered.append("")
            return []

        monkeypatch.setattr(w.bridge, "states", states)
        tasks = [asyncio.create_task(w.client.get("/api/v1/devices")) for _ in range(20)]
        while len(answered) < len(tasks):
            before = len(answered)
            await asyncio.sleep(0)
            assert len(answered) - before <= 1
        await asyncio.gather(*tasks)

    tried(asking)


async def _until(w: World, kind: str) -> None:
    """Asks until that is the answer."""
    for _ in range(1000):
        await asyncio.sleep(0)
        answer = (await w.client.get("/api/v1/devices")).json()
        if isinstance(answer, dict) and answer["type"] == kind:
            return
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("token", "statuses"),
    [(None, [200, 401, 401, 401, 401, 401]), ("wrong", [200, 401, 401, 401, 401, 401]),
     (GUEST, [200, 200, 403, 200, 403, 403]), (TOKEN, [200, 200, 404, 200, 200, 200])],
)  # fmt: skip
def test_tokens_let_in_owners_and_guests(token: str | None, statuses: list[int]) -> None:
    async def asking(w: World) -> None:
        headers = bearer(token) if token else {}
        asked = [("GET", "/healthz"), ("GET", "/api/v1/devices"), ("POST", "/api/v1/devices/nobody/pause"),
                 ("POST", "/api/v1/devices/boots/stop"), ("GET", "/api/v1/people"),
                 ("GET", "/api/v1/routines/goddard/before?device=boots")]  # fmt: skip
        told = [(await w.client.request(method, path, headers=headers)).status_code for method, path in asked]
        assert told == statuses

    tried(asking, LOCKED)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:8437", "Origin": "http://evil.example:8437"}, 421),
        ({"Host": "[::1"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Host": "legato.local", "Origin": "https://legato.local", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Host": "[::1]:8437"}, 200),
        ({"Host": "localhost:8437", "Origin": "http://localhost:8437"}, 200),
        ({}, 200),
    ],
)
def test_pages_of_other_sites_are_not_let_in(headers: dict[str, str], status: int) -> None:
    async def asking(w: World) -> None:
        assert (await w.client.post("/api/v1/devices/boots/stop", headers=headers)).status_code == status

    tried(asking, Rules(hosts=frozenset({"legato.local"})))


NOT_THERE, GUESTS_MAY_NOT = 404, 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, NOT_THERE),
        ({"Host": "localhost:8437"}, NOT_THERE),
        ({"Host": "127.1.2.3"}, NOT_THERE),
        ({"Host": "[::1]:8437"}, NOT_THERE),
        ({"X-Forwarded-For": "127.0.0.1"}, NOT_THERE),
        ({"Host": "legato.local", "X-Forwarded-For": "127.0.0.1"}, GUESTS_MAY_NOT),
        ({"Via": "1.1 box", "X-Forwarded-For": "127.0.0.1"}, GUESTS_MAY_NOT),
        ({"X-Forwarded-Host": "legato.local", "Forwarded": "for=127.0.0.1"}, GUESTS_MAY_NOT),
        ({"X-Forwarded-For": "192.0.2.7"}, GUESTS_MAY_NOT),
        ({"X-Forwarded-For": "127.0.0.1, 192.0.2.7"}, GUESTS_MAY_NOT),
        ({"Forwarded": "for=192.0.2.7"}, GUESTS_MAY_NOT),
        ({"Host": "legato.local"}, GUESTS_MAY_NOT),
        ({"Host": "192.168.1.5:8437"}, GUESTS_MAY_NOT),
        ({"Via": "1.1 box"}, GUESTS_MAY_NOT),
        ({"X-Forwarded-Host": "legato.local"}, GUESTS_MAY_NOT),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-For": ""}, GUESTS_MAY_NOT),
    ],
)
def test_without_a_token_whoever_comes_through_a_proxy_is_a_guest_also_where_it_names_nobody(
    headers: dict[str, str], status: int
) -> None:
    async def asking(w: World) -> None:
        answer = await w.client.post("/api/v1/devices/nobody/pause", headers=headers)
        assert answer.status_code == status
        assert ("without a token_file" in answer.json()["detail"]) == (status == GUESTS_MAY_NOT)
        assert (await w.client.post("/api/v1/devices/boots/stop", headers=headers)).status_code == 200

    tried(asking, Rules(hosts=frozenset({"legato.local"})))


def test_every_answer_has_the_headers_that_keep_a_browser_in_bounds() -> None:
    async def asking(w: World) -> None:
        for path in ("/healthz", "/api/v1/devices", "/api/v1/nothing", "/"):
            headers = (await w.client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'self'" in headers["content-security-policy"]

    tried(asking)


def test_wrong_methods_are_named_with_those_that_are_right() -> None:
    async def asking(w: World) -> None:
        for method in ("DELETE", "PATCH", "TRACE", "BREW"):
            answer = await w.client.request(method, "/api/v1/devices")
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
        assert (await w.client.head("/api/v1/devices")).status_code == 200

    assert "HEAD" in SAFE
    tried(asking)


def test_a_body_of_the_wrong_kind_size_or_depth_is_refused() -> None:
    async def asking(w: World) -> None:
        async def start(content: bytes, kind: str = "application/json") -> tuple[int, str]:
            answer = await w.client.post("/api/v1/devices/boots/start", content=content, headers={"Content-Type": kind})
            return answer.status_code, answer.json()["type"]

        assert await start(b"{}", "text/plain") == (415, "wrong_kind")
        assert await start(b" " * 65_537) == (413, "too_large")
        assert await start(b"[" * 60_000) == (400, "not_json")
        assert await start(b'{"routine": "\xff\xfe"}') == (400, "not_json")
        assert await start(b'{"routine": NaN}') == (400, "not_json")
        assert await start(b"") == (400, "not_json")

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b" " * 1000

        answer = await w.client.post(
            "/api/v1/devices/boots/start", content=endless(), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 413

    tried(asking)


def test_the_panel_is_served_where_there_is_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("panel")
    (folder / "index.html").write_text("<title>Legato</title>")

    async def asking(w: World) -> None:
        answer = await w.client.get("/")
        assert (answer.status_code, answer.text) == (200, "<title>Legato</title>")
        missing: httpx.Response = await w.client.get("/nothing.js")
        assert (missing.status_code, missing.json()["status"]) == (404, 404)
        assert (await w.client.get("/..%2f..%2fetc/passwd")).status_code == 404

    tried(asking, Rules(panel=folder))


@pytest.mark.parametrize("path", ["/api/v1/emergency-stop", "/api/v1/devices/wrap/emergency-stop"])
def test_an_emergency_stop_is_carried_out_whatever_else_is_in_its_address_and_body(path: str) -> None:
    async def asking(world: World) -> None:
        answer = await world.client.post(f"{path}?reason=none&x=%00", content=b"{junk")
        assert answer.status_code == 200
        assert ("emergency_stop", "wrap") in world.bridge.asked

    tried(asking)

"""Wrong tokens: their refusals wait longer and longer, the log has their number, and nobody else is slowed down."""

import asyncio
import logging

import httpx
import pytest

from legato.service.http import wrong_token_delay
from legato.service.http.access_settings import Rules
from legato.service.http.wrong_token_delay import FORGOTTEN_S, LINE_S, LONGEST_S, MOST_HELD, Offender, TokenThrottle
from legato.sim.clock import run
from tests.service.http.worlds import World, tried

TOKEN, WRONG = "the-right-word-0123456789", "a-wrong-word-9876543210"
LOCKED = Rules(rate_per_s=1e6, burst=10**6, token=TOKEN)
ELSEWHERE = "192.0.2.7"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_each_wrong_token_waits_twice_as_long_up_to_a_bound() -> None:
    stranger = Offender(0.0)
    assert [stranger.waits_s(float(at)) for at in range(8)] == [0.25, 0.5, 1, 2, 4, 8, 8, 8]
    assert [stranger.waits_s(at) for at in (100.0, 100.0 + FORGOTTEN_S + 1)] == [LONGEST_S, 0.25]


def test_the_wait_is_real_and_one_address_does_not_slow_another() -> None:
    async def guessing() -> list[float]:
        known, loop = TokenThrottle(), asyncio.get_running_loop()
        waited = []
        for address in ("a", "a", "a", "b"):
            began = loop.time()
            await known.brake(address)
            waited.append(round(loop.time() - began, 3))
        return waited

    assert run(guessing()) == [0.25, 0.5, 1.0, 0.25]


def test_no_more_than_a_few_connections_are_kept_waiting() -> None:
    async def guessing() -> list[int]:
        known = TokenThrottle()
        tasks = [asyncio.create_task(known.brake("a")) for _ in range(100)]
        await asyncio.sleep(0.01)
        waiting = sum(not task.done() for task in tasks)
        await asyncio.gather(*tasks)
        return [waiting]

    assert run(guessing()) == [MOST_HELD]


def test_the_log_has_a_line_in_ten_seconds_with_their_number(caplog: pytest.LogCaptureFixture) -> None:
    async def guessing() -> None:
        known = TokenThrottle()
        await asyncio.gather(*(known.brake(ELSEWHERE) for _ in range(500)))
        await asyncio.sleep(3 * LINE_S)

    with caplog.at_level(logging.WARNING):
        run(guessing())
    assert [record.getMessage() for record in caplog.records] == [
        "wrong tokens refused: 1, the last from 192.0.2.7 (1 from there)",
        "wrong tokens refused: 499, the last from 192.0.2.7 (500 from there)",
    ]


def test_while_a_wrong_one_waits_the_right_one_is_let_in_and_stops(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wrong_token_delay, "FIRST_S", 3600.0)
    monkeypatch.setattr(wrong_token_delay, "LONGEST_S", 3600.0)

    async def asking(w: World) -> None:
        wrong = [
            asyncio.create_task(w.client.request(method, path, headers=bearer(WRONG)))
            for method, path in (
                ("GET", "/api/v1/devices"),
                ("POST", "/api/v1/stop"),
                ("POST", "/api/v1/emergency-stop"),
            )
        ]
        assert (await w.client.get("/api/v1/devices", headers=bearer(TOKEN))).status_code == 200
        assert (await w.client.post("/api/v1/devices/boots/stop", headers=bearer(TOKEN))).status_code == 200
        assert (await w.client.post("/api/v1/emergency-stop", headers=bearer(TOKEN))).status_code == 200
        assert not any(task.done() for task in wrong)
        for task in wrong:
            task.cancel()
        await asyncio.gather(*wrong, return_exceptions=True)

    with caplog.at_level(logging.WARNING):
        tried(asking, LOCKED, ELSEWHERE)
    assert WRONG not in caplog.text
    assert ELSEWHERE in caplog.text


def test_no_token_is_no_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_token_delay, "FIRST_S", 3600.0)

    async def asking(w: World) -> None:
        answer: httpx.Response = await w.client.get("/api/v1/devices")
        assert (answer.status_code, answer.json()["type"]) == (401, "no_token")

    tried(asking, LOCKED, ELSEWHERE)

"""The service behind real nginx and Caddy, by the files in packaging/proxy/, as a page in a browser would ask it."""

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.ports import free_port
from tests.reverse_proxies import NAME, Proxy, caddy, nginx
from tests.running import ready, running, wait_until

pytestmark = pytest.mark.timeout(180)

TOKEN = "aWordOfSixteenLettersOrMore"  # noqa: S105 - of the test's own service
EVENTS = "/api/v1/events"
START = "/api/v1/devices/wrap-3/start"
Through = Callable[..., AbstractContextManager[Proxy]]


@pytest.fixture(params=[nginx, caddy])
def through(request: pytest.FixtureRequest) -> Through:
    """Each of the proxies."""
    chosen: Through = request.param
    return chosen


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service that wants a token, and is called as the proxy is."""
    folder = tmp_path_factory.mktemp("guarded")
    token = folder / "token"
    token.touch(0o600)
    token.write_text(TOKEN)
    yield from _served(folder, LEGATO_TOKEN_FILE=str(token))


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service without a token, which obeys this computer."""
    yield from _served(tmp_path_factory.mktemp("open"))


def test_a_page_is_shown_starts_a_massage_hears_of_it_and_stops_it(
    service: str, through: Through, tmp_path: Path
) -> None:
    with through(service, tmp_path) as proxy:
        assert b"<html" in asked(proxy, "GET", "/")[1]
        with listening(proxy) as events:
            assert asked(proxy, "POST", START, {"routine": "foot_relax"})[0] == 200
            until(events, lambda news: news["type"] == "state" and news["state"]["doing"] == "running")
            assert asked(proxy, "POST", "/api/v1/emergency-stop")[0] == 200
            until(events, lambda news: news["type"] == "state" and news["state"]["doing"] == "estop")
        assert asked(proxy, "POST", "/api/v1/devices/wrap-3/clear-fault")[0] == 200


def test_the_stream_of_events_is_not_held_back(service: str, through: Through, tmp_path: Path) -> None:
    """Its first state comes at once, and not when a buffer is full or the stream has ended."""
    with through(service, tmp_path) as proxy:
        connection = dialled(proxy)
        connection.request("GET", f"{EVENTS}/stream", headers=headers(proxy))
        with connection.getresponse() as answer:
            assert json.loads(answer.readline().removeprefix(b"data:"))["type"] == "state"
        connection.close()


def test_a_proxy_that_changes_the_name_is_told_what_to_set(service: str, tmp_path: Path) -> None:
    def forgotten(text: str) -> str:
        return text.replace("proxy_set_header Host $http_host;", "")

    with nginx(service, tmp_path, forgotten) as proxy:
        status, body = asked(proxy, "POST", START, {"routine": "foot_relax"})
        assert status == 403
        problem = json.loads(body)
        assert problem["type"] == "host_rewritten"
        at = service.removeprefix("http://")
        assert problem["detail"].startswith(
            f"the page came from {proxy.host}, but the Host header here is {at}: a proxy has"
        )
        assert "proxy_set_header Host $http_host" in problem["detail"]


def test_a_name_that_nobody_allowed_is_told_what_to_set(open_service: str, tmp_path: Path) -> None:
    def renamed(text: str) -> str:
        return text.replace("Host $http_host", "Host backend")

    with nginx(open_service, tmp_path, renamed) as proxy:
        status, body = asked(proxy, "GET", "/")
        assert status == 421
        assert json.loads(body)["detail"].startswith(
            '"backend" is not an allowed name for this service: add it to allowed'
        )


def test_a_websocket_that_a_proxy_lost_is_told_what_to_pass_on(service: str, tmp_path: Path) -> None:
    def forgotten(text: str) -> str:
        return text.replace("proxy_set_header Upgrade $http_upgrade;", "")

    with nginx(service, tmp_path, forgotten) as proxy, pytest.raises(InvalidStatus) as refused:
        listening(proxy)
    assert refused.value.response.status_code == 426
    assert "a proxy has to forward Upgrade" in json.loads(refused.value.response.body or b"")["detail"]


def test_without_a_token_nobody_from_elsewhere_starts_anything_through_a_proxy(
    open_service: str, tmp_path: Path
) -> None:
    with nginx(open_service, tmp_path) as proxy:
        elsewhere = {"X-Forwarded-For": "192.0.2.7"}
        status, body = asked(proxy, "POST", START, {"routine": "foot_relax"}, **elsewhere)
        assert (status, json.loads(body)["type"]) == (403, "guest")
        assert "token_file" in json.loads(body)["detail"]
        assert asked(proxy, "POST", "/api/v1/stop", **elsewhere)[0] == 200


def _served(folder: Path, **environ: str) -> Iterator[str]:
    environ |= {"XDG_RUNTIME_DIR": str(folder), "LEGATO_HOME": str(folder), "LEGATO_ALLOWED_HOSTS": json.dumps([NAME])}
    with running("serve", "--port=sim://wrap-3", f"--http-port={free_port()}", **environ) as process:
        url = ready(process)
        connection = http.client.HTTPConnection(url.removeprefix("http://"))

        def is_there() -> bool:
            connection.request("GET", "/api/v1/devices/wrap-3", headers={"Authorization": f"Bearer {TOKEN}"})
            return bool(json.loads(connection.getresponse().read())["doing"] == "idle")

        wait_until(is_there)
        connection.close()
        yield url


def dialled(proxy: Proxy) -> http.client.HTTPSConnection:
    """A connection to the proxy, by an address, since no test can have names in the network."""
    context = ssl.create_default_context(cafile=str(proxy.authority))
    connection = http.client.HTTPSConnection(NAME, proxy.port, timeout=30, context=context)
    connection._create_connection = lambda address, *rest: socket.create_connection(("127.0.0.1", address[1]), *rest)  # type: ignore[attr-defined]
    return connection


def headers(proxy: Proxy) -> dict[str, str]:
    """What a browser sends with what a page of the service asks."""
    return {
        "Host": proxy.host,
        "Origin": f"https://{proxy.host}",
        "Sec-Fetch-Site": "same-origin",
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
    }


def asked(proxy: Proxy, method: str, path: str, body: object = None, **more: str) -> tuple[int, bytes]:
    """Status and body of what comes back through the proxy."""
    connection = dialled(proxy)
    sent = json.dumps(body) if body is not None else None
    connection.request(method, path, sent, headers(proxy) | more)
    with connection.getresponse() as answer:
        found = answer.status, answer.read()
    connection.close()
    return found


def listening(proxy: Proxy) -> ClientConnection:
    """The WebSocket of a page."""
    return connect(
        f"wss://{proxy.host}{EVENTS}",
        sock=socket.create_connection(("127.0.0.1", proxy.port)),
        ssl=ssl.create_default_context(cafile=str(proxy.authority)),
        server_hostname=NAME,
        origin=Origin(f"https://{proxy.host}"),
        subprotocols=[Subprotocol("legato"), Subprotocol(f"bearer.{TOKEN}")],
        proxy=None,
    )


def until(events: ClientConnection, is_it: Callable[[Any], bool]) -> None:
    """Reads until it comes."""
    while not is_it(json.loads(events.recv(30))):
        pass

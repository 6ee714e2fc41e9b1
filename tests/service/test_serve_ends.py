"""The end of the service by a signal, with every kind of client that would stay: nobody is waited for."""

import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect

from tests.ports import free_port
from tests.running import ready, running

pytestmark = pytest.mark.timeout(120)

HEAD = b"HTTP/1.1\r\nHost: localhost\r\n"
CLIENTS = {
    "a stream of events": b"GET /api/v1/events/stream " + HEAD + b"\r\n",
    "half a head": b"GET /healthz " + HEAD,
    "half a body": b"POST /api/v1/stop " + HEAD + b"Content-Length: 100\r\n\r\n{",
    "a connection kept for later": b"GET /healthz " + HEAD + b"\r\n",
    "nothing at all": b"",
    "a WebSocket that nobody reads": b"GET /api/v1/events " + HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bm9ib2R5IHJlYWRzIGl0IQ==\r\n\r\n",
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_no_client_is_waited_for_at_the_end(number: signal.Signals, tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "LEGATO_HOME": str(tmp_path)}
    with running("serve", "--port=sim://wrap-3", f"--http-port={free_port()}", **environ) as process:
        address = urlsplit(ready(process)).netloc
        host, _, port = address.partition(":")
        clients = [socket.create_connection((host, int(port)), 10) for _ in CLIENTS]
        with connect(f"ws://{address}/api/v1/events", proxy=None) as page:
            for client, asked in zip(clients, CLIENTS.values(), strict=True):
                client.sendall(asked)
            assert page.recv(30)
            assert clients[0].recv(64).startswith(b"HTTP/1.1 200")
            process.send_signal(number)
            _, told = process.communicate(timeout=60)
        for client in clients:
            client.close()
    # What takes too long is cancelled two seconds later, with an error in the log.
    assert (process.returncode, "ERROR" in told, "Traceback" in told) == (0, False, False), told

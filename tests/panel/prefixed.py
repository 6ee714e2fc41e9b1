"""A proxy that shows a service under a path, as one in front of several services would."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from urllib.parse import urlsplit

PREFIX = "/house/massage"


class _Proxy(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, upstream: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.strays: list[str] = []


class _Handler(StreamRequestHandler):
    server: _Proxy
    rbufsize = 0  # so that what follows the head is left to be passed on

    def handle(self) -> None:
        """One request a connection; a WebSocket keeps it."""
        head = b"".join(iter(self.rfile.readline, b"\r\n"))
        method, _, rest = head.partition(b" ")
        if not rest.startswith(PREFIX.encode() + b"/"):
            self.server.strays.append(rest.split(b" ")[0].decode())
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if b"upgrade: websocket" not in head.lower():
            head = head.replace(b"keep-alive", b"close")
        with socket.create_connection(self.server.upstream) as upstream:
            upstream.sendall(method + b" " + head.partition(b" ")[2][len(PREFIX) :] + b"\r\n")
            self._pump(upstream)

    def _pump(self, upstream: socket.socket) -> None:
        other = {upstream: self.connection, self.connection: upstream}
        while True:
            for end in select.select(list(other), [], [])[0]:
                data = end.recv(65536)
                if not data:
                    return
                other[end].sendall(data)


@contextmanager
def prefixed(url: str) -> Iterator[tuple[str, list[str]]]:
    """The address of the service at `url` under `PREFIX`, and what was asked outside of it."""
    parts = urlsplit(url)
    with _Proxy((parts.hostname or "", parts.port or 0)) as proxy:
        thread = Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}{PREFIX}/", proxy.strays
        finally:
            proxy.shutdown()
            thread.join()

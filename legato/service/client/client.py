"""A client of the running service, with nothing but the standard library: `legato stop` must not wait for imports."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from legato.service.client.certificates import advised
from legato.service.identity import CHALLENGE, PROOF
from legato.service.runtime_file import Running

PATIENCE_S: Final = 10.0
"""How long an answer may take; a soft stop is confirmed by the device within a second or two."""

AGAIN_S: Final = 0.05
"""Between two tries with whoever hangs up."""

API: Final = "/api/v1"
JSON: Final = "application/json"


class Unreachable(Exception):
    """The service does not answer."""


class HungUp(Unreachable):
    """Whoever is there has hung up without a word."""


class Declined(Exception):
    """The service answers, and says why it does not do it: `status` is HTTP's, `problem` all that it told."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP {status}"))
        self.status = status
        self.problem = problem


T = TypeVar("T")


def insisting(ask: Callable[[], T], patience_s: float) -> T:
    """What `ask` returns, which must be safe to do twice: it is done again while whoever is there hangs up on it.

    A service that has no descriptor left lets go of whoever it has not heard yet for the sake of the next caller, and
    on a busy machine nobody gets a word in at once.

    Raises:
        HungUp: that has gone on for `patience_s`.
        Unreachable, Declined: whatever else `ask` raises.
    """
    deadline_s = time.monotonic() + patience_s
    while True:
        try:
            return ask()
        except HungUp:
            if time.monotonic() >= deadline_s:
                raise
        time.sleep(AGAIN_S)


class Client:
    """Asks the service at `running` one thing after another."""

    def __init__(self, running: Running, patience_s: float = PATIENCE_S) -> None:
        self._running = running
        self._patience_s = patience_s
        self._at = urlsplit(running.url)

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._running.url

    @property
    def is_here(self) -> bool:
        """Whether it is a service of this computer, and so are its ports."""
        return self._running.pid != 0

    def get(self, path: str) -> Any:
        """What is at `path` (below /api/v1).

        Raises:
            Unreachable: nobody answers.
            Declined: the answer is no.
        """
        return self._asked("GET", API + path, None)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Has something done; returns what the service answers, and raises as `get` does."""
        return self._asked("POST", API + path, None if body is None else json.dumps(body).encode())

    def stop(self, path: str) -> Any:
        """Has devices stopped, however often it takes to be heard; returns and raises as `post` does."""
        return insisting(lambda: self.post(path), self._patience_s)

    def call_out(self, path: str) -> None:
        """Asks for what is done at `path` without the token, and waits for no answer; raises Unreachable."""
        with self._connected("is not reached") as connection:
            connection.request("POST", self._at.path.rstrip("/") + API + path)

    def put_routine(self, name: str, text: bytes) -> Any:
        """Has a routine of the user's own kept; raises as `get` does."""
        return self._asked("PUT", f"{API}/routines/{quote(name, safe='')}", text, "application/yaml")

    def proof(self, challenge: str) -> str:
        """What whoever is there makes of `challenge`; nothing secret is sent. Raises Unreachable."""
        with self._connected() as connection:
            connection.request("GET", self._at.path.rstrip("/") + "/healthz", headers={CHALLENGE: challenge})
            return connection.getresponse().headers.get(PROOF, "")

    def health(self) -> None:
        """Returns if the service says that it is well; raises as `get` does."""
        self._asked("GET", "/healthz", None)

    def news(self, hold: Callable[[socket.socket], None] = lambda _: None) -> Iterator[dict[str, Any]]:
        """What happens, from the present state of every device on; ends when the service does.

        `hold` gets the socket: shut down from another thread, it ends this too.
        """
        with self._connected("has gone") as connection:
            connection.connect()
            hold(connection.sock)
            # What happens may be an hour away; the service says every few seconds that it is still there.
            with self._sent(connection, "GET", API + "/events/stream", None) as response:
                for line in response:
                    if line.startswith(b"data:"):
                        yield json.loads(line[len(b"data:") :])

    def _asked(self, method: str, path: str, body: bytes | None, kind: str = JSON) -> Any:
        with self._connected() as connection:
            with self._sent(connection, method, path, body, kind) as response:
                text = response.read()
            return json.loads(text) if text else None

    @contextmanager
    def _connected(self, fails: str = "does not answer") -> Iterator[http.client.HTTPConnection]:
        """A connection, closed at the end; whatever goes wrong with it is Unreachable, in these words."""
        try:
            with closing(self._connection()) as connection:
                yield connection
        except (OSError, http.client.HTTPException, ValueError) as error:
            kind = HungUp if isinstance(error, _HANGS_UP) else Unreachable
            raise kind(f"{self._running.name} {fails}: {advised(str(error), error)}") from error

    def _sent(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, kind: str = JSON
    ) -> http.client.HTTPResponse:
        headers = {"Accept": "application/json, text/event-stream"}
        if self._running.token_file:
            headers |= _credentials(Path(self._running.token_file))
        if body is not None:
            headers["Content-Type"] = kind
        connection.request(method, self._at.path.rstrip("/") + path, body, headers)
        response = connection.getresponse()
        if response.status >= http.client.BAD_REQUEST:
            with response:
                raise Declined(response.status, _problem(response.read()))
        if response.status >= http.client.MULTIPLE_CHOICES:
            raise http.client.HTTPException(f"HTTP {response.status}, which the service never says")
        return response

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._at.hostname or "127.0.0.1", self._at.port
        if self._at.scheme != "https":
            return http.client.HTTPConnection(host, port, timeout=self._patience_s)
        try:
            context = ssl.create_default_context(cafile=self._running.tls_cert)
        except OSError as error:
            # ssl does not say which file.
            raise OSError(f"its certificate, {self._running.tls_cert}, cannot be read: {error.strerror}") from error
        if self._running.tls_cert is not None:
            # The file beside the running service names its very certificate: no name and no signature proves more.
            context.check_hostname = False
            context.verify_flags = ssl.VERIFY_X509_PARTIAL_CHAIN
        return http.client.HTTPSConnection(host, port, timeout=self._patience_s, context=context)


_HANGS_UP: Final = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError)
"""An answer that never began is a ConnectionResetError, too."""


def device_path(device: str | None, what: str) -> str:
    """The path of what is asked of one device, or of all of them."""
    return f"/{what}" if device is None else f"/devices/{quote(device, safe='')}/{what}"


def _credentials(token_file: Path) -> dict[str, str]:
    """What lets us in. Where no token can be read we ask without: an emergency stop needs none on this computer."""
    try:
        # A FIFO would be waited for, and a stop with it.
        return {"Authorization": "Bearer " + token_file.read_text("utf-8-sig").strip()} if token_file.is_file() else {}
    except (OSError, UnicodeDecodeError):
        return {}


def _problem(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

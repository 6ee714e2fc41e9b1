"""Real reverse proxies for tests, by the very files that packaging/proxy/ gives to users, but for their addresses."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

from tests.certificates import Authority
from tests.mosquitto import executable
from tests.ports import free_port

FILES = Path(__file__).parent.parent / "packaging" / "proxy"
NAME = "legato.lan"
PATIENCE_S = 30.0

Edit = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy answers for `NAME`, and the authority that a client has to trust."""

    port: int
    authority: Path

    @property
    def host(self) -> str:
        """As a browser names it in Host and Origin."""
        return f"{NAME}:{self.port}"


@contextmanager
def nginx(service: str, folder: Path, edit: Edit = str) -> Iterator[Proxy]:
    """nginx in front of the service at this address; `edit` changes the file as a user might have it."""
    authority = Authority(folder, "authority")
    port = free_port()
    site = _adapted(edit((FILES / "nginx.conf").read_text()), service, authority)
    (folder / "site.conf").write_text(site.replace("listen 443", f"listen 127.0.0.1:{port}"))
    temporary = "".join(f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", *_UNUSED))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ access_log off; {temporary} include {folder}/site.conf; }}\n"
    )
    command = [executable("nginx"), "-e", f"{folder}/log", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    yield from _running(command, folder, Proxy(port, authority.cert))


_UNUSED = ("fastcgi", "uwsgi", "scgi")


@contextmanager
def caddy(service: str, folder: Path, edit: Edit = str) -> Iterator[Proxy]:
    """Caddy, likewise."""
    authority = Authority(folder, "authority")
    port = free_port()
    file = folder / "Caddyfile"
    site = _adapted(edit((FILES / "Caddyfile").read_text()), service, authority)
    # Without the redirection from port 80, which is not the test's to take.
    head = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"
    file.write_text(head + site.replace(f"{NAME} {{", f"{NAME}:{port} {{\n\tbind 127.0.0.1"))
    command = [executable("caddy"), "run", "--config", str(file), "--adapter", "caddyfile"]
    yield from _running(command, folder, Proxy(port, authority.cert))


def _adapted(text: str, service: str, authority: Authority) -> str:
    cert, key = authority.issue(NAME)
    for theirs, ours in (
        ("/etc/ssl/legato/cert.pem", str(cert)),
        ("/etc/ssl/legato/key.pem", str(key)),
        ("127.0.0.1:8437", urlsplit(service).netloc),
    ):
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


def _running(command: list[str], folder: Path, proxy: Proxy) -> Iterator[Proxy]:
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": "/usr/bin"}
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=home)  # noqa: S603
        with process:
            try:
                _await_answer(process, proxy.port, folder)
                yield proxy
            finally:
                process.terminate()


def _await_answer(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            told = (folder / "out").read_text()
            assert process.poll() is None, f"it ended: {told}"
            assert time.monotonic() < deadline_s, f"it does not answer: {told}"
            time.sleep(0.02)

"""The health check of the container, by the very words of the Dockerfile, on services that are set up in many ways."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from legato.service.client.client import Client
from legato.service.client.own_service import kept_home, own_service
from legato.service.runtime_file import Running, announce, started
from tests.certificates import Authority
from tests.ports import free_port
from tests.running import ready, running

pytestmark = pytest.mark.timeout(120)

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"
OTHERS_PROXY = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
"""Set for the whole machine; nothing listens there."""


def checked(environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """What the health check of the Dockerfile does in such an environment."""
    found = re.search(r'^HEALTHCHECK .*CMD (\[.*"legato".*\])$', DOCKERFILE.read_text(), re.MULTILINE)
    assert found
    legato, *words = json.loads(found[1])
    command = [sys.executable, "-m", legato, *words]
    return subprocess.run(  # noqa: S603 - our own interpreter
        command, capture_output=True, text=True, env={**os.environ, **environ}, check=False, timeout=60
    )


def test_it_works_under_tls_on_another_port_with_a_token_and_a_proxy_for_others(tmp_path: Path) -> None:
    cert, key = Authority(tmp_path, "authority").issue("legato.lan")
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text("aWordOfSixteenLettersOrMore")
    port = free_port()
    environ = {
        "XDG_RUNTIME_DIR": str(tmp_path),
        "LEGATO_HOME": str(tmp_path),
        "LEGATO_HOST": "0.0.0.0",  # noqa: S104 - as in a container
        "LEGATO_PORT": str(port),
        "LEGATO_TOKEN_FILE": str(token),
        "LEGATO_TLS_CERT": str(cert),
        "LEGATO_TLS_KEY": str(key),
        **OTHERS_PROXY,
    }
    with running("serve", **environ) as service:
        ready(service)
        done = checked(environ)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"https://0.0.0.0:{port} is healthy\n", "")
        # The certificate is signed by nobody whom this computer trusts, and the stop gets through by the very same way.
        told, _ = own_service(environ)
        assert told is not None
        Client(told).post("/emergency-stop")


def test_no_service_is_not_well(tmp_path: Path) -> None:
    done = checked({"XDG_RUNTIME_DIR": str(tmp_path), "LEGATO_HOME": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert "no service is running here" in done.stderr


def test_one_that_never_answers_is_not_well(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
        url, pid = f"http://127.0.0.1:{mute.getsockname()[1]}", os.getpid()
        announce(Running(url, pid, started(pid), kept_home(os.environ), "a secret of this test"), environ)
        done = checked(environ)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{url} (process {pid}) is not asked: it does not prove itself" in done.stderr

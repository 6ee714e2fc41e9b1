"""A service proves itself before it is believed; anything else is passed over, with a word why."""

import fcntl
import getpass
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from legato.cli.fast_stop import stop as stop_at_once
from legato.service.client.own_service import kept_home, own_service
from legato.service.identity import proof
from legato.service.runtime_file import Running, announce, read, started, withdraw
from tests.front_door import Cli
from tests.ports import free_port
from tests.running import ask, ready, running, wait_until

Talk = Callable[[socket.socket], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n" + b'{"status":"ok"}'


def says(answer: bytes) -> Talk:
    """Reads a little, answers this, and hangs up."""

    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    return talk


def drips(connection: socket.socket) -> None:
    """Answers a byte at a time, and never comes to an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        threading.Event().wait(0.1)


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def never(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


STRANGERS: dict[str, Talk] = {
    "says yes to everything": says(OK),
    "never answers": never,
    "drips": drips,
    "resets": resets,
    "speaks SSH": says(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "redirects": says(b"HTTP/1.1 302 Found\r\nLocation: https://example.org/\r\nContent-Length: 0\r\n\r\n"),
    "says no": says(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
    "guesses": says(OK.replace(b"Content-Type", b"Legato-Proof: 0123456789abcdef\r\nContent-Type")),
    "guesses wildly": says(OK.replace(b"Content-Type", b"Legato-Proof: \xff\xfe\r\nContent-Type")),
}


@contextmanager
def stranger(talk: Talk) -> Iterator[int]:
    """Somebody who listens at a port and talks like this to each who comes; the port is given."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            held.append(connection)
            thread = threading.Thread(target=met, args=(connection,), daemon=True)
            thread.start()

    def met(connection: socket.socket) -> None:
        with connection:
            try:
                talk(connection)
            except OSError:
                return

    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            for connection in held:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def here(url: str = "http://127.0.0.1:1", **changes: Any) -> Running:
    """What a service would say that is this process."""
    known = Running(url, os.getpid(), started(os.getpid()), kept_home(os.environ), "a secret of this test")
    return known._replace(**changes)


def file_of_state() -> Path:
    folder = Path(os.environ["XDG_RUNTIME_DIR"]) / "legato"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "service.json"


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_at_its_address_is_not_believed(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legato.service.client.own_service.PATIENT_S", 1.0)
    with stranger(STRANGERS[who]) as port:
        announce(here(f"http://127.0.0.1:{port}"), os.environ)
        found, doubts = own_service(os.environ)
    assert found is None
    assert len(doubts) == 1
    assert f"the service at http://127.0.0.1:{port} (process {os.getpid()}) is not asked: " in doubts[0]


def test_a_stranger_is_not_told_the_token(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def listens(connection: socket.socket) -> None:
        heard.append(connection.recv(4096))
        connection.sendall(OK)

    (tmp_path / "token").write_text("a word that nobody is to know")
    with stranger(listens) as port:
        announce(here(f"http://127.0.0.1:{port}", token_file=str(tmp_path / "token")), os.environ)
        assert own_service(os.environ)[0] is None
    assert b"a word that" not in heard[0]
    assert b"a secret of this test" not in heard[0]


@pytest.mark.parametrize(
    ("args", "path", "more"),
    [
        (["stop", "-e"], "/api/v1/emergency-stop", ""),
        (["stop", "boots", "-e"], "/api/v1/devices/boots/emergency-stop", ""),
        (["stop"], "/api/v1/stop", " Without a token it may refuse that; `legato stop --emergency` needs none"),
    ],
)
def test_what_may_be_a_very_busy_service_is_sent_a_stop_at_once_without_the_token(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], path: str, more: str
) -> None:
    monkeypatch.setattr("legato.service.client.own_service.PATIENT_S", 1.0)
    heard: list[bytes] = []

    def listens(connection: socket.socket) -> None:
        heard.append(connection.recv(4096))
        never(connection)

    (tmp_path / "token").write_text("a word that nobody is to know")
    with stranger(listens) as port:
        announce(here(f"http://127.0.0.1:{port}", token_file=str(tmp_path / "token")), os.environ)
        assert stop_at_once(args) is None
        code, out, err = cli(*args)
    assert sorted(request.split(b" HTTP")[0] for request in heard) == [b"GET /healthz", f"POST {path}".encode()]
    assert b"a word that" not in b"".join(heard)
    assert (code, out) == (5, "")
    owed = f"(process {os.getpid()}) was sent the stop, and has not confirmed it: it does not prove itself within 1 s. "
    assert f"{owed}Switch the device off if it is still under pressure.{more}" in err


def hangs_up_at_first(times: int, heard: list[bytes]) -> Talk:
    """A service that has nothing left for its first callers: each is let go before it is heard."""

    def talk(connection: socket.socket) -> None:
        heard.append(connection.recv(4096) if len(heard) >= times else b"")
        if request := heard[-1]:
            connection.sendall(answers(request))

    return talk


def answers(request: bytes) -> bytes:
    """What the service of this test answers: its proof, or that all is off and open."""
    head, _, body = OK.partition(b"\r\n\r\n")
    if request.startswith(b"POST"):
        stop = {"confirmed": True, "pressure_mmhg": 0.0, "text": "everything is off and open"}
        body = json.dumps([{"id": "boots", "port": "", "doing": "estop", "stop": stop}]).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d" % len(body)
    if challenge := re.search(rb"Legato-Challenge: (\w+)", request):
        head += b"\r\nLegato-Proof: " + proof(here().secret, challenge[1].decode()).encode()
    return head + b"\r\n\r\n" + body


@pytest.mark.parametrize("times", range(6))
def test_a_stop_is_heard_by_a_service_that_lets_go_of_its_callers_before_it_has_heard_them(
    times: int, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[bytes] = []
    with stranger(hangs_up_at_first(times, heard)) as port:
        announce(here(f"http://127.0.0.1:{port}"), os.environ)
        assert stop_at_once(["stop", "-e"]) == 0
    assert capsys.readouterr().err == "boots: emergency stop: everything is off and open\n"
    assert heard.count(b"") >= times


def test_what_proves_to_be_something_else_counts_for_nothing(cli: Cli) -> None:
    with stranger(STRANGERS["says yes to everything"]) as port:
        announce(here(f"http://127.0.0.1:{port}"), os.environ)
        code, _, err = cli("stop", "-e")
    assert code == 2
    assert "is not believed: something else answers there\n" in err
    assert "no device is configured, so nothing was stopped" in err


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"started": 1}, "another process has its pid now"),
        ({"home": "/somebody/elses"}, "it keeps another home, /somebody/elses"),
        ({}, "nobody there proves to be it: [Errno"),
        ({"url": "gopher://x:y"}, "nobody there proves to be it: Port could not be cast to integer value as 'y'"),
        ({"url": "http://127.0.0.1:99999"}, "nobody there proves to be it: Port out of range 0-65535"),
        ({"url": "https://127.0.0.1:1", "tls_cert": "/gone"}, "its certificate, /gone, cannot be read: No such file"),
    ],
)
def test_what_does_not_fit_is_passed_over_with_the_reason(cli: Cli, changes: dict[str, Any], why: str) -> None:
    announce(here(**changes), os.environ)
    found, (doubt,) = own_service(os.environ)
    assert found is None
    assert why in doubt
    code, _, err = cli("stop")
    assert (code, why in err, "no device is configured" in err) == (2, True, True)


def test_a_process_that_has_ended_is_no_service() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    announce(here(pid=ended.pid, started=7), os.environ)
    assert "its process has ended without removing it" in own_service(os.environ)[1][0]


OLD = json.dumps({"url": "http://127.0.0.1:1", "pid": os.getpid(), "token_file": None, "tls_cert": None})
BROKEN = ["", "[]", "{", "null", "\0" * 20, OLD, OLD[:30], "[" * 60_000, '{"pid": -1}', OLD.replace("null", "3")]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_makes_no_sense_or_is_of_another_version_is_no_service(text: str) -> None:
    file_of_state().write_text(text)
    found, (doubt,) = own_service(os.environ)
    assert found is None
    assert str(file_of_state()) in doubt


def _folder(file: Path) -> None:
    file.mkdir()


def _link(file: Path) -> None:
    file.symlink_to(file.parent / "gone")


def _loop(file: Path) -> None:
    file.symlink_to(file)


def _writable(file: Path) -> None:
    announce(here(), os.environ)
    file.chmod(0o666)


@pytest.mark.parametrize("make", [_folder, _link, _loop, os.mkfifo, _writable])
def test_what_is_no_plain_file_of_this_user_alone_is_no_service(make: Callable[[Path], None]) -> None:
    make(file_of_state())
    found, (doubt,) = own_service(os.environ)
    assert found is None
    assert doubt.startswith(f"{file_of_state()} is not asked: ")


def test_a_file_of_another_user_is_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    announce(here(), os.environ)
    monkeypatch.setattr("os.getuid", lambda: 4711)
    owner = file_of_state().stat().st_uid
    found, doubts = own_service(os.environ)
    assert found is None
    assert owner == 0 or "it belongs to another user" in doubts[0]


def test_a_folder_in_its_place_keeps_no_service_from_being_found() -> None:
    file_of_state().mkdir()
    assert read(announce(here(), os.environ)) == here()


def test_only_its_user_may_read_the_secret() -> None:
    assert announce(here(), os.environ).stat().st_mode & 0o777 == 0o600


def test_another_services_word_is_not_withdrawn() -> None:
    file = announce(here(pid=os.getppid()), os.environ)
    withdraw(file)
    assert read(file).pid == os.getppid()


# With real processes.


@contextmanager
def serving(folder: Path, home: str, *devices: str) -> Iterator[str]:
    """A service of this home with devices at these ttys."""
    settings = folder / f"{home}.yaml"
    lines = "".join(f"\n- {{id: d{number}, port: {tty}}}" for number, tty in enumerate(devices))
    settings.write_text(f"devices:{lines or ' []'}\n")
    environ = {"LEGATO_HOME": str(folder / home)}
    with running("serve", "--config", str(settings), "--http-port", str(free_port()), **environ) as process:
        url = ready(process)
        for number in range(len(devices)):
            wait_until(lambda name=f"d{number}": ask(url, f"/devices/{name}", method="GET")["doing"] == "idle")  # type: ignore[misc]
        yield url


@pytest.fixture
def massager(tmp_path: Path) -> Iterator[Path]:
    """A simulated device on a tty."""
    with running("sim", "--device", "wrap-3", "--pty", str(tmp_path / "wrap")) as sim:
        ready(sim)
        yield tmp_path / "wrap"


@pytest.mark.timeout(240)
def test_two_services_of_one_user_each_serve_the_home_that_they_keep(
    cli: Cli, massager: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path, "ada", str(massager)), serving(tmp_path, "ben") as of_ben:
        monkeypatch.setenv("LEGATO_HOME", str(tmp_path / "ada"))
        assert cli("stop", "--emergency")[::2] == (0, "d0: emergency stop: everything is off and all vents are open\n")
        monkeypatch.setenv("LEGATO_HOME", str(tmp_path / "ben"))
        found, _ = own_service(os.environ)
        assert found is not None
        assert found.url == of_ben
        monkeypatch.setenv("LEGATO_HOME", str(tmp_path / "carl"))
        code, _, err = cli("status")
        assert code == 5
        assert err.count("it keeps another home, ") == 2
        code, _, err = cli("stop")
        assert code == 2
        assert err.count("; `legato stop --emergency` reaches it too") == 2
        code, _, err = cli("stop", "--emergency")
        assert code == 0
        assert f"uses another home, {tmp_path / 'ada'}; the emergency stop is sent to it as well\nd0: emergency" in err


@pytest.mark.timeout(240)
@pytest.mark.parametrize("who", ["says yes to everything", "never answers"])
def test_a_stop_and_a_play_by_port_pass_a_stranger_over_and_say_so_in_one_line(
    cli: Cli, massager: Path, tmp_path: Path, who: str
) -> None:
    (tmp_path / "legato.yaml").write_text(f"devices:\n- {{id: wrap, port: {massager}}}\n")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        with stranger(STRANGERS[who]) as port:
            announce(here(f"http://127.0.0.1:{port}", pid=other.pid, started=7), os.environ)
            code, _, err = cli("stop", "--emergency", "--config", str(tmp_path / "legato.yaml"))
            assert code == 0
            passed, stopped = err.splitlines()
            assert passed.endswith("is not asked: its process has ended, and another process has its pid now")
            assert stopped == "wrap: emergency stop: everything is off and all vents are open"
            code, _, err = cli("play", "foot_relax", "--port", str(massager))
            assert (code, err.count("is not asked: ")) == (8, 1)
        other.kill()


@pytest.mark.parametrize("ports", [1, 2])
def test_a_play_at_a_port_of_a_service_that_does_not_answer_names_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ports: int
) -> None:
    monkeypatch.setattr("legato.service.client.own_service.PATIENT_S", 1.0)
    tty, other = tmp_path / "boots", tmp_path / "wrap"
    with tty.open("wb") as held, stranger(STRANGERS["never answers"]) as port:
        fcntl.flock(held, fcntl.LOCK_EX)
        announce(here(f"http://127.0.0.1:{port}"), os.environ)
        where = ("--port", str(other), "--port", str(tty))[-2 * ports :]
        code, out, err = cli("play", "goddard", *where)
    assert (code, out) == (4, "")
    who = f"the service at http://127.0.0.1:{port} (process {os.getpid()}, user {getpass.getuser()})"
    assert err.splitlines()[-1] == f"{tty}: {who} has it open, but it does not prove itself within 1 s"

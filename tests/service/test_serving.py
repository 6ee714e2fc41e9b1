"""The service's own signals: the devices are stopped first, whatever log and supervisor do."""

import asyncio
import logging
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any, cast

import pytest

from legato.app import wall_clock
from legato.profiles import load
from legato.service.devices.bridge import Start
from legato.service.devices.state import Run
from legato.service.log import logging_to_stderr
from legato.service.run.care_run_policy import CareRunPolicy
from legato.service.serving import serve, signalled
from legato.service.settings import Options
from legato.service.systemd_notify import Supervisor, watchdog_s
from legato.service.worker import Worker
from tests.ports import free_port

RUN = Run(routine="goddard", title="G", person="anna", in_diary=True, started_at=wall_clock.now(), duration_ms=1_000)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_device_before_it_is_logged(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    ledger: list[str] = []

    def fails(*_: Any, **__: Any) -> None:
        ledger.append("log")
        raise OSError(28, "no space left on device")

    async def live() -> None:
        monkeypatch.setattr(logging.Logger, "_log", fails)
        logging.getLogger("legato").setLevel(logging.INFO)
        ended = signalled(lambda: ledger.append("stops"))
        os.kill(os.getpid(), number)
        async with asyncio.timeout(30):
            await ended.wait()

    asyncio.run(live())
    assert ledger == ["stops", "log"]


def test_a_stop_that_fails_still_ends_the_service() -> None:
    def fails() -> None:
        raise ValueError("injected")

    async def live() -> None:
        ended = signalled(fails)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(30):
            await ended.wait()

    asyncio.run(live())


def nobody(folder: Path) -> str:
    """The path of a socket at which nobody listens any more."""
    path = str(folder / "nobody")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(path)
    return path


@pytest.mark.parametrize("address", ["absent", "", "@legato-nobody", "vsock:2:1", "/", "x" * 300, "\udcff"], ids=ascii)
def test_a_supervisor_that_does_not_listen_is_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": address or nobody(tmp_path)})
    assert [supervisor.tell("WATCHDOG=1") for _ in range(3)] == [False] * 3
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("cannot notify the supervisor: NOTIFY_SOCKET ")


def test_a_supervisor_whose_queue_is_full_is_not_waited_for_and_hears_again_later(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "full"))
        supervisor = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "full")})
        while supervisor.tell("WATCHDOG=1"):
            pass
        systemd.recv(100)
        assert supervisor.tell("WATCHDOG=1")


def test_where_nobody_asks_nobody_is_told() -> None:
    assert Supervisor({}).tell("READY=1")


@pytest.mark.parametrize(
    ("microseconds", "patience_s"),
    [("3000000", 3.0), ("0", None), ("1", 0.1), ("9" * 5000, None), ("-1", None), ("1e6", None), ("\u0663", None)],
)
def test_a_watchdog_is_heeded_only_where_its_time_makes_sense(microseconds: str, patience_s: float | None) -> None:
    assert watchdog_s({"WATCHDOG_USEC": microseconds}) == patience_s
    assert watchdog_s({"WATCHDOG_USEC": microseconds, "WATCHDOG_PID": "1"}) is None


def test_a_handler_that_raises_keeps_neither_other_handlers_nor_the_caller(capsys: pytest.CaptureFixture[str]) -> None:
    class Raising(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise RuntimeError(record.getMessage())

    root, raising = logging.getLogger(), Raising()
    root.addHandler(raising)
    try:
        with logging_to_stderr(time.monotonic):
            logging.getLogger("legato").info("boots: completed")
    finally:
        root.removeHandler(raising)
    assert capsys.readouterr().err == "INFO legato: boots: completed\n"


def test_every_worker_comes_up_with_the_service_the_diarys_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    up: dict[Worker, str] = {}

    async def run(worker: Worker, job: Any, *_: Any) -> None:
        up[worker] = job.__name__
        if len(up) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Worker, "run", run)

    async def live() -> None:
        async with asyncio.timeout(30):
            await serve(Options(port=free_port()), [], {"XDG_RUNTIME_DIR": str(tmp_path)}, print)

    asyncio.run(live())
    assert list(up.values()) == ["shelf", "cards", "be_imported"]


def test_a_diary_on_a_disk_that_hangs_delays_no_start() -> None:
    written: list[str] = []

    class Quick:
        async def run(self, job: Any, *_: Any) -> str:
            return str(job.__name__)

    class Hanging:
        async def run(self, job: Any, *_: Any) -> None:
            written.append(job.func.__name__)
            await asyncio.Event().wait()

    async def live() -> None:
        desk = CareRunPolicy(cast("Worker", Quick()), cast("Worker", Hanging()))
        keeping = asyncio.create_task(desk.keep())
        desk.begun(RUN, load.device("boots-6"))
        await asyncio.sleep(0)
        async with asyncio.timeout(30):
            assert await desk.prepare(Start(routine="goddard"), load.device("boots-6")) == cast("Any", "prepare")
        keeping.cancel()
        await asyncio.wait([keeping])

    asyncio.run(live())
    assert written == ["begin"]

"""The service process: devices, HTTP and workers in one event loop; at shutdown every device is vented first."""

import asyncio
import logging
import os
import random
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette

from legato.app import wall_clock
from legato.app.routine_library import shelf
from legato.app.routines import cards
from legato.controller.isolation import Complaints, complain, every, words
from legato.controller.loop_health import LoopHealth
from legato.errors import Failed
from legato.process.gc_tuning import undisturbed
from legato.process.signals import ending_signals
from legato.service.client.own_service import kept_home
from legato.service.descriptors import left_for_clients
from legato.service.devices.endpoint import DeviceEndpoint
from legato.service.devices.fleet import Fleet
from legato.service.devices.state import Happened
from legato.service.http.access_settings import Bounds
from legato.service.http.broadcast import Listeners
from legato.service.http.listening_socket import ListeningSocket
from legato.service.http.server import config
from legato.service.http_application import application
from legato.service.run import journal
from legato.service.run.care_run_policy import CareRunPolicy
from legato.service.runtime_file import Running, announce, started, withdraw
from legato.service.settings import Options
from legato.service.systemd_notify import Supervisor
from legato.service.worker import Worker, WorkerFailed

_LOG = logging.getLogger("legato")

DIARY_PATIENCE_S: Final = 10.0
"""How long the shutdown waits for the diary; a massage that cannot be recorded by then is logged."""

READY_AGAIN_S: Final = 1.0
"""The delay between attempts to report readiness: systemd kills a service that never does."""


async def serve(
    options: Options, places: list[DeviceEndpoint], environ: dict[str, str], ready: Callable[[str], None]
) -> None:
    """Serves until a signal arrives; when this returns, for whatever reason, every device is vented.

    `ready` is called with the URL once it serves clients there.

    Raises:
        Failed: the address is in use, the options would admit anybody, or there are too few descriptors for the
            devices.
    """
    ports = sum(len(place.ends) for place in places)
    bounds = Bounds.within(left_for_clients(ports, has_broker=options.mqtt is not None))
    # Starts and the diary each have their own worker: no start waits for somebody's replay, or for a disk.
    starts, errands, writer = Worker(), Worker(), Worker()
    desk = CareRunPolicy(starts, writer)
    fleet = Fleet(places, desk, random.Random(), wall_clock.now)  # noqa: S311 - no secret
    supervisor = Supervisor(environ)
    ended = signalled(fleet.release_all)
    listening = _listen(options.host, options.port, bounds.connections)
    proving = secrets.token_hex(16)
    with LoopHealth() as health:
        async with starts, errands, writer:
            app = application(options, bounds, fleet, errands, health, proving)
            server = _Server(_config(options, app, listening), app.state.listeners)
            async with (
                _published(options, fleet, errands),
                _kept(fleet, desk),
                _warm(starts, errands, writer),
                _answering(server, listening, supervisor) as serving,
            ):
                with undisturbed(), _announced(options, environ, proving) as url:
                    ready(url)
                    await _until(ended, serving, fleet, supervisor)
            await serving


class _Server(uvicorn.Server):
    """Leaves signals to us, since devices come first. At shutdown it waits for responses, but not for event streams."""

    def __init__(self, config: uvicorn.Config, listeners: Listeners) -> None:
        super().__init__(config)
        self._listeners = listeners

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._listeners.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(options: Options, app: Starlette, listening: ListeningSocket) -> uvicorn.Config:
    return config(app, listening, ssl_certfile=options.tls_cert, ssl_keyfile=options.tls_key)


@asynccontextmanager
async def _answering(
    server: uvicorn.Server, listening: ListeningSocket, supervisor: Supervisor
) -> AsyncIterator["asyncio.Task[None]"]:
    """Serves HTTP inside; at exit tells the server to end, which it has when the yielded task is done."""
    serving = asyncio.create_task(server.serve([listening]), name="http")
    try:
        await _up(server, serving)
        yield serving
    finally:
        server.should_exit = True
        supervisor.tell("STOPPING=1")


@asynccontextmanager
async def _kept(fleet: Fleet, desk: CareRunPolicy) -> AsyncIterator[None]:
    """Runs devices and diary inside; at exit vents the devices, then finishes the diary."""
    devices = asyncio.create_task(fleet.run(), name="devices")
    others = [asyncio.create_task(desk.keep(), name="diary"), asyncio.create_task(_log_news(fleet), name="log")]
    try:
        yield
    finally:
        devices.cancel()
        await asyncio.wait([devices])
        try:
            async with asyncio.timeout(DIARY_PATIENCE_S):
                await desk.all_kept()
        except TimeoutError:
            _LOG.error("the diary could not be finished")
        for task in others:
            task.cancel()
        await asyncio.wait(others)


@asynccontextmanager
async def _published(options: Options, fleet: Fleet, worker: Worker) -> AsyncIterator[None]:
    """Publishes to the broker inside, if there is one; at exit publishes that the service is offline."""
    if options.mqtt is None:
        yield
        return
    # Imported here: most services have no broker, and aiomqtt is an extra.
    from legato.service.home_status import keep_told
    from legato.service.mqtt_setup import messaging

    mqtt = messaging(options.mqtt, fleet)
    tasks = [asyncio.create_task(mqtt.run(), name="mqtt")]
    if mqtt.announcer is not None:
        tasks.append(asyncio.create_task(keep_told(mqtt.announcer, worker), name="home assistant"))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def _warm(*workers: Worker) -> AsyncIterator[None]:
    """Starts the workers one after the other, with their imports, so that the first request does not wait for them."""
    task = asyncio.create_task(_come_up(workers), name="warming")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _come_up(workers: Sequence[Worker]) -> None:
    # Two workers read the routines, but only one logs unusable files; the diary's worker does not need routines.
    jobs: tuple[Callable[[], object], ...] = (shelf, cards, journal.be_imported)
    for worker, job in zip(workers, jobs, strict=True):
        # A failure is reported when the worker is next used; on a slow machine nothing was gained, that is all.
        with suppress(WorkerFailed):
            await worker.run(job)


async def _log_news(fleet: Fleet) -> None:
    complaints = Complaints()
    with fleet.news() as news:
        async for item in news:
            if isinstance(item, Happened):
                complaints.log("the log", every([partial(_LOG.info, "%s: %s", item.id, item.text)]))


async def _up(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    """Waits until HTTP requests are served."""
    while not (server.started or serving.done()):  # noqa: ASYNC110 - uvicorn sets no event
        await asyncio.sleep(0.01)


async def _until(ended: asyncio.Event, serving: "asyncio.Task[None]", fleet: Fleet, supervisor: Supervisor) -> None:
    """Waits for a signal; until then reports to the supervisor that the service is ready and, while true, well."""
    complaints = Complaints()
    waiting = asyncio.create_task(ended.wait())
    is_told = False
    while not (waiting.done() or serving.done()):
        is_told = is_told or supervisor.tell("READY=1")
        pause_s = supervisor.patience_s and supervisor.patience_s / 3
        await asyncio.wait(
            [waiting, serving], timeout=pause_s if is_told else READY_AGAIN_S, return_when="FIRST_COMPLETED"
        )
        complaints.log("the watchdog", every([partial(_feed_watchdog, fleet, supervisor)]))
    waiting.cancel()


def _feed_watchdog(fleet: Fleet, supervisor: Supervisor) -> None:
    if stuck := fleet.stuck():
        _LOG.error("no progress with %s", ", ".join(stuck))
    else:
        supervisor.tell("WATCHDOG=1")


def signalled(release: Callable[[], None]) -> asyncio.Event:
    """An event that is set by the first signal, once `release` has stopped the devices.

    Further signals have no effect, since the devices are already being vented.
    """
    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def take(number: signal.Signals) -> None:
        every([release])
        ended.set()
        every([partial(_LOG.info, "%s: venting every device first", number.name)])

    for number in ending_signals():
        loop.add_signal_handler(number, take, number)
    return ended


def _listen(host: str, port: int, most: int) -> ListeningSocket:
    try:
        return ListeningSocket(host, port, most)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        what = f"{host}:{port}: {why}; is a service already running? `legato status` shows it"
        raise Failed(what) from None


@contextmanager
def _announced(options: Options, environ: dict[str, str], proving: str) -> Iterator[str]:
    """Keeps the runtime file, by which clients on this computer find the service, while it runs."""
    scheme = "https" if options.tls_cert else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    running = Running(
        f"{scheme}://{host}:{options.port}",
        os.getpid(),
        started(os.getpid()),
        kept_home(environ),
        proving,
        token_file=str(options.token_file.absolute()) if options.token_file else None,
        tls_cert=str(options.tls_cert.absolute()) if options.tls_cert else None,
    )
    file = _noted(running, environ)
    try:
        yield running.url
    finally:
        if file is not None:
            complain("the runtime file", every([partial(withdraw, file)]))


def _noted(running: Running, environ: dict[str, str]) -> Path | None:
    """The runtime file; None if it cannot be written, which does not prevent the service from running."""
    try:
        return announce(running, environ)
    except OSError as error:
        why = f"{error.filename}: {error.strerror or words(error)}"
        _LOG.warning("other commands will find this service only with LEGATO_URL=%s: %s", running.url, why)
    return None

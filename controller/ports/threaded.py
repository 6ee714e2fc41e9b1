"""A port without a file descriptor (`rfc2217://`): pyserial's blocking calls in two bounded threads."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Final

import serial

from legato.controller.errors import PortError, PortLost, PortNotFound
from legato.controller.isolation import complain, every
from legato.controller.ports.port import BAUD, host_and_port

_POLL_S: Final = 0.05
_WAITING: Final = 64
"""Writes that wait for the line, and chunks that wait for the reader."""


async def open_rfc2217(rest: str) -> "ThreadedPort":
    """Connects to the serial server at `host:port`; raises a PortError."""
    host_and_port(rest)
    url = f"rfc2217://{rest}"
    try:
        device = await asyncio.to_thread(serial.serial_for_url, url, BAUD, timeout=_POLL_S)
    except (OSError, ValueError, RuntimeError) as error:
        raise PortNotFound(f"{url}: cannot connect: {error}") from error
    try:
        return ThreadedPort(device)
    except RuntimeError as error:
        device.close()
        raise PortError(f"{url}: cannot be served: {error}") from error


class ThreadedPort:
    """Two threads around a blocking `serial.Serial`; all state but the write queue belongs to the event loop."""

    def __init__(self, device: serial.Serial) -> None:
        self._device = device
        self._loop = asyncio.get_running_loop()
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue(_WAITING)
        self._leaving: queue.Queue[bytes] = queue.Queue(_WAITING)
        self._loss: PortLost | None = None
        self._is_closing = threading.Event()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._receiving = threading.Thread(target=self._receive, name="receive", daemon=True)
        self._receiving.start()
        try:
            threading.Thread(target=self._send, name="send", daemon=True).start()
        except RuntimeError:
            self._is_closing.set()
            raise

    def write(self, data: bytes) -> None:
        """Hands `data` to the sending thread; raises PortLost."""
        if self._loss is not None:
            raise self._loss
        try:
            self._leaving.put_nowait(data)
        except queue.Full as full:
            raise PortLost("the device has stopped taking bytes") from full

    async def read(self) -> bytes:
        """What has arrived; raises PortLost."""
        data = b"" if self._loss is not None and self._arrived.empty() else await self._arrived.get()
        if not data:
            raise self._loss or PortLost("the port is closed")
        return data

    async def close(self) -> None:
        """Ends both threads; the one that sends closes the connection, as no other may be had by now."""
        self._lose("the port is closed")
        self._is_closing.set()
        await asyncio.shield(self._closed)

    def _receive(self) -> None:
        while not self._is_closing.is_set():
            try:
                data = self._device.read(1)
                data += self._device.read(self._device.in_waiting)
            except (OSError, TypeError) as error:
                self._from_thread(self._lose, f"the port went away: {error}")
                return
            if data:
                self._from_thread(self._deliver, data)

    def _send(self) -> None:
        self._send_all()
        self._is_closing.wait()
        self._receiving.join()
        complain("the closing of a port", every([self._device.close]))
        self._from_thread(self._closed.set_result, None)

    def _send_all(self) -> None:
        while not self._is_closing.is_set():
            with contextlib.suppress(queue.Empty):
                data = self._leaving.get(timeout=_POLL_S)
                try:
                    self._device.write(data)
                except OSError as error:
                    self._from_thread(self._lose, f"the port went away: {error}")
                    return

    def _from_thread(self, call: Callable[..., None], argument: bytes | str | None) -> None:
        # On a loop that is closed already nobody is waiting any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, argument)

    def _deliver(self, data: bytes) -> None:
        try:
            self._arrived.put_nowait(data)
        except asyncio.QueueFull:
            self._lose("nobody reads what the device sends")

    def _lose(self, why: str) -> None:
        self._loss = self._loss or PortLost(why)
        with contextlib.suppress(asyncio.QueueFull):
            self._arrived.put_nowait(b"")

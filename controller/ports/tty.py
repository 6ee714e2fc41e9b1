"""A serial port on its file descriptor: pyserial opens, configures and locks it, the event loop reads and writes it.

`Serial.write` is never called: it waits for a device that has stopped draining, and the whole event loop with it.
"""

import asyncio
import errno
import os
import termios
import threading
from contextlib import suppress
from typing import Final

import serial

from legato.controller.errors import NotLegato, PortBusy, PortError, PortForbidden, PortLost, PortNotFound
from legato.controller.isolation import complain, every
from legato.controller.ports.port import BACKLOG_BYTES, BAUD
from legato.controller.ports.port_owner import owner

_CHUNK: Final = 4096

_ADVICE: Final[dict[int, tuple[type[PortError], str]]] = {
    errno.ENOENT: (PortNotFound, "there is no such port; `legato ports` lists what is plugged in"),
    errno.ENXIO: (PortNotFound, "nothing is plugged in behind this port"),
    errno.ENODEV: (PortNotFound, "nothing is plugged in behind this port"),
    errno.EIO: (PortNotFound, "it went away while it was opened; plug it in again"),
    errno.EACCES: (
        PortForbidden,
        "not permitted; add yourself to dialout (sudo usermod -aG dialout $USER) and log in again",
    ),
    errno.EPERM: (
        PortForbidden,
        "not permitted; add yourself to dialout (sudo usermod -aG dialout $USER) and log in again",
    ),
    errno.EBUSY: (PortBusy, ""),
    errno.EAGAIN: (PortBusy, ""),
    errno.EISDIR: (NotLegato, "this is a directory, not a serial port"),
    errno.ENOTTY: (NotLegato, "this is not a serial port"),
    errno.EMFILE: (PortError, "this program may have no more files open; raise its limit (`ulimit -n`)"),
    errno.ENFILE: (PortError, "this computer has as many files open as it can; close some program"),
}


def open_tty(path: str) -> "TtyPort":
    """Opens the serial port at `path`, exclusively, at 115200 baud; raises a PortError. Needs a running event loop."""
    try:
        device = serial.Serial(path, BAUD, timeout=0, exclusive=True)
    except (OSError, ValueError, termios.error) as error:
        raise explain(path, error) from error
    return TtyPort(device)


def explain(path: str, error: Exception) -> PortError:
    """What went wrong on opening `path`, and what would help."""
    # A termios.error is no OSError, although it has a number, too.
    number = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", None)
    if number is None and "configure" in str(error):
        number = errno.ENOTTY
    kind, advice = _ADVICE.get(number or 0, (PortError, str(error)))
    if kind is PortBusy:
        return PortBusy(f"{path}: {owner(path)} has it open; close that one first", path)
    return kind(f"{path}: {advice}")


class TtyPort:
    """An open serial port. An empty read on a readable descriptor means that the device is gone."""

    def __init__(self, device: serial.Serial) -> None:
        self._device = device
        self._fd = device.fileno()
        self._loop = asyncio.get_running_loop()
        self._backlog = bytearray()
        self._reading: asyncio.Future[None] | None = None
        self._is_open = True

    def write(self, data: bytes) -> None:
        """Sends what the kernel takes and keeps the rest, in order; raises PortLost."""
        if not self._is_open:
            raise PortLost("the port is closed")
        if not self._backlog:
            data = data[self._push(data) :]
            if data:
                self._loop.add_writer(self._fd, self._drain)
        self._backlog += data
        if len(self._backlog) > BACKLOG_BYTES:
            raise PortLost("the device has stopped taking bytes")

    async def read(self) -> bytes:
        """What has arrived; raises PortLost."""
        await self._readable()
        try:
            data = os.read(self._fd, _CHUNK)
        except OSError as error:
            raise PortLost(f"the port went away: {error.strerror}") from error
        if not data:
            raise PortLost("the port went away: unplugged?")
        return data

    def retune(self, baud: int) -> None:
        """Goes on at another baud rate, without what has arrived at the one before; raises OSError."""
        try:
            self._device.baudrate = baud
            self._device.reset_input_buffer()
        except (ValueError, termios.error) as error:
            raise OSError(f"{baud} baud cannot be set: {error}") from error

    async def close(self) -> None:
        """Closes the descriptor, and with it lets go of the lock."""
        if not self._is_open:
            return
        self._is_open = False
        self._loop.remove_writer(self._fd)
        if self._reading is not None and not self._reading.done():
            self._reading.set_exception(PortLost("the port was closed"))
        await self._closed()

    def _closed(self) -> asyncio.Future[None]:
        """In a thread, since the kernel may want to drain it first; where none can be had, here and now."""
        closed: asyncio.Future[None] = self._loop.create_future()

        def job() -> None:
            complain("the closing of a port", every([self._device.close]))
            # On a loop that is closed already nobody is waiting any more.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_wake, closed)

        try:
            threading.Thread(target=job, name="closing", daemon=True).start()
        except (RuntimeError, MemoryError):
            job()
        return closed

    async def _readable(self) -> None:
        if not self._is_open:
            raise PortLost("the port is closed")
        self._reading = self._loop.create_future()
        self._loop.add_reader(self._fd, _wake, self._reading)
        try:
            await self._reading
        finally:
            self._loop.remove_reader(self._fd)

    def _push(self, data: bytes | bytearray) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise PortLost(f"the port went away: {error.strerror}") from error

    def _drain(self) -> None:
        try:
            del self._backlog[: self._push(self._backlog)]
        except PortLost:
            # The next `read` or `write` meets the same error and reports it.
            self._backlog.clear()
        if not self._backlog:
            self._loop.remove_writer(self._fd)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)

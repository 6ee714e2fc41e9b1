"""A simulated device as a real tty: any program that opens serial ports can open it."""

import asyncio
import os
import tty
from pathlib import Path

from legato.sim.pipes import Wired, discard

_READ_BYTES = 4096


class PtyPort:
    """A pseudo terminal with `device` behind it. Hosts may come and go; `name` is what they open."""

    def __init__(self, device: Wired, loop: asyncio.AbstractEventLoop, link: Path | None = None) -> None:
        """Open the terminal, with a symbolic link to it at `link`.

        Raises:
            FileExistsError: something is at `link` that is not a link to a terminal that has gone.
            OSError: no terminal is free, or the link cannot be made.
        """
        if link is not None:
            _make_way(link)
        # The device keeps the host's side open as well, so that a host that leaves is no hang-up.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._tty_name = os.ttyname(self._slave)
        self._link = link
        self._device = device
        self._loop = loop
        self.name = str(link or self._tty_name)
        device.send = self._send
        loop.add_reader(self._master, self._receive)
        try:
            if link is not None:
                link.symlink_to(self._tty_name)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Take the terminal away, and its link."""
        self._loop.remove_reader(self._master)
        self._device.send = discard
        if self._link is not None and self._link.is_symlink() and str(self._link.readlink()) == self._tty_name:
            self._link.unlink()
        os.close(self._master)
        os.close(self._slave)

    def _receive(self) -> None:
        self._device.feed(os.read(self._master, _READ_BYTES))

    def _send(self, data: bytes) -> None:
        """What a host that does not read leaves no room for is lost, as on a real line."""
        try:
            os.write(self._master, data)
        except BlockingIOError:
            return


def _make_way(link: Path) -> None:
    """Remove the link that a simulator left which could not clean up; refuse to touch anything else."""
    if link.is_symlink() and not link.exists():
        link.unlink()
    elif link.is_symlink() or link.exists():
        raise FileExistsError(f"{link} is in use; choose another path, or remove it if nothing needs it")

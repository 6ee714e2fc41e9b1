"""Fingerprints the traffic on a cable: two runs with the same fingerprint sent the same bytes at the same times."""

from asyncio import AbstractEventLoop
from hashlib import sha256

from legato.sim.faults.cable import ByteFilter, Cable, Onward


class Wiretap:
    """Listens at both ends of `cable`, before any fault can change the bytes."""

    def __init__(self, cable: Cable, loop: AbstractEventLoop) -> None:
        self._heard = sha256()
        self._loop = loop
        cable.to_device.insert(self._listening(b">"))
        cable.to_host.insert(self._listening(b"<"))

    @property
    def fingerprint(self) -> str:
        """The fingerprint so far, in hex."""
        return self._heard.hexdigest()[:16]

    def _listening(self, direction: bytes) -> ByteFilter:
        def listen(data: bytes, onward: Onward) -> None:
            self._heard.update(b"%s %.6f %s\n" % (direction, self._loop.time(), data.hex().encode()))
            onward(data)

        return listen

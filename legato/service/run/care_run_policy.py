"""What happens before and after every run: the gate and the compiler before, the diary after, all in the worker."""

import asyncio
import logging
from functools import partial
from typing import Final

from legato.care.errors import CareError
from legato.controller.isolation import Complaints, is_logged
from legato.controller.session.dose import Dose
from legato.profiles.device import Device
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import Ending, Run
from legato.service.run import journal
from legato.service.run.admission import prepare
from legato.service.worker import Worker, WorkerFailed

_LOG = logging.getLogger(__name__)

AGAIN_S: Final = 10.0
"""Between two tries to write what could not be written: a disk that is full may have room again."""


class CareRunPolicy:
    """Implements `Desk` with the people and the diary of this computer. `keep` writes what has to be written.

    The diary has a worker of its own, `writer`: nobody who wants to start waits for a disk that hangs.
    """

    def __init__(self, worker: Worker, writer: Worker) -> None:
        self._worker = worker
        self._writer = writer
        self._waiting: asyncio.Queue[partial[None]] = asyncio.Queue()
        self._complaints = Complaints()

    async def prepare(self, wish: Start, device: Device) -> Prepared:
        try:
            return await self._worker.run(prepare, wish, device)
        except WorkerFailed as error:
            raise NotNow(f"the routine could not be made ready: {error}") from error

    def begun(self, run: Run, device: Device) -> None:
        if run.person is not None and run.in_diary:
            self._waiting.put_nowait(partial(journal.begin, run, run.person, device))

    def ended(self, run: Run, ending: Ending, device: Device, dose: Dose) -> None:
        if run.person is not None and run.in_diary:
            self._waiting.put_nowait(partial(journal.settle, run, run.person, device, ending, dose))

    async def keep(self) -> None:
        """Writes into the diary what begins and ends, in this order; what cannot be written is tried again."""
        while True:
            entry, tries = await self._waiting.get(), 1
            while not await self._kept(entry, tries):
                await asyncio.sleep(AGAIN_S)
                tries += 1
            self._waiting.task_done()

    async def all_kept(self) -> None:
        """Waits until everything that is over is in the diary."""
        await self._waiting.join()

    async def _kept(self, entry: "partial[None]", tries: int) -> bool:
        try:
            await self._writer.run(entry)
        except (CareError, WorkerFailed, OSError) as error:
            if is_logged(tries):
                _LOG.warning("the diary is not up to date yet, try %d: %s", tries, error)
            return False
        except Exception as error:
            # A mistake of ours, which comes again however often it is tried; what waits behind it must not.
            self._complaints.log("a diary entry", [error])
        return True

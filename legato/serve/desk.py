"""What happens before and after every run: the gate and the compiler before, the diary after, all in the worker."""

import asyncio
import logging
from typing import Final

from care.entries import Session
from care.errors import CareError
from controller.service.bridge import Start
from controller.service.desk import Prepared
from controller.service.errors import NotNow
from controller.service.state import Ending, Run
from legato import people
from legato.serve.admission import prepare
from legato.serve.worker import Worker, WorkerFailed
from profiles.device import Device

_LOG = logging.getLogger(__name__)

AGAIN_S: Final = 10.0
"""Between two tries to write what could not be written: a disk that is full may have room again."""


class CareDesk:
    """Implements `Desk` with the people and the diary of this computer. `keep` writes what is over, until it is."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._waiting: asyncio.Queue[Session] = asyncio.Queue()

    async def prepare(self, wish: Start, device: Device) -> Prepared:
        try:
            return await self._worker.run(prepare, wish, device)
        except WorkerFailed as error:
            raise NotNow(f"the routine could not be made ready: {error}") from error

    def begun(self, run: Run, device: str) -> None:
        """The diary is told at the end."""

    def ended(self, run: Run, ending: Ending, device: str, peak_mmhg: float) -> None:
        """A run that somebody felt goes into that person's diary."""
        if run.person is None or not run.session_ms:
            return
        entry = Session(
            person=run.person,
            routine=run.routine,
            device=device,
            started=run.started_at,
            duration_s=run.session_ms / 1000,
            outcome=ending.kind,
            peak_mmhg=round(peak_mmhg, 1),
        )
        self._waiting.put_nowait(entry)

    async def keep(self) -> None:
        """Writes what is over into the diary, for ever; what cannot be written is tried again."""
        while True:
            entry = await self._waiting.get()
            while not await self._kept(entry):  # noqa: ASYNC110 - a disk tells nobody when it has room again
                await asyncio.sleep(AGAIN_S)
            self._waiting.task_done()

    async def all_kept(self) -> None:
        """Waits until everything that is over is in the diary."""
        await self._waiting.join()

    async def _kept(self, entry: Session) -> bool:
        try:
            await self._worker.run(_keep, entry)
        except (CareError, WorkerFailed) as error:
            _LOG.warning("%s's massage is not in the diary yet: %s", entry.person, error)
            return False
        return True


def _keep(entry: Session) -> None:
    with people.diary() as diary:
        diary.add(entry)

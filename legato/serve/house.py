"""Keeps Home Assistant told of what no device tells: the routines there are, and whether a course is due."""

import asyncio
import logging
from importlib.metadata import version
from typing import Final

from care.errors import CareError
from controller.mqtt.discovery.announcer import Announcer
from controller.mqtt.discovery.payload import House
from firmware import wire
from legato.serve.jobs.house import overview
from legato.serve.worker import Worker, WorkerFailed

_LOG = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 30.0
"""A routine that is new has time; so has a course."""


def house(prefix: str, panel: str | None = None) -> House:
    """What is announced below `prefix`, with a link to the panel."""
    return House(version("legato"), ".".join(map(str, wire.FIRMWARE)), prefix, panel)


async def keep_told(announcer: Announcer, worker: Worker) -> None:
    """Looks every now and then, until it is cancelled; what cannot be read is read again."""
    while True:
        try:
            names, is_due = await worker.run(overview)
        except (CareError, WorkerFailed, OSError) as error:
            _LOG.warning("Home Assistant is not told of routines and courses: %s", error)
        else:
            announcer.tell_routines(names)
            announcer.tell_course(is_due)
        await asyncio.sleep(LOOK_EVERY_S)

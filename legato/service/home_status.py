"""Publishes to Home Assistant what no device reports: the available routines, and whether a course is due."""

import asyncio
import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Final, TypeVar

from legato.app.courses import is_any_due
from legato.app.routines import names
from legato.care.errors import CareError
from legato.firmware import wire
from legato.profiles.errors import InvalidFile
from legato.service.mqtt.discovery.announcer import Announcer
from legato.service.mqtt.discovery.payload import House
from legato.service.worker import Worker, WorkerFailed

_LOG = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_EVERY_S: Final = 30.0
"""New routines and due courses are not urgent."""


def home_assistant(prefix: str, panel: str | None = None) -> House:
    """What is announced below `prefix`, with a link to the panel."""
    return House(version("legato"), ".".join(map(str, wire.FIRMWARE)), prefix, panel)


async def keep_told(announcer: Announcer, worker: Worker) -> None:
    """Checks periodically until cancelled; what cannot be read does not affect the rest."""
    while True:
        await _tell(worker, "routines", names, announcer.tell_routines)
        await _tell(worker, "courses", is_any_due, announcer.tell_course)
        await asyncio.sleep(LOOK_EVERY_S)


async def _tell(worker: Worker, what: str, look: Callable[[], T], tell: Callable[[T], None]) -> None:
    try:
        found = await worker.run(look)
    except (CareError, InvalidFile, WorkerFailed, OSError) as error:
        _LOG.warning("cannot publish %s to Home Assistant: %s", what, error)
    else:
        tell(found)

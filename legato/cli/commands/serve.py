"""`legato serve`: the service that runs all day."""

import asyncio
import logging
import os
import threading
import time
import webbrowser
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from legato.cli.exit_codes import Exit
from legato.errors import UnusableFile, UsageError
from legato.process.nonblocking_output import unhurried
from legato.process.signals import unstopped
from legato.process.unfailing import unfailing
from legato.service.endpoints import name_of, places
from legato.service.log import logging_to_stderr
from legato.service.named_files import MQTT, faults
from legato.service.serving import serve as serve_with
from legato.service.settings import Options
from legato.service.settings_sources import load, misspelt
from legato.terminal import output

_LOG = logging.getLogger("legato")


def serve(config: Path | None, ports: Sequence[str], flags: dict[str, Any], open_panel: bool = False) -> Exit:
    """Serves until SIGINT, SIGTERM or SIGHUP; every device is vented before this returns."""
    if wrong := misspelt(os.environ):
        # A misspelt variable may have been meant to restrict access.
        raise UsageError("\n".join(wrong))
    options = _with(load(flags, config).options, ports)
    found = places(options.devices)
    with unhurried(), unfailing(), unstopped(), logging_to_stderr(time.monotonic):
        _insist_on_files(options)
        asyncio.run(serve_with(options, found, dict(os.environ), partial(_ready, open_panel=open_panel)))
    return Exit.DONE


def _ready(url: str, *, open_panel: bool) -> None:
    """Opens the panel in a thread: a text browser blocks until it is closed, and the service must not wait for it."""
    output.data(f"ready {url}")
    if open_panel:
        threading.Thread(target=webbrowser.open, args=(f"{url}/",), daemon=True).start()


def _insist_on_files(options: Options) -> None:
    """Checks the files named in the settings. A fault in one for MQTT is only logged: MQTT must not prevent a start.

    Raises:
        UnusableFile: a file that clients need to get in, such as a token or certificate, cannot be used.
    """
    for fault in faults(options):
        if not fault.setting.startswith(MQTT):
            raise UnusableFile(str(fault))
        _LOG.warning("%s", fault)


def _with(options: Options, ports: Sequence[str]) -> Options:
    """The options, with devices at these ports as well."""
    devices = [device.model_dump() for device in options.devices]
    for port in ports:
        taken, name = {device["id"] for device in devices}, name_of(port)
        free = next(one for i in range(1, len(taken) + 2) if (one := name if i == 1 else f"{name}-{i}") not in taken)
        devices.append({"id": free, "port": port})
    try:
        return Options.model_validate({**options.model_dump(), "devices": devices})
    except ValidationError as error:
        reason = str(error.errors()[0].get("ctx", {}).get("error", error.errors()[0]["msg"]))
        raise UsageError(f"legato serve: --port: {reason}") from None

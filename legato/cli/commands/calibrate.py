"""`legato calibrate`: compares pressure sensors with a hand gauge, and writes a device file for the firmware."""

import asyncio
import random
import sys
from pathlib import Path

from ruamel.yaml import YAML

from legato.app.simulated_port import open_sim
from legato.cli.exit_codes import Exit
from legato.controller.ports.opening import open_port
from legato.controller.ports.port import Port
from legato.controller.session.session import Session
from legato.errors import NotAllowed, UsageError
from legato.files import written
from legato.profiles.device import Device
from legato.terminal import asking, output
from legato.tools.calibration.course import Calibration, calibrate

QUESTION = "This fills one chamber after another to {mmhg:g} mmHg. Is nobody wearing the device? [y/N] "
HEAD = "# {title}, its pressure sensors calibrated by `legato calibrate`: for `legato flash` and `legato firmware`.\n"


def calibrate_device(port: str, out: Path, target_mmhg: float, only: list[str], yes: bool) -> Exit:
    """Asks a person for every reading; fails if a sensor cannot be corrected."""
    if not sys.stdin.isatty():
        raise UsageError("legato calibrate: this needs a terminal, since a person has to read the gauge")
    if not yes and not asking.agrees(QUESTION.format(mmhg=target_mmhg)):
        raise NotAllowed("legato calibrate: nothing was done")
    found = asyncio.run(_calibrate(port, target_mmhg, only))
    _report(found, out)
    return Exit.FAILED if found.broken else Exit.DONE


def write_device(device: Device, path: Path) -> None:
    """Writes the device as a YAML file that every `--device` accepts."""
    with written(path) as file:
        file.write(HEAD.format(title=device.title))
        YAML(typ="safe", pure=True).dump(device.model_dump(mode="json", exclude_defaults=False), file)


def _report(found: Calibration, out: Path) -> None:
    if not found.lines:
        output.say("no sensor was calibrated; nothing was written")
        return
    write_device(found.device, out)
    output.data(
        f"{out}: {len(found.lines)} sensors; with the board at its prompt, `legato flash --device {out}` installs it"
    )


async def _calibrate(port: str, target_mmhg: float, only: list[str]) -> Calibration:
    async def connect() -> Port:
        return await open_port(port, {"sim": open_sim})

    session = Session(connect, random.Random())  # noqa: S311 - no secret
    return await calibrate(session, _asked, target_mmhg, only, output.data)


async def _asked(question: str) -> str:
    """A line from the terminal, while the session continues; the end of input ends the calibration."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    print(question, end="", file=sys.stderr, flush=True)
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    line = sys.stdin.readline()
    if not line:
        raise NotAllowed("legato calibrate: no reading, so nothing was written")
    return line.strip()

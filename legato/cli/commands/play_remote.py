"""`legato play` while a service is running: the same run, played by the service."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from legato.app import forewarning, routine_lookup
from legato.cli.commands.play import For, until_signalled
from legato.controller.session.events import Outcome
from legato.errors import LinkLost, UsageError
from legato.process.nonblocking_output import unhurried
from legato.process.unfailing import unfailing
from legato.profiles import load
from legato.profiles.files import read_bytes
from legato.service.client import asking
from legato.service.client.client import Client, Declined, Unreachable
from legato.service.client.remote_device import RemoteDevice
from legato.service.devices.state import DeviceState
from legato.terminal import output, remarks
from legato.terminal.keys import listening
from legato.terminal.run import FollowedRun, Listen
from legato.terminal.views import view

UNREADY = frozenset({"busy", "too_long", "failed"})
"""Types of problem that say nothing about the routine itself."""


def device_for(ports: Sequence[str], device_id: str | None) -> tuple[Client, DeviceState] | None:
    """The device of the running service that is meant; None if `ports` are to be opened by this process.

    Raises:
        UsageError: it is not clear what is meant.
        LinkLost: the service does not answer.
        PortBusy: a service holds one of `ports`, and does not answer.
    """
    there = asking.running(output.say)
    if not ports and device_id is None and there is None:
        what = "give the device's --port (`legato ports` lists them), or start a service (`legato serve`)"
        raise UsageError(f"legato play: {what}")
    if ports and there is None:
        asking.insist_on_no_owner(ports)
        return None
    client = asking.client_of(there)
    try:
        devices = asking.states(client)
    except Unreachable as error:
        whose = there.full_name if there is not None else ""
        raise LinkLost(f"{whose} does not answer: {error.__cause__ or error}") from error
    except Declined as error:
        raise asking.declined(error) from error
    found = asking.at_ports(devices, ports) if ports else asking.one(devices, device_id)
    return (client, found) if found else None


def play(client: Client, device: DeviceState, name: str, who: For, clear_fault: bool, keys: bool, json: bool) -> int:
    """Plays until the routine ends, a key stops it or a signal arrives; the exit code says which."""
    body: dict[str, Any] = {"routine": _kept(client, name), "acknowledged": who.acknowledged}
    if who.person is not None:
        body["person"] = who.person
    if who.minutes is not None:
        body["minutes"] = who.minutes
    if who.keep_simulated:
        body["keep_simulated"] = True
    listen = listening if keys or asking.is_terminal() else None
    with asking.told(), unhurried(), unfailing():
        if clear_fault and device.doing in ("fault", "estop"):
            client.post(f"/devices/{device.id}/clear-fault")
        _say_before(client, device, body, json)
        return asyncio.run(until_signalled(_admitted(client, device, body, json, listen)))


def _say_before(client: Client, device: DeviceState, body: dict[str, Any], json: bool) -> None:
    """Says what plays differently and whose limits apply; what prevents a start, the start itself reports."""
    query = {"device": device.id} | {key: body[key] for key in ("person", "minutes") if key in body}
    try:
        before = client.get(f"/routines/{quote(body['routine'], safe='')}/before?{urlencode(query)}")
    except Declined as refusal:
        if refusal.problem.get("type") in UNREADY:
            output.say(f"cannot tell what plays differently: {refusal}")
        return
    if before["course"] is not None:
        output.say(remarks.for_course(body["routine"], before["course"]))
    if json:
        output.as_json_line({"type": "report", **before})
        return
    for line in forewarning.answer_lines(before):
        output.data(line)


def _kept(client: Client, name: str) -> str:
    """The service's name for the routine; one from a file is stored there under the name given in the file.

    A bare name that is neither built in nor NAME.yaml in this folder is taken to be known to the service.

    Raises:
        InvalidFile: the file does not hold a valid routine.
        NotAllowed: the service refuses to store it, for example because its name is that of a built-in one.
    """
    found = routine_lookup.in_folder(name)
    if found is None and not load.is_file(name):
        return name
    path = found or Path(name)
    routine, text = load.profile(str(path)), read_bytes(path, str(path))
    with asking.told():
        client.put_routine(routine.name, text)
    output.say(f"{path}: stored by the service as {routine.name}")
    return routine.name


async def _admitted(
    client: Client, device: DeviceState, body: dict[str, Any], json: bool, listen: Listen | None
) -> Outcome:
    """Plays; if a caution has to be acknowledged first, asks at the terminal."""
    watch = view(json=json, of_service=True)
    try:
        return await FollowedRun(RemoteDevice(client, device, body), watch, listen).play()
    except Declined as error:
        if error.problem.get("needs") != "acknowledge":
            raise
        for caution in error.problem.get("cautions", ()):
            output.say(f"caution: {caution}")
        remarks.insist_on_agreement()
    return await FollowedRun(RemoteDevice(client, device, body | {"acknowledged": True}), watch, listen).play()


def insist_on_nothing_else(device: Sequence[str] | None, strict: bool, record: Path | None) -> None:
    """Refuses options that need a port opened by this process; raises UsageError."""
    given = {"--device": device, "--strict": strict, "--record": record}
    for flag, value in given.items():
        if value:
            what = f"{flag} does not apply to a device of the running service; see `legato check` and `legato monitor`"
            raise UsageError(f"legato play: {what}")

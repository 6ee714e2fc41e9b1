"""What commands ask of the service, and how its answers leave the process."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from legato.controller.errors import PortBusy
from legato.controller.ports.port_owner import owner_pid
from legato.errors import DeviceFaulted, LegatoError, LinkLost, NotAllowed, PortError, UnusableFile, UsageError
from legato.service.client.client import Client, Declined, Unreachable
from legato.service.client.own_service import own_service, service_to_stop
from legato.service.devices.state import DeviceState, PairedDevice
from legato.service.runtime_file import Running

START_S: Final = 60.0
"""A start is compiled first, and answered once the device fills."""

_STATES: TypeAdapter[tuple[DeviceState, ...]] = TypeAdapter(tuple[DeviceState, ...])

_ERRORS: Final[dict[str, type[LegatoError]]] = {
    "unknown_device": UsageError,
    "unknown_routine": UnusableFile,
    "offline": PortError,
    "link_lost": LinkLost,
    "faulted": DeviceFaulted,
}
"""By the type of the problem; everything else is a refusal."""


def running(doubt: Callable[[str], None]) -> Running | None:
    """The service of this user, or of this machine, if one runs; `doubt` is told what was passed over, and why."""
    found, doubts = own_service(os.environ)
    for passed in doubts:
        doubt(passed)
    return found


def insist_on_no_owner(ports: Iterable[str]) -> None:
    """For `ports` that are to be opened from here.

    Raises:
        PortBusy: one of them is a service's that was passed over, such as one that does not answer.
    """
    _, passed = service_to_stop(os.environ, "")
    for port in ports:
        pid = owner_pid(port)
        for one in passed:
            if one.running is not None and one.running.pid == pid:
                raise PortBusy(f"{port}: {one.running.full_name} has it open, but {one.why}", port)


def service(doubt: Callable[[str], None]) -> Client:
    """A client of the running service; `doubt` as above.

    Raises:
        LinkLost: none runs.
    """
    return client_of(running(doubt))


def client_of(found: Running | None) -> Client:
    """The same for what `running` has found already."""
    if found is None:
        what = "no service runs here; `legato serve` is one, and LEGATO_URL names one elsewhere"
        raise LinkLost(what)
    return Client(found, START_S)


@contextmanager
def told() -> Iterator[None]:
    """What the service refuses, or that it does not answer, as the error that it would be without a service."""
    try:
        yield
    except Declined as error:
        raise declined(error) from error
    except Unreachable as error:
        raise LinkLost(str(error)) from error


def declined(error: Declined) -> LegatoError:
    """A refusal of the service, as the error that the same refusal is without a service."""
    hint = " `legato screen` asks the questions." if error.problem.get("needs") == "screening" else ""
    return _ERRORS.get(str(error.problem.get("type")), NotAllowed)(str(error) + hint)


def at_ports(devices: tuple[DeviceState, ...], ports: Sequence[str]) -> DeviceState | None:
    """The device of the service that `ports` are all of; None where the service has none of them, or not both.

    Raises:
        UsageError: a pair has it, of which the other device is not meant.
    """
    found = at_port(devices, ports[0])
    if found is not None and len(found.parts) > len(ports):
        what = f"{ports[0]} is one of the pair {found.id} of the running service"
        raise UsageError(f"{what}; --device-id {found.id} plays on both")
    return found if all(at_port(devices, port) is found for port in ports) else None


def states(client: Client) -> tuple[DeviceState, ...]:
    """Every device of the service.

    Raises:
        LinkLost: what came is no list of devices.
    """
    return _checked(client.get("/devices"))


def _checked(answer: Any) -> tuple[DeviceState, ...]:
    try:
        return _STATES.validate_python(answer)
    except ValidationError:
        what = "the service speaks another version of Legato; use the `legato` that it was started with"
        raise LinkLost(what) from None


def one(devices: tuple[DeviceState, ...], name: str | None) -> DeviceState:
    """The device called `name`, or the only one there is.

    Raises:
        UsageError: there is none of this name, or it is not clear which.
    """
    known = ", ".join(device.id for device in devices) or "none"
    found = [device for device in devices if name in (None, device.id)]
    if len(found) != 1:
        what = f"no device is called {name}" if name else "which device? --device-id NAME, or its name, says so"
        raise UsageError(f"{what}; the service has: {known}")
    return found[0]


def at_port(devices: tuple[DeviceState, ...], port: str) -> DeviceState | None:
    """The device of the service that is behind `port`, or the pair that has it, under whatever name of the port."""
    return next((device for device in devices if any(_same(end.path or end.port, port) for end in _ends(device))), None)


def _ends(device: DeviceState) -> Sequence[DeviceState | PairedDevice]:
    return device.parts or (device,)


def _same(one_port: str, other: str) -> bool:
    if "://" in one_port or "://" in other:
        return one_port == other and not one_port.startswith("sim://")
    return Path(one_port).resolve() == Path(other).resolve()


def is_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty()

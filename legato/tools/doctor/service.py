"""Checks of the service on this computer, if one is running: whether it answers, is healthy, and has its devices."""

from collections.abc import Iterator, Sequence

from legato.app.finding import Finding, fail, ok, warn
from legato.errors import LinkLost, NotAllowed
from legato.service.client import asking
from legato.service.client.client import Client, Declined, Unreachable
from legato.service.devices.state import DeviceState, Doing
from legato.service.runtime_file import Running

PATIENCE_S = 5.0


def service(running: Running | None, doubts: Sequence[str]) -> Iterator[Finding]:
    """Services that were passed over, the service, then one finding for each of its devices."""
    for doubt in doubts:
        yield warn("service", doubt, "if it is not a service of yours, end it or remove its runtime file")
    if running is None:
        yield ok("service", "not running; `legato serve` starts it")
        return
    client = Client(running, PATIENCE_S)
    try:
        client.health()
        devices = asking.states(client)
    except Unreachable as error:
        yield fail("service", str(error), "see its log (`journalctl -u legato`), then restart it", LinkLost)
    except (Declined, LinkLost) as error:
        yield fail("service", f"{running.url}: {error}", "see its log (`journalctl -u legato`)", NotAllowed)
    else:
        yield ok("service", f"running at {running.url} (process {running.pid}), healthy")
        yield from map(_device, devices)


def _device(state: DeviceState) -> Finding:
    if state.problem is not None:
        return warn(state.id, f"{state.doing}: {state.problem.cause}", state.problem.advice)
    if state.doing is Doing.OFFLINE:
        return warn(state.id, f"{state.doing}, {state.port}", "plug it in and switch it on; the service will find it")
    return ok(state.id, f"{state.doing}, {state.port}")

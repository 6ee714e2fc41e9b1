"""Checks of the service of this computer, where one runs: whether it answers, is well, and has its devices."""

from collections.abc import Iterator, Sequence

from legato.app.finding import Finding, fail, ok, warn
from legato.errors import LinkLost, NotAllowed
from legato.service.client import asking
from legato.service.client.client import Client, Declined, Unreachable
from legato.service.devices.state import DeviceState, Doing
from legato.service.runtime_file import Running

PATIENCE_S = 5.0


def service(running: Running | None, doubts: Sequence[str]) -> Iterator[Finding]:
    """What was passed over, the service, then a finding for each of its devices."""
    for doubt in doubts:
        yield warn("service", doubt, "end what is there, or remove the file of state, if it is no service of yours")
    if running is None:
        yield ok("service", "none runs; `legato serve` is one")
        return
    client = Client(running, PATIENCE_S)
    try:
        client.health()
        devices = asking.states(client)
    except Unreachable as error:
        yield fail("service", str(error), "look into its log (`journalctl -u legato`), start it again", LinkLost)
    except (Declined, LinkLost) as error:
        yield fail("service", f"{running.url}: {error}", "look into its log (`journalctl -u legato`)", NotAllowed)
    else:
        yield ok("service", f"runs at {running.url} (process {running.pid}) and is well")
        yield from map(_device, devices)


def _device(state: DeviceState) -> Finding:
    if state.problem is not None:
        return warn(state.id, f"{state.doing}: {state.problem.cause}", state.problem.advice)
    if state.doing is Doing.OFFLINE:
        return warn(state.id, f"{state.doing}, {state.port}", "plug it in, switch it on; the service looks for it")
    return ok(state.id, f"{state.doing}, {state.port}")

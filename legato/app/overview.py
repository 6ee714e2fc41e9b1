"""All built-in routines together: on every built-in device, as pictures on one device, and audited on each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from legato.app.compile_for import compiled
from legato.draw import curves
from legato.draw.curves import Curves
from legato.errors import CompileError, NothingPlays, UsageError
from legato.profiles import load
from legato.profiles.audit.auditor import Audit, audit
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.schedule import Schedule


def on_every_device() -> Mapping[str, Sequence[Schedule]]:
    """Each built-in routine, by name, on each built-in device."""
    devices = load.builtin_devices().values()
    return {name: [compiled(p, device) for device in devices] for name, p in load.builtin_profiles().items()}


@dataclass(frozen=True, slots=True)
class Plans:
    """The curves of all built-in routines that a device plays at least in part, and how many it does not play."""

    curves: Mapping[str, Curves]
    without: int


def plans(device: Device) -> Plans:
    """All built-in routines on a device with air chambers.

    Raises:
        NothingPlays: it plays nothing of any routine.
        UsageError: it has no air chambers.
    """
    found: dict[str, Curves] = {}
    refusals: list[NothingPlays] = []
    for profile in load.builtin_profiles().values():
        try:
            found[profile.name] = curves.of_schedule(compiled(profile, device))
        except NothingPlays as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    if not device.chambers:
        what = f"{device.name} has no air chambers, and this picture shows only those"
        raise UsageError(f"{what}; `legato preview NAME --picture FILE` draws motors and heat too")
    return Plans(found, len(refusals))


@dataclass(frozen=True, slots=True)
class Judged:
    """A routine on a device: the audit of its schedule, or why it is refused."""

    routine: str
    device: str
    found: Audit | CompileError

    @property
    def agrees(self) -> bool:
        """Whether report and schedule agree; true for a refused routine, which has neither."""
        return isinstance(self.found, CompileError) or self.found.agrees


def judged(devices: Sequence[str]) -> Iterator[Judged]:
    """The auditor's verdict on each built-in routine on each of these devices."""
    for routine in load.builtin_profiles():
        yield from (Judged(routine, name, _audited(routine, name)) for name in devices)


def _audited(routine: str, device: str) -> Audit | CompileError:
    profile, target = load.profile(routine), load.device(device)
    try:
        return audit(profile, compile(profile, target, envelope(target, profile.use)))
    except CompileError as error:
        return error

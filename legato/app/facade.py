"""What scripts call: routines and devices given as objects, names or paths, with clear errors for anything else."""

from numbers import Integral, Real
from pathlib import Path

from legato.app import DEFAULT_DEVICE
from legato.app import replay as replaying
from legato.app.compile_for import compiled
from legato.app.replay import Replay
from legato.app.routine import Routine, routine_of, said
from legato.errors import UsageError
from legato.profiles import load as files
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule


def load(name_or_path: str | Path) -> Routine:
    """A routine by name (built in, NAME.yaml in this folder, or among your own), or from the file at a path.

    Raises:
        InvalidFile: it does not exist or is not valid: `file:line:column`, what is wrong and what would be right.
    """
    if not isinstance(name_or_path, str | Path):
        raise UsageError(f"expected the name or path of a routine, not {said(name_or_path)}")
    return Routine.read(name_or_path)


def device(name_or_path: str | Path) -> Device:
    """A device description by name (built in), or from the file at a path.

    Raises:
        InvalidFile: it does not exist or is not valid: `file:line:column`, what is wrong and what would be right.
    """
    if not isinstance(name_or_path, str | Path):
        raise UsageError(f"expected the name or path of a device, not {said(name_or_path)}")
    return files.device(str(name_or_path))


def compile(  # noqa: A001 - the usual term
    routine: Profile | str | Path,
    device: Device | str | Path = DEFAULT_DEVICE,
    *,
    strict: bool = False,
    minutes: float | None = None,
) -> Schedule:
    """The routine as it plays on the device: as written, or at the length closest to `minutes`.

    Its set-points are in mmHg, %, cm or degC at milliseconds of the session; its `report` says what is clipped, dropped
    or slowed. The routine and the device may be given by name or path.

    Raises:
        InvalidFile: there is no such routine or device, or its file is not valid.
        CompileError: it cannot be played safely on the device, or cannot have that length.
        NotAllowed: `strict`, and it does not play as written.
    """
    return compiled(routine_of(routine), device_of(device), strict, minutes=length(minutes))


def replay(
    routine: Profile | str | Path,
    device: Device | str | Path = DEFAULT_DEVICE,
    *,
    seed: int = 0,
    out: str | Path | None = None,
    strict: bool = False,
    minutes: float | None = None,
) -> Replay:
    """Runs the whole stack on the simulator in virtual time, much faster than real time; also in a notebook.

    Nothing is written unless `out` names a folder. The same routine, device and `seed` give the same trace. `minutes`
    asks for the routine at the length closest to that.

    Raises:
        InvalidFile: there is no such routine or device, or its file is not valid.
        CompileError: it cannot be played safely on the device, or cannot have that length.
        NotAllowed: `strict`, and it does not play as written.
        OSError: `out` cannot be written.
    """
    folder = None if out is None else Path(out)
    return replaying.replay(
        routine_of(routine), device_of(device), whole(seed, "seed"), folder, strict, minutes=length(minutes)
    )


def device_of(given: object) -> Device:
    """A device from the object itself, its name or its path; raises UsageError for anything else."""
    match given:
        case Device():
            return given
        case str() | Path():
            return device(given)
    raise UsageError(f"expected a device (a name, a path or a Device), not {said(given)}")


def flag(given: object, what: str) -> bool:
    """Yes or no; raises UsageError for anything else, so that no "no" is taken for a yes."""
    if not isinstance(given, bool):
        raise UsageError(f"{what} must be True or False, not {said(given)}")
    return given


def whole(given: object, what: str) -> int:
    """A whole number, including numpy's; raises UsageError for anything else."""
    if isinstance(given, bool) or not isinstance(given, Integral):
        raise UsageError(f"{what} must be a whole number, not {said(given)}")
    return int(given)


def length(minutes: object) -> float | None:
    """Minutes, if given; raises UsageError for anything but a number above 0."""
    if minutes is None:
        return None
    if isinstance(minutes, bool) or not isinstance(minutes, Real) or not float(minutes) > 0.0:
        raise UsageError(f"minutes must be a number above 0, not {said(minutes)}")
    return float(minutes)

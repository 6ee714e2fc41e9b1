"""A script of faults, from YAML: what goes wrong, when, and for how long."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from legato.profiles.device import Device
from legato.profiles.errors import FileProblem, InvalidFile, suggestion
from legato.profiles.expectation import Schema
from legato.profiles.files import read_bytes
from legato.profiles.tree import Node, read
from legato.profiles.validation_errors import explain
from legato.sim.faults import electronics, heaters, host, pneumatics, sensors, serial_line
from legato.sim.faults.fault import InjectedFault, UnknownTarget

AnyFault = Annotated[
    serial_line.BitFlips
    | serial_line.LostBytes
    | serial_line.DoubledBytes
    | serial_line.ReorderedBytes
    | serial_line.DelayedBytes
    | serial_line.JunkBytes
    | serial_line.HalfOpen
    | serial_line.BaudMismatch
    | serial_line.LineStall
    | serial_line.Unplug
    | electronics.Reset
    | electronics.BrownOut
    | electronics.ClockOff
    | electronics.ClockDrift
    | electronics.SlowLoop
    | serial_line.FullQueue
    | pneumatics.HoseOff
    | pneumatics.Kink
    | pneumatics.Leak
    | pneumatics.ValveStuckOpen
    | pneumatics.ValveStuckClosed
    | pneumatics.WeakPump
    | pneumatics.DeadPump
    | heaters.HeaterStuckOn
    | pneumatics.LimbRemoved
    | pneumatics.LimbMoving
    | sensors.SensorOffset
    | sensors.SensorStuck
    | sensors.SensorNoise
    | sensors.SensorOpen
    | sensors.SensorShort
    | sensors.SensorNan
    | host.HostStall
    | host.HostFrozen
    | host.HostKilled,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[InjectedFault]] = {
    get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(get_args(AnyFault)[0])
}
"""Every kind of fault by its name, in the order of the line, the device, the plant, its sensors, and the host."""

ONE: TypeAdapter[AnyFault] = TypeAdapter(AnyFault)


class Script(BaseModel):
    """A fault file. `format` is the version of the file format."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal[1] = 1
    faults: Annotated[tuple[AnyFault, ...], Field(max_length=200)] = ()


NO_FAULTS = Script()

FIELDS = "a fault script has format: 1, faults"


def load(path: Path, device: Device) -> Script:
    """The script in the file at `path`.

    Raises:
        InvalidFile: it cannot be read, is not valid, or names what `device` does not have.
    """
    return parse(read_bytes(path, str(path)), str(path), device)


def parse(data: bytes, name: str, device: Device) -> Script:
    """The script in YAML for `device`; `name` is what messages call it.

    Raises:
        InvalidFile: not valid, or it names what the device does not have; each problem with line and column.
    """
    root = read(data, name, FIELDS)
    if not isinstance(root.value, dict):
        raise InvalidFile(FileProblem(name, *root.place, "the file holds no fields", FIELDS))
    try:
        script = Script.model_validate_json(json.dumps(root.plain()))
    except ValidationError as e:
        raise InvalidFile(*explain(e, root, schema(), name)) from None
    problems = [_problem(error, root, n, name) for n, error in _unknown_targets(script, device)]
    if problems:
        raise InvalidFile(*problems)
    return script


@cache
def schema() -> Schema:
    """The JSON Schema of a fault script."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Script.model_json_schema()}


def _unknown_targets(script: Script, device: Device) -> list[tuple[int, UnknownTarget]]:
    found = []
    for n, fault in enumerate(script.faults):
        try:
            fault.check(device)
        except UnknownTarget as error:
            found.append((n, error))
    return found


def _problem(error: UnknownTarget, root: Node, n: int, name: str) -> FileProblem:
    node = root.child("faults").child(n).child(error.field)
    return FileProblem(name, *node.place, str(error), suggestion(error.name, error.known, "there are"))
